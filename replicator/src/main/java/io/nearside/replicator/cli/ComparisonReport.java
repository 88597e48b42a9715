package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs a comparison, repairs if asked to, and says what came of it. */
record ComparisonReport(ComparisonOptions options, AdminClient here, ReplicationCommand replication) {

    private static final int SHOWN = 20;

    int run(boolean repair) {
        List<AdminClient> regions = new ArrayList<>(List.of(here));
        options.with().forEach(url -> regions.add(new AdminClient(url)));
        return say(replication.watched(progress -> compared(regions, repair, progress)), repair);
    }

    private TableComparison.Result compared(List<AdminClient> regions, boolean repair, Progress progress) {
        TableComparison comparison = new TableComparison(regions, options.table(), options.rowsPerSecond(), progress);
        try {
            TableComparison.Result result = comparison.compare(Duration.ofSeconds(options.pauseSeconds()));
            if (repair) {
                repair(comparison, result.mismatches(), progress);
            }
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminClient.AdminException("interrupted", e);
        }
    }

    private static void repair(TableComparison comparison, List<String> keys, Progress progress) {
        int done = 0;
        for (String key : keys) {
            progress.show("keys repaired", done, keys.size());
            comparison.repair(key);
            done++;
        }
    }

    private int say(TableComparison.Result result, boolean repair) {
        boolean equal = result.mismatches().isEmpty();
        PrintWriter out = replication.out();
        if (replication.json()) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("table", options.table());
            node.put("equal", equal);
            node.put("repaired", repair && !equal);
            node.put("in-flight", result.inFlight());
            ArrayNode rows = node.putArray("rows");
            result.rows().forEach(rows::add);
            ArrayNode keys = node.putArray("mismatches");
            result.mismatches().forEach(keys::add);
            ObjectNode missing = node.putObject("missing");
            result.missing().forEach((key, regions) -> {
                ArrayNode list = missing.putArray(key);
                regions.forEach(list::add);
            });
            out.println(node.toPrettyString());
        } else if (equal) {
            out.println("table " + options.table() + " is equal: " + result.rows() + " items"
                    + (result.inFlight() > 0 ? ", " + result.inFlight() + " were on their way" : ""));
        } else {
            out.println("table " + options.table() + ": "
                    + Counted.of(result.mismatches().size(), "key differs", "keys differ") + "; items per region "
                    + result.rows());
            result.mismatches().stream().limit(SHOWN).forEach(key -> out.println("  " + key + missing(result, key)));
            if (!result.missing().isEmpty()) {
                out.println(result.missing().size()
                        + " of them are missing in a region that knows of no deletion: they never arrived, or were deleted there"
                        + " while records of its stream were lost. "
                        + (repair ? "They were put back" : "Repair puts them back")
                        + "; delete again what was deleted (--json lists them all)");
            }
            out.println(
                    repair
                            ? "published again; verify once more in a moment"
                            : "repair with: nearside replication repair");
        }
        out.flush();
        return equal || (repair && result.missing().isEmpty()) ? Exit.DONE : Exit.ATTENTION;
    }

    private static String missing(TableComparison.Result result, String key) {
        List<String> regions = result.missing().getOrDefault(key, List.of());
        return regions.isEmpty() ? "" : "  missing in " + String.join(", ", regions);
    }
}

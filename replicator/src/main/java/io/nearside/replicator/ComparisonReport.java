package io.nearside.replicator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a comparison, repairs if asked to, and says what came of it. */
record ComparisonReport(
        ComparisonOptions options, AdminClient here, PrintWriter out, Consumer<String> progress, boolean json) {

    private static final int SHOWN = 20;

    int run(boolean repair) {
        List<AdminClient> regions = new ArrayList<>(List.of(here));
        options.with().forEach(url -> regions.add(new AdminClient(url, ReplicationCommand.LONG)));
        TableComparison comparison = new TableComparison(regions, options.table(), options.rowsPerSecond(), progress);
        try {
            Duration pause = Duration.ofSeconds(options.pauseSeconds());
            TableComparison.Result result = comparison.compare(pause);
            if (repair && !result.mismatches().isEmpty()) {
                progress.accept("repairing " + result.mismatches().size() + " keys");
                result.mismatches().forEach(comparison::repair);
            }
            return say(result, repair);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminClient.AdminException("interrupted", e);
        }
    }

    private int say(TableComparison.Result result, boolean repair) {
        boolean equal = result.mismatches().isEmpty();
        if (json) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("table", options.table());
            node.put("equal", equal);
            node.put("repaired", repair && !equal);
            node.put("in-flight", result.inFlight());
            ArrayNode rows = node.putArray("rows");
            result.rows().forEach(rows::add);
            ArrayNode keys = node.putArray("mismatches");
            result.mismatches().forEach(keys::add);
            out.println(node.toPrettyString());
        } else if (equal) {
            out.println("table " + options.table() + " is equal: " + result.rows() + " items"
                    + (result.inFlight() > 0 ? ", " + result.inFlight() + " were on their way" : ""));
        } else {
            out.println("table " + options.table() + ": " + result.mismatches().size()
                    + " keys differ; items per region " + result.rows());
            result.mismatches().stream().limit(SHOWN).forEach(key -> out.println("  " + key));
            out.println(
                    repair
                            ? "published again; verify once more in a moment"
                            : "repair with: nearside replication repair");
        }
        out.flush();
        return equal || repair ? 0 : ReplicationCommand.ATTENTION;
    }
}

package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Compares one table between regions, by asking each region's replicator.
 *
 * <p>First digests of ranges; then, only for ranges that differ, the keys; then, after a pause longer than the lag, the keys that differed
 * once more: what is merely on its way must not be called a mismatch.
 */
final class TableComparison {

    /** One region's side: whom to ask, and what to say which table is meant. */
    private record Side(AdminClient region, String name, String query) {}

    private final List<AdminClient> regions;
    private final String table;
    private final int rowsPerSecond;
    private final Progress progress;
    private List<Side> sides = List.of();

    /**
     * @param regions the first is the one that knows what the table is called in the others
     * @param table its name in the first region
     * @param progress told what is being done, for people who wait
     */
    TableComparison(List<AdminClient> regions, String table, int rowsPerSecond, Progress progress) {
        this.regions = List.copyOf(regions);
        this.table = table;
        this.rowsPerSecond = rowsPerSecond;
        this.progress = progress;
    }

    /**
     * What a comparison found.
     *
     * @param rows how many items each region holds, in the order of the regions
     * @param mismatches keys, as hexadecimal canonical bytes, that differed twice
     * @param missing of those, the ones that a region does not hold although it knows of no deletion, with these regions: lost on
     *     the way there, or deleted there while records of its stream were lost; nobody can tell which
     * @param inFlight keys that differed only the first time
     */
    record Result(List<Long> rows, List<String> mismatches, Map<String, List<String>> missing, int inFlight) {}

    Result compare(Duration pause) throws InterruptedException {
        sides = sides();
        List<JsonNode> summaries =
                fromAll("reading " + table + " in " + regions.size() + " regions", "/api/verify/summary?", "");
        Set<Integer> ranges = differing(summaries);
        List<Long> rows =
                summaries.stream().map(summary -> summary.path("rows").asLong()).toList();
        if (ranges.isEmpty()) {
            return new Result(rows, List.of(), Map.of(), 0);
        }
        Set<String> suspects = suspects(ranges);
        progress.show(Counted.of(suspects.size(), "key differs", "keys differ") + "; looking again in "
                + pause.toSeconds() + " s");
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        List<String> mismatches = new ArrayList<>();
        Map<String, List<String>> missing = new TreeMap<>();
        int looked = 0;
        for (String key : suspects) {
            progress.show("keys looked at again", looked, suspects.size());
            List<JsonNode> holdings =
                    sides.stream().map(side -> holding(side, key)).toList();
            if (differ(holdings)) {
                mismatches.add(key);
                List<String> regionsMissing = missing(holdings);
                if (!regionsMissing.isEmpty()) {
                    missing.put(key, regionsMissing);
                }
            }
            looked++;
        }
        return new Result(rows, mismatches, missing, suspects.size() - mismatches.size());
    }

    private List<Side> sides() {
        JsonNode names = JsonNodeFactory.instance.objectNode();
        List<String> tables = new ArrayList<>();
        List<String> called = new ArrayList<>();
        ArrayNode filters = JsonNodeFactory.instance.arrayNode();
        for (AdminClient region : regions) {
            JsonNode status = region.get("/api/status");
            String name = status.path("region").asText();
            String there = tables.isEmpty() ? table : names.path(name).asText(table);
            JsonNode known = entry(status, there);
            if (tables.isEmpty()) {
                names = known.path("names");
            }
            tables.add(there);
            called.add(name);
            if (!known.path("filter").isEmpty()) {
                filters.add(known.path("filter"));
            }
        }
        String common = "&rows-per-second=" + rowsPerSecond + "&filters=" + encoded(filters.toString());
        List<Side> found = new ArrayList<>();
        for (int i = 0; i < regions.size(); i++) {
            found.add(new Side(regions.get(i), called.get(i), "table=" + encoded(tables.get(i)) + common));
        }
        return found;
    }

    private static JsonNode entry(JsonNode status, String table) {
        for (JsonNode entry : status.path("tables")) {
            if (entry.path("table").asText().equals(table)) {
                return entry;
            }
        }
        return MissingNode.getInstance();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private List<JsonNode> fromAll(String what, String path, String more) {
        List<WatchedWork.Request> requests = sides.stream()
                .map(side -> new WatchedWork.Request(side.region(), path + side.query() + more))
                .toList();
        return new WatchedWork(progress).answers(what, requests);
    }

    private static Set<Integer> differing(List<JsonNode> summaries) {
        JsonNode first = summaries.get(0).path("ranges");
        Set<Integer> ranges = new TreeSet<>();
        for (JsonNode summary : summaries) {
            JsonNode other = summary.path("ranges");
            for (int range = 0; range < first.size(); range++) {
                if (!first.get(range).equals(other.path(range))) {
                    ranges.add(range);
                }
            }
        }
        return ranges;
    }

    private Set<String> suspects(Set<Integer> ranges) {
        String list = String.join(",", ranges.stream().map(String::valueOf).toList());
        List<JsonNode> all = fromAll(
                Counted.of(ranges.size(), "range differs", "ranges differ") + "; reading the keys",
                "/api/verify/rows?",
                "&ranges=" + list);
        Set<String> keys = new TreeSet<>();
        all.forEach(rows -> rows.fieldNames().forEachRemaining(keys::add));
        keys.removeIf(key -> {
            Set<JsonNode> versions = new HashSet<>();
            all.forEach(rows -> versions.add(rows.path(key)));
            return versions.size() == 1;
        });
        return keys;
    }

    private static boolean differ(List<JsonNode> holdings) {
        Set<String> held = new HashSet<>();
        for (JsonNode holding : holdings) {
            // Two unstamped items may be anything, so they are never equal.
            held.add(
                    !holding.path("present").asBoolean()
                            ? "absent"
                            : holding.path("version").asText("unstamped at " + held.size()));
        }
        return held.size() > 1 || held.stream().anyMatch(version -> version.startsWith("unstamped"));
    }

    /** The regions that lack what others hold, and know of no deletion above it. */
    private List<String> missing(List<JsonNode> holdings) {
        String highest = holdings.stream()
                .map(holding -> holding.path("version-bytes").asText(""))
                .reduce("", TableComparison::max);
        boolean held =
                holdings.stream().anyMatch(holding -> holding.path("present").asBoolean());
        List<String> regionsMissing = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            JsonNode holding = holdings.get(i);
            String tombstone = holding.path("tombstone-bytes").asText("");
            if (held
                    && !holding.path("present").asBoolean()
                    && (tombstone.isEmpty() || tombstone.compareTo(highest) < 0)) {
                regionsMissing.add(sides.get(i).name());
            }
        }
        return regionsMissing;
    }

    private static JsonNode holding(Side side, String key) {
        return side.region().act("/api/verify/key?" + side.query() + "&key=" + key);
    }

    /**
     * Has the region with the highest version, or else tombstone, publish what it has; one with an unstamped item stamps it. Where
     * attributes are merged each region may have something that the others lack, so all publish.
     */
    void repair(String key) {
        List<Side> best = new ArrayList<>();
        String highest = "";
        boolean merges = false;
        for (Side side : sides) {
            JsonNode holding = holding(side, key);
            if (holding.path("present").asBoolean() && holding.path("version").isNull()) {
                republish(side, key);
                return;
            }
            merges |= holding.path("merges").asBoolean();
            String version = max(
                    holding.path("version-bytes").asText(""),
                    holding.path("tombstone-bytes").asText(""));
            if (version.compareTo(highest) > 0) {
                highest = version;
                best.clear();
            }
            if (version.equals(highest)) {
                best.add(side);
            }
        }
        (merges ? sides : best).forEach(side -> republish(side, key));
    }

    private static void republish(Side side, String key) {
        side.region().act("/api/repair?" + side.query() + "&key=" + key);
    }

    /** Of two versions in hexadecimal, which are all of one length or empty. */
    private static String max(String a, String b) {
        return a.compareTo(b) >= 0 ? a : b;
    }
}

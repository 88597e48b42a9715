package io.nearside.replicator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.change.Change;
import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.admin.AdminRoutes;
import io.nearside.replicator.table.ItemJson;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.verify.ChangeHistory;
import io.nearside.replicator.verify.TableRebuild;
import io.nearside.replicator.verify.TableVerifier;
import io.nearside.version.Version;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The admin pages through which tables are compared between regions, repaired, and asked for their history. */
record VerifyPages(Replicator replicator, WorkPage works) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROWS_PER_SECOND = 2_000;

    /** Reading is billed: whoever wants more than this sets out to scan faster than any table should be without a word. */
    private static final int MOST_ROWS_PER_SECOND = 100_000;

    /** All are actions: they read or show what the tables hold, or write it. */
    AdminRoutes routes() {
        return new AdminRoutes(
                Map.of(),
                Map.of("/api/verify/key", this::key, "/api/repair", this::repair),
                Map.of(
                        "/api/verify/summary", this::summary,
                        "/api/verify/rows", this::rows,
                        "/api/history", this::history,
                        "/api/backfill", this::backfill,
                        "/api/rebuild", this::rebuild),
                Map.of());
    }

    private JsonNode summary(Map<String, String> parameters) {
        TableVerifier.Summary summary = works.watched(
                parameters, work -> verifier().summary(table(parameters), filters(parameters), rate(parameters), work));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("rows", summary.rows());
        node.put("unstamped", summary.unstamped());
        ArrayNode ranges = node.putArray("ranges");
        summary.ranges().forEach(ranges::add);
        return node;
    }

    private JsonNode rows(Map<String, String> parameters) {
        Set<Integer> ranges = Arrays.stream(required(parameters, "ranges").split(","))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        works.watched(
                        parameters,
                        work -> verifier().rows(table(parameters), filters(parameters), ranges, rate(parameters), work))
                .forEach((key, version) -> node.put(hex(key), version));
        return node;
    }

    private JsonNode key(Map<String, String> parameters) {
        String table = table(parameters);
        ItemKey key = hexKey(parameters);
        TableVerifier.Holding holding = verifier().holding(table, filters(parameters), key);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("key", ItemJson.of(key.toItem(info(table).keySchema())));
        node.put("present", holding.present());
        version(node, "version", holding.version());
        node.put("version", holding.text());
        node.put("merges", holding.merges());
        version(node, "tombstone", holding.tombstone());
        return node;
    }

    private static void version(ObjectNode node, String name, @Nullable Version version) {
        node.put(name, version == null ? null : version.toString());
        node.put(name + "-bytes", version == null ? null : HexFormat.of().formatHex(version.toBytes()));
    }

    private JsonNode history(Map<String, String> parameters) {
        String table = table(parameters);
        ArrayNode entries = JsonNodeFactory.instance.arrayNode();
        ItemKey key = ItemKey.of(info(table).keySchema(), ItemJson.key(json(required(parameters, "key"))));
        for (ChangeHistory.Entry entry : replicator.running().history().of(table, key)) {
            Change change = entry.change();
            ObjectNode node = entries.addObject();
            node.put("region", entry.region());
            node.put("kind", change.kind().name());
            node.put("version", change.version().toString());
            node.put("at", Instant.ofEpochMilli(change.version().millis()).toString());
            node.put(
                    "replaced",
                    change.previous() == null ? null : change.previous().toString());
            node.put("captured", change.captured().toString());
            if (change.image() != null) {
                node.set("item", ItemJson.of(change.image()));
            }
            if (change.kind() == Change.Kind.UPDATE) {
                ArrayNode removed = node.putArray("removed");
                change.removed().stream().sorted().forEach(removed::add);
            }
        }
        return entries;
    }

    private JsonNode repair(Map<String, String> parameters) {
        TableVerifier.Repair done = verifier().repair(table(parameters), hexKey(parameters));
        return JsonNodeFactory.instance.objectNode().put("done", done.name());
    }

    private JsonNode backfill(Map<String, String> parameters) {
        long published =
                works.watched(parameters, work -> verifier().backfill(table(parameters), rate(parameters), work));
        return JsonNodeFactory.instance.objectNode().put("published", published);
    }

    private JsonNode rebuild(Map<String, String> parameters) {
        TableRebuild.Request request = new TableRebuild.Request(
                table(parameters),
                instant(required(parameters, "as-of")),
                required(parameters, "into"),
                Boolean.parseBoolean(parameters.getOrDefault("dry-run", "false")),
                rate(parameters));
        TableRebuild.Result result =
                works.watched(parameters, work -> replicator.running().rebuild().run(request, work));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("table", request.table());
        node.put("into", request.into());
        node.put("as-of", request.asOf().toString());
        node.put("dry-run", request.dryRun());
        node.put("items", result.items());
        node.put("unknown", result.unknown());
        ArrayNode keys = node.putArray("unknown-keys");
        KeySchema schema = info(request.table()).keySchema();
        result.unknownKeys().forEach(key -> keys.add(ItemJson.of(key.toItem(schema))));
        return node;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("a time looks like 2026-01-31T12:00:00Z, not like " + text, e);
        }
    }

    private TableVerifier verifier() {
        return replicator.running().verifier();
    }

    private TableInfo info(String table) {
        TableInfo info = replicator.running().discovery().table(table);
        if (info == null) {
            throw new IllegalArgumentException("table " + table + " is not replicated here");
        }
        return info;
    }

    private static String table(Map<String, String> parameters) {
        return required(parameters, "table");
    }

    /** Of all the regions that are compared; this region's own if none are given. */
    private List<TableFilter> filters(Map<String, String> parameters) {
        String given = parameters.get("filters");
        if (given == null) {
            return List.of(verifier().filter(table(parameters)));
        }
        List<TableFilter> filters = new ArrayList<>();
        json(given).forEach(filter -> filters.add(FilterJson.filter(filter)));
        return filters;
    }

    private static int rate(Map<String, String> parameters) {
        int rate = Integer.parseInt(parameters.getOrDefault("rows-per-second", String.valueOf(ROWS_PER_SECOND)));
        if (rate < 1 || rate > MOST_ROWS_PER_SECOND) {
            throw new IllegalArgumentException("rows-per-second must be from 1 to " + MOST_ROWS_PER_SECOND);
        }
        return rate;
    }

    private static String required(Map<String, String> parameters, String name) {
        String value = parameters.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("the parameter " + name + " is missing");
        }
        return value;
    }

    private static String hex(ItemKey key) {
        return HexFormat.of().formatHex(key.toBytes());
    }

    private static ItemKey hexKey(Map<String, String> parameters) {
        return ItemKey.ofBytes(HexFormat.of().parseHex(required(parameters, "key")));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + text, e);
        }
    }
}

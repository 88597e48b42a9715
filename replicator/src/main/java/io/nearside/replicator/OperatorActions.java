package io.nearside.replicator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.replicator.admin.AdminRoutes;
import io.nearside.replicator.apply.ParkedDesk;
import io.nearside.replicator.table.ItemJson;
import java.util.Map;

/** What an operator can make a running replicator do. */
record OperatorActions(Replicator replicator) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_CONFLICTS = 10_000;

    /** Lists of keys are actions like what changes something; they are read from Kafka and may take a while. */
    AdminRoutes routes() {
        return new AdminRoutes(
                Map.of("/api/backlog", this::backlog, "/api/regions", this::regions),
                Map.of(
                        "/api/pause", this::pause,
                        "/api/resume", this::resume,
                        "/api/regions/readmit", this::readmit,
                        "/api/tables/accept", this::accept),
                Map.of(
                        "/api/parked", this::parked,
                        "/api/parked/release", this::release,
                        "/api/conflicts", this::conflicts),
                Map.of());
    }

    private JsonNode backlog(Map<String, String> parameters) {
        String peer = parameters.get("peer");
        if (peer == null || peer.isEmpty()) {
            throw new IllegalArgumentException("say whose changes: /api/backlog?peer=REGION");
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("region", replicator.region())
                .put("peer", peer)
                .put("backlog", replicator.running().backlog(peer));
    }

    private JsonNode conflicts(Map<String, String> parameters) {
        int most = Integer.parseInt(parameters.getOrDefault("limit", "100"));
        if (most < 1 || most > MAX_CONFLICTS) {
            throw new IllegalArgumentException("limit must be from 1 to " + MAX_CONFLICTS);
        }
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (String conflict : replicator.running().feeds().conflicts(most)) {
            try {
                list.add(JSON.readTree(conflict));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a conflict report is not JSON", e);
            }
        }
        return list;
    }

    private JsonNode parked(Map<String, String> parameters) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (ParkedDesk.ParkedKey parked :
                replicator.running().feeds().parkedDesk().list(parameters.getOrDefault("table", ""))) {
            ObjectNode node = list.addObject();
            node.put("table", parked.change().table());
            node.set("key", ItemJson.of(parked.change().keyAttributes()));
            node.put("kind", parked.change().kind().name());
            node.put("version", parked.change().version().toString());
            node.put("reason", parked.reason());
            node.put("detail", parked.detail());
            node.put("at", parked.at());
        }
        return list;
    }

    private JsonNode release(Map<String, String> parameters) {
        String table = parameters.get("table");
        if (table == null || table.isEmpty()) {
            throw new IllegalArgumentException("say which table: /api/parked/release?table=NAME");
        }
        ParkedDesk.Released released = replicator.running().feeds().parkedDesk().release(table);
        return JsonNodeFactory.instance
                .objectNode()
                .put("released", released.released())
                .put("parked", released.kept());
    }

    private JsonNode regions(Map<String, String> parameters) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        replicator
                .regionIds()
                .values()
                .forEach(known -> list.addObject()
                        .put("region-id", known.id())
                        .put("region", known.region())
                        .put("spent", known.spent())
                        .put("processes", known.running()));
        return list;
    }

    private JsonNode readmit(Map<String, String> parameters) {
        String region = parameters.get("region");
        if (region == null || region.isEmpty()) {
            throw new IllegalArgumentException("say which region: /api/regions/readmit?region=NAME");
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("region", region)
                .put("readmitted", replicator.readmit(region));
    }

    private JsonNode accept(Map<String, String> parameters) {
        String table = parameters.getOrDefault("table", "");
        String truth = parameters.getOrDefault("truth", "");
        if (table.isEmpty() || truth.isEmpty()) {
            throw new IllegalArgumentException(
                    "say which table, and whose content stands: /api/tables/accept?table=NAME&truth=REGION");
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("table", table)
                .put("truth", truth)
                .put("done", replicator.running().lifecycle().accept(table, truth));
    }

    private JsonNode pause(Map<String, String> parameters) {
        replicator.running().feeds().pause();
        return JsonNodeFactory.instance.objectNode().put("paused", true);
    }

    private JsonNode resume(Map<String, String> parameters) {
        replicator.running().feeds().resume();
        return JsonNodeFactory.instance.objectNode().put("paused", false);
    }
}

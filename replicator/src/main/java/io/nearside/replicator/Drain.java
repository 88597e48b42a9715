package io.nearside.replicator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Waits until what was written in a region is captured here and applied elsewhere. */
record Drain(AdminClient here, List<AdminClient> others, Consumer<String> progress) {

    private static final int QUIET_LOOKS = 3;
    private static final long LOOK_MILLIS = 1_000;

    /** What is still not out when the time is up, one sentence each; empty if everything is. */
    JsonNode await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        int quiet = 0;
        ArrayNode left = left();
        while (quiet < QUIET_LOOKS && System.nanoTime() < deadline) {
            quiet = left.isEmpty() ? quiet + 1 : 0;
            if (!left.isEmpty()) {
                progress.accept("waiting for " + left);
            }
            if (quiet < QUIET_LOOKS) {
                pause();
                left = left();
            }
        }
        return left;
    }

    private ArrayNode left() {
        ArrayNode left = JsonNodeFactory.instance.arrayNode();
        JsonNode status = here.get("/api/status");
        status.path("tables")
                .forEach(table -> table.path("shards").forEach(shard -> {
                    if (shard.path("in-flight").asInt() > 0
                            || shard.path("lag-millis").asLong() > 0) {
                        left.add("table " + table.path("table").asText() + " is not captured to its end");
                    }
                }));
        String region = status.path("region").asText();
        for (AdminClient other : others) {
            JsonNode there = other.get("/api/status");
            there.path("peers").forEach(peer -> {
                if (peer.path("peer").asText().equals(region)
                        && peer.path("backlog").asLong() > 0) {
                    left.add(peer.path("backlog").asLong() + " changes are not applied in "
                            + there.path("region").asText());
                }
            });
        }
        return left;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

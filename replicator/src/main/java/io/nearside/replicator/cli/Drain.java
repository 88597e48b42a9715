package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Waits until what was written in a region is captured here and applied elsewhere. */
final class Drain {

    private static final int QUIET_LOOKS = 3;
    private static final long LOOK_MILLIS = 1_000;

    private final AdminClient here;
    private final List<AdminClient> others;
    private final Progress progress;

    /** Changes that are not applied elsewhere, as of the last look. */
    private long backlog;

    Drain(AdminClient here, List<AdminClient> others, Progress progress) {
        this.here = here;
        this.others = List.copyOf(others);
        this.progress = progress;
    }

    /** What is still not out when the time is up, one sentence each; empty if everything is. */
    JsonNode await(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        int quiet = 0;
        ArrayNode left = left();
        long most = 0;
        while (quiet < QUIET_LOOKS && System.nanoTime() < deadline) {
            quiet = left.isEmpty() ? quiet + 1 : 0;
            most = Math.max(most, backlog);
            if (backlog > 0) {
                progress.show("changes drained", most - backlog, most);
            } else if (!left.isEmpty()) {
                progress.show("waiting: " + left.get(0).asText());
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
        backlog = 0;
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
                    backlog += peer.path("backlog").asLong();
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

package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nearside.replicator.cli.AdminClient.AdminException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Waits until what was written in a region is captured, by whichever of its processes, and applied elsewhere.
 *
 * <p>One process of each region is asked. It knows the others of its region from their signs of life, and from Kafka how far they
 * have come with the changes of a peer. What cannot be told counts as not done.
 */
final class Drain {

    private static final int QUIET_LOOKS = 3;
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Signs come several times a second; who has been silent for longer may have gone, with what it had. */
    private static final long SILENT_MILLIS = 3_000;

    private final AdminClient here;
    private final List<AdminClient> others;
    private final Progress progress;
    private final Duration look;

    /** Changes that are not applied elsewhere, as of the last look. */
    private long backlog;

    Drain(AdminClient here, List<AdminClient> others, Progress progress) {
        this(here, others, progress, LOOK);
    }

    /**
     * @param look the pause between two looks; several in a row must find nothing
     */
    Drain(AdminClient here, List<AdminClient> others, Progress progress, Duration look) {
        this.here = here;
        this.others = List.copyOf(others);
        this.progress = progress;
        this.look = look;
    }

    /**
     * What is still not out when the time is up, one sentence each; empty if everything is.
     *
     * @throws AdminException if nobody answers, or the thread is interrupted
     */
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
        JsonNode status = here.get("/api/status");
        notCaptured(status, left);
        backlog = 0;
        for (AdminClient other : others) {
            notApplied(
                    other.get("/api/backlog?peer="
                            + ReplicationCommand.encoded(status.path("region").asText())),
                    left);
        }
        return left;
    }

    private static void notCaptured(JsonNode status, ArrayNode left) {
        int withStream = 0;
        int captured = 0;
        for (JsonNode table : status.path("tables")) {
            if (table.path("stream").asBoolean()) {
                withStream++;
                if (!table.path("capture").asText().equals("elsewhere")) {
                    captured++;
                    if (table.path("behind").asBoolean()) {
                        left.add("table " + table.path("table").asText() + " is not captured to its end");
                    }
                }
            }
        }
        boolean heard = false;
        for (JsonNode process : status.path("processes")) {
            String name = process.path("process").asText();
            heard = heard || process.path("self").asBoolean();
            if (process.path("silent-millis").asLong() > SILENT_MILLIS) {
                left.add("process " + name + " has given no sign of life for "
                        + process.path("silent-millis").asLong() / 1_000 + " s");
            } else if (!process.path("behind").isInt()) {
                left.add("process " + name + " does not say how far it is");
            } else if (!process.path("self").asBoolean()) {
                captured += process.path("tables").asInt();
                if (process.path("behind").asInt() > 0) {
                    int behind = process.path("behind").asInt();
                    left.add(Counted.of(behind, "table") + " of process " + name
                            + (behind == 1 ? " is not captured to its end" : " are not captured to their end"));
                }
            }
        }
        if (!heard) {
            left.add("the signs of life of this region's processes cannot be read");
        }
        if (captured < withStream) {
            left.add(Counted.of(withStream - captured, "table is", "tables are")
                    + " captured by no process at the moment");
        }
    }

    private void notApplied(JsonNode there, ArrayNode left) {
        long changes = there.path("backlog").asLong();
        if (changes > 0) {
            backlog += changes;
            left.add(Counted.of(changes, "change is", "changes are") + " not applied in "
                    + there.path("region").asText());
        }
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(look.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminException("interrupted before everything was out", e);
        }
    }
}

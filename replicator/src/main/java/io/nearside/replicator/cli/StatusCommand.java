package io.nearside.replicator.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code status}: what is not out and not in yet. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows what is not out and not in yet.",
        exitCodeListHeading = Exit.HEADING,
        exitCodeList = {
            "0:the replicator is ready",
            Exit.ON_REFUSED,
            Exit.ON_USAGE,
            "3:it is not, and the answer says why"
        })
final class StatusCommand implements Callable<Integer> {

    @ParentCommand
    private ReplicationCommand replication = new ReplicationCommand();

    @Override
    public Integer call() {
        return replication.ask(client -> {
            JsonNode health = client.get("/health/ready");
            JsonNode status = client.get("/api/status");
            PrintWriter out = replication.out();
            if (replication.json()) {
                out.println(status.toPrettyString());
            } else {
                print(out, status, health);
            }
            out.flush();
            return health.path("status").asText().equals("ready") ? Exit.DONE : Exit.ATTENTION;
        });
    }

    private static void print(PrintWriter out, JsonNode status, JsonNode health) {
        out.printf(
                Locale.ROOT,
                "region %s (%d): %s, %s%n",
                status.path("region").asText(),
                status.path("region-id").asInt(),
                status.path("lifecycle").asText().toLowerCase(Locale.ROOT),
                health.path("status").asText());
        health.path("components").properties().forEach(component -> {
            if (!component.getValue().path("status").asText().equals("ready")) {
                out.printf(
                        Locale.ROOT,
                        "  %s: %s%n",
                        component.getKey(),
                        component.getValue().path("reason").asText());
            }
        });
        tables(out, status.path("tables"));
        peers(out, status.path("peers"));
        if (status.path("uncaptured").asInt() > 0) {
            out.printf(
                    Locale.ROOT,
                    "captured by no process: %s%n",
                    Counted.of(status.path("uncaptured").asInt(), "table"));
        }
        if (status.path("parked-keys").asInt() > 0) {
            out.printf(
                    Locale.ROOT, "parked keys: %d%n", status.path("parked-keys").asInt());
        }
    }

    private static void tables(PrintWriter out, JsonNode tables) {
        if (tables.isEmpty()) {
            return;
        }
        out.printf(Locale.ROOT, "%n%-40s %-10s %7s %14s%n", "TABLE", "CAPTURE", "SHARDS", "NOT CAPTURED");
        tables.forEach(table -> out.printf(
                Locale.ROOT,
                "%-40s %-10s %7d %14s%n",
                table.path("table").asText(),
                table.path("capture").asText(),
                table.path("shards").size(),
                table.path("shards").isEmpty() || table.path("end-seen").asBoolean(true)
                        ? age(table.path("capture-lag-millis").asLong())
                        : "not known yet"));
    }

    private static void peers(PrintWriter out, JsonNode peers) {
        if (peers.isEmpty()) {
            return;
        }
        out.printf(Locale.ROOT, "%n%-40s %12s %12s%n", "PEER", "NOT APPLIED", "OLDEST");
        peers.forEach(peer -> out.printf(
                Locale.ROOT,
                "%-40s %12d %12s%n",
                peer.path("peer").asText(),
                peer.path("backlog").asLong(),
                age(peer.path("oldest-age-millis").asLong())));
    }

    private static String age(long millis) {
        return millis == 0 ? "-" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
}

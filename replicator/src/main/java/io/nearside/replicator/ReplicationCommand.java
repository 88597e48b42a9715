package io.nearside.replicator;

import com.fasterxml.jackson.databind.JsonNode;
import io.nearside.replicator.AdminClient.AdminException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The operator's commands, against a running replicator's admin port. */
@Command(
        name = "replication",
        mixinStandardHelpOptions = true,
        versionProvider = ReplicatorMain.Version.class,
        description = "Looks at and steers a running replicator.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and all is well",
            "1:the replicator cannot be reached or refused",
            "2:wrong command line",
            "3:done, and something needs attention"
        })
final class ReplicationCommand implements Callable<Integer> {

    /** Pages that read a whole table answer when they have. */
    static final Duration LONG = Duration.ofHours(2);

    static final int REFUSED = 1;
    static final int ATTENTION = 3;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "The replicator's admin port; http://127.0.0.1:8003 if not given.")
    private URI admin = URI.create("http://127.0.0.1:8003");

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the answer as JSON.")
    private boolean json;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(command.commandLine(), "say what to do; --help lists it");
    }

    @Command(name = "status", mixinStandardHelpOptions = true, description = "Shows what is not out and not in yet.")
    int status() {
        return asked(client -> {
            JsonNode health = client.get("/health/ready");
            JsonNode status = client.get("/api/status");
            if (json) {
                out().println(status.toPrettyString());
            } else {
                StatusTable.print(out(), status, health);
            }
            out().flush();
            return health.path("status").asText().equals("ready") ? 0 : ATTENTION;
        });
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Applies no more changes of other regions here; capture goes on.")
    int pause() {
        return done("/api/pause", "paused: changes of other regions wait in Kafka until: nearside replication resume");
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Applies changes of other regions again.")
    int resume() {
        return done("/api/resume", "resumed");
    }

    private int done(String path, String sentence) {
        return asked(client -> {
            JsonNode answer = client.post(path);
            out().println(json ? answer.toPrettyString() : sentence);
            out().flush();
            return 0;
        });
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Compares a table between regions; differences that a second look confirms are mismatches.")
    int verify(@Mixin ComparisonOptions options) {
        return compared(options, false);
    }

    @Command(
            name = "repair",
            mixinStandardHelpOptions = true,
            description = "Like verify, and has the region with the newest version of each mismatch publish it again.")
    int repair(@Mixin ComparisonOptions options) {
        return compared(options, true);
    }

    private int compared(ComparisonOptions options, boolean repair) {
        return asked(client -> new ComparisonReport(options, client, out(), progress(), json).run(repair));
    }

    @Command(
            name = "backfill",
            mixinStandardHelpOptions = true,
            description = "Publishes every item of a table again, for a region that starts empty or lost its log.")
    int backfill(
            @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.") String table,
            @Option(
                            names = "--rows-per-second",
                            defaultValue = "1000",
                            paramLabel = "N",
                            description = "The most items read and published per second; ${DEFAULT-VALUE}.")
                    int rowsPerSecond) {
        progress().accept("publishing " + table);
        return asked(client -> {
            JsonNode answer =
                    client.post("/api/backfill?table=" + encoded(table) + "&rows-per-second=" + rowsPerSecond);
            return said(answer, answer.path("published").asLong() + " items published", 0);
        });
    }

    @Command(
            name = "history",
            mixinStandardHelpOptions = true,
            description = "Shows who changed an item, what and when, as far back as the logs reach.")
    int history(
            @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.") String table,
            @Option(
                            names = "--key",
                            required = true,
                            paramLabel = "JSON",
                            description = "The key in DynamoDB's JSON: {\"id\": {\"S\": \"a\"}}")
                    String key) {
        return asked(client -> {
            JsonNode entries = client.get("/api/history?table=" + encoded(table) + "&key=" + encoded(key));
            StringBuilder lines = new StringBuilder();
            entries.forEach(entry -> lines.append(String.format(
                    Locale.ROOT,
                    "%s  %-16s %-6s %s%n",
                    entry.path("at").asText(),
                    entry.path("region").asText(),
                    entry.path("kind").asText(),
                    entry.has("item") ? entry.path("item").toString() : "")));
            return said(
                    entries,
                    entries.isEmpty()
                            ? "no change of this item is in the logs"
                            : lines.toString().strip(),
                    0);
        });
    }

    @Command(
            name = "conflicts",
            mixinStandardHelpOptions = true,
            description = "Shows the latest changes that lost against a concurrent one.")
    int conflicts(
            @Option(
                            names = "--limit",
                            defaultValue = "20",
                            paramLabel = "N",
                            description = "How many; ${DEFAULT-VALUE}.")
                    int limit) {
        return asked(client -> {
            JsonNode conflicts = client.get("/api/conflicts?limit=" + limit);
            StringBuilder lines = new StringBuilder();
            conflicts.forEach(conflict -> lines.append(String.format(
                    Locale.ROOT,
                    "%s  %s %s: %s beat %s%n",
                    conflict.path("at").asText(),
                    conflict.path("table").asText(),
                    conflict.path("key"),
                    conflict.path("winner").path("version").asText(),
                    conflict.path("loser").path("version").asText())));
            return said(
                    conflicts,
                    conflicts.isEmpty() ? "no conflicts" : lines.toString().strip(),
                    0);
        });
    }

    @Command(
            name = "parked",
            mixinStandardHelpOptions = true,
            description = "Shows the changes that are put aside, and why.")
    int parked(
            @Option(names = "--table", defaultValue = "", paramLabel = "TABLE", description = "Of this table only.")
                    String table) {
        return asked(client -> {
            JsonNode parked = client.get("/api/parked?table=" + encoded(table));
            StringBuilder lines = new StringBuilder();
            parked.forEach(entry -> lines.append(String.format(
                    Locale.ROOT,
                    "%s  %s %s: %s, %s%n",
                    entry.path("at").asText(),
                    entry.path("table").asText(),
                    entry.path("key"),
                    entry.path("reason").asText(),
                    entry.path("detail").asText())));
            return said(
                    parked,
                    parked.isEmpty() ? "nothing is parked" : lines.toString().strip(),
                    parked.isEmpty() ? 0 : ATTENTION);
        });
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = "Applies the newest parked change of each key of a table after all.")
    int release(
            @Option(names = "--table", required = true, paramLabel = "TABLE", description = "The table.")
                    String table) {
        return asked(client -> {
            JsonNode answer = client.post("/api/parked/release?table=" + encoded(table));
            return said(
                    answer,
                    answer.path("released").asLong() + " keys released, "
                            + answer.path("parked").asLong() + " still parked",
                    answer.path("parked").asLong() == 0 ? 0 : ATTENTION);
        });
    }

    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description =
                    "Waits until everything written in this region is captured, and applied in the regions named by"
                            + " --with. Stop the region's writers first.")
    int drain(
            @Option(
                            names = "--with",
                            paramLabel = "URL",
                            description = "Admin port of another region's replicator; as often as there are regions.")
                    List<URI> with,
            @Option(
                            names = "--timeout",
                            defaultValue = "60",
                            paramLabel = "SECONDS",
                            description = "Gives up after this; ${DEFAULT-VALUE}.")
                    int timeoutSeconds) {
        List<AdminClient> others = with == null
                ? List.of()
                : with.stream().map(url -> new AdminClient(url, LONG)).toList();
        return asked(client -> {
            JsonNode left = new Drain(client, others, progress()).await(Duration.ofSeconds(timeoutSeconds));
            return said(
                    left,
                    left.isEmpty() ? "drained: nothing is left to go out" : "not drained: " + left,
                    left.isEmpty() ? 0 : ATTENTION);
        });
    }

    private int said(JsonNode answer, String sentence, int exitCode) {
        out().println(json ? answer.toPrettyString() : sentence);
        out().flush();
        return exitCode;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    /** Says what is being done, to people at a terminal only. */
    private Consumer<String> progress() {
        PrintWriter err = command.commandLine().getErr();
        return Boolean.getBoolean("nearside.terminal") && !json
                ? sentence -> {
                    err.println(sentence);
                    err.flush();
                }
                : sentence -> {};
    }

    private interface Question {
        int ask(AdminClient client);
    }

    private int asked(Question question) {
        try {
            return question.ask(new AdminClient(admin, LONG));
        } catch (AdminException e) {
            command.commandLine().getErr().println(e.getMessage());
            return REFUSED;
        }
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** The status as tables for people. */
    private record StatusTable() {

        static void print(PrintWriter out, JsonNode status, JsonNode health) {
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
            if (status.path("parked-keys").asInt() > 0) {
                out.printf(
                        Locale.ROOT,
                        "parked keys: %d%n",
                        status.path("parked-keys").asInt());
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
                    age(table.path("capture-lag-millis").asLong())));
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
}

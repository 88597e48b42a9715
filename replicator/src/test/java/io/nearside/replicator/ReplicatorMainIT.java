package io.nearside.replicator;

import io.nearside.config.ConfigLoader;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.config.ReplicatorConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an operator is told when something is wrong: one sentence with the thing and the fix, and an exit code. */
final class ReplicatorMainIT {

    @TempDir
    private Path directory = Path.of("");

    private record Said(int exitCode, String out, String err) {}

    private static Said run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = ReplicatorMain.commandLine();
        int exitCode = commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
        return new Said(exitCode, out.toString(), err.toString());
    }

    private static String yaml(String dynamoDb, String kafka, int adminPort) {
        return """
                service: replicator
                region: us-east-1
                region-id: 1
                dynamodb:
                  endpoint: %s
                  credentials: {provider: static, access-key-id: test, secret-access-key: test}
                kafka: {bootstrap-servers: "%s"}
                admin: {port: %d}
                """.formatted(dynamoDb, kafka, adminPort);
    }

    private static Replicator start(String yaml) {
        return Replicator.start(ConfigLoader.parse(yaml, ReplicatorConfig.class, Map.of()));
    }

    private static HttpResponse<String> ready(Replicator replicator) {
        return get(replicator, "/health/ready");
    }

    private static HttpResponse<String> get(Replicator replicator, String path) {
        URI page = URI.create("http://127.0.0.1:" + replicator.adminPort() + path);
        try {
            return HttpClient.newHttpClient().send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A port of this machine on which nobody listens. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void help_isThereForEveryCommand() {
        assertThat(run("replicator", "--help").out()).contains("--config");
        assertThat(run("replication", "--help").out()).contains("status", "pause", "resume", "--json");
        assertThat(run("replicator", "--help").exitCode()).isZero();
        CommandLine replication = Objects.requireNonNull(
                ReplicatorMain.commandLine().getSubcommands().get("replication"));
        assertThat(replication.getSubcommands()).hasSize(14);
        replication
                .getSubcommands()
                .keySet()
                .forEach(command -> assertThat(
                                run("replication", command, "--help").out())
                        .as(command)
                        .contains("Exit codes:", "--admin", "  0 ", "  1 ", "  2 "));
    }

    @Test
    void replicator_wrongConfiguration_listsEveryProblemAndExitsWith2() throws IOException {
        Path file = Files.writeString(directory.resolve("r.yaml"), """
                service: replicator
                regoin: us-east-1
                region-id: 70000
                kafka: {bootstrap-servers: "k:1"}
                """);
        Said said = run("replicator", "--config", file.toString());
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.err()).contains("regoin", "region-id", "65535").doesNotContain("\tat ");
    }

    @Test
    void replicator_adminPortInUse_namesItAndExitsWith1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = Files.writeString(
                    directory.resolve("r.yaml"),
                    yaml("http://127.0.0.1:1", EmbeddedKafka.shared().bootstrapServers(), taken.getLocalPort()));
            Said said = run("replicator", "--config", file.toString());
            assertThat(said.exitCode()).isEqualTo(1);
            assertThat(said.err())
                    .contains("127.0.0.1:" + taken.getLocalPort(), "admin.port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void banner_threeLines_sayWhatServesWhatAndWhere() throws IOException {
        String endpoint = "http://127.0.0.1:" + freePort();
        ReplicatorConfig config = ConfigLoader.parse(
                yaml(endpoint, EmbeddedKafka.shared().bootstrapServers(), 0), ReplicatorConfig.class, Map.of());
        try (Replicator replicator = Replicator.start(config)) {
            assertThat(ReplicatorCommand.banner(config, replicator).lines())
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("Nearside replicator ")
                                    .endsWith(" in us-east-1"),
                            line -> assertThat(line)
                                    .contains(endpoint, EmbeddedKafka.shared().bootstrapServers()),
                            line -> assertThat(line)
                                    .startsWith("  admin http://127.0.0.1:" + replicator.adminPort() + "/"));
        }
    }

    @Test
    void replicator_dynamoDbUnreachable_staysUpAndSaysSo() throws IOException {
        String endpoint = "http://127.0.0.1:" + freePort();
        try (Replicator replicator = start(yaml(endpoint, EmbeddedKafka.shared().bootstrapServers(), 0))) {
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                HttpResponse<String> ready = ready(replicator);
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body())
                        .contains("DynamoDB at " + endpoint + " cannot be used; check dynamodb.endpoint");
            });
            assertThat(get(replicator, "/api/backlog?peer=eu-west-1").statusCode())
                    .isEqualTo(503);
            assertThat(get(replicator, "/api/backlog").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void replicator_kafkaUnreachable_staysUpAndSaysSo() throws IOException {
        String kafka = "127.0.0.1:" + freePort();
        try (TwoRegions regions = new TwoRegions()) {
            String yaml = regions.yaml(0).replace(EmbeddedKafka.shared().bootstrapServers(), kafka);
            try (Replicator replicator = start(yaml)) {
                await().atMost(TwoRegions.SOON).untilAsserted(() -> {
                    HttpResponse<String> ready = ready(replicator);
                    assertThat(ready.statusCode()).isEqualTo(503);
                    assertThat(ready.body())
                            .contains("Kafka at " + kafka + " does not answer; check kafka.bootstrap-servers");
                });
            }
        }
    }

    @Test
    void replicator_regionIdUsedBefore_refusesWithTheReason() {
        try (TwoRegions regions = new TwoRegions().start()) {
            regions.stop(0);
            // Without the table that names its peer: here the peers change.
            String yaml = regions.yaml(0).replaceFirst("(?m)^ *- \\{name: .*\\n", "");
            String renamed = yaml.replace("region: " + regions.name(1), "region: other");
            try (Replicator replicator = start(renamed)) {
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(ready(replicator).body())
                                .contains("region-id 2 belonged to " + regions.name(1) + " and is never used again"));
                assertThat(replicator.lifecycle()).isEqualTo(Replicator.Lifecycle.REFUSED);
            }
            String alone = yaml.substring(0, yaml.indexOf("peers:"));
            try (Replicator replicator = start(alone)) {
                await().atMost(TwoRegions.SOON).until(() -> replicator.lifecycle() == Replicator.Lifecycle.RUNNING);
            }
            // Left out once, for a moment: nothing is spent.
            try (Replicator replicator = start(yaml)) {
                await().atMost(TwoRegions.SOON).until(() -> replicator.lifecycle() == Replicator.Lifecycle.RUNNING);
            }
        }
    }

    @Test
    void replicator_peersIdMistypedWhileThePeerRuns_isRefusedWithBothValues() {
        try (TwoRegions regions = new TwoRegions().start()) {
            await().atMost(TwoRegions.SOON)
                    .until(() -> regions.get(1, "/api/status").body().contains("\"self\""));
            regions.stop(0);
            String yaml = regions.yaml(0);
            try (Replicator replicator = start(yaml.replace("region-id: 2", "region-id: 9"))) {
                await().atMost(TwoRegions.SOON)
                        .untilAsserted(() -> assertThat(ready(replicator).body())
                                .contains("region " + regions.name(1)
                                        + " has region-id 9 in this configuration and 2 in that"
                                        + " of its own replicators, which run"));
                assertThat(replicator.lifecycle()).isEqualTo(Replicator.Lifecycle.STARTING);
            }
            try (Replicator replicator = start(yaml)) {
                await().atMost(TwoRegions.SOON).until(() -> replicator.lifecycle() == Replicator.Lifecycle.RUNNING);
            }
        }
    }

    @Test
    void replicator_spentIdReadmittedByAnOperator_starts() {
        try (TwoRegions regions = new TwoRegions()) {
            String yaml = regions.yaml(0);
            try (Replicator replicator = start(yaml)) {
                await().atMost(TwoRegions.SOON).until(() -> replicator.lifecycle() == Replicator.Lifecycle.RUNNING);
            }
            regions.spend(0, 2);
            try (Replicator replicator = start(yaml)) {
                await().atMost(TwoRegions.SOON).until(() -> replicator.lifecycle() == Replicator.Lifecycle.REFUSED);
                assertThat(ready(replicator).body()).contains("region-id 2 is spent");
                String admin = "http://127.0.0.1:" + replicator.adminPort();
                Said said = run("replication", "readmit", "--region", regions.name(1), "--admin", admin);
                assertThat(said.exitCode()).as(said.err()).isZero();
                await().atMost(TwoRegions.SOON).until(() -> replicator.lifecycle() == Replicator.Lifecycle.RUNNING);
            }
        }
    }

    @Test
    void replication_status_showsWhatThereIs() {
        try (TwoRegions regions = new TwoRegions().start()) {
            String table = regions.replicatedTable("status");
            regions.put(0, table, "a", "1");
            String admin = regions.admin(0).toString();
            await().atMost(TwoRegions.SOON).untilAsserted(() -> {
                Said said = run("replication", "status", "--admin", admin);
                assertThat(said.exitCode()).isZero();
                assertThat(said.out()).contains(table, "TABLE", "PEER", regions.name(1), "running, ready");
            });
            assertThat(run("replication", "--admin", admin, "--json", "status").out())
                    .contains("\"peers\"");
            assertThat(run("replication", "pause", "--admin", admin).out()).contains("paused");
            Said paused = run("replication", "status", "--admin", admin);
            assertThat(paused.exitCode()).isEqualTo(3);
            assertThat(paused.out()).contains("paused by an operator");
            assertThat(run("replication", "resume", "--admin", admin).exitCode())
                    .isZero();
        }
    }

    @Test
    void replication_nobodyThere_saysHowToNameIt() throws IOException {
        Said said = run("replication", "status", "--admin", "http://127.0.0.1:" + freePort());
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.err())
                .contains("no replicator answers at", "--admin URL")
                .doesNotContain("\tat ");
    }
}

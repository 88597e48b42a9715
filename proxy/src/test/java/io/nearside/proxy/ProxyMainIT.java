package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The program as its operator meets it: in a process of its own. */
class ProxyMainIT {

    private static final Pattern DATA_PORT = Pattern.compile("DynamoDB endpoint (http://\\S+)");
    private static final String USABLE = """
            service: proxy
            region: us-east-1
            listen: {port: 0}
            admin: {port: 0}
            upstream:
              endpoint: %s
              credentials: {provider: static, access-key-id: local, secret-access-key: local}
            """.formatted(EmbeddedDynamoDb.shared().endpoint(0));

    @TempDir
    private Path directory = Path.of("");

    @Test
    void goodConfiguration_printsABannerOfThreeLines_andEndsOnSigterm() throws Exception {
        Process process = start("--config", file(USABLE).toString());
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(out()).lines().count() == 3);
            process.destroy();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(out()))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Nearside proxy ").endsWith(" in us-east-1"),
                        line -> assertThat(line)
                                .matches("  DynamoDB endpoint http://127\\.0\\.0\\.1:\\d+ for "
                                        + EmbeddedDynamoDb.shared().endpoint(0)),
                        line -> assertThat(line).startsWith("  admin http://127.0.0.1:"));
        assertThat(Files.readString(err())).doesNotContain("Exception", "\tat ");
    }

    @Test
    void fileThatChanges_isRefusedWhole_orPutInForce() throws Exception {
        Path config = file(USABLE);
        Process process = start("--config", config.toString());
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(out()).contains("admin http"));

            Files.writeString(config, USABLE + "cache: {item: {ttl: soon}}\ntables: [{nam: x}]\n");
            await().atMost(60, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(logged())
                            .anySatisfy(line -> assertThat(line)
                                    .contains("is refused", "cache.item.ttl", "tables[0].nam", "tables[0].name")));

            Files.writeString(config, USABLE + "cache: {max-weight: 1MiB, item: {ttl: 7m}}\n");
            await().atMost(60, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(logged())
                            .anySatisfy(line -> assertThat(line)
                                    .contains("is in force", "cache.item.ttl: 5m -> 7m", "needs-restart")
                                    .containsPattern("needs-restart\\W+cache.max-weight")));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void spansThatCannotBeSent_areToldInTheFormOfAllLogs() throws Exception {
        Path config = file(USABLE + "tracing: {endpoint: 'http://127.0.0.1:1/v1/traces', sample-ratio: 1}\n");
        Process process = start(Map.of("LOG_FORMAT", "json"), "--config", config.toString());
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(out()).contains("admin http"));
            Matcher endpoint = DATA_PORT.matcher(Files.readString(out()));
            assertThat(endpoint.find()).isTrue();
            HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(endpoint.group(1)))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());

            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(err()).contains("Failed to export spans"));
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readAllLines(err()))
                .allSatisfy(line -> assertThat(line).startsWith("{").endsWith("}"));
    }

    @Test
    void badConfiguration_isExplainedWhole_withoutAStackTrace() throws Exception {
        int exit = run("--config", file("service: proxy\nlisten: {prt: 1}\n").toString());

        assertThat(exit).isEqualTo(2);
        assertThat(Files.readString(err()))
                .contains("2 problems", "region: missing", "listen.prt: unknown key; did you mean \"port\"?")
                .doesNotContain("Exception", "\tat ");
    }

    @Test
    void missingFile_isNamed() throws Exception {
        int exit = run("--config", directory.resolve("none.yaml").toString());

        assertThat(exit).isEqualTo(2);
        assertThat(Files.readString(err())).contains("none.yaml", "there is no such file");
    }

    @Test
    void portInUse_isNamedWithTheFix() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            int exit = run(
                    "--config",
                    file(USABLE.replace("admin: {port: 0}", "admin: {port: " + port + "}"))
                            .toString());

            assertThat(exit).isEqualTo(1);
            assertThat(Files.readString(err()))
                    .contains("Port " + port + " on 127.0.0.1", "set admin.port")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void help_andVersion_succeed() throws Exception {
        assertThat(run("--help")).isZero();
        assertThat(Files.readString(out())).contains("--config=FILE", "Exit codes");
        assertThat(run("--version")).isZero();
        assertThat(Files.readString(out())).contains("Nearside proxy");
        assertThat(run()).isEqualTo(2);
    }

    private int run(String... arguments) throws Exception {
        Process process = start(arguments);
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ProxyMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder process =
                new ProcessBuilder(command).redirectOutput(out().toFile()).redirectError(err().toFile());
        process.environment().putAll(environment);
        return process.start();
    }

    private List<String> logged() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(out()));
        lines.addAll(Files.readAllLines(err()));
        return lines;
    }

    private Path out() {
        return directory.resolve("out");
    }

    private Path err() {
        return directory.resolve("err");
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("proxy.yaml"), yaml);
    }
}

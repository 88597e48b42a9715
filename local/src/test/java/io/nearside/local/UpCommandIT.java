package io.nearside.local;

import io.nearside.local.embedded.LoopbackPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class UpCommandIT {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration ENDED = Duration.ofSeconds(60);

    @Test
    void up_killed_leavesNoChildBehind() throws Exception {
        try (JavaProcess up = JavaProcess.start(
                NearsideMain.class, "up", "--regions", "here-1", "--port-base", String.valueOf(freeBase()))) {
            up.awaitLine("ready", READY);
            List<ProcessHandle> children = up.children();
            assertThat(children).isNotEmpty();

            up.kill();

            await().atMost(ENDED).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    /** One run and one after it: a start takes most of ten seconds of processor. */
    @Test
    void up_saysEveryEndpoint_endsWithItsChildren_andHasItsTablesAgainAfterARestart(@TempDir Path directory)
            throws Exception {
        int base = freeBase();
        String[] arguments = {
            "up",
            "--port-base",
            String.valueOf(base),
            "--data",
            directory.resolve("data").toString()
        };
        String table;
        try (JavaProcess before = JavaProcess.start(NearsideMain.class, arguments);
                DynamoDbClient east = client(base);
                DynamoDbClient west = client(base + 10)) {
            before.awaitLine("ready", READY);
            assertThat(before.output())
                    .contains("http://127.0.0.1:" + base, "http://127.0.0.1:" + (base + 10), "aws dynamodb")
                    .doesNotContain("WARN", "ERROR", "\tat ");
            table = Tables.create(east, west);
            east.putItem(request -> request.tableName(table).item(Tables.item("k", "v")));
            assertStopsWithItsChildren(before, base);
        }

        try (JavaProcess after = JavaProcess.start(NearsideMain.class, arguments);
                DynamoDbClient east = client(base);
                DynamoDbClient west = client(base + 10)) {
            after.awaitLine("ready", READY);
            assertThat(Tables.value(east, table, "k")).isEqualTo("v");
            await().atMost(ENDED).until(() -> Tables.value(west, table, "k").equals("v"));
        }
    }

    private static void assertStopsWithItsChildren(JavaProcess up, int base) throws InterruptedException {
        List<ProcessHandle> children = up.children();
        assertThat(children).isNotEmpty();

        up.terminate();

        assertThat(up.awaitExit(ENDED)).as(up.output()).isZero();
        assertThat(up.lines()).last().isEqualTo("stopped");
        await().atMost(ENDED).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        Ports.from(base).all(2).forEach(LoopbackPort::requireFree);
    }

    @Test
    void up_onAUsedPort_saysOneSentenceThatNamesIt() throws Exception {
        int base = freeBase();
        try (var taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), base + 12));

            assertFailsWithOneSentence(
                    1, List.of("up", "--port-base", String.valueOf(base)), "port " + (base + 12), "--port-base");
        }
    }

    @Test
    void up_withARegionThatCannotBe_saysOneSentenceThatNamesIt() throws Exception {
        assertFailsWithOneSentence(2, List.of("up", "--regions", "us-east-1,Mars"), "'Mars'", "us-east-1");
    }

    @Test
    void up_withTheSameRegionTwice_saysOneSentenceThatNamesIt() throws Exception {
        assertFailsWithOneSentence(2, List.of("up", "--regions", "here-1,here-1"), "here-1", "twice");
    }

    @Test
    void up_withDataBelowAMissingDirectory_saysOneSentenceThatNamesIt(@TempDir Path directory) throws Exception {
        Path missing = directory.resolve("missing");
        assertFailsWithOneSentence(
                1,
                List.of(
                        "up",
                        "--port-base",
                        String.valueOf(freeBase()),
                        "--data",
                        missing.resolve("data").toString()),
                missing.toString(),
                "create it first");
    }

    @Test
    void up_withAFileAsData_saysOneSentenceThatNamesIt(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertFailsWithOneSentence(
                1,
                List.of("up", "--port-base", String.valueOf(freeBase()), "--data", file.toString()),
                file.toString(),
                "name a directory");
    }

    private static void assertFailsWithOneSentence(int exitCode, List<String> arguments, String... parts)
            throws Exception {
        try (JavaProcess up = JavaProcess.start(NearsideMain.class, arguments.toArray(String[]::new))) {
            assertThat(up.awaitExit(ENDED)).isEqualTo(exitCode);
            List<String> said = up.lines().stream()
                    .filter(line -> !line.startsWith("Starting "))
                    .toList();
            assertThat(said).singleElement().asString().startsWith("nearside: ").contains(parts);
        }
    }

    /** A base whose ports were all free a moment ago, below those that the system gives away by itself. */
    private static int freeBase() {
        for (int attempt = 0; attempt < 100; attempt++) {
            int base = 10_000 + ThreadLocalRandom.current().nextInt(1_800) * 10;
            if (Ports.from(base).all(2).stream().allMatch(UpCommandIT::isFree)) {
                return base;
            }
        }
        throw new IllegalStateException("no free range of ports");
    }

    private static boolean isFree(int port) {
        try {
            LoopbackPort.requireFree(port);
            return true;
        } catch (RuntimeException taken) {
            return false;
        }
    }

    private static DynamoDbClient client(int port) {
        return Clients.sync(URI.create("http://127.0.0.1:" + port));
    }
}

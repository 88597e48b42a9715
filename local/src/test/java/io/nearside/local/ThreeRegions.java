package io.nearside.local;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.local.embedded.LoopbackPort;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.ReplicatorMain;
import io.nearside.replicator.cli.ReplicationCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three regions with everything that can be broken: a Kafka that stops, replicators in processes of their own, and a relay between each
 * replicator and its DynamoDB. Kafka's sessions last longer than any test, so that whatever is taken over from a process that was
 * killed is taken over because the others noticed.
 */
final class ThreeRegions implements AutoCloseable {
    static final int COUNT = 3;
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final List<String> NAMES = List.of("fault-1", "fault-2", "fault-3");

    private final Path directory;
    private final Parts parts = new Parts();
    private final EmbeddedDynamoDb dynamoDb;
    private final EmbeddedKafka kafka;
    private final List<FaultyRelay> relays = new ArrayList<>();
    private final List<DynamoDbClient> direct = new ArrayList<>();
    private final List<DynamoDbClient> proxied = new ArrayList<>();

    /** One replicator process and where its admin port is. */
    final class Node implements AutoCloseable {
        private final int region;
        private final int adminPort;
        private JavaProcess process;

        private Node(int region) {
            this.region = region;
            this.adminPort = LoopbackPort.free();
            this.process = run();
        }

        private JavaProcess run() {
            Path config = directory.resolve("replicator-" + adminPort + ".yaml");
            try {
                Files.writeString(config, replicator(region, adminPort));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return JavaProcess.start(ReplicatorMain.class, "replicator", "--config", config.toString());
        }

        /** SIGKILL. */
        Node kill() throws InterruptedException {
            process.kill();
            return this;
        }

        /** SIGTERM; returns when it has ended. */
        Node stop() throws InterruptedException {
            process.terminate();
            process.awaitExit(PATIENCE);
            return this;
        }

        void startAgain() {
            process = run();
        }

        void awaitReady() {
            await().atMost(PATIENCE).ignoreException(UncheckedIOException.class).untilAsserted(() -> {
                Health ready = Health.ready(adminPort);
                assertThat(ready.isOk())
                        .as("%s\n%s", ready.body(), process.output())
                        .isTrue();
            });
        }

        URI admin() {
            return URI.create("http://127.0.0.1:" + adminPort);
        }

        Health health() {
            return Health.ready(adminPort);
        }

        String page(String path) {
            return Health.get(admin().resolve(path)).body();
        }

        String output() {
            return process.output();
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** What one of the operator's commands said. */
    record Said(int exitCode, String text) {}

    ThreeRegions(Path directory, long seed) {
        this.directory = directory;
        this.dynamoDb = parts.add(EmbeddedDynamoDb.start(COUNT));
        this.kafka = parts.add(EmbeddedKafka.start());
        for (int region = 0; region < COUNT; region++) {
            relays.add(parts.add(FaultyRelay.start(dynamoDb.endpoint(region), seed + region)));
            direct.add(parts.add(Clients.sync(dynamoDb.endpoint(region))));
        }
    }

    /** One per region, in this process. */
    void startProxies() {
        for (int region = 0; region < COUNT; region++) {
            var configs = new ServiceConfigs(
                    new ServiceConfigs.Region(NAMES.get(region), region + 1, 0, 0, 0),
                    dynamoDb.endpoint(region),
                    kafka.bootstrapServers(),
                    List.of());
            ProxyServer proxy = parts.add(ProxyServer.start(LocalStack.parse(configs.proxy(), ProxyConfig.class)));
            proxied.add(parts.add(Clients.sync(URI.create("http://127.0.0.1:" + proxy.dataPort()))));
        }
    }

    private String replicator(int region, int adminPort) {
        String peers = IntStream.range(0, COUNT)
                .filter(peer -> peer != region)
                .mapToObj(peer -> "  - region: " + name(peer) + "\n    region-id: " + (peer + 1) + "\n")
                .collect(Collectors.joining());
        return """
                service: replicator
                region: %s
                region-id: %d
                dynamodb:
                  endpoint: %s
                  credentials:
                    provider: static
                    access-key-id: nearside
                    secret-access-key: nearside
                kafka:
                  bootstrap-servers: %s
                  properties:
                    session.timeout.ms: "600000"
                admin:
                  host: 127.0.0.1
                  port: %d
                  actions-enabled: true
                tables:
                  - name: "*"
                streams:
                  enable: true
                tables-create-missing: true
                capture:
                  poll-interval: 100ms
                  discovery-interval: 500ms
                peers:
                """.formatted(name(region), region + 1, relay(region).endpoint(), kafka.bootstrapServers(), adminPort)
                + peers;
    }

    /** Starts one more replicator process of a region. */
    Node startNode(int region) {
        return parts.add(new Node(region));
    }

    /** An operator's command, in this process: another would take seconds to start. */
    static Said operate(Node node, String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--admin", node.admin().toString()));
        StringWriter said = new StringWriter();
        CommandLine command = new CommandLine(new ReplicationCommand());
        command.setOut(new PrintWriter(said)).setErr(new PrintWriter(said));
        int exitCode = command.execute(all.toArray(String[]::new));
        return new Said(exitCode, said.toString());
    }

    static String name(int region) {
        return NAMES.get(region);
    }

    EmbeddedKafka kafka() {
        return kafka;
    }

    EmbeddedDynamoDb dynamoDb() {
        return dynamoDb;
    }

    FaultyRelay relay(int region) {
        return relays.get(region);
    }

    /** Around the proxy. */
    DynamoDbClient direct(int region) {
        return direct.get(region);
    }

    /** Through the region's proxy, once those have started. */
    DynamoDbClient proxied(int region) {
        return proxied.get(region);
    }

    /** Creates a table in the first region; returns when it is in the first so many, with a stream. */
    String createTable(int among) {
        String table = Tables.freshName();
        direct(0).createTable(Tables.definition(table));
        for (int region = 0; region < among; region++) {
            awaitStream(region, table);
        }
        return table;
    }

    private void awaitStream(int region, String table) {
        Tables.awaitExistence(direct(region), table, PATIENCE);
        await().atMost(PATIENCE).until(() -> stream(region, table) != null);
    }

    private String stream(int region, String table) {
        return direct(region)
                .describeTable(request -> request.tableName(table))
                .table()
                .latestStreamArn();
    }

    String streamArn(int region, String table) {
        return Objects.requireNonNull(stream(region, table));
    }

    @Override
    public void close() {
        parts.close();
    }
}

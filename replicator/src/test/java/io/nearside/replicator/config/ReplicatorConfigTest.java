package io.nearside.replicator.config;

import io.nearside.config.ConfigException;
import io.nearside.config.ConfigLoader;
import io.nearside.config.ConfigReference;
import io.nearside.config.Secret;
import io.nearside.replicator.Snapshot;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ReplicatorConfigTest {

    private static final Path EXAMPLES = Path.of("../config/examples");
    private static final String LEAST =
            "service: replicator\nregion: us-east-1\nregion-id: 1\nkafka: {bootstrap-servers: 'k:1'}\n";

    private static ReplicatorConfig parse(String yaml) {
        return ConfigLoader.parse(LEAST + yaml, ReplicatorConfig.class, Map.of());
    }

    @Test
    void leastFile_leavesTheDefaults() {
        ReplicatorConfig config = parse("");

        assertThat(config.peers()).isEmpty();
        assertThat(config.tables()).containsExactly(TableConfig.named("*"));
        assertThat(config.dynamodb().endpoint()).isEmpty();
        assertThat(config.dynamodb().connections()).isEqualTo(128);
        assertThat(config.dynamodb().requestTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.dynamodb().credentials().provider()).isEqualTo(CredentialsConfig.Provider.DEFAULT);
        assertThat(config.streams().enable()).isFalse();
        assertThat(config.tablesCreateMissing()).isFalse();
        assertThat(config.capture())
                .isEqualTo(
                        new CaptureConfig(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(1), true));
        assertThat(config.apply().concurrency()).isEqualTo(64);
        assertThat(config.tombstones()).isEqualTo(new TombstonesConfig("nearside-tombstones", Duration.ofDays(10)));
        assertThat(config.changeRetention()).isEqualTo(Duration.ofDays(7));
        assertThat(config.maxDrift()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.versionAttribute()).isEqualTo("nearside:v");
        assertThat(config.admin())
                .isEqualTo(new AdminConfig("127.0.0.1", 8003, List.of(), false, Optional.empty(), "0.0.0.0"));
    }

    @Test
    void fullFile_setsEverything() {
        ReplicatorConfig config = parse("""
                dynamodb:
                  endpoint: http://127.0.0.1:8001
                  connections: 5
                  request-timeout: 6s
                  credentials: {provider: static, access-key-id: A, secret-access-key: hidden}
                peers:
                  - {region: eu-west-1, region-id: 2, kafka: {bootstrap-servers: "p:1", properties: {a: b}}}
                  - {region: eu-west-2, region-id: 3}
                tables: [{name: x}, {name: y-*}]
                streams: {enable: true}
                tables-create-missing: true
                capture: {poll-interval: 7ms, discovery-interval: 800ms}
                apply: {concurrency: 9}
                tombstones: {table: nearside-t, ttl: 20d}
                change-retention: 10d
                max-drift: 11s
                version-attribute: v
                admin: {host: "::1", port: 0, hosts: [replicator.example], actions-enabled: true, health-host: 10.0.0.1, health-port: 8007}
                """);

        assertThat(config.dynamodb().endpoint()).contains(URI.create("http://127.0.0.1:8001"));
        assertThat(config.dynamodb().credentials().secretAccessKey()).contains(Secret.of("hidden"));
        assertThat(config.toString()).doesNotContain("hidden");
        KafkaConfig peerKafka = new KafkaConfig("p:1", Map.of("a", "b"));
        assertThat(config.peers())
                .containsExactly(
                        new PeerConfig("eu-west-1", 2, Optional.of(peerKafka)),
                        new PeerConfig("eu-west-2", 3, Optional.empty()));
        assertThat(config.kafkaOf(config.peers().get(0))).isEqualTo(peerKafka);
        assertThat(config.kafkaOf(config.peers().get(1))).isEqualTo(config.kafka());
        assertThat(config.tables()).isEqualTo(List.of(TableConfig.named("x"), TableConfig.named("y-*")));
        assertThat(config.capture())
                .isEqualTo(
                        new CaptureConfig(Duration.ofMillis(7), Duration.ofSeconds(1), Duration.ofMillis(800), true));
        assertThat(config.tombstones()).isEqualTo(new TombstonesConfig("nearside-t", Duration.ofDays(20)));
        assertThat(config.admin())
                .isEqualTo(
                        new AdminConfig("::1", 0, List.of("replicator.example"), true, Optional.of(8007), "10.0.0.1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "region-id: 65536                                              | region-id",
                "peers: [{region: us-east-1, region-id: 2}]                    | named twice",
                "peers: [{region: eu-west-1, region-id: 1}]                    | region-id 1 belongs to us-east-1",
                "peers: [{region: EU, region-id: 2}]                           | lower-case",
                "peers: [{region: eu-west-1}]                                  | region-id",
                "tables: [{name: ''}]                                          | tables",
                "tables: [{name: a, regions: [eu-west-9]}]                     | neither this one nor a peer",
                "tables: [{name: a, regions: [us-east-1, us-east-1]}]          | named twice",
                "tables: [{name: a, names: {us-east-1: b}}]                    | not a peer",
                "tables: [{name: 'a*', names: {eu-west-1: b}}]                 | is a pattern",
                "tables: [{name: a, filter: {}}]                               | needs key-prefix, attribute, or both",
                "tables: [{name: a, filter: {value: b}}]                       | needs key-prefix",
                "tables: [{name: a, filter: {key-prefix: k, value: b}}]        | attribute must be given too",
                "tables: [{name: a, filter: {key-prefix: ''}}]                 | must not be empty",
                "tables: [{name: a, time-to-live: never}]                      | time-to-live",
                "tables: [{name: a, read-budget: 0}]                           | read-budget",
                "tombstones: {ttl: 8d}                                         | tombstones.ttl must be at least 193h",
                "tombstones: {table: graves}                                   | begin with nearside-",
                "change-retention: 30d                                         | could come back",
                "dynamodb: {endpoint: 'ftp://h'}                               | http:// or https://",
                "dynamodb: {credentials: {provider: static}}                   | needs access-key-id",
                "capture: {poll-interval: 1ms}                                 | capture.poll-interval",
                "apply: {concurrency: 0}                                       | apply.concurrency",
                "max-drift: 0s                                                 | max-drift",
                "version-attribute: ''                                         | version-attribute",
                "stream: {enable: true}                                        | streams"
            })
    void wrongValue_isNamedInTheProblem(String yaml, String named) {
        assertThatThrownBy(() -> parse(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(named);
    }

    @Test
    void regionThatNobodyKnows_needsAnEndpoint() {
        String file = LEAST.replace("us-east-1", "xx-nowhere-9");

        assertThatThrownBy(() -> ConfigLoader.parse(file, ReplicatorConfig.class, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("AWS has no region xx-nowhere-9");
        assertThat(ConfigLoader.parse(
                                file + "dynamodb: {endpoint: 'http://127.0.0.1:8001'}\n",
                                ReplicatorConfig.class,
                                Map.of())
                        .region())
                .isEqualTo("xx-nowhere-9");
    }

    @Test
    void peers_whereNoChangesArePublished_areRefused() {
        assertThatThrownBy(() -> parse("""
                        peers: [{region: eu-west-1, region-id: 2}]
                        capture: {changes: false}
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("capture.changes: must be true");
    }

    @Test
    void twoTables_ofOneNameElsewhere_areRefused() {
        assertThatThrownBy(() -> parse("""
                        peers: [{region: eu-west-1, region-id: 2}]
                        tables: [{name: a, names: {eu-west-1: x}}, {name: b, names: {eu-west-1: x}}]
                        """))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("a and b are both x in eu-west-1");
    }

    @Test
    void table_withEverything_isRead() {
        ReplicatorConfig config = parse("""
                peers: [{region: eu-west-1, region-id: 2}]
                tables:
                  - name: orders
                    regions: [us-east-1, eu-west-1]
                    names: {eu-west-1: orders-eu}
                    filter: {key-prefix: "eu#", attribute: home, value: eu}
                    time-to-live: local
                    read-budget: 100
                    write-budget: 200
                """);

        assertThat(config.tables())
                .containsExactly(new TableConfig(
                        "orders",
                        List.of("us-east-1", "eu-west-1"),
                        Map.of("eu-west-1", "orders-eu"),
                        Optional.of(new FilterConfig(Optional.of("eu#"), Optional.of("home"), Optional.of("eu"))),
                        TableConfig.TimeToLive.LOCAL,
                        TableConfig.Resolver.LAST_WRITER_WINS,
                        Optional.of(100),
                        Optional.of(200)));
    }

    @Test
    void table_thatMergesAttributes_isRead() {
        assertThat(parse("tables: [{name: a, resolver: attribute-merge, filter: {key-prefix: x}}]")
                        .tables()
                        .get(0)
                        .resolver())
                .isEqualTo(TableConfig.Resolver.ATTRIBUTE_MERGE);
    }

    @Test
    void table_thatMergesAttributesAndAsksForWholeItems_isRefused() {
        assertThatThrownBy(() -> parse("tables: [{name: a, resolver: attribute-merge, filter: {attribute: x}}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no filter can ask for an attribute");
        assertThatThrownBy(() -> parse("tables: [{name: a, resolver: attribute-merge, time-to-live: local}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("would come back in part");
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.getFileName().toString().startsWith("replicator")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_isAccepted(Path example) {
        assertThat(ConfigLoader.load(example, ReplicatorConfig.class, Map.of()).region())
                .isEqualTo("us-east-1");
    }

    @Test
    void reference_inTheRepository_isWhatTheRecordsSay() {
        Snapshot.between(Path.of("../config/reference/replicator.md"), "<!-- settings -->\n", "<!-- /settings -->")
                .isEqualTo(ConfigReference.markdown(ReplicatorConfig.class));
    }
}

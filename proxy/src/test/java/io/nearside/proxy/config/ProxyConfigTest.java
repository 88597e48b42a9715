package io.nearside.proxy.config;

import io.nearside.config.ConfigException;
import io.nearside.config.ConfigLoader;
import io.nearside.config.ConfigReference;
import io.nearside.config.DataSize;
import io.nearside.config.Secret;
import io.nearside.proxy.Snapshot;
import io.nearside.proxy.config.AuthConfig.AuthMode;
import io.nearside.proxy.config.CacheConfig.ItemConfig;
import io.nearside.proxy.config.CacheConfig.QueryConfig;
import io.nearside.proxy.config.CoherenceConfig.Fallback;
import io.nearside.proxy.config.ReplicationConfig.Stamping;
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

class ProxyConfigTest {

    private static final Path EXAMPLES = Path.of("../config/examples");
    private static final String LEAST = "service: proxy\nregion: us-east-1\n";

    @Test
    void leastFile_leavesTheDefaults() {
        ProxyConfig config = parse("");

        assertThat(config.region()).isEqualTo("us-east-1");
        assertThat(config.nodeId()).isEmpty();
        assertThat(config.listen())
                .isEqualTo(new ListenConfig(
                        "127.0.0.1",
                        List.of(),
                        8000,
                        Optional.empty(),
                        4096,
                        2048,
                        DataSize.parse("16MiB"),
                        DataSize.parse("128MiB"),
                        Duration.ofSeconds(75),
                        0,
                        Duration.ofSeconds(10)));
        assertThat(config.admin().host()).isEqualTo("127.0.0.1");
        assertThat(config.admin().port()).isEqualTo(8002);
        assertThat(config.admin().actionsEnabled()).isFalse();
        assertThat(config.auth()).isEqualTo(new AuthConfig(AuthMode.NONE, false, List.of()));
        assertThat(config.upstream().endpoint()).isEmpty();
        assertThat(config.upstream().connections()).isEqualTo(128);
        assertThat(config.upstream().credentials().provider()).isEqualTo(CredentialsConfig.Provider.DEFAULT);
        assertThat(config.cache())
                .isEqualTo(new CacheConfig(
                        true,
                        DataSize.parse("256MiB"),
                        new ItemConfig(Duration.ofMinutes(5), Duration.ofSeconds(5), DataSize.parse("1MiB")),
                        new QueryConfig(Duration.ofMinutes(5)),
                        false,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ZERO,
                        0.125));
        assertThat(config.tables()).isEmpty();
        assertThat(config.coherence().recentWriteWindow()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.coherence().indexSettleWindow()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.coherence().fallback()).isEqualTo(Fallback.BYPASS);
        assertThat(config.coherence().kafka()).isEmpty();
        assertThat(config.replication().versionAttribute()).isEqualTo("nearside:v");
        assertThat(config.accessLog().oneIn()).isZero();
        assertThat(config.tracing()).isEqualTo(new TracingConfig(Optional.empty(), 0.1));
    }

    @Test
    void fullFile_setsEverything() {
        ProxyConfig config = parse("""
                node-id: p1
                listen: {host: "::1", hosts: [dynamodb.example], port: 1, tls: {certificate: c.pem, private-key: k.pem, reload-interval: 1m}, max-connections: 2, max-connections-per-address: 3, max-body: 3KiB, max-body-memory: 2MiB, idle-timeout: 4s, event-loops: 5, drain: 6s}
                admin: {host: 127.0.0.2, port: 7, actions-enabled: true, hosts: [proxy.example], health-host: 10.0.0.1, health-port: 8006}
                auth:
                  mode: sigv4
                  credentials:
                    - {access-key-id: A, secret-access-key: s, read-only: true, tables: [x]}
                upstream:
                  endpoint: http://127.0.0.1:8001
                  connections: 8
                  waiting-requests: 9
                  connect-timeout: 10ms
                  request-timeout: 11ms
                  credentials: {provider: static, access-key-id: B, secret-access-key: t}
                cache:
                  enabled: false
                  max-weight: 12MiB
                  item: {ttl: 13s, negative-ttl: 14s, max-weight: 18KiB}
                  query: {ttl: 19s}
                  scans: true
                  refresh-ahead: 24s
                  stale-while-revalidate: 25s
                  stale-if-error: 26s
                  price-per-million-read-units: 0.5
                tables:
                  - name: t-*
                    cache: true
                    item-ttl: 20s
                    negative-ttl: 21s
                    query-ttl: 22s
                    scans: false
                    max-item-weight: 23KiB
                    refresh-ahead: 27s
                    stale-while-revalidate: 28s
                    stale-if-error: 29s
                    hide-expired-by: expires
                coherence:
                  recent-write-window: 15s
                  index-settle-window: 16s
                  fallback: ttl
                  fallback-ttl: 17s
                  kafka: {bootstrap-servers: "k:1", properties: {a: b}}
                replication: {version-attribute: v, stamping: inline, tables: [t], region-id: 24, max-drift: 25s, reserved-tables: [own-*]}
                access-log: {one-in: 18}
                tracing: {endpoint: "http://t:4318/v1/traces", sample-ratio: 0.5}
                """);

        assertThat(config.nodeId()).contains("p1");
        assertThat(config.listen())
                .isEqualTo(new ListenConfig(
                        "::1",
                        List.of("dynamodb.example"),
                        1,
                        Optional.of(new TlsConfig(
                                Optional.of(Path.of("c.pem")),
                                Optional.of(Path.of("k.pem")),
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofMinutes(1))),
                        2,
                        3,
                        DataSize.parse("3KiB"),
                        DataSize.parse("2MiB"),
                        Duration.ofSeconds(4),
                        5,
                        Duration.ofSeconds(6)));
        assertThat(config.admin())
                .isEqualTo(
                        new AdminConfig("127.0.0.2", 7, List.of("proxy.example"), true, Optional.of(8006), "10.0.0.1"));
        assertThat(config.auth().credentials())
                .containsExactly(new AuthConfig.KeyConfig("A", Secret.of("s"), true, List.of("x")));
        assertThat(config.upstream().endpoint()).contains(URI.create("http://127.0.0.1:8001"));
        assertThat(config.upstream().waitingRequests()).isEqualTo(9);
        assertThat(config.upstream().credentials().secretAccessKey()).contains(Secret.of("t"));
        assertThat(config.cache())
                .isEqualTo(new CacheConfig(
                        false,
                        DataSize.parse("12MiB"),
                        new ItemConfig(Duration.ofSeconds(13), Duration.ofSeconds(14), DataSize.parse("18KiB")),
                        new QueryConfig(Duration.ofSeconds(19)),
                        true,
                        Duration.ofSeconds(24),
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(26),
                        0.5));
        assertThat(config.tables())
                .containsExactly(new TableConfig(
                        "t-*",
                        Optional.of(true),
                        Optional.of(Duration.ofSeconds(20)),
                        Optional.of(Duration.ofSeconds(21)),
                        Optional.of(Duration.ofSeconds(22)),
                        Optional.of(false),
                        Optional.of(DataSize.parse("23KiB")),
                        Optional.of(Duration.ofSeconds(27)),
                        Optional.of(Duration.ofSeconds(28)),
                        Optional.of(Duration.ofSeconds(29)),
                        Optional.of("expires")));
        assertThat(config.coherence().fallbackTtl()).isEqualTo(Duration.ofSeconds(17));
        assertThat(config.coherence().kafka().orElseThrow().properties()).isEqualTo(Map.of("a", "b"));
        assertThat(config.replication())
                .isEqualTo(new ReplicationConfig(
                        "v", Stamping.INLINE, List.of("t"), Optional.of(24), Duration.ofSeconds(25), List.of("own-*")));
        assertThat(config.accessLog().oneIn()).isEqualTo(18);
        assertThat(config.tracing())
                .isEqualTo(new TracingConfig(Optional.of(URI.create("http://t:4318/v1/traces")), 0.5));
    }

    @Test
    void regionThatNobodyKnows_withAnEndpoint_isTaken() {
        ProxyConfig config = ConfigLoader.parse(
                "service: proxy\nregion: xx-nowhere-9\nupstream: {endpoint: 'http://127.0.0.1:8001'}\n",
                ProxyConfig.class,
                Map.of());

        assertThat(config.region()).isEqualTo("xx-nowhere-9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "region: ''                                              | region",
                "region: xx-nowhere-9                                    | AWS has no region xx-nowhere-9",
                "listen: {host: 0.0.0.0}                                 | auth.mode: sigv4",
                "listen: {port: 65536}                                   | listen.port",
                "listen: {max-connections: 0}                            | listen.max-connections",
                "listen: {max-body: 1GiB}                                | listen.max-body",
                "listen: {prt: 1}                                        | port",
                "listen: {tls: {certificate: c.pem}}                     | go together",
                "listen: {tls: {}}                                       | listen.tls",
                "listen: {tls: {key-store: s, certificate: c.pem}}       | either certificate",
                "auth: {mode: sigv4}                                     | at least one access key",
                "auth: {mode: basic}                                     | none or sigv4",
                "upstream: {endpoint: localhost:8000}                    | upstream.endpoint",
                "upstream: {endpoint: 'ftp://h'}                         | http:// or https://",
                "upstream: {request-timeout: 40s}                        | listen.idle-timeout",
                "listen: {idle-timeout: 24s}                             | 24000ms",
                "listen: {hosts: ['http://h']}                           | listen.hosts",
                "upstream: {connections: 0}                              | upstream.connections",
                "upstream: {credentials: {provider: static}}             | needs access-key-id",
                "upstream: {credentials: {access-key-id: A}}             | write provider: static",
                "cache: {item: {ttl: -1s}}                               | cache.item.ttl",
                "cache: {query: {ttl: 31d}}                              | cache.query.ttl",
                "tables: [{item-ttl: 1s}]                                | tables[0].name",
                "tables: [{name: 'a b'}]                                 | tables[0].name",
                "tables: [{name: a, item-ttl: 31d}]                      | tables[0].item-ttl",
                "coherence: {fallback: serve}                            | bypass or ttl",
                "coherence: {kafka: {}}                                  | bootstrap-servers",
                "access-log: {one-in: -1}                                | access-log.one-in",
                "tracing: {sample-ratio: 1.5}                            | tracing.sample-ratio",
                "tracing: {endpoint: 'ftp://h'}                          | http:// or https://",
                "replication: {stamping: both}                           | capture or inline",
                "replication: {stamping: inline}                         | region-id",
                "replication: {stamping: inline, region-id: 1}           | tables"
            })
    void wrongValue_isNamedInTheProblem(String yaml, String named) {
        String file = yaml.startsWith("region") ? "service: proxy\n" + yaml : LEAST + yaml;

        assertThatThrownBy(() -> ConfigLoader.parse(file, ProxyConfig.class, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(named);
    }

    @Test
    void openListener_withoutAuthentication_isAcceptedOnlyWhenAskedFor() {
        assertThat(parse("listen: {host: 0.0.0.0}\nauth: {allow-unauthenticated: true}")
                        .listen()
                        .host())
                .isEqualTo("0.0.0.0");
    }

    @Test
    void secrets_printed_areMasked() {
        ProxyConfig config = parse("""
                auth: {mode: sigv4, credentials: [{access-key-id: A, secret-access-key: hidden1}]}
                upstream: {credentials: {provider: static, access-key-id: B, secret-access-key: hidden2}}
                """);

        assertThat(config.toString()).doesNotContain("hidden");
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.getFileName().toString().startsWith("proxy")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_isAccepted(Path example) {
        assertThat(ConfigLoader.load(example, ProxyConfig.class, Map.of()).region())
                .isEqualTo("us-east-1");
    }

    @Test
    void reference_inTheRepository_isWhatTheRecordsSay() {
        Snapshot.between(Path.of("../config/reference/proxy.md"), "<!-- settings -->\n", "<!-- /settings -->")
                .isEqualTo(ConfigReference.markdown(ProxyConfig.class));
    }

    private static ProxyConfig parse(String yaml) {
        return ConfigLoader.parse(LEAST + yaml, ProxyConfig.class, Map.of());
    }
}

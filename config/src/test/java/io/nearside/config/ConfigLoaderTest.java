package io.nearside.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class ConfigLoaderTest {
    private static final String MINIMAL = "service: sample\nregion: eu-west-1\n";

    @Test
    void parse_onlyRequiredKeys_fillsDefaults() {
        SampleConfig config = parse(MINIMAL);

        assertThat(config.region()).isEqualTo("eu-west-1");
        assertThat(config.listen()).isEqualTo(new SampleConfig.Listen("127.0.0.1", 8000, null));
        assertThat(config.cache())
                .isEqualTo(new SampleConfig.Cache(
                        DataSize.ofMebibytes(64),
                        0.25,
                        10_000_000_000L,
                        new SampleConfig.ItemCache(
                                Duration.ofMinutes(5), Duration.ofSeconds(5), SampleConfig.Fallback.BYPASS)));
        assertThat(config.kafka()).isNull();
        assertThat(config.credentials()).isEmpty();
        assertThat(config.tables()).containsExactly(new SampleConfig.Table("*", true, null));
    }

    @Test
    void parse_everyKey_bindsEveryComponent() {
        SampleConfig config = parse("""
                service: sample
                region: "us-east-1"
                listen: {host: 0.0.0.0, port: 0, certificate: /etc/tls/cert.pem}
                cache:
                  max-weight: 2GiB
                  query-share: 0.5
                  max-entries: 7
                  item:
                    ttl: 200ms
                    negative-ttl: 20ms
                    fallback: short-ttl
                kafka:
                  bootstrap-servers: [one:9092, "two:9092"]
                  properties:
                    security.protocol: SSL
                    linger.ms: 5
                  registry: https://registry.example:8081/path
                credentials:
                  access-key-id: AKIA
                  secret-access-key: hush
                tables:
                  - name: orders
                    cached: false
                    max-item-weight: 64KiB
                  - name: "*"
                """);

        assertThat(config)
                .isEqualTo(new SampleConfig(
                        "us-east-1",
                        new SampleConfig.Listen("0.0.0.0", 0, Path.of("/etc/tls/cert.pem")),
                        new SampleConfig.Cache(
                                new DataSize(2L << 30),
                                0.5,
                                7,
                                new SampleConfig.ItemCache(
                                        Duration.ofMillis(200),
                                        Duration.ofMillis(20),
                                        SampleConfig.Fallback.SHORT_TTL)),
                        new SampleConfig.Kafka(
                                List.of("one:9092", "two:9092"),
                                Map.of("security.protocol", "SSL", "linger.ms", "5"),
                                URI.create("https://registry.example:8081/path")),
                        Optional.of(new SampleConfig.Credentials("AKIA", Secret.of("hush"))),
                        List.of(
                                new SampleConfig.Table("orders", false, new DataSize(64 << 10)),
                                new SampleConfig.Table("*", true, null))));
    }

    @Test
    void parse_keyWithoutValue_countsAsNotWritten() {
        SampleConfig config = parse(MINIMAL + "listen:\ncache:\n  item:\n    ttl: ~\nkafka: null\n");

        assertThat(config).isEqualTo(parse(MINIMAL));
    }

    @Test
    void parse_collections_areImmutable() {
        SampleConfig config = parse(MINIMAL + "kafka: {bootstrap-servers: [a], properties: {b: c}}");

        assertThatThrownBy(() -> config.tables().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> config.givenKafka().properties().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void parse_anchorsAndAliases_areResolved() {
        SampleConfig config = parse(MINIMAL + "tables:\n- &orders {name: orders}\n- *orders\n");

        assertThat(config.tables()).extracting(SampleConfig.Table::name).containsExactly("orders", "orders");
    }

    @Test
    void parse_manyProblems_reportsAllInReadingOrder() {
        List<String> problems = problems("""
                service: sample
                regoin: eu-west-1
                listen:
                  port: 70000
                  hosst: x
                cache:
                  max-bytes: 5
                  query-share: much
                  item:
                    fallback: shortttl
                verbose: true
                kafka:
                  registry: localhost:8081
                credentials: {access-key-id: AKIA}
                """, Map.of("NEARSIDE_LISTEN_HOTS", "::1"));

        assertThat(problems)
                .containsExactly(
                        "sample.yaml: region: missing; write a string",
                        "sample.yaml:2: regoin: unknown key; did you mean \"region\"?",
                        "sample.yaml:4: listen.port: 70000 is above 65535; write a whole number from 0 to 65535",
                        "sample.yaml:5: listen.hosst: unknown key; did you mean \"host\"?",
                        "sample.yaml:7: cache.max-bytes: was renamed to \"max-weight\"",
                        "sample.yaml:8: cache.query-share: \"much\" is not accepted; write a number like 0.5 from 0 to 1",
                        "sample.yaml:10: cache.item.fallback: \"shortttl\" is not accepted; write bypass or short-ttl",
                        "sample.yaml:11: verbose: was removed: set the log level in logback.xml",
                        "sample.yaml:12: kafka.bootstrap-servers: missing; write a list",
                        "sample.yaml:13: kafka.registry: \"localhost:8081\" is not accepted; write a URI with its scheme,"
                                + " like http://127.0.0.1:8001",
                        "sample.yaml:14: credentials.secret-access-key: missing; write a string",
                        "NEARSIDE_LISTEN_HOTS: unknown variable; did you mean NEARSIDE_LISTEN_HOST?");
    }

    @Test
    void parse_problem_messageListsEachOnItsLine() {
        ConfigException e = failure("service: sample\nregion: a\nport: 1\nx: 2\n", Map.of());

        assertThat(e).hasMessage("""
                sample.yaml has 2 problems:
                  sample.yaml:3: port: unknown key here; did you mean listen.port?
                  sample.yaml:4: x: unknown key; known here: region, listen, cache, kafka, credentials, tables""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "listen: {port: -1}                | listen.port: -1 is below 0; write a whole number from 0 to 65535",
                "listen: {port: 1.5}               | listen.port: \"1.5\" is not accepted; write a whole number from 0 to 65535",
                "listen: {port: 99999999999}       | listen.port: \"99999999999\" is not accepted; write a whole number from 0 to 65535",
                "listen: {port: +1}                | listen.port: \"+1\" is not accepted; write a whole number from 0 to 65535",
                "listen: {port: [1]}               | listen.port: is a list; write a whole number",
                "listen: 8000                      | listen: is a single value; write a section of keys",
                "cache: {max-weight: 64MB}         | cache.max-weight: \"64MB\" is not accepted; write a whole number with a unit, like 512B, 64KiB, 64MiB or 2GiB of at least 1MiB",
                "cache: {max-weight: 1KiB}         | cache.max-weight: 1KiB is below 1MiB; write a whole number with a unit, like 512B, 64KiB, 64MiB or 2GiB of at least 1MiB",
                "cache: {max-weight: 9999999TiB}   | cache.max-weight: \"9999999TiB\" is not accepted; write a whole number with a unit, like 512B, 64KiB, 64MiB or 2GiB of at least 1MiB",
                "cache: {query-share: NaN}         | cache.query-share: \"NaN\" is not accepted; write a number like 0.5 from 0 to 1",
                "cache: {item: {ttl: 5}}           | cache.item.ttl: \"5\" is not accepted; write a whole number with a unit, like 200ms, 3s, 5m, 2h or 1d of at least 1ms",
                "cache: {item: {ttl: 900000000d}}  | cache.item.ttl: \"900000000d\" is not accepted; write a whole number with a unit, like 200ms, 3s, 5m, 2h or 1d of at least 1ms",
                "cache: {item: {ttl: 0s}}          | cache.item.ttl: 0s is below 1ms; write a whole number with a unit, like 200ms, 3s, 5m, 2h or 1d of at least 1ms",
                "cache: {itemTtl: 5s}              | cache.itemTtl: unknown key; known here: max-weight, query-share, max-entries, item",
                "cache: {maxWeight: 5GiB}          | cache.maxWeight: unknown key; did you mean \"max-weight\"?",
                "tables: {}                        | tables: is a section of keys; write a list",
                "tables: [{cached: yes, name: a}]  | tables[0].cached: \"yes\" is not accepted; write true or false",
                "tables: [{cached: true}]          | tables[0].name: missing; write a string",
                "tables: [~]                       | tables[0]: is empty; write a section of keys",
                "kafka: {bootstrap-servers: a}     | kafka.bootstrap-servers: is a single value; write a list",
                "kafka: {bootstrap-servers: [[a]]} | kafka.bootstrap-servers[0]: is a list; write a string",
                "kafka: {bootstrap-servers: [], properties: {a.b: [1]}} | kafka.properties[\"a.b\"]: is a list; write a string",
                "kafka: {bootstrap-servers: [], registry: \"http://a b\"} | kafka.registry: \"http://a b\" is not accepted; write a URI with its scheme, like http://127.0.0.1:8001",
                "kafka: !bean {bootstrap-servers: []} | kafka: tags such as !bean are not supported",
                "region: again                     | region: written twice, first in line 2",
                "? [a] : b                         | a key must be a plain word",
            })
    void parse_badValue_saysWhatIsAccepted(String line, String problem) {
        assertThat(problems(MINIMAL + line, Map.of())).containsExactly("sample.yaml:3: " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0s|0",
                "1ns|1",
                "3us|3000",
                "200ms|200000000",
                "3 s|3000000000",
                "2m|120000000000",
                "1d|86400000000000"
            })
    void parse_durations_readsUnits(String written, long nanos) {
        SampleConfig config = parse(MINIMAL + "cache: {item: {ttl: 2d, negative-ttl: " + written + "}}");

        assertThat(config.cache().item().negativeTtl()).isEqualTo(Duration.ofNanos(nanos));
    }

    @Test
    void parse_recordRejectsItsValues_reportsAtTheComponentNamed() {
        assertThat(problems(MINIMAL + "cache:\n  item:\n    ttl: 1s\n    negative-ttl: 2s\n", Map.of()))
                .containsExactly("sample.yaml:6: cache.item.negative-ttl: negative-ttl must not exceed ttl");
    }

    @Test
    void parse_recordRejectsDefaultAgainstWrittenValue_reportsAtTheRecord() {
        assertThat(problems(MINIMAL + "cache:\n  item:\n    ttl: 1s\n", Map.of()))
                .containsExactly("sample.yaml:4: cache.item.negative-ttl: negative-ttl must not exceed ttl");
    }

    @Test
    void parse_rootRejectsCombination_reportsIt() {
        assertThat(problems("service: sample\nregion: mars-1\n", Map.of()))
                .containsExactly("sample.yaml:2: region: region mars-1 needs kafka");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [1", "a: b: c", "\tx: 1", "a: 'b", "--- a\n--- b", "x: &a [*a, *b]"})
    void parse_notYaml_reportsTheLineOnce(String text) {
        assertThat(problems(text, Map.of()))
                .singleElement()
                .asString()
                .matches("sample\\.yaml:\\d+: not valid YAML: .+");
    }

    @Test
    void parse_aliasOfItself_isReported() {
        assertThat(problems(MINIMAL + "tables: &t [*t]", Map.of()))
                .contains("sample.yaml:3: tables: an alias that contains itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment", "---", "~"})
    void parse_emptyFile_missesOnlyTheRequired(String text) {
        assertThat(problems(text, Map.of()))
                .containsExactly(
                        "sample.yaml: service: missing; write service: sample",
                        "sample.yaml: region: missing; write a string");
    }

    @Test
    void parse_listAtTop_isReported() {
        assertThat(problems("\n- a", Map.of())).containsExactly("sample.yaml:2: is a list; write a section of keys");
    }

    @Test
    void parse_otherService_isReported() {
        assertThat(problems("service: proxy\nregion: a", Map.of()))
                .containsExactly("sample.yaml:1: service: is not a sample; write service: sample");
    }

    @Test
    void parse_byteOrderMark_isIgnored() {
        assertThat(parse("\uFEFF" + MINIMAL).region()).isEqualTo("eu-west-1");
    }

    @Test
    void load_file_namesTheFileInProblems(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("a.yaml"), MINIMAL + "listen: {port: x}");

        ConfigException e = catchThrowableOfType(
                ConfigException.class, () -> ConfigLoader.load(file, SampleConfig.class, Map.of()));

        assertThat(e.problems().get(0).origin()).isEqualTo(new Origin.FileLine(file.toString(), 3));
        Files.writeString(file, MINIMAL);
        assertThat(ConfigLoader.load(file, SampleConfig.class, Map.of())).isEqualTo(parse(MINIMAL));
    }

    @Test
    void load_unreadableFile_isAProblemNotAnIoError(@TempDir Path dir) throws IOException {
        Path absent = dir.resolve("absent.yaml");
        Path binary = Files.write(dir.resolve("binary.yaml"), new byte[] {'a', (byte) 0xff});

        assertThatThrownBy(() -> ConfigLoader.load(absent, SampleConfig.class, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("absent.yaml: cannot be read: there is no such file");
        assertThatThrownBy(() -> ConfigLoader.load(binary, SampleConfig.class, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("it is not UTF-8 text");
    }

    record Undeclared(String name) {}

    record Unsupported(@Setting("A thread.") Thread thread) {}

    record Broken(@Setting("A name.") String name) {
        Broken {
            throw new IllegalStateException("bug in " + name);
        }
    }

    @Test
    void parse_recordDeclaredWrongly_isOurBug() {
        assertThatThrownBy(() -> ConfigLoader.parse("name: a", Undeclared.class, Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lacks @Setting");
        assertThatThrownBy(() -> ConfigLoader.parse("thread: a", Unsupported.class, Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot hold");
        assertThatThrownBy(() -> ConfigLoader.parse("name: a", Broken.class, Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("bug in a");
    }

    private static SampleConfig parse(String yaml) {
        return ConfigLoader.parse(yaml, SampleConfig.class, Map.of());
    }

    private static List<String> problems(String yaml, Map<String, String> environment) {
        return failure(yaml, environment).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private static ConfigException failure(String yaml, Map<String, String> environment) {
        return catchThrowableOfType(
                ConfigException.class,
                () -> ConfigLoader.effective("sample.yaml", yaml, SampleConfig.class, environment));
    }
}

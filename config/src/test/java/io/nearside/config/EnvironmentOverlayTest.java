package io.nearside.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class EnvironmentOverlayTest {
    private static final String FILE = """
            service: sample
            region: eu-west-1
            listen: {port: 1}
            tables: [{name: a}, {name: b}]
            """;

    @Test
    void variable_ofScalar_overridesFile() {
        SampleConfig config = parse(Map.of("NEARSIDE_LISTEN_PORT", "2", "NEARSIDE_REGION", "null", "HOME", "/root"));

        assertThat(config.listen().port()).isEqualTo(2);
        assertThat(config.region()).isEqualTo("null");
    }

    @Test
    void variable_ofAbsentSection_createsIt() {
        SampleConfig config = parse(Map.of(
                "NEARSIDE_CACHE_ITEM_NEGATIVE_TTL", "1s",
                "NEARSIDE_CREDENTIALS_ACCESS_KEY_ID", "id",
                "NEARSIDE_CREDENTIALS_SECRET_ACCESS_KEY", "#hush: [",
                "NEARSIDE_KAFKA_BOOTSTRAP_SERVERS", "a:1, b:2"));

        assertThat(config.cache().item().negativeTtl()).hasSeconds(1);
        assertThat(config.credentials())
                .isEqualTo(Optional.of(new SampleConfig.Credentials("id", Secret.of("#hush: ["))));
        assertThat(config.givenKafka().bootstrapServers()).containsExactly("a:1", "b:2");
    }

    @Test
    void variable_ofListElement_replacesOrAppends() {
        SampleConfig config = parse(Map.of(
                "NEARSIDE_TABLES_1_NAME", "B",
                "NEARSIDE_TABLES_2_NAME", "C",
                "NEARSIDE_TABLES_2_CACHED", "false"));

        assertThat(config.tables())
                .containsExactly(
                        new SampleConfig.Table("a", true, null),
                        new SampleConfig.Table("B", true, null),
                        new SampleConfig.Table("C", false, null));
    }

    @Test
    void variable_ofDefaultListElement_startsFromTheDefault() {
        SampleConfig config = ConfigLoader.parse(
                "{service: sample, region: a}", SampleConfig.class, Map.of("NEARSIDE_TABLES_0_CACHED", "false"));

        assertThat(config.tables()).containsExactly(new SampleConfig.Table("*", false, null));
    }

    @Test
    void variables_ofElevenElements_keepTheirOrder() {
        Map<String, String> environment = new java.util.HashMap<>();
        environment.put("NEARSIDE_TABLES", "[]");
        for (int i = 0; i < 11; i++) {
            environment.put("NEARSIDE_TABLES_" + i + "_NAME", "t" + i);
        }

        assertThat(parse(environment).tables())
                .extracting(SampleConfig.Table::name)
                .containsExactly("t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10");
    }

    @Test
    void variable_ofWholeCollection_isYaml() {
        SampleConfig config = parse(Map.of(
                "NEARSIDE_TABLES", "[{name: x, cached: false}]",
                "NEARSIDE_KAFKA", "{bootstrap-servers: [a], properties: {k: v}}"));

        assertThat(config.tables()).containsExactly(new SampleConfig.Table("x", false, null));
        assertThat(config.givenKafka().properties()).containsExactly(Map.entry("k", "v"));
    }

    @Test
    void variable_underFreeKeys_becomesDottedKey() {
        SampleConfig config = parse(Map.of(
                "NEARSIDE_KAFKA_BOOTSTRAP_SERVERS", "a", "NEARSIDE_KAFKA_PROPERTIES_SECURITY_PROTOCOL", "SASL_SSL"));

        assertThat(config.givenKafka().properties()).containsExactly(Map.entry("security.protocol", "SASL_SSL"));
    }

    @Test
    void variable_reservedEmptyOrServiceLink_isIgnored() {
        SampleConfig config = parse(Map.of(
                "NEARSIDE_JAVA_OPTS", "-Xmx1g",
                "NEARSIDE_HOME", "/opt/nearside",
                "NEARSIDE_LISTEN_HOST", "",
                "NEARSIDE_LISTEN_PORT", "tcp://10.0.0.1:8000",
                "NEARSIDE_PROXY_SERVICE_HOST", "10.0.0.1",
                "NEARSIDE_PROXY_SERVICE_PORT_DYNAMODB", "8000",
                "NEARSIDE_PROXY_PORT_8000_TCP_ADDR", "10.0.0.1",
                "NEARSIDE_PROXY_PORT", "tcp://10.0.0.1:8000"));

        assertThat(config).isEqualTo(parse(Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NEARSIDE_LISTEN_PORT|x|listen.port: \"x\" is not accepted; write a whole number from 0 to 65535",
                "NEARSIDE_TABLES_7_NAME|x|tables[7]: no element before this one: lists grow one index at a time",
                "NEARSIDE_TABLES|[|tables: not valid YAML: ",
                "NEARSIDE_TABLES|x|tables: is a single value; write a list",
                "NEARSIDE_LISTEN_POTR|1|unknown variable; did you mean NEARSIDE_LISTEN_PORT?",
                "NEARSIDE_TABLES_A_NAME|1|unknown variable; did you mean NEARSIDE_TABLES_0_NAME?",
                "NEARSIDE_SOMETHING_ELSE_ENTIRELY|1|unknown variable: no setting has this name",
                "NEARSIDE_LISTEN_PORT_X|1|unknown variable; did you mean NEARSIDE_LISTEN_PORT?",
                "NEARSIDE_KAFKA_BOOTSTRAP_SERVERS_1|a|kafka.bootstrap-servers[1]: no element before this one",
            })
    void variable_wrong_isReportedByName(String variable, String value, String problem) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> parse(Map.of(variable, value)));

        assertThat(e.problems()).anySatisfy(found -> {
            assertThat(found.origin()).isEqualTo(new Origin.Environment(variable));
            assertThat(found.toString()).startsWith(variable + ": " + problem);
        });
    }

    @Test
    void variable_intoValueOfWrongKind_leavesOneProblemAtTheFile() {
        ConfigException e = catchThrowableOfType(
                ConfigException.class,
                () -> ConfigLoader.effective(
                        "f.yaml",
                        "service: sample\nregion: a\nlisten: nonsense",
                        SampleConfig.class,
                        Map.of("NEARSIDE_LISTEN_PORT", "1")));

        assertThat(e.problems())
                .extracting(Problem::toString)
                .isEqualTo(List.of("f.yaml:3: listen: is a single value; write a section of keys"));
    }

    private static SampleConfig parse(Map<String, String> environment) {
        return ConfigLoader.parse(FILE, SampleConfig.class, environment);
    }
}

package io.nearside.config;

import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EffectiveConfigTest {
    private static final String FILE = """
            service: sample
            region: "a b\\t\\"ä\\""
            kafka:
              bootstrap-servers: [one:9092, 'null']
              properties: {sasl.jaas.config: hush-hush, client.id: me, '': empty}
            credentials: {access-key-id: AKIA, secret-access-key: hush}
            """;

    @Test
    void toYaml_mixedOrigins_namesEachAndMasksSecrets() {
        EffectiveConfig<SampleConfig> config = effective(FILE, Map.of("NEARSIDE_LISTEN_PORT", "1"));

        assertThat(config.toYaml()).isEqualTo("""
                service: sample                 # f.yaml:1
                region: "a b\\t\\"\\U000000E4\\""   # f.yaml:2
                listen:
                  host: 127.0.0.1               # default
                  port: 1                       # NEARSIDE_LISTEN_PORT
                  certificate: null             # not set
                cache:
                  max-weight: 64MiB             # default
                  query-share: 0.25             # default
                  max-entries: 10000000000      # default
                  item:
                    ttl: 5m                     # default
                    negative-ttl: 5s            # default
                    fallback: bypass            # default
                kafka:
                  bootstrap-servers:
                    - one:9092                  # f.yaml:4
                    - "null"                    # f.yaml:4
                  properties:
                    sasl.jaas.config: "******"  # f.yaml:5
                    client.id: me               # f.yaml:5
                    "": empty                   # f.yaml:5
                  registry: null                # not set
                credentials:
                  access-key-id: AKIA           # f.yaml:6
                  secret-access-key: "******"   # f.yaml:6
                tables:
                  - name: "*"                   # default
                    cached: true                # default
                    max-item-weight: null       # not set
                """);
    }

    @Test
    void toYaml_readAgain_givesTheSameConfiguration() {
        String file = FILE.replace("credentials", "#").replace("sasl.jaas.config: hush-hush,", "");
        EffectiveConfig<SampleConfig> config = effective(file, Map.of());

        EffectiveConfig<SampleConfig> again = effective(config.toYaml(), Map.of());

        assertThat(again.value()).isEqualTo(config.value());
        assertThat(again.changesSince(config)).isEmpty();
    }

    @Test
    void origins_ofEachValue_areKnownByPath() {
        Map<String, Origin> origins =
                effective(FILE, Map.of("NEARSIDE_TABLES_0_CACHED", "false")).origins();

        assertThat(origins)
                .containsEntry("region", new Origin.FileLine("f.yaml", 2))
                .containsEntry("tables[0].name", new Origin.Default())
                .containsEntry("tables[0].cached", new Origin.Environment("NEARSIDE_TABLES_0_CACHED"))
                .containsEntry("kafka.properties[\"client.id\"]", new Origin.FileLine("f.yaml", 5))
                .doesNotContainKey("listen.certificate");
    }

    @Test
    void toYaml_passwordInsideAUri_isMasked() {
        EffectiveConfig<SampleConfig> config = effective(
                FILE.replace("bootstrap-servers:", "registry: 'https://me:hush@host:1/x'\n  bootstrap-servers:"),
                Map.of());

        assertThat(config.toYaml())
                .contains("registry: \"https://me:******@host:1/x\"")
                .doesNotContain("hush");
        assertThat(config.value().givenKafka().registry()).hasUserInfo("me:hush");
    }

    @Test
    void changesSince_editedFile_namesEachChangeWithoutSecrets() {
        EffectiveConfig<SampleConfig> before = effective(FILE, Map.of());
        EffectiveConfig<SampleConfig> after = effective(
                FILE.replace("hush}", "loud}").replace("client.id: me, ", "") + "listen: {port: 9, certificate: c.pem}",
                Map.of());

        assertThat(after.changesSince(before))
                .extracting(EffectiveConfig.Change::toString)
                .containsExactly(
                        "credentials.secret-access-key: ****** -> ******",
                        "kafka.properties[\"client.id\"]: me -> (not set)",
                        "listen.certificate: (not set) -> c.pem",
                        "listen.port: 8000 -> 9");
    }

    @Test
    void changesSince_sameValueFromElsewhere_isNoChange() {
        EffectiveConfig<SampleConfig> before = effective(FILE, Map.of());

        EffectiveConfig<SampleConfig> after = effective(FILE, Map.of("NEARSIDE_LISTEN_PORT", "8000"));

        assertThat(after.changesSince(before)).isEmpty();
    }

    private static EffectiveConfig<SampleConfig> effective(String yaml, Map<String, String> environment) {
        return ConfigLoader.effective("f.yaml", yaml, SampleConfig.class, environment);
    }
}

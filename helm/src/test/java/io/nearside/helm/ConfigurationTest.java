package io.nearside.helm;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.nearside.config.ConfigLoader;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The files that the chart writes, given to the services' own loader: it refuses unknown keys and bad values. */
class ConfigurationTest {

    private static final Map<String, String> FROM_SECRETS = Map.of(
            "NEARSIDE_AUTH_CREDENTIALS", "[{access-key-id: APPLICATION, secret-access-key: change-me}]",
            "NEARSIDE_NODE_ID", "demo-nearside-proxy-0");

    private static Stream<Path> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void configuration_ofEveryExample_isAcceptedByItsService(Path example) {
        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(example));
        int accepted = 0;

        for (HasMetadata object : objects) {
            if (object instanceof ConfigMap map) {
                accepted += accept(map, "proxy.yaml", ProxyConfig.class, environment(objects, "proxy"));
                accepted += accept(map, "replicator.yaml", ReplicatorConfig.class, environment(objects, "replicator"));
            }
        }

        assertThat(accepted).isPositive();
    }

    private static <R extends Record> int accept(
            ConfigMap map, String file, Class<R> type, Map<String, String> environment) {
        String yaml = map.getData().get(file);
        if (yaml == null) {
            return 0;
        }
        assertThat(ConfigLoader.parse(yaml, type, environment)).isNotNull();
        return 1;
    }

    private static Map<String, String> environment(List<HasMetadata> objects, String container) {
        Map<String, String> environment = new HashMap<>();
        objects.stream()
                .flatMap(object -> PodPolicy.podSpec(object).stream())
                .flatMap(PodPolicy::containers)
                .filter(candidate -> candidate.getName().equals(container))
                .flatMap(candidate -> candidate.getEnv().stream())
                .forEach(variable -> environment.put(variable.getName(), value(variable)));
        return environment;
    }

    private static String value(EnvVar variable) {
        String value = variable.getValue();
        return value != null ? value : FROM_SECRETS.getOrDefault(variable.getName(), "");
    }
}

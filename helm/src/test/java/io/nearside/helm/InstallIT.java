package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The real Helm installs, upgrades, tests and removes the chart, against what {@link ApiServer} has of a cluster. */
class InstallIT {

    private static final String NAMESPACE = "apps";
    private static final Path TEST_CLUSTER = Path.of("examples/test-cluster.yaml");

    /** The installation of the first chapter, over several lines. */
    private static final Pattern FIRST_INSTALL =
            Pattern.compile("helm install demo helm/nearside --namespace nearside (?:.*\\\\\n)*.*\n");

    private static final Pattern VALUES = Pattern.compile("--values helm/(\\S+)");
    private static final Pattern SET = Pattern.compile("--set ([^= ]+)=(\\S+)");

    private ApiServer cluster;

    @BeforeEach
    @SuppressWarnings("NullAway.Init")
    void start() throws Exception {
        cluster = new ApiServer();
        cluster.apply("", namespace(NAMESPACE));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Stream<Path> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_installed_leavesItsObjectsAndGoesWithoutATrace(Path example) {
        install(example).call();

        assertThat(cluster.objects(NAMESPACE)).isEqualTo(rendered(Map.of(), example));

        String said = Helm.uninstall("demo")
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(cluster.kubeConfig())
                .call();
        assertThat(said).contains("demo");
        assertThat(cluster.objects(NAMESPACE)).isEmpty();
    }

    @Test
    void release_upgradedInWhatProxiesTakeFromTheirFile_rollsNoPod() {
        install(TEST_CLUSTER).call();
        int before = cluster.changes().size();

        upgrade(Map.of("proxy.config.cache.item.ttl", "7s"), TEST_CLUSTER).call();

        assertThat(cluster.changes().subList(before, cluster.changes().size()))
                .anyMatch(change -> change.startsWith("PATCH") && change.endsWith("/configmaps/demo-nearside-proxy"))
                .noneMatch(change -> change.contains("/deployments/"));
    }

    @Test
    void firstInstall_asTheReadmeWritesIt_passesItsTest() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        String command = FIRST_INSTALL
                .matcher(readme)
                .results()
                .findFirst()
                .map(MatchResult::group)
                .orElseThrow();
        cluster.apply("", namespace("nearside"));
        for (HasMetadata backend :
                Chart.parse(Files.readString(Path.of("examples/manifests/test-cluster-backends.yaml")))) {
            cluster.apply("nearside", backend);
        }

        InstallCommand install = install("nearside");
        VALUES.matcher(command).results().forEach(file -> install.withValuesFile(Path.of(file.group(1))));
        SET.matcher(command).results().forEach(value -> install.set(value.group(1), value.group(2)));
        String notes = install.call().getOutput();
        test("nearside");

        assertThat(notes).contains("helm test demo --namespace nearside");
        assertThat(cluster.changes())
                .containsSubsequence(
                        "POST /api/v1/namespaces/nearside/pods",
                        "DELETE /api/v1/namespaces/nearside/pods/demo-nearside-test");
        assertThat(cluster.objects("nearside"))
                .containsKeys(
                        "Deployment/dynamodb-local",
                        "Deployment/kafka",
                        "Deployment/demo-nearside-proxy",
                        "Deployment/demo-nearside-replicator-us-east-1",
                        "ServiceMonitor/demo-nearside-proxy",
                        "PrometheusRule/demo-nearside",
                        "ConfigMap/demo-nearside-dashboards")
                .doesNotContainKey("Pod/demo-nearside-test");
    }

    @Test
    void test_whosePodFails_failsAndLeavesThePodToLookAt() {
        install(TEST_CLUSTER).call();
        cluster.podsEnd("Failed");

        assertThatThrownBy(() -> test(NAMESPACE)).hasMessageContaining("demo-nearside-test");

        assertThat(cluster.objects(NAMESPACE)).containsKey("Pod/demo-nearside-test");
    }

    @Test
    void release_installedTwice_isRefused() {
        install(TEST_CLUSTER).call();

        assertThatThrownBy(() -> install(TEST_CLUSTER).call()).hasMessageContaining("in use");
    }

    private InstallCommand install(Path values) {
        return install(NAMESPACE).withValuesFile(values);
    }

    private InstallCommand install(String namespace) {
        return new Helm(Chart.NEARSIDE.folder())
                .install()
                .withName("demo")
                .withNamespace(namespace)
                .withKubeConfigContents(cluster.kubeConfig());
    }

    private UpgradeCommand upgrade(Map<String, String> single, Path values) {
        UpgradeCommand upgrade = new Helm(Chart.NEARSIDE.folder())
                .upgrade()
                .withName("demo")
                .withNamespace(NAMESPACE)
                .withKubeConfigContents(cluster.kubeConfig())
                .resetValues()
                .withValuesFile(values);
        single.forEach(upgrade::set);
        return upgrade;
    }

    /** Throws what Helm says when the pod fails. */
    private void test(String namespace) {
        Helm.test("demo")
                .withNamespace(namespace)
                .withKubeConfigContents(cluster.kubeConfig())
                .call();
    }

    /** What Helm renders, hooks left out. */
    private static Map<String, JsonNode> rendered(Map<String, String> single, Path values) {
        Map<String, JsonNode> objects = new TreeMap<>();
        List<HasMetadata> manifests = Chart.parse(Chart.NEARSIDE.render(single, values));
        for (HasMetadata object : manifests) {
            Map<String, String> annotations = object.getMetadata().getAnnotations();
            if (annotations == null || !annotations.containsKey("helm.sh/hook")) {
                objects.put(object.getKind() + "/" + object.getMetadata().getName(), ApiServer.asWritten(object));
            }
        }
        return objects;
    }

    private static Namespace namespace(String name) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
    }
}

package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ChartTest {

    private static final Path MINIMAL = Path.of("examples/minimal.yaml");
    private static final Path NETWORK_PROXY = Path.of("examples/network-proxy.yaml");
    private static final Path TWO_REGIONS = Path.of("examples/two-regions-us-east-1.yaml");
    private static final Path SIDECAR = Path.of("examples/sidecar.yaml");

    private static Stream<Path> examples() {
        return Chart.examples();
    }

    @Test
    void chart_lintedStrictly_passes() {
        var lint = Chart.NEARSIDE.lint();

        assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_rendered_hasOnlyFieldsKubernetesKnows(Path example) {
        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(example));

        assertThat(objects).isNotEmpty().allSatisfy(object -> {
            assertThat(object.getClass().getSimpleName()).isEqualTo(object.getKind());
            assertThat(StrictModel.unknownFields(object)).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_rendered_keepsToThePodPolicy(Path example) {
        for (HasMetadata object : Chart.parse(Chart.NEARSIDE.render(example))) {
            assertThat(PodPolicy.violations(object))
                    .as("%s %s", object.getKind(), object.getMetadata().getName())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_rendered_isConsistentInItself(Path example) {
        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(example));

        assertThat(objects).extracting(ChartTest::identity).doesNotHaveDuplicates();
        assertThat(objects)
                .allSatisfy(object ->
                        assertThat(object.getMetadata().getName().length()).isLessThanOrEqualTo(63));
        for (Deployment deployment : ofType(objects, Deployment.class)) {
            assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
                    .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
            assertEveryMountHasItsVolume(deployment.getSpec().getTemplate().getSpec());
            assertThat(ofType(objects, ServiceAccount.class))
                    .extracting(account -> account.getMetadata().getName())
                    .contains(deployment.getSpec().getTemplate().getSpec().getServiceAccountName());
        }
        for (Service service : ofType(objects, Service.class)) {
            assertThat(ofType(objects, Deployment.class))
                    .as("pods of service %s", service.getMetadata().getName())
                    .anyMatch(deployment -> deployment
                            .getSpec()
                            .getTemplate()
                            .getMetadata()
                            .getLabels()
                            .entrySet()
                            .containsAll(service.getSpec().getSelector().entrySet()));
        }
    }

    @Test
    void model_withAMisspeltField_isRefused() {
        String misspelt = Chart.NEARSIDE.render(MINIMAL).replace("imagePullPolicy:", "imagePullPolcy:");

        List<String> unknown = Chart.parse(misspelt).stream()
                .flatMap(object -> StrictModel.unknownFields(object).stream())
                .toList();

        assertThat(unknown).containsExactly("Deployment.spec.template.spec.containers[0].imagePullPolcy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image.tag | latest | tag",
                "proxy.replica | 3 | replica",
                "proxy.replicas | 0 | replicas",
                "region | US EAST | region",
                "proxy.zoneSpread | Sometimes | zoneSpread",
                "proxy.podDisruptionBudget.maxUnavailable | none | maxUnavailable",
                "proxy.serviceAccount.roleArn | nearside-proxy | roleArn",
                "metrics.rules.runbookBase | https://example.com | runbookBase",
                "tests.image | curlimages/curl:latest | image",
                "logs.level | LOUD | level",
                "regions[0].name | us-east-1 | id",
            })
    void value_wrong_isRefusedByName(String name, String value, String complaint) {
        assertThatThrownBy(() -> Chart.NEARSIDE.render(Map.of(name, value), MINIMAL))
                .hasMessageContaining(complaint)
                .hasMessageContaining("schema");
    }

    @Test
    void replicator_regionNotListed_saysWhatToAdd() {
        assertThatThrownBy(() -> Chart.NEARSIDE.render(Map.of("replicator.enabled", "true"), MINIMAL))
                .hasMessageContaining("region us-east-1 is not in regions; add an entry");
    }

    @Test
    void proxy_withoutAccessKeys_saysWhatToWrite() {
        assertThatThrownBy(() -> Chart.NEARSIDE.render())
                .hasMessageContaining("name a Secret with access keys in proxy.auth.credentialsSecret");
    }

    @Test
    void proxy_openToOthers_saysSoInItsConfiguration() throws IOException {
        JsonNode config = config(MINIMAL, "demo-nearside-proxy", "proxy.yaml");

        assertThat(config.at("/auth/mode").asText()).isEqualTo("none");
        assertThat(config.at("/auth/allow-unauthenticated").asBoolean()).isTrue();
    }

    @Test
    void proxy_accessKeys_comeFromTheirSecretOnly() {
        Deployment proxy = ofType(Chart.parse(Chart.NEARSIDE.render(NETWORK_PROXY)), Deployment.class)
                .get(0);

        assertThat(proxy.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .filteredOn(variable -> variable.getName().equals("NEARSIDE_AUTH_CREDENTIALS"))
                .singleElement()
                .satisfies(variable -> assertThat(
                                variable.getValueFrom().getSecretKeyRef().getName())
                        .isEqualTo("nearside-access-keys"));
    }

    @Test
    void proxy_withACertificate_mountsWhatItsConfigurationNamesAndSaysHttps() {
        List<HasMetadata> objects = Chart.parse(
                Chart.NEARSIDE.render(Map.of("proxy.tls.secretName", "nearside-certificate"), NETWORK_PROXY));

        PodSpec pod =
                ofType(objects, Deployment.class).get(0).getSpec().getTemplate().getSpec();
        assertEveryMountHasItsVolume(pod);
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .extracting(volume -> volume.getSecret().getSecretName())
                .contains("nearside-certificate");
        assertThat(ofType(objects, ConfigMap.class))
                .flatExtracting(map -> map.getData().values())
                .anySatisfy(file -> assertThat(file)
                        .contains("certificate: /etc/nearside/tls/tls.crt", "private-key: /etc/nearside/tls/tls.key"));
        assertThat(ofType(objects, Service.class))
                .flatExtracting(service -> service.getSpec().getPorts())
                .filteredOn(port -> port.getName().equals("dynamodb"))
                .allSatisfy(port -> assertThat(port.getAppProtocol()).isEqualTo("https"));
    }

    @Test
    void replicator_ofOneRegion_hasTheOthersAsPeers() throws IOException {
        JsonNode config = config(TWO_REGIONS, "demo-nearside-replicator-us-east-1", "replicator.yaml");

        assertThat(config.path("region-id").asInt()).isEqualTo(1);
        assertThat(config.path("kafka").path("bootstrap-servers").asText()).contains("us-east-1");
        assertThat(config.path("peers")).hasSize(1);
        assertThat(config.path("peers").get(0).path("region").asText()).isEqualTo("eu-west-1");
        assertThat(config.path("peers").get(0).path("region-id").asInt()).isEqualTo(2);
        assertThat(config.path("peers")
                        .get(0)
                        .path("kafka")
                        .path("bootstrap-servers")
                        .asText())
                .contains("eu-west-1");
    }

    @Test
    void kafkaSecrets_named_areMountedWhereTheConfigurationRefersToThem() throws IOException {
        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(NETWORK_PROXY));

        JsonNode properties =
                config(NETWORK_PROXY, "demo-nearside-proxy", "proxy.yaml").at("/coherence/kafka/properties");

        assertThat(properties.path("security.protocol").asText()).isEqualTo("SASL_SSL");
        assertThat(properties.path("sasl.jaas.config").asText())
                .contains("ScramLoginModule")
                .contains("${dir:/etc/nearside/kafka/us-east-1/sasl:password}");
        Deployment proxy = ofType(objects, Deployment.class).get(0);
        Container container =
                proxy.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains("/etc/nearside/kafka/us-east-1/sasl");
        assertThat(proxy.getSpec().getTemplate().getSpec().getVolumes())
                .anyMatch(volume -> volume.getSecret() != null
                        && volume.getSecret().getSecretName().equals("nearside-kafka-proxy"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{mechanism: SCRAM-SHA-512, secretName: one-for-all} | {enabled: true} | different users of Kafka",
                "{mechanism: SCRAM-SHA-512, username: one, password: p} | {enabled: true} | different users of Kafka",
                "{mechanism: SCRAM-SHA-512, proxy: {secretName: a}} | {enabled: false} | SASL without TLS",
                "{mechanism: OAUTHBEARER} | {enabled: false} | SASL without TLS",
                "{mechanism: SCRAM-SHA-512, proxy: {secretName: a}, replicator: {secretName: a}} | {enabled: true} | the same Secret",
                "{mechanism: SCRAM-SHA-512, replicator: {secretName: a}} | {enabled: true} | kafka.sasl.proxy names no Secret",
                "{} | {enabled: true, clientSecretName: one-for-all} | different users of Kafka",
                "{} | {enabled: true, proxyClientSecretName: a, replicatorClientSecretName: a} | the same Secret",
            })
    void kafkaUsers_sharedOrReadable_areRefused(String sasl, String tls, String complaint, @TempDir Path folder)
            throws IOException {
        String given = sasl.equals("{}") ? "" : "sasl: " + sasl + ", ";
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                regions:
                  - {name: us-east-1, id: 1, kafka: {bootstrapServers: "kafka:9092", %stls: %s}}
                """.formatted(given, tls));

        assertThatThrownBy(() -> Chart.NEARSIDE.render(MINIMAL, values)).hasMessageContaining(complaint);
    }

    @Test
    void kafkaUsers_ofProxiesAndReplicators_reachNoOtherPod(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                regions:
                  - name: us-east-1
                    id: 1
                    kafka: &kafka
                      bootstrapServers: kafka:9092
                      sasl:
                        mechanism: SCRAM-SHA-512
                        proxy: {secretName: user-of-proxies}
                        replicator: {secretName: user-of-replicators}
                      tls:
                        enabled: true
                        caSecretName: authority
                        proxyClientSecretName: certificate-of-proxies
                        replicatorClientSecretName: certificate-of-replicators
                  - {name: eu-west-1, id: 2, kafka: *kafka}
                replicator: {enabled: true}
                """);
        Path umbrella = folder.resolve("application");
        copy(Path.of("examples/sidecar-application"), umbrella);
        copy(Path.of("nearside"), umbrella.resolve("charts/nearside"));
        Files.writeString(
                umbrella.resolve("values.yaml"),
                Files.readString(umbrella.resolve("values.yaml"))
                        .replace(
                                "          proxy:\n",
                                "          replicator: {secretName: user-of-replicators}\n          proxy:\n"));
        assertThat(umbrella.resolve("values.yaml")).content().contains("user-of-replicators");

        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(MINIMAL, values));
        List<HasMetadata> application = Chart.parse(new Chart(umbrella).render());

        assertThat(secretsOf(objects, "demo-nearside-proxy"))
                .containsExactlyInAnyOrder("user-of-proxies", "certificate-of-proxies", "authority");
        assertThat(secretsOf(objects, "demo-nearside-replicator-us-east-1"))
                .containsExactlyInAnyOrder("user-of-replicators", "certificate-of-replicators", "authority");
        assertThat(ofType(application, Deployment.class))
                .allSatisfy(deployment -> assertThat(
                                secretsOf(application, deployment.getMetadata().getName()))
                        .containsExactly("nearside-kafka-proxy"));
    }

    private static Set<String> secretsOf(List<HasMetadata> objects, String deployment) {
        return ofType(objects, Deployment.class).stream()
                .filter(candidate -> candidate.getMetadata().getName().equals(deployment))
                .flatMap(found -> found.getSpec().getTemplate().getSpec().getVolumes().stream())
                .filter(volume -> volume.getSecret() != null)
                .map(volume -> volume.getSecret().getSecretName())
                .collect(Collectors.toSet());
    }

    @Test
    void signaturesOverPlainHttp_unlessAskedFor_areRefused() {
        Map<String, String> plain = Map.of("proxy.auth.credentialsSecret", "keys");

        assertThatThrownBy(() -> Chart.NEARSIDE.render(plain)).hasMessageContaining("proxy.tls.allowPlaintext: true");
        assertThat(Chart.NEARSIDE.render(
                        Map.of("proxy.auth.credentialsSecret", "keys", "proxy.tls.allowPlaintext", "true")))
                .contains("mode: sigv4");
    }

    /** A rule without peers would admit everybody. */
    @ParameterizedTest
    @MethodSource("examples")
    void adminPorts_unlessNamed_admitNobody(Path example, @TempDir Path folder) throws IOException {
        Path nobody = Files.writeString(folder.resolve("nobody.yaml"), """
                proxy: {networkPolicy: {clients: [], monitoring: []}}
                replicator: {networkPolicy: {monitoring: []}}
                metrics: {serviceMonitor: {enabled: false}}
                """);

        List<NetworkPolicyIngressRule> rules =
                ofType(Chart.parse(Chart.NEARSIDE.render(example, nobody)), NetworkPolicy.class).stream()
                        .flatMap(policy -> policy.getSpec().getIngress().stream())
                        .toList();

        assertThat(rules).allSatisfy(rule -> {
            assertThat(rule.getFrom())
                    .singleElement()
                    .satisfies(peer -> assertThat(peer.getPodSelector().getMatchLabels())
                            .containsEntry("app.kubernetes.io/component", "test"));
            assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getStrVal())
                    .containsExactly("health");
        });
    }

    @Test
    void adminPort_byDefault_admitsNobody() {
        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(MINIMAL));

        assertThat(ofType(objects, NetworkPolicy.class))
                .flatExtracting(policy -> policy.getSpec().getIngress())
                .flatExtracting(NetworkPolicyIngressRule::getPorts)
                .extracting(port -> port.getPort().getStrVal())
                .containsExactlyInAnyOrder("dynamodb", "health");
    }

    @Test
    void serviceMonitor_whosePrometheusThePolicyKeepsOut_isRefused() {
        assertThatThrownBy(() -> Chart.NEARSIDE.render(Map.of("metrics.serviceMonitor.enabled", "true"), MINIMAL))
                .hasMessageContaining("name it in proxy.networkPolicy.monitoring");
    }

    /** Wherever the admin port listens, a kubelet reaches what it probes: the health port listens on every address. */
    @ParameterizedTest
    @MethodSource("examples")
    void probes_askAPortThatTheConfigurationOpens(Path example, @TempDir Path folder) throws IOException {
        List<HasMetadata> objects = new ArrayList<>(Chart.parse(Chart.NEARSIDE.render(example)));
        Path umbrella = folder.resolve("application");
        copy(Path.of("examples/sidecar-application"), umbrella);
        copy(Path.of("nearside"), umbrella.resolve("charts/nearside"));
        objects.addAll(Chart.parse(new Chart(umbrella).render()));

        List<Container> probed = ofType(objects, Deployment.class).stream()
                .flatMap(deployment ->
                        PodPolicy.containers(deployment.getSpec().getTemplate().getSpec()))
                .filter(container -> container.getLivenessProbe() != null)
                .toList();

        assertThat(probed).isNotEmpty().allSatisfy(container -> {
            assertThat(container.getLivenessProbe().getHttpGet().getPort().getStrVal())
                    .isEqualTo("health");
            assertThat(container.getPorts())
                    .filteredOn(port -> port.getName().equals("health"))
                    .extracting(ContainerPort::getContainerPort)
                    .containsExactly(8006);
        });
        for (ConfigMap map : ofType(objects, ConfigMap.class)) {
            for (String file : List.of("proxy.yaml", "replicator.yaml")) {
                if (map.getData().containsKey(file)) {
                    JsonNode admin =
                            new YAMLMapper().readTree(map.getData().get(file)).path("admin");
                    assertThat(admin.path("health-port").asInt()).isEqualTo(8006);
                    assertThat(admin.has("health-host")).isFalse();
                }
            }
        }
    }

    @Test
    void adminHosts_areTheNamesOfItsService() throws IOException {
        JsonNode proxy = config(NETWORK_PROXY, "demo-nearside-proxy", "proxy.yaml");
        JsonNode replicator = config(TWO_REGIONS, "demo-nearside-replicator-us-east-1", "replicator.yaml");

        assertThat(proxy.at("/admin/hosts"))
                .extracting(JsonNode::asText)
                .contains("demo-nearside-proxy-admin", "demo-nearside-proxy-admin.apps.svc");
        assertThat(replicator.at("/admin/hosts"))
                .extracting(JsonNode::asText)
                .contains("demo-nearside-replicator-us-east-1.apps.svc.cluster.local");
    }

    @Test
    void replicator_ofRegionsThatShareAKafka_namesItOnce(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                regions:
                  - {name: us-east-1, id: 1, kafka: {bootstrapServers: "kafka:9092"}}
                  - {name: eu-west-1, id: 2}
                replicator: {enabled: true}
                """);

        JsonNode config = config(MINIMAL, "demo-nearside-replicator-us-east-1", "replicator.yaml", values);

        assertThat(config.path("peers").get(0).path("region").asText()).isEqualTo("eu-west-1");
        assertThat(config.path("peers").get(0).has("kafka")).isFalse();
    }

    @Test
    void kafkaPassword_given_becomesASecretAndNoPartOfAConfigMap(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                regions:
                  - name: us-east-1
                    id: 1
                    kafka:
                      bootstrapServers: kafka:9092
                      sasl:
                        mechanism: PLAIN
                        allowPlaintext: true
                        proxy: {username: nearside-proxy, password: s3cr3t-of-the-test}
                """);

        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(MINIMAL, values));

        assertThat(ofType(objects, Secret.class))
                .singleElement()
                .satisfies(
                        secret -> assertThat(secret.getStringData()).containsEntry("password", "s3cr3t-of-the-test"));
        assertThat(ofType(objects, ConfigMap.class))
                .isNotEmpty()
                .noneMatch(map -> map.getData().toString().contains("s3cr3t-of-the-test"));
    }

    @Test
    void configuration_ofTheUser_isLaidOverTheCharts(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                proxy:
                  config:
                    listen: {port: 8000}
                    coherence: {recent-write-window: 5s}
                """);

        JsonNode config = config(NETWORK_PROXY, "demo-nearside-proxy", "proxy.yaml", values);

        assertThat(config.at("/coherence/recent-write-window").asText()).isEqualTo("5s");
        assertThat(config.at("/coherence/kafka/bootstrap-servers").asText()).isNotEmpty();
        assertThat(config.at("/listen/host").asText()).isEqualTo("0.0.0.0");
    }

    @ParameterizedTest
    @CsvSource({
        "proxy.config.cache.item.ttl, 1m, false",
        "proxy.config.cache.scans.enabled, true, false",
        "proxy.config.tables[0].name, carts, false",
        "proxy.config.admin.actions-enabled, true, false",
        "proxy.cacheMaxWeight, 1GiB, true",
        "proxy.config.listen.max-connections, 77, true",
        "proxy.dynamodbEndpoint, http://dynamodb:8000, true",
    })
    void proxyConfiguration_changed_rollsThePodsOnlyIfTheyCannotTakeItOver(String name, String value, boolean rolls) {
        List<HasMetadata> before = Chart.parse(Chart.NEARSIDE.render(NETWORK_PROXY));

        List<HasMetadata> after = Chart.parse(Chart.NEARSIDE.render(Map.of(name, value), NETWORK_PROXY));

        assertThat(ofType(after, ConfigMap.class)).isNotEqualTo(ofType(before, ConfigMap.class));
        assertThat(ofType(after, Deployment.class).equals(ofType(before, Deployment.class)))
                .isNotEqualTo(rolls);
    }

    @Test
    void autoscaler_withBothTargets_leavesReplicasToItself() {
        List<HasMetadata> objects = Chart.parse(Chart.NEARSIDE.render(NETWORK_PROXY));

        var autoscaler = ofType(objects, HorizontalPodAutoscaler.class).get(0);
        assertThat(autoscaler.getSpec().getMetrics())
                .extracting(metric -> metric.getType())
                .containsExactly("Resource", "Pods");
        assertThat(ofType(objects, Deployment.class).get(0).getSpec().getReplicas())
                .isNull();
    }

    @Test
    void proxy_replacedByARollingUpdate_isNeverMissed() {
        Deployment proxy = ofType(Chart.parse(Chart.NEARSIDE.render(MINIMAL)), Deployment.class)
                .get(0);
        PodSpec pod = proxy.getSpec().getTemplate().getSpec();

        assertThat(proxy.getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .isZero();
        long preStop = pod.getContainers()
                .get(0)
                .getLifecycle()
                .getPreStop()
                .getSleep()
                .getSeconds();
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(preStop + 30);
    }

    @Test
    void sidecar_ofADependentChart_isANativeSidecarWithEverythingItMounts(@TempDir Path folder) throws IOException {
        Path umbrella = folder.resolve("application");
        copy(Path.of("examples/sidecar-application"), umbrella);
        copy(Path.of("nearside"), umbrella.resolve("charts/nearside"));

        List<HasMetadata> objects = Chart.parse(new Chart(umbrella).render());

        Deployment application = ofType(objects, Deployment.class).get(0);
        PodSpec pod = application.getSpec().getTemplate().getSpec();
        Container sidecar = pod.getInitContainers().get(0);
        assertThat(sidecar.getRestartPolicy()).isEqualTo("Always");
        assertThat(objects).allSatisfy(object -> {
            assertThat(StrictModel.unknownFields(object)).isEmpty();
            assertThat(PodPolicy.violations(object)).isEmpty();
        });
        assertEveryMountHasItsVolume(pod);
        Set<String> configMaps = ofType(objects, ConfigMap.class).stream()
                .map(map -> map.getMetadata().getName())
                .collect(Collectors.toSet());
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getConfigMap() != null)
                .allMatch(volume -> configMaps.contains(volume.getConfigMap().getName()));
    }

    @Test
    void sidecar_plainPodTemplate_isWhatTheChartTemplateRenders(@TempDir Path folder) throws IOException {
        Path umbrella = folder.resolve("application");
        copy(Path.of("examples/sidecar-application"), umbrella);
        copy(Path.of("nearside"), umbrella.resolve("charts/nearside"));

        HasMetadata plain = Chart.parse(Files.readString(Path.of("examples/manifests/sidecar-pod.yaml")))
                .get(0);
        Container rendered = ofType(Chart.parse(new Chart(umbrella).render()), Deployment.class)
                .get(0)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getInitContainers()
                .get(0);

        assertThat(StrictModel.unknownFields(plain)).isEmpty();
        assertThat(PodPolicy.violations(plain)).isEmpty();
        assertThat(PodPolicy.podSpec(plain).orElseThrow().getInitContainers()).containsExactly(rendered);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecar-pod.yaml", "test-cluster-backends.yaml"})
    void manifest_byHand_hasOnlyFieldsKubernetesKnows(String file) throws IOException {
        List<HasMetadata> objects = Chart.parse(Files.readString(Path.of("examples/manifests", file)));

        assertThat(objects)
                .isNotEmpty()
                .allSatisfy(
                        object -> assertThat(StrictModel.unknownFields(object)).isEmpty());
    }

    @Test
    void sidecar_configuration_listensOnLoopbackOnly() throws IOException {
        JsonNode config = config(SIDECAR, "demo-nearside-sidecar", "proxy.yaml");

        assertThat(config.at("/listen/host").asText()).isEqualTo("127.0.0.1");
        assertThat(config.at("/admin/host").asText()).isEqualTo("127.0.0.1");
    }

    @Test
    void sidecar_whoseAdminPortIsAskedFor_listensForOthers(@TempDir Path folder) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), "sidecar: {adminHost: 0.0.0.0}\n");

        JsonNode config = config(SIDECAR, "demo-nearside-sidecar", "proxy.yaml", values);

        assertThat(config.at("/admin/host").asText()).isEqualTo("0.0.0.0");
        assertThat(config.at("/listen/host").asText()).isEqualTo("127.0.0.1");
    }

    private static void assertEveryMountHasItsVolume(PodSpec pod) {
        Set<String> volumes = new HashSet<>();
        pod.getVolumes().forEach(volume -> volumes.add(volume.getName()));
        Set<String> mounts = new TreeSet<>();
        PodPolicy.containers(pod)
                .forEach(container -> container.getVolumeMounts().forEach(mount -> mounts.add(mount.getName())));
        assertThat(volumes).containsAll(mounts);
    }

    private static JsonNode config(Path example, String name, String file, Path... more) throws IOException {
        Path[] values = Stream.concat(Stream.of(example), Stream.of(more)).toArray(Path[]::new);
        Map<String, String> files = new HashMap<>();
        ofType(Chart.parse(Chart.NEARSIDE.render(values)), ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().equals(name))
                .forEach(map -> files.putAll(map.getData()));
        return new YAMLMapper().readTree(files.get(file));
    }

    private static String identity(HasMetadata object) {
        return object.getKind() + "/" + object.getMetadata().getName();
    }

    private static <T> List<T> ofType(Collection<HasMetadata> objects, Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}

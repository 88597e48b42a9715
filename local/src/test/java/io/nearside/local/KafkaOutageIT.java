package io.nearside.local;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.local.embedded.LoopbackPort;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.Replicator;
import io.nearside.replicator.config.ReplicatorConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class KafkaOutageIT {
    private static final Duration NOTICED = Duration.ofSeconds(60);

    @Test
    void proxy_whileKafkaIsGone_servesFromDynamoDbAndSaysSo() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                ProxyServer proxy = ProxyServer.start(proxy(kafka.bootstrapServers()));
                DynamoDbClient client = client(proxy)) {
            String table = createTable(client);
            await().atMost(NOTICED).until(() -> !isDegraded(proxy));

            kafka.stop();

            await().atMost(NOTICED).until(() -> isDegraded(proxy));
            assertThat(Health.live(proxy.adminPort()).isOk()).isTrue();
            assertServes(client, table);

            kafka.restart();

            await().atMost(NOTICED).until(() -> !isDegraded(proxy));
            assertServes(client, table);
        }
    }

    @Test
    void proxy_startedWithoutKafka_servesFromDynamoDbAndSaysSo() {
        String nobody = "127.0.0.1:" + LoopbackPort.free();
        try (ProxyServer proxy = ProxyServer.start(proxy(nobody));
                DynamoDbClient client = client(proxy)) {
            assertServes(client, createTable(client));

            await().atMost(NOTICED)
                    .until(() -> isDegraded(proxy)
                            && Health.ready(proxy.adminPort()).body().contains(nobody));
        }
    }

    @Test
    void replicator_whileKafkaIsGone_losesNothing() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(2);
                Replicator first = Replicator.start(replicator(dynamoDb, kafka, 0));
                Replicator second = Replicator.start(replicator(dynamoDb, kafka, 1));
                DynamoDbClient here = Clients.sync(dynamoDb.endpoint(0));
                DynamoDbClient there = Clients.sync(dynamoDb.endpoint(1))) {
            String table = Tables.create(here, there);
            here.putItem(request -> request.tableName(table).item(Tables.item("before", "v")));
            await().atMost(NOTICED)
                    .until(() -> Tables.value(there, table, "before").equals("v"));

            kafka.stop();
            await().atMost(NOTICED).until(() -> !Health.ready(first.adminPort()).isOk());
            assertThat(Health.ready(first.adminPort()).body()).containsIgnoringCase("kafka");
            here.putItem(request -> request.tableName(table).item(Tables.item("during", "v")));
            there.deleteItem(request -> request.tableName(table).key(Tables.key("before")));
            kafka.restart();

            await().atMost(NOTICED).untilAsserted(() -> {
                assertThat(Tables.value(there, table, "during")).isEqualTo("v");
                assertThat(Tables.value(here, table, "before")).isEmpty();
                assertThat(Health.ready(first.adminPort()).isOk()).isTrue();
                assertThat(Health.ready(second.adminPort()).isOk()).isTrue();
            });
        }
    }

    /** It serves, so nobody should take its traffic away; but it says what is wrong and what to look at. */
    private static boolean isDegraded(ProxyServer proxy) {
        Health health = Health.ready(proxy.adminPort());
        assertThat(health.isOk()).as(health.body()).isTrue();
        return health.body().contains("degraded") && health.body().contains("coherence.kafka.bootstrap-servers");
    }

    private static void assertServes(DynamoDbClient client, String table) {
        for (String value : List.of("v1", "v2")) {
            client.putItem(request -> request.tableName(table).item(Tables.item("k", value)));
            assertThat(Tables.value(client, table, "k")).isEqualTo(value);
        }
    }

    private static String createTable(DynamoDbClient client) {
        String table = Tables.freshName();
        client.createTable(Tables.definition(table));
        return table;
    }

    private static DynamoDbClient client(ProxyServer proxy) {
        return Clients.sync(URI.create("http://127.0.0.1:" + proxy.dataPort()));
    }

    private static ProxyConfig proxy(String kafka) {
        var here = new ServiceConfigs.Region("outage-1", 1, 0, 0, 0);
        var configs = new ServiceConfigs(here, EmbeddedDynamoDb.shared().endpoint(0), kafka, List.of());
        return LocalStack.parse(configs.proxy(), ProxyConfig.class);
    }

    private static ReplicatorConfig replicator(EmbeddedDynamoDb dynamoDb, EmbeddedKafka kafka, int index) {
        List<ServiceConfigs.Region> regions = List.of(
                new ServiceConfigs.Region("outage-1", 1, 0, 0, 0), new ServiceConfigs.Region("outage-2", 2, 0, 0, 0));
        var configs = new ServiceConfigs(
                regions.get(index),
                dynamoDb.endpoint(index),
                kafka.bootstrapServers(),
                List.of(regions.get(1 - index)));
        return LocalStack.parse(configs.replicator(), ReplicatorConfig.class);
    }
}

package io.nearside.local;

import io.nearside.change.Topics;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.config.ProxyConfig;
import io.nearside.replicator.Replicator;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.kafka.TopicReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A proxy that stamps inline and the replicator behind it, which meet only in the table. */
class InlineStampingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WRITES = 20;

    private final String region = "inline-" + UUID.randomUUID().toString().substring(0, 8);
    private final String table = Tables.freshName();
    private final String kafka = EmbeddedKafka.shared().bootstrapServers();
    private final TopicReader reader = new TopicReader(new KafkaCluster(kafka, Map.of()));

    private ServiceConfigs services(URI dynamoDb) {
        return new ServiceConfigs(new ServiceConfigs.Region(region, 1, 0, 0, 0), dynamoDb, kafka, List.of());
    }

    private ProxyConfig proxy(URI dynamoDb) {
        String inline = """
                replication:
                  stamping: inline
                  tables: ["%s"]
                  region-id: 1
                """.formatted(table);
        return LocalStack.parse(services(dynamoDb).proxy() + inline, ProxyConfig.class);
    }

    private ReplicatorConfig replicator(URI dynamoDb) {
        return LocalStack.parse(services(dynamoDb).replicator(), ReplicatorConfig.class);
    }

    private void awaitChanges(long count) {
        await().atMost(PATIENCE)
                .until(() -> reader.extent(Topics.changes(region, table)).records() >= count);
    }

    @Test
    void writes_stampedByTheProxy_areCapturedWithoutASecondWrite() {
        try (EmbeddedDynamoDb dynamoDb = EmbeddedDynamoDb.start(1);
                FaultyRelay relay = FaultyRelay.start(dynamoDb.endpoint(0), 1);
                DynamoDbClient direct = Clients.sync(dynamoDb.endpoint(0));
                Replicator replicator = Replicator.start(replicator(relay.endpoint()));
                ProxyServer proxy = ProxyServer.start(proxy(dynamoDb.endpoint(0)));
                DynamoDbClient proxied = Clients.sync(URI.create("http://127.0.0.1:" + proxy.dataPort()))) {
            direct.createTable(Tables.definition(table));
            direct.putItem(request -> request.tableName(table).item(Tables.item("around", "v")));
            awaitChanges(1);
            long before = relay.requests("UpdateItem");
            assertThat(before)
                    .as("the second write of a write around the proxy")
                    .isPositive();

            for (int i = 0; i < WRITES; i++) {
                String id = "inline-" + i;
                proxied.putItem(request -> request.tableName(table).item(Tables.item(id, "v")));
                proxied.updateItem(request -> request.tableName(table)
                        .key(Tables.key(id))
                        .updateExpression("SET n = :n")
                        .expressionAttributeValues(Map.of(":n", AttributeValue.fromN("1"))));
            }
            awaitChanges(1 + 2 * WRITES);

            assertThat(relay.requests("UpdateItem")).isEqualTo(before);
            assertThat(replicator.lifecycle()).isEqualTo(Replicator.Lifecycle.RUNNING);
        }
    }
}

package io.nearside.replicator.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

import static org.assertj.core.api.Assertions.assertThat;

class TableDiscoveryTest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ListedTables region = new ListedTables();
    private long nanos = TimeUnit.HOURS.toNanos(1);
    private final TableDiscovery discovery = new TableDiscovery(region, table -> true, true, INTERVAL, () -> nanos);

    @Test
    void index_withSeveralAttributesInARole_keepsItsTableAndAllOthers() {
        region.add("orders", List.of(hash("id")), List.of(hash("country"), hash("city"), range("year"), range("day")));
        region.add("users", List.of(hash("id")), List.of());

        discovery.round();

        assertThat(discovery.problems()).isEmpty();
        assertThat(discovery.tables()).containsOnlyKeys("orders", "users");
        IndexSchema index = discovery.tables().values().stream()
                .flatMap(info -> info.indexes().stream())
                .findFirst()
                .orElseThrow();
        assertThat(index.keySchema()).isNull();
        assertThat(index.touched(null, null).unknown()).isTrue();
    }

    @Test
    void table_thatCannotBeUnderstood_isNamedAndTheOthersAreTakenUp() {
        region.add("broken", List.of(hash("one"), hash("two")), List.of());
        region.add("users", List.of(hash("id")), List.of());

        discovery.round();

        assertThat(discovery.tables()).containsOnlyKeys("users");
        assertThat(discovery.problems()).containsOnlyKeys("broken");
        assertThat(discovery.problems().get("broken")).contains("several attributes in one role");
        assertThat(discovery.isComplete()).isTrue();
    }

    @Test
    void table_thatKeepsFailing_isDescribedLessAndLessOftenButForGood() {
        region.add("broken", List.of(range("one")), List.of());

        for (int second = 0; second < 600; second++) {
            discovery.round();
            nanos += TimeUnit.SECONDS.toNanos(1);
        }

        // 1, 2, 4, 8, 16, 32 seconds, then one a minute.
        assertThat(region.described).hasSizeBetween(12, 18);

        region.tables.clear();
        region.add("broken", List.of(hash("one")), List.of());
        nanos += TimeUnit.MINUTES.toNanos(1);
        discovery.round();

        assertThat(discovery.tables()).containsOnlyKeys("broken");
        assertThat(discovery.problems()).isEmpty();
    }

    private static KeySchemaElement hash(String name) {
        return KeySchemaElement.builder().attributeName(name).keyType("HASH").build();
    }

    private static KeySchemaElement range(String name) {
        return KeySchemaElement.builder().attributeName(name).keyType("RANGE").build();
    }

    /** A region that lists and describes tables as it is told, and counts. */
    private static final class ListedTables implements DynamoDbClient {

        private final Map<String, TableDescription> tables = new TreeMap<>();
        private final List<String> described = new ArrayList<>();

        void add(String table, List<KeySchemaElement> key, List<KeySchemaElement> indexKey) {
            List<KeySchemaElement> all = new ArrayList<>(key);
            all.addAll(indexKey);
            TableDescription.Builder description = TableDescription.builder()
                    .tableName(table)
                    .tableId("id of " + table)
                    .tableStatus(TableStatus.ACTIVE)
                    .keySchema(key)
                    .attributeDefinitions(all.stream()
                            .map(element -> AttributeDefinition.builder()
                                    .attributeName(element.attributeName())
                                    .attributeType("S")
                                    .build())
                            .toList())
                    .latestStreamArn("stream of " + table)
                    .streamSpecification(StreamSpecification.builder()
                            .streamEnabled(true)
                            .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)
                            .build());
            if (!indexKey.isEmpty()) {
                description.globalSecondaryIndexes(GlobalSecondaryIndexDescription.builder()
                        .indexName("by-place")
                        .keySchema(indexKey)
                        .build());
            }
            tables.put(table, description.build());
        }

        @Override
        public ListTablesResponse listTables(ListTablesRequest request) {
            return ListTablesResponse.builder().tableNames(tables.keySet()).build();
        }

        @Override
        public DescribeTableResponse describeTable(DescribeTableRequest request) {
            described.add(request.tableName());
            return DescribeTableResponse.builder()
                    .table(tables.get(request.tableName()))
                    .build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }
}

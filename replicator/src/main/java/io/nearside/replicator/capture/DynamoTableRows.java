package io.nearside.replicator.capture;

import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.StoreErrors;
import io.nearside.replicator.table.TableInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** The rows of a table in DynamoDB, by Scan. */
final class DynamoTableRows implements TableRows {

    private final DynamoDbClient client;
    private final TableInfo table;
    private final String versionAttribute;
    private final CapacityBudget budget;

    DynamoTableRows(DynamoDbClient client, TableInfo table, String versionAttribute, CapacityBudget budget) {
        this.budget = budget;
        this.client = client;
        this.table = table;
        this.versionAttribute = versionAttribute;
    }

    @Override
    public Page read(ScanSegment segment, @Nullable ItemKey after, int limit) {
        KeySchema schema = table.keySchema();
        ScanResponse answer = StoreErrors.typed(
                "table " + table.name(),
                () -> client.scan(request -> {
                    request.tableName(table.name())
                            .segment(segment.index())
                            .totalSegments(segment.total())
                            .limit(limit)
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL);
                    if (after != null) {
                        request.exclusiveStartKey(AttributeValues.toSdk(after.toItem(schema)));
                    }
                }));
        if (answer.consumedCapacity() != null) {
            budget.charge(answer.consumedCapacity().capacityUnits());
        }
        return new Page(
                answer.items().stream()
                        .map(item -> AttributeValues.fromSdk(item, versionAttribute))
                        .toList(),
                answer.hasLastEvaluatedKey() && !answer.lastEvaluatedKey().isEmpty()
                        ? ItemKey.of(
                                schema,
                                AttributeValues.fromSdk(answer.lastEvaluatedKey(), versionAttribute)
                                        .item())
                        : null,
                Duration.ofNanos(budget.nanosUntilFree()));
    }
}

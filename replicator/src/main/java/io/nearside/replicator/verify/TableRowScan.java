package io.nearside.replicator.verify;

import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.StoreErrors;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableInfo;
import io.nearside.version.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;

/** Reads the key and the version of every item of a table, consistently, at a bounded rate. */
final class TableRowScan {

    private static final int PAGE = 250;

    private final DynamoDbClient client;
    private final String versionAttribute;
    private final Function<String, CapacityBudget> budgets;

    /** @param budgets what scans of a table may consume */
    TableRowScan(DynamoDbClient client, String versionAttribute, Function<String, CapacityBudget> budgets) {
        this.client = client;
        this.versionAttribute = versionAttribute;
        this.budgets = budgets;
    }

    /**
     * Reads all that every one of the filters takes in.
     *
     * @param rowsPerSecond the most rows read per second, at least 1
     * @throws io.nearside.replicator.table.StoreException if the table cannot be read; what was handed over is then not all
     */
    void read(
            TableInfo table, List<TableFilter> filters, int rowsPerSecond, BiConsumer<ItemKey, @Nullable Version> row) {
        CapacityBudget budget = budgets.apply(table.name());
        long began = System.nanoTime();
        long rows = 0;
        Map<String, AttributeValue> from = Map.of();
        do {
            var page = page(table, filters, from);
            page.items().forEach(item -> hand(table.keySchema(), filters, item, row));
            rows += page.count();
            if (page.consumedCapacity() != null) {
                budget.charge(page.consumedCapacity().capacityUnits());
            }
            from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
            if (!from.isEmpty()) {
                keepTo(began, rows, rowsPerSecond, budget);
            }
        } while (!from.isEmpty());
    }

    private software.amazon.awssdk.services.dynamodb.model.ScanResponse page(
            TableInfo table, List<TableFilter> filters, Map<String, AttributeValue> from) {
        Map<String, String> names = new HashMap<>();
        names.put("#v", versionAttribute);
        names.put("#p", table.keySchema().partition().name());
        if (table.keySchema().sort() != null) {
            names.put("#s", table.keySchema().sort().name());
        }
        for (TableFilter filter : filters) {
            if (filter.attribute() != null && !names.containsValue(filter.attribute())) {
                names.put("#f" + names.size(), filter.attribute());
            }
        }
        return StoreErrors.typed(
                "table " + table.name(),
                () -> client.scan(request -> request.tableName(table.name())
                        .consistentRead(true)
                        .limit(PAGE)
                        .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                        .projectionExpression(String.join(", ", names.keySet()))
                        .expressionAttributeNames(names)
                        .exclusiveStartKey(from.isEmpty() ? null : from)));
    }

    private void hand(
            KeySchema schema,
            List<TableFilter> filters,
            Map<String, AttributeValue> item,
            BiConsumer<ItemKey, @Nullable Version> row) {
        StoredItem stored = AttributeValues.fromSdk(item, versionAttribute);
        if (filters.stream().allMatch(filter -> filter.accepts(schema, stored.item()))) {
            row.accept(ItemKey.of(schema, stored.item()), stored.version());
        }
    }

    private static void keepTo(long began, long rows, int rowsPerSecond, CapacityBudget budget) {
        long dueNanos = began + TimeUnit.SECONDS.toNanos(rows) / rowsPerSecond;
        long wait = Math.max(dueNanos - System.nanoTime(), budget.nanosUntilFree());
        if (wait > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

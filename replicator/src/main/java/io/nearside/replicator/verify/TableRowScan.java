package io.nearside.replicator.verify;

import io.nearside.item.ItemKey;
import io.nearside.item.KeySchema;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.StoreErrors;
import io.nearside.replicator.table.StoredItem;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** Reads every item of a table, or its key and version only, consistently, at a bounded rate. */
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
     * Reads the keys and versions of all that every one of the filters takes in.
     *
     * @param rowsPerSecond the most rows read per second, at least 1
     * @param work told of each row read
     * @throws io.nearside.replicator.table.StoreException if the table cannot be read; what was handed over is then not all
     */
    void read(
            TableInfo table,
            List<TableFilter> filters,
            int rowsPerSecond,
            LongWork work,
            BiConsumer<ItemKey, StoredItem> row) {
        KeySchema schema = table.keySchema();
        scan(table, names(schema, filters), rowsPerSecond, work, stored -> {
            if (filters.stream().allMatch(filter -> filter.accepts(schema, stored.item()))) {
                row.accept(ItemKey.of(schema, stored.item()), stored);
            }
        });
    }

    /** Reads all items whole; as above otherwise. */
    void readItems(TableInfo table, int rowsPerSecond, LongWork work, Consumer<StoredItem> row) {
        scan(table, Map.of(), rowsPerSecond, work, row);
    }

    /** About how many rows the table has, as DynamoDB counts now and then. */
    long about(TableInfo table) {
        Long items = StoreErrors.typed(
                "table " + table.name(),
                () -> client.describeTable(request -> request.tableName(table.name()))
                        .table()
                        .itemCount());
        return items == null ? 0 : items;
    }

    private void scan(
            TableInfo table, Map<String, String> names, int rowsPerSecond, LongWork work, Consumer<StoredItem> row) {
        CapacityBudget budget = budgets.apply(table.name());
        long began = System.nanoTime();
        long rows = 0;
        Map<String, AttributeValue> from = Map.of();
        do {
            ScanResponse page = page(table, names, from);
            page.items().forEach(item -> row.accept(AttributeValues.fromSdk(item, versionAttribute)));
            rows += page.count();
            work.add(page.count());
            if (page.consumedCapacity() != null) {
                budget.charge(page.consumedCapacity().capacityUnits());
            }
            from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : Map.of();
            if (!from.isEmpty()) {
                keepTo(began, rows, rowsPerSecond, budget);
            }
        } while (!from.isEmpty());
    }

    private Map<String, String> names(KeySchema schema, List<TableFilter> filters) {
        Map<String, String> names = new HashMap<>();
        names.put("#v", versionAttribute);
        names.put("#p", schema.partition().name());
        if (schema.sort() != null) {
            names.put("#s", schema.sort().name());
        }
        for (TableFilter filter : filters) {
            if (filter.attribute() != null && !names.containsValue(filter.attribute())) {
                names.put("#f" + names.size(), filter.attribute());
            }
        }
        return names;
    }

    /** @param names the attributes to read; all if empty */
    private ScanResponse page(TableInfo table, Map<String, String> names, Map<String, AttributeValue> from) {
        return StoreErrors.typed(
                "table " + table.name(),
                () -> client.scan(request -> {
                    request.tableName(table.name())
                            .consistentRead(true)
                            .limit(PAGE)
                            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
                            .exclusiveStartKey(from.isEmpty() ? null : from);
                    if (!names.isEmpty()) {
                        request.projectionExpression(String.join(", ", names.keySet()))
                                .expressionAttributeNames(names);
                    }
                }));
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

package io.nearside.replicator.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Which region ids this region has ever known, in one row of the tombstone table: ids are never used again.
 *
 * <p>A region that was left out of the configuration for a while has missed deletions whose tombstones may be gone; under its old id its
 * old items would look like news. So an id that was left out once is refused from then on.
 */
public final class RegionRegistry {

    private static final AttributeValue ROW =
            AttributeValue.fromB(SdkBytes.fromByteArray("nearside/regions".getBytes(UTF_8)));
    private static final String NAMES = "names";
    private static final String RETIRED = "retired";

    private final DynamoDbClient client;
    private final String tombstoneTable;

    public RegionRegistry(DynamoDbClient client, String tombstoneTable) {
        this.client = client;
        this.tombstoneTable = tombstoneTable;
    }

    /**
     * Compares the configured regions with those ever known, and remembers the new ones and the ones left out.
     *
     * @param configured region names by id, this region among them
     * @return what is wrong, in a sentence; null if nothing is
     * @throws StoreException if the table cannot be read or written
     */
    public @Nullable String check(Map<Integer, String> configured) {
        return StoreErrors.typed("tombstone table " + tombstoneTable, () -> checkRow(configured));
    }

    private @Nullable String checkRow(Map<Integer, String> configured) {
        Map<String, AttributeValue> row = client.getItem(request -> request.tableName(tombstoneTable)
                        .key(Map.of(DynamoTombstones.KEY, ROW))
                        .consistentRead(true))
                .item();
        Map<String, AttributeValue> names = new HashMap<>(
                row.getOrDefault(NAMES, AttributeValue.fromM(Map.of())).m());
        Set<String> retired = new TreeSet<>(
                row.getOrDefault(RETIRED, AttributeValue.fromSs(List.of())).ss());
        for (Map.Entry<Integer, String> region : configured.entrySet()) {
            String id = String.valueOf(region.getKey());
            AttributeValue before = names.get(id);
            String problem = before == null ? null : problem(id, region.getValue(), before.s(), retired.contains(id));
            if (problem != null) {
                return problem;
            }
        }
        names.keySet().stream()
                .filter(id -> !configured.containsKey(Integer.valueOf(id)))
                .forEach(retired::add);
        configured.forEach((id, name) -> names.put(String.valueOf(id), AttributeValue.fromS(name)));
        remember(names, retired);
        return null;
    }

    private static @Nullable String problem(String id, String name, String before, boolean retired) {
        if (!before.equals(name)) {
            return "region-id " + id + " belonged to " + before + " and is never used again: give " + name
                    + " a new region-id, in every region's configuration";
        }
        return retired
                ? "region " + name + " was left out of the configuration once, so its region-id " + id
                        + " is spent: give it a new one, in every region's configuration"
                : null;
    }

    private void remember(Map<String, AttributeValue> names, Set<String> retired) {
        Map<String, AttributeValue> row = new HashMap<>();
        row.put(DynamoTombstones.KEY, ROW);
        row.put(NAMES, AttributeValue.fromM(names));
        if (!retired.isEmpty()) {
            row.put(RETIRED, AttributeValue.fromSs(List.copyOf(retired)));
        }
        client.putItem(request -> request.tableName(tombstoneTable).item(row));
    }
}

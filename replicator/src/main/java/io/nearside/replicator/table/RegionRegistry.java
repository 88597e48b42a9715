package io.nearside.replicator.table;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Which region ids this region knows, and which of its processes run with which of them, in one row of the tombstone table.
 *
 * <p>A region that was left out of the configuration for longer than changes are kept has missed deletions whose tombstones may be gone;
 * under its old id its old items would look like news. So an id that no process has had for that long, while others ran, is spent, and
 * refused from then on. One process with a wrong configuration spends nothing: it is told what those that run have instead.
 *
 * <p>Every process enters its configuration when it starts, confirms it from time to time and takes it out when it stops. The row is
 * written on condition that it is as it was read, so two that start at once see each other. Thread-safe.
 */
public final class RegionRegistry {

    /** So often a process confirms that it runs. */
    public static final Duration CONFIRMATION = Duration.ofSeconds(30);

    /** So long after its last confirmation a process counts as running. */
    static final Duration LEASE = CONFIRMATION.multipliedBy(4);

    private static final AttributeValue KEY =
            AttributeValue.fromB(SdkBytes.fromByteArray("nearside/regions".getBytes(UTF_8)));
    private static final String REVISION = "revision";
    private static final int ATTEMPTS = 50;

    private final DynamoDbClient client;
    private final String tombstoneTable;
    private final String process;
    private final Duration spentAfter;
    private final InstantSource wall;

    /**
     * @param client shared, not closed here
     * @param process this process among those of its region
     * @param spentAfter an id that no process has had for so long is spent: how long changes are kept
     */
    public RegionRegistry(
            DynamoDbClient client, String tombstoneTable, String process, Duration spentAfter, InstantSource wall) {
        this.client = client;
        this.tombstoneTable = tombstoneTable;
        this.process = process;
        this.spentAfter = spentAfter;
        this.wall = wall;
    }

    /**
     * Why a configuration is refused.
     *
     * @param sentence what contradicts what
     * @param passing whether that ends when other processes stop
     */
    public record Refusal(String sentence, boolean passing) {}

    /**
     * A region id as this region knows it.
     *
     * @param spent whether it is refused from now on
     * @param running how many processes of this region run with it
     */
    public record Known(int id, String region, boolean spent, int running) {}

    /**
     * Compares the configured regions with those known and those of the processes that run, and enters them if they fit.
     *
     * @param configured region names by id, this region among them
     * @return why they do not fit; null if they do
     * @throws StoreException if the table cannot be read or written
     */
    public @Nullable Refusal enter(Map<Integer, String> configured) {
        RegionRow row = read();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Refusal refusal = row.refusal(configured, process, now());
            if (refusal != null) {
                return refusal;
            }
            if (write(row, row.with(process, configured, now()).aged(spentAfter, now()))) {
                return null;
            }
            row = read();
        }
        throw contended();
    }

    /**
     * Confirms that this process runs with these regions.
     *
     * @throws StoreException if the table cannot be read or written
     */
    public void confirm(Map<Integer, String> configured) {
        change(row -> row.with(process, configured, now()).aged(spentAfter, now()));
    }

    /**
     * This process stops.
     *
     * @throws StoreException if the table cannot be read or written
     */
    public void leave() {
        change(row -> row.without(process));
    }

    /**
     * Takes a spent id back into use.
     *
     * @return how many ids of the region were spent
     * @throws StoreException if the table cannot be read or written
     */
    public int readmit(String region) {
        int[] readmitted = {0};
        change(row -> {
            readmitted[0] = row.spentOf(region).size();
            return row.readmitting(region, now());
        });
        return readmitted[0];
    }

    /**
     * Every id that this region knows, by id.
     *
     * @throws StoreException if the table cannot be read
     */
    public Map<Integer, Known> known() {
        RegionRow row = read();
        Map<Integer, Known> known = new TreeMap<>();
        row.names().forEach((id, name) -> known.put(id, new Known(id, name, row.isSpent(id), row.running(id, now()))));
        return known;
    }

    private void change(java.util.function.UnaryOperator<RegionRow> step) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RegionRow row = read();
            if (write(row, step.apply(row))) {
                return;
            }
        }
        throw contended();
    }

    private RetriableStoreException contended() {
        return new RetriableStoreException(
                RetriableStoreException.Reason.UNAVAILABLE,
                "tombstone table " + tombstoneTable + ": the row of regions changes all the time",
                null);
    }

    private RegionRow read() {
        return StoreErrors.typed(
                "tombstone table " + tombstoneTable,
                () -> RegionRow.of(client.getItem(request -> request.tableName(tombstoneTable)
                                .key(Map.of(DynamoTombstones.KEY, KEY))
                                .consistentRead(true))
                        .item()));
    }

    /** False if somebody else has written since the row was read. */
    private boolean write(RegionRow before, RegionRow after) {
        Map<String, AttributeValue> item = after.toItem();
        item.put(DynamoTombstones.KEY, KEY);
        item.put(REVISION, AttributeValue.fromN(String.valueOf(before.revision() + 1)));
        try {
            StoreErrors.typed(
                    "tombstone table " + tombstoneTable,
                    () -> client.putItem(request -> request.tableName(tombstoneTable)
                            .item(item)
                            .conditionExpression("attribute_not_exists(#r) OR #r = :r")
                            .expressionAttributeNames(Map.of("#r", REVISION))
                            .expressionAttributeValues(
                                    Map.of(":r", AttributeValue.fromN(String.valueOf(before.revision()))))));
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    private long now() {
        return wall.instant().getEpochSecond();
    }
}

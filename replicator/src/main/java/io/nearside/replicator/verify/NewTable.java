package io.nearside.replicator.verify;

import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.AttributeValues;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoreErrors;
import io.nearside.replicator.table.TableDefinition;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.TablePatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * A table that is made, or is empty, and is filled with items; or only looks so, when nothing is to be written.
 *
 * <p>Holds one batch. Not thread-safe.
 */
final class NewTable {

    private static final int BATCH = 25;
    private static final long PAUSE_MILLIS = 200;

    /** Five minutes' worth of pauses: creating a table with indexes takes AWS a while. */
    private static final int LOOKS = 1_500;

    private final DynamoDbClient client;
    private final TableInfo like;
    private final String name;
    private final boolean pretends;
    private final List<WriteRequest> batch = new ArrayList<>(BATCH);

    private NewTable(DynamoDbClient client, TableInfo like, String name, boolean pretends) {
        this.client = client;
        this.like = like;
        this.name = name;
        this.pretends = pretends;
    }

    /**
     * Makes it, unless it is there.
     *
     * @param like the table whose key and indexes it is to have
     * @param pretends whether nothing is to be written, nor made
     * @throws IllegalArgumentException if there is one that is not empty, or has another key
     */
    static NewTable prepare(DynamoDbClient client, TableInfo like, String name, boolean pretends) {
        if (name.startsWith(TablePatterns.INTERNAL_PREFIX)) {
            throw new IllegalArgumentException(
                    "tables whose names begin with " + TablePatterns.INTERNAL_PREFIX + " are Nearside's own");
        }
        TableDefinition wanted = describe(client, like.name())
                .map(description -> TableDefinition.of(description).named(name))
                .orElseThrow(() -> new IllegalArgumentException("table " + like.name() + " is not here"));
        Optional<TableDescription> there = describe(client, name);
        if (there.isPresent()) {
            requireFit(client, wanted, TableDefinition.of(there.get()));
        } else if (!pretends) {
            create(client, wanted);
        }
        return new NewTable(client, like, name, pretends);
    }

    private static Optional<TableDescription> describe(DynamoDbClient client, String name) {
        return StoreErrors.typed("table " + name, () -> {
            try {
                return Optional.of(
                        client.describeTable(request -> request.tableName(name)).table());
            } catch (ResourceNotFoundException e) {
                return Optional.empty();
            }
        });
    }

    private static void requireFit(DynamoDbClient client, TableDefinition wanted, TableDefinition there) {
        String name = wanted.table();
        if (!there.key().equals(wanted.key())) {
            throw new IllegalArgumentException("table " + name + " is here already, with another key");
        }
        int rows = StoreErrors.typed(
                "table " + name,
                () -> client.scan(request -> request.tableName(name).limit(1).consistentRead(true))
                        .count());
        if (rows > 0) {
            throw new IllegalArgumentException("table " + name + " is not empty; name one that is, or a new one");
        }
    }

    private static void create(DynamoDbClient client, TableDefinition wanted) {
        String name = wanted.table();
        StoreErrors.typed("table " + name, () -> client.createTable(wanted.toRequest()));
        for (int look = 0; look < LOOKS; look++) {
            if (describe(client, name)
                    .filter(table -> table.tableStatus() == TableStatus.ACTIVE)
                    .isPresent()) {
                return;
            }
            pause();
        }
        throw new RetriableStoreException(
                RetriableStoreException.Reason.TABLE_MISSING, "table " + name + " does not become active", null);
    }

    /** Writes an item, at the latest when {@link #flush} returns. Not two of one key without that between them. */
    void put(Item item) {
        if (pretends) {
            return;
        }
        batch.add(WriteRequest.builder()
                .putRequest(
                        PutRequest.builder().item(AttributeValues.toSdk(item)).build())
                .build());
        if (batch.size() == BATCH) {
            flush();
        }
    }

    /** Takes an item out again. */
    void remove(ItemKey key) {
        if (pretends) {
            return;
        }
        StoreErrors.typed(
                "table " + name,
                () -> client.deleteItem(
                        request -> request.tableName(name).key(AttributeValues.toSdk(key.toItem(like.keySchema())))));
    }

    /** Writes what is still to be written. */
    void flush() {
        List<WriteRequest> due = List.copyOf(batch);
        batch.clear();
        while (!due.isEmpty()) {
            List<WriteRequest> now = due;
            var answer = StoreErrors.typed(
                    "table " + name, () -> client.batchWriteItem(request -> request.requestItems(Map.of(name, now))));
            due = answer.hasUnprocessedItems() ? answer.unprocessedItems().getOrDefault(name, List.of()) : List.of();
            if (!due.isEmpty()) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

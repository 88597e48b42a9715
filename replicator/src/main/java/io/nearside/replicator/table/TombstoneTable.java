package io.nearside.replicator.table;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.waiters.WaiterOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/** Sees to it that the region's tombstone table exists, with its time to live switched on. Safe to do twice, or by two at once. */
public final class TombstoneTable {

    private static final Logger LOG = LoggerFactory.getLogger(TombstoneTable.class);
    private static final WaiterOverrideConfiguration PATIENCE = WaiterOverrideConfiguration.builder()
            .waitTimeout(Duration.ofMinutes(2))
            .maxAttempts(Integer.MAX_VALUE)
            .backoffStrategyV2(BackoffStrategy.exponentialDelay(Duration.ofMillis(50), Duration.ofSeconds(2)))
            .build();

    private TombstoneTable() {}

    /**
     * Creates the table if it is missing, billed on demand, and waits until it is active.
     *
     * @throws StoreException if DynamoDB cannot be reached or does not allow it
     */
    public static void ensure(DynamoDbClient client, String table) {
        StoreErrors.typed("tombstone table " + table, () -> {
            createIfMissing(client, table);
            enableTimeToLive(client, table);
            return true;
        });
    }

    private static void createIfMissing(DynamoDbClient client, String table) {
        try {
            TableStatus status = client.describeTable(request -> request.tableName(table))
                    .table()
                    .tableStatus();
            if (status == TableStatus.DELETING) {
                throw new RetriableStoreException(
                        RetriableStoreException.Reason.TABLE_MISSING,
                        "tombstone table " + table + " is being deleted; it is made again when it is gone",
                        null);
            }
        } catch (ResourceNotFoundException missing) {
            create(client, table);
        }
        try (DynamoDbWaiter waiter = DynamoDbWaiter.builder()
                .client(client)
                .overrideConfiguration(PATIENCE)
                .build()) {
            waiter.waitUntilTableExists(request -> request.tableName(table));
        }
    }

    private static void create(DynamoDbClient client, String table) {
        try {
            client.createTable(request -> request.tableName(table)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(AttributeDefinition.builder()
                            .attributeName(DynamoTombstones.KEY)
                            .attributeType(ScalarAttributeType.B)
                            .build())
                    .keySchema(KeySchemaElement.builder()
                            .attributeName(DynamoTombstones.KEY)
                            .keyType(KeyType.HASH)
                            .build()));
            LOG.atInfo().addKeyValue("table", table).log("created the tombstone table");
        } catch (ResourceInUseException e) {
            LOG.atDebug().addKeyValue("table", table).log("another replicator creates the tombstone table");
        }
    }

    private static void enableTimeToLive(DynamoDbClient client, String table) {
        TimeToLiveStatus status = client.describeTimeToLive(request -> request.tableName(table))
                .timeToLiveDescription()
                .timeToLiveStatus();
        if (status == TimeToLiveStatus.DISABLED) {
            client.updateTimeToLive(request -> request.tableName(table)
                    .timeToLiveSpecification(
                            specification -> specification.enabled(true).attributeName(DynamoTombstones.EXPIRES)));
        }
    }
}

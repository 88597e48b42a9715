package io.nearside.replicator.capture;

import io.nearside.replicator.metrics.ReplicatorMetrics;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.Tombstones;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.VersionClock;
import java.time.InstantSource;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * What capture is made of; all of it shared, nothing closed by capture.
 *
 * @param dynamoDb for scans
 * @param streams for tailing
 * @param opener makes the table of which the catalogue knows
 * @param clock makes this process's versions
 * @param readBudgets what scans of a table may consume
 * @param ensureTopic creates the topic of a table's changes if it is missing and returns its id; blocks, throws {@link PublishException}
 */
public record CaptureParts(
        DynamoDbClient dynamoDb,
        DynamoDbStreamsClient streams,
        Function<TableInfo, VersionedTable> opener,
        Tombstones tombstones,
        VersionClock clock,
        ChangeLog log,
        LoggedItems logged,
        ParkingLot parking,
        CheckpointStore checkpoints,
        Function<String, String> ensureTopic,
        Function<String, CapacityBudget> readBudgets,
        ReplicatorMetrics metrics,
        InstantSource wall) {}

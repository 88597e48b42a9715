package io.nearside.proxy.operation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every operation of {@code DynamoDB_20120810} and {@code DynamoDBStreams_20120810} that the AWS SDK for Java 2.54 knows,
 * and {@link #UNRECOGNIZED} for those invented later, which pass through as well.
 */
public enum Operation {
    BATCH_EXECUTE_STATEMENT("BatchExecuteStatement", Effect.WRITE),
    BATCH_GET_ITEM("BatchGetItem", Effect.READ),
    BATCH_WRITE_ITEM("BatchWriteItem", Effect.WRITE),
    CREATE_BACKUP("CreateBackup", Effect.CONTROL),
    CREATE_GLOBAL_TABLE("CreateGlobalTable", Effect.CONTROL),
    CREATE_TABLE("CreateTable", Effect.CONTROL),
    DELETE_BACKUP("DeleteBackup", Effect.CONTROL),
    DELETE_ITEM("DeleteItem", Effect.WRITE),
    DELETE_RESOURCE_POLICY("DeleteResourcePolicy", Effect.CONTROL),
    DELETE_TABLE("DeleteTable", Effect.CONTROL),
    DESCRIBE_BACKUP("DescribeBackup", Effect.CONTROL),
    DESCRIBE_CONTINUOUS_BACKUPS("DescribeContinuousBackups", Effect.CONTROL),
    DESCRIBE_CONTRIBUTOR_INSIGHTS("DescribeContributorInsights", Effect.CONTROL),
    DESCRIBE_ENDPOINTS("DescribeEndpoints", Effect.CONTROL),
    DESCRIBE_EXPORT("DescribeExport", Effect.CONTROL),
    DESCRIBE_GLOBAL_TABLE("DescribeGlobalTable", Effect.CONTROL),
    DESCRIBE_GLOBAL_TABLE_SETTINGS("DescribeGlobalTableSettings", Effect.CONTROL),
    DESCRIBE_IMPORT("DescribeImport", Effect.CONTROL),
    DESCRIBE_KINESIS_STREAMING_DESTINATION("DescribeKinesisStreamingDestination", Effect.CONTROL),
    DESCRIBE_LIMITS("DescribeLimits", Effect.CONTROL),
    DESCRIBE_TABLE("DescribeTable", Effect.CONTROL),
    DESCRIBE_TABLE_REPLICA_AUTO_SCALING("DescribeTableReplicaAutoScaling", Effect.CONTROL),
    DESCRIBE_TIME_TO_LIVE("DescribeTimeToLive", Effect.CONTROL),
    DISABLE_KINESIS_STREAMING_DESTINATION("DisableKinesisStreamingDestination", Effect.CONTROL),
    ENABLE_KINESIS_STREAMING_DESTINATION("EnableKinesisStreamingDestination", Effect.CONTROL),
    EXECUTE_STATEMENT("ExecuteStatement", Effect.WRITE),
    EXECUTE_TRANSACTION("ExecuteTransaction", Effect.WRITE),
    EXPORT_TABLE_TO_POINT_IN_TIME("ExportTableToPointInTime", Effect.CONTROL),
    GET_ITEM("GetItem", Effect.READ),
    GET_RESOURCE_POLICY("GetResourcePolicy", Effect.CONTROL),
    IMPORT_TABLE("ImportTable", Effect.CONTROL),
    LIST_BACKUPS("ListBackups", Effect.CONTROL),
    LIST_CONTRIBUTOR_INSIGHTS("ListContributorInsights", Effect.CONTROL),
    LIST_EXPORTS("ListExports", Effect.CONTROL),
    LIST_GLOBAL_TABLES("ListGlobalTables", Effect.CONTROL),
    LIST_IMPORTS("ListImports", Effect.CONTROL),
    LIST_TABLES("ListTables", Effect.CONTROL),
    LIST_TAGS_OF_RESOURCE("ListTagsOfResource", Effect.CONTROL),
    PUT_ITEM("PutItem", Effect.WRITE),
    PUT_RESOURCE_POLICY("PutResourcePolicy", Effect.CONTROL),
    QUERY("Query", Effect.READ),
    RESTORE_TABLE_FROM_BACKUP("RestoreTableFromBackup", Effect.CONTROL),
    RESTORE_TABLE_TO_POINT_IN_TIME("RestoreTableToPointInTime", Effect.CONTROL),
    SCAN("Scan", Effect.READ),
    SEARCH_VECTORS("SearchVectors", Effect.READ),
    TAG_RESOURCE("TagResource", Effect.CONTROL),
    TRANSACT_GET_ITEMS("TransactGetItems", Effect.READ),
    TRANSACT_WRITE_ITEMS("TransactWriteItems", Effect.WRITE),
    UNTAG_RESOURCE("UntagResource", Effect.CONTROL),
    UPDATE_CONTINUOUS_BACKUPS("UpdateContinuousBackups", Effect.CONTROL),
    UPDATE_CONTRIBUTOR_INSIGHTS("UpdateContributorInsights", Effect.CONTROL),
    UPDATE_GLOBAL_TABLE("UpdateGlobalTable", Effect.CONTROL),
    UPDATE_GLOBAL_TABLE_SETTINGS("UpdateGlobalTableSettings", Effect.CONTROL),
    UPDATE_ITEM("UpdateItem", Effect.WRITE),
    UPDATE_KINESIS_STREAMING_DESTINATION("UpdateKinesisStreamingDestination", Effect.CONTROL),
    UPDATE_TABLE("UpdateTable", Effect.CONTROL),
    UPDATE_TABLE_REPLICA_AUTO_SCALING("UpdateTableReplicaAutoScaling", Effect.CONTROL),
    UPDATE_TIME_TO_LIVE("UpdateTimeToLive", Effect.CONTROL),

    DESCRIBE_STREAM(Api.STREAMS, "DescribeStream", Effect.STREAM),
    GET_RECORDS(Api.STREAMS, "GetRecords", Effect.STREAM),
    GET_SHARD_ITERATOR(Api.STREAMS, "GetShardIterator", Effect.STREAM),
    LIST_STREAMS(Api.STREAMS, "ListStreams", Effect.STREAM),

    /**
     * An operation of either service that this code does not know. It may do anything, so it counts as a write of
     * unknown tables; {@link ApiRequest#target()} names it.
     */
    UNRECOGNIZED("", Effect.WRITE);

    private static final Map<String, Operation> BY_TARGET = byTarget();

    private final Api api;
    private final String label;
    private final Effect effect;
    private final String target;
    private final boolean repeatable;

    Operation(String label, Effect effect) {
        this(Api.DYNAMODB, label, effect);
    }

    Operation(Api api, String label, Effect effect) {
        this.api = api;
        this.label = label;
        this.effect = effect;
        this.target = api.targetPrefix() + label;
        this.repeatable = effect == Effect.READ || effect == Effect.STREAM || readsByName(label);
    }

    /** The operation that an {@code X-Amz-Target} header names exactly, or null. Allocates nothing. */
    public static @Nullable Operation byTarget(String target) {
        return BY_TARGET.get(target);
    }

    /** The service this operation belongs to. */
    public Api api() {
        return api;
    }

    /** DynamoDB's name of the operation ({@code GetItem}); {@code Unrecognized} for {@link #UNRECOGNIZED}. */
    public String label() {
        return this == UNRECOGNIZED ? "Unrecognized" : label;
    }

    /** What the operation may do to cached data. */
    public Effect effect() {
        return effect;
    }

    /** The value of {@code X-Amz-Target} ({@code DynamoDB_20120810.GetItem}); meaningless for {@link #UNRECOGNIZED}. */
    public String target() {
        return target;
    }

    /** Whether asking DynamoDB twice changes no more than asking once, so that a failed call may be sent again. */
    public boolean repeatable() {
        return repeatable;
    }

    /** Whether the operation deals in items, so that its answers carry the {@code x-nearside-cache} header. */
    public boolean dataPlane() {
        return effect == Effect.READ || effect == Effect.WRITE;
    }

    private static boolean readsByName(String label) {
        return label.startsWith("Describe") || label.startsWith("List") || label.startsWith("Get");
    }

    private static Map<String, Operation> byTarget() {
        Map<String, Operation> operations = new HashMap<>();
        for (Operation operation : values()) {
            if (operation != UNRECOGNIZED) {
                operations.put(operation.target, operation);
            }
        }
        return Map.copyOf(operations);
    }
}

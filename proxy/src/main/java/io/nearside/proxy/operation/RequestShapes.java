package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RequestShape.Access;
import io.nearside.proxy.operation.RequestShape.Kind;
import io.nearside.proxy.operation.RequestShape.Member;
import io.nearside.proxy.operation.RequestShape.Reach;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of request shapes: for each operation where it names its tables, which members it knows, and whether it writes.
 * The switch has no default, so that a new operation does not compile without a row or the word that it has none.
 *
 * <p>Members are those of the AWS SDK for Java 2.54. Left out on purpose are those by which an operation that otherwise
 * stays within its tables would share one with other accounts or copy it to other regions.
 */
final class RequestShapes {

    private static final List<Member> TABLE = table("TableName");
    private static final List<Member> GLOBAL_TABLE = table("GlobalTableName");
    private static final List<Member> RESOURCE = arn("ResourceArn");
    private static final List<Member> BACKUP = arn("BackupArn");
    private static final List<Member> STREAM = arn("StreamArn");
    private static final List<Member> CAPACITY = values("ReturnConsumedCapacity");
    private static final List<Member> METRICS = values("ReturnItemCollectionMetrics");
    private static final List<Member> RETURN_VALUES = values("ReturnValues");
    private static final List<Member> KEY = values("Key");
    private static final List<Member> ITEM = values("Item");
    private static final List<Member> PROJECTION = values("ProjectionExpression", "ExpressionAttributeNames");
    private static final List<Member> CONSISTENCY = values("AttributesToGet", "ConsistentRead");
    private static final List<Member> CONDITION = values(
            "ConditionExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "ReturnValuesOnConditionCheckFailure");
    private static final List<Member> LEGACY_CONDITION = values("Expected", "ConditionalOperator");
    private static final List<Member> PAGE = values(
            "IndexName",
            "Select",
            "Limit",
            "ExclusiveStartKey",
            "ConditionalOperator",
            "FilterExpression",
            "ExpressionAttributeValues");
    private static final List<Member> TABLE_SETTINGS = values(
            "AttributeDefinitions",
            "BillingMode",
            "ProvisionedThroughput",
            "OnDemandThroughput",
            "WarmThroughput",
            "StreamSpecification",
            "SSESpecification",
            "TableClass",
            "DeletionProtectionEnabled");

    private static final Map<Operation, RequestShape> ROWS = new EnumMap<>(Operation.class);

    static {
        for (Operation operation : Operation.values()) {
            RequestShape row = row(operation);
            if (row != null) {
                ROWS.put(operation, row);
            }
        }
    }

    private RequestShapes() {}

    /** The operation's row; null if it has none. */
    static @Nullable RequestShape of(Operation operation) {
        return ROWS.get(operation);
    }

    private static @Nullable RequestShape row(Operation operation) {
        return switch (operation) {
            case GET_ITEM -> reads(TABLE, KEY, CONSISTENCY, PROJECTION, CAPACITY);
            case BATCH_GET_ITEM ->
                reads(
                        holder("RequestItems", Kind.OBJECT_BY_TABLE, all(values("Keys"), CONSISTENCY, PROJECTION)),
                        CAPACITY);
            case QUERY ->
                reads(
                        TABLE,
                        PAGE,
                        CONSISTENCY,
                        PROJECTION,
                        CAPACITY,
                        values("KeyConditionExpression", "KeyConditions", "QueryFilter", "ScanIndexForward"));
            case SCAN ->
                reads(TABLE, PAGE, CONSISTENCY, PROJECTION, CAPACITY, values("ScanFilter", "Segment", "TotalSegments"));
            case SEARCH_VECTORS ->
                reads(
                        TABLE,
                        PROJECTION,
                        CAPACITY,
                        values(
                                "IndexName",
                                "SearchVector",
                                "SearchConditionExpression",
                                "ExpressionAttributeValues",
                                "TopK"));
            case TRANSACT_GET_ITEMS ->
                reads(
                        holder("TransactItems", Kind.OBJECTS, holder("Get", Kind.OBJECT, all(TABLE, KEY, PROJECTION))),
                        CAPACITY);

            case PUT_ITEM -> writes(TABLE, ITEM, CONDITION, LEGACY_CONDITION, RETURN_VALUES, CAPACITY, METRICS);
            case DELETE_ITEM -> writes(TABLE, KEY, CONDITION, LEGACY_CONDITION, RETURN_VALUES, CAPACITY, METRICS);
            case UPDATE_ITEM ->
                writes(
                        TABLE,
                        KEY,
                        values("UpdateExpression", "AttributeUpdates"),
                        CONDITION,
                        LEGACY_CONDITION,
                        RETURN_VALUES,
                        CAPACITY,
                        METRICS);
            case BATCH_WRITE_ITEM ->
                writes(
                        holder(
                                "RequestItems",
                                Kind.OBJECTS_BY_TABLE,
                                all(
                                        holder("PutRequest", Kind.OBJECT, ITEM),
                                        holder("DeleteRequest", Kind.OBJECT, KEY))),
                        CAPACITY,
                        METRICS);
            case TRANSACT_WRITE_ITEMS ->
                writes(
                        holder(
                                "TransactItems",
                                Kind.OBJECTS,
                                all(
                                        holder("Put", Kind.OBJECT, all(TABLE, ITEM, CONDITION)),
                                        holder("Delete", Kind.OBJECT, all(TABLE, KEY, CONDITION)),
                                        holder("ConditionCheck", Kind.OBJECT, all(TABLE, KEY, CONDITION)),
                                        holder(
                                                "Update",
                                                Kind.OBJECT,
                                                all(TABLE, KEY, values("UpdateExpression"), CONDITION)))),
                        values("ClientRequestToken"),
                        CAPACITY,
                        METRICS);

            // Statements are not looked into, and what is not recognized may do anything.
            case EXECUTE_STATEMENT, BATCH_EXECUTE_STATEMENT, EXECUTE_TRANSACTION, UNRECOGNIZED -> null;

            case DESCRIBE_STREAM -> reads(STREAM, values("Limit", "ExclusiveStartShardId", "ShardFilter"));
            case GET_SHARD_ITERATOR -> reads(STREAM, values("ShardId", "ShardIteratorType", "SequenceNumber"));
            // Names no table: whose stream an iterator reads, the proxy knows of those that it gave out itself.
            case GET_RECORDS -> reads(values("ShardIterator", "Limit"));
            case LIST_STREAMS -> lists(TABLE, values("Limit", "ExclusiveStartStreamArn"));

            case DESCRIBE_TABLE,
                    DESCRIBE_TIME_TO_LIVE,
                    DESCRIBE_CONTINUOUS_BACKUPS,
                    DESCRIBE_KINESIS_STREAMING_DESTINATION,
                    DESCRIBE_TABLE_REPLICA_AUTO_SCALING -> reads(TABLE);
            case DESCRIBE_CONTRIBUTOR_INSIGHTS -> reads(TABLE, values("IndexName"));
            case DESCRIBE_GLOBAL_TABLE, DESCRIBE_GLOBAL_TABLE_SETTINGS -> reads(GLOBAL_TABLE);
            case DESCRIBE_BACKUP -> reads(BACKUP);
            case DESCRIBE_EXPORT -> reads(arn("ExportArn"));
            case DESCRIBE_IMPORT -> reads(arn("ImportArn"));
            case GET_RESOURCE_POLICY -> reads(RESOURCE);
            case LIST_TAGS_OF_RESOURCE -> reads(RESOURCE, values("NextToken"));

            case CREATE_TABLE ->
                writes(
                        TABLE,
                        TABLE_SETTINGS,
                        values("KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes", "VectorIndexes"));
            case UPDATE_TABLE ->
                writes(TABLE, TABLE_SETTINGS, values("GlobalSecondaryIndexUpdates", "VectorIndexUpdates"));
            case DELETE_TABLE -> writes(TABLE);
            case UPDATE_TIME_TO_LIVE -> writes(TABLE, values("TimeToLiveSpecification"));
            case UPDATE_CONTINUOUS_BACKUPS -> writes(TABLE, values("PointInTimeRecoverySpecification"));
            case UPDATE_CONTRIBUTOR_INSIGHTS ->
                writes(TABLE, values("IndexName", "ContributorInsightsAction", "ContributorInsightsMode"));
            case CREATE_BACKUP -> writes(TABLE, values("BackupName"));
            case DELETE_BACKUP -> writes(BACKUP);

            case LIST_TABLES -> lists(values("ExclusiveStartTableName", "Limit"));
            case LIST_GLOBAL_TABLES -> lists(values("ExclusiveStartGlobalTableName", "Limit", "RegionName"));
            case LIST_BACKUPS ->
                lists(
                        TABLE,
                        values(
                                "Limit",
                                "TimeRangeLowerBound",
                                "TimeRangeUpperBound",
                                "ExclusiveStartBackupArn",
                                "BackupType"));
            case LIST_CONTRIBUTOR_INSIGHTS -> lists(TABLE, values("NextToken", "MaxResults"));
            case LIST_EXPORTS -> lists(arn("TableArn"), values("MaxResults", "NextToken"));
            case LIST_IMPORTS -> lists(arn("TableArn"), values("PageSize", "NextToken"));
            case DESCRIBE_ENDPOINTS, DESCRIBE_LIMITS -> lists();

            case CREATE_GLOBAL_TABLE -> reachesOut(GLOBAL_TABLE, values("ReplicationGroup"));
            case UPDATE_GLOBAL_TABLE -> reachesOut(GLOBAL_TABLE, values("ReplicaUpdates"));
            case UPDATE_GLOBAL_TABLE_SETTINGS ->
                reachesOut(
                        GLOBAL_TABLE,
                        values(
                                "GlobalTableBillingMode",
                                "GlobalTableProvisionedWriteCapacityUnits",
                                "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
                                "GlobalTableGlobalSecondaryIndexSettingsUpdate",
                                "ReplicaSettingsUpdate"));
            case UPDATE_TABLE_REPLICA_AUTO_SCALING ->
                reachesOut(
                        TABLE,
                        values(
                                "GlobalSecondaryIndexUpdates",
                                "ProvisionedWriteCapacityAutoScalingUpdate",
                                "ReplicaUpdates"));
            case ENABLE_KINESIS_STREAMING_DESTINATION, DISABLE_KINESIS_STREAMING_DESTINATION ->
                reachesOut(TABLE, values("StreamArn", "EnableKinesisStreamingConfiguration"));
            case UPDATE_KINESIS_STREAMING_DESTINATION ->
                reachesOut(TABLE, values("StreamArn", "UpdateKinesisStreamingConfiguration"));
            case EXPORT_TABLE_TO_POINT_IN_TIME ->
                reachesOut(
                        arn("TableArn"),
                        values(
                                "ExportTime",
                                "ClientToken",
                                "S3Bucket",
                                "S3BucketOwner",
                                "S3Prefix",
                                "S3SseAlgorithm",
                                "S3SseKmsKeyId",
                                "ExportFormat",
                                "ExportType",
                                "IncrementalExportSpecification"));
            case IMPORT_TABLE ->
                reachesOut(
                        values(
                                "ClientToken",
                                "S3BucketSource",
                                "InputFormat",
                                "InputFormatOptions",
                                "InputCompressionType"),
                        holder(
                                "TableCreationParameters",
                                Kind.OBJECT,
                                all(
                                        TABLE,
                                        values(
                                                "AttributeDefinitions",
                                                "KeySchema",
                                                "BillingMode",
                                                "ProvisionedThroughput",
                                                "OnDemandThroughput",
                                                "SSESpecification",
                                                "GlobalSecondaryIndexes",
                                                "VectorIndexes"))));
            case RESTORE_TABLE_FROM_BACKUP -> reachesOut(table("TargetTableName"), BACKUP, restored());
            case RESTORE_TABLE_TO_POINT_IN_TIME ->
                reachesOut(
                        table("TargetTableName"),
                        table("SourceTableName"),
                        arn("SourceTableArn"),
                        values("UseLatestRestorableTime", "RestoreDateTime"),
                        restored());
            case PUT_RESOURCE_POLICY ->
                reachesOut(RESOURCE, values("Policy", "ExpectedRevisionId", "ConfirmRemoveSelfResourceAccess"));
            case DELETE_RESOURCE_POLICY -> reachesOut(RESOURCE, values("ExpectedRevisionId"));
            // Tags are what other accounts' policies may go by.
            case TAG_RESOURCE -> reachesOut(RESOURCE, values("Tags"));
            case UNTAG_RESOURCE -> reachesOut(RESOURCE, values("TagKeys"));
        };
    }

    /** Reads, of the tables that the request names. */
    @SafeVarargs
    private static RequestShape reads(List<Member>... members) {
        return new RequestShape(Access.READ, Reach.TABLES, all(members));
    }

    /** Reads, of more than the request need name. */
    @SafeVarargs
    private static RequestShape lists(List<Member>... members) {
        return new RequestShape(Access.READ, Reach.ACCOUNT, all(members));
    }

    /** Changes the tables that the request names, or what is in them, and nothing else. */
    @SafeVarargs
    private static RequestShape writes(List<Member>... members) {
        return new RequestShape(Access.WRITE, Reach.TABLES, all(members));
    }

    /** Changes what others may do, or takes data from or to elsewhere. */
    @SafeVarargs
    private static RequestShape reachesOut(List<Member>... members) {
        return new RequestShape(Access.WRITE, Reach.ACCOUNT, all(members));
    }

    private static List<Member> restored() {
        return values(
                "BillingModeOverride",
                "GlobalSecondaryIndexOverride",
                "LocalSecondaryIndexOverride",
                "VectorIndexOverride",
                "ProvisionedThroughputOverride",
                "OnDemandThroughputOverride",
                "SSESpecificationOverride");
    }

    private static List<Member> values(String... names) {
        return Stream.of(names)
                .map(name -> new Member(name, Kind.VALUE, List.of()))
                .toList();
    }

    private static List<Member> table(String name) {
        return List.of(new Member(name, Kind.TABLE, List.of()));
    }

    private static List<Member> arn(String name) {
        return List.of(new Member(name, Kind.ARN, List.of()));
    }

    private static List<Member> holder(String name, Kind kind, List<Member> nested) {
        return List.of(new Member(name, kind, nested));
    }

    @SafeVarargs
    private static List<Member> all(List<Member>... parts) {
        Set<Member> members = new LinkedHashSet<>();
        for (List<Member> part : parts) {
            members.addAll(part);
        }
        return List.copyOf(members);
    }
}

package io.nearside.proxy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Calls of an application's life, right and wrong ones, in an order in which each has something to answer. */
@SuppressWarnings("unchecked") // The SDK takes its builders as an array of a generic type.
final class Script {

    private Script() {}

    static CreateTableRequest table(String name) {
        return CreateTableRequest.builder()
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        a -> a.attributeName("pk").attributeType(ScalarAttributeType.S),
                        a -> a.attributeName("sk").attributeType(ScalarAttributeType.N))
                .keySchema(
                        k -> k.attributeName("pk").keyType(KeyType.HASH),
                        k -> k.attributeName("sk").keyType(KeyType.RANGE))
                .streamSpecification(s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))
                .build();
    }

    static Map<String, AttributeValue> key(String pk, int sk) {
        return Map.of("pk", AttributeValue.fromS(pk), "sk", AttributeValue.fromN(Integer.toString(sk)));
    }

    static Map<String, AttributeValue> item(String pk, int sk, String value) {
        return Map.of(
                "pk", AttributeValue.fromS(pk),
                "sk", AttributeValue.fromN(Integer.toString(sk)),
                "v", AttributeValue.fromS(value),
                "b", AttributeValue.fromB(SdkBytes.fromUtf8String("bytes of " + value)),
                "n", AttributeValue.fromN("1.50"),
                "l", AttributeValue.fromL(List.of(AttributeValue.fromBool(true), AttributeValue.fromNul(true))),
                "set", AttributeValue.fromSs(List.of("b", "a")));
    }

    static List<BiFunction<DynamoDbClient, DynamoDbStreamsClient, Object>> sync(String t) {
        return List.of(
                (db, s) -> db.createTable(table(t)),
                (db, s) -> db.createTable(table(t)),
                (db, s) -> db.describeTable(b -> b.tableName(t)),
                (db, s) -> db.describeTable(b -> b.tableName("Absent")),
                (db, s) -> db.listTables().tableNames().contains(t),
                (db, s) -> db.putItem(b -> b.tableName(t).item(item("a", 1, "one"))),
                (db, s) -> db.putItem(
                        b -> b.tableName(t).item(item("a", 1, "two")).conditionExpression("attribute_not_exists(pk)")),
                (db, s) -> db.putItem(b ->
                        b.tableName(t).item(item("a", 2, "two")).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("a", 1)).consistentRead(true)),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("a", 1)).projectionExpression("v, n")),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("absent", 1))),
                (db, s) -> db.getItem(b -> b.tableName(t).key(Map.of("pk", AttributeValue.fromS("a")))),
                (db, s) -> db.getItem(b -> b.tableName("Absent").key(key("a", 1))),
                (db, s) -> db.updateItem(b -> b.tableName(t)
                        .key(key("a", 1))
                        .updateExpression("SET v = :v ADD hits :one")
                        .expressionAttributeValues(
                                Map.of(":v", AttributeValue.fromS("new"), ":one", AttributeValue.fromN("1")))
                        .returnValues(ReturnValue.UPDATED_NEW)),
                (db, s) -> db.updateItem(b -> b.tableName(t)
                        .key(key("a", 1))
                        .updateExpression("SET v = :v")
                        .conditionExpression("v = :old")
                        .expressionAttributeValues(
                                Map.of(":v", AttributeValue.fromS("x"), ":old", AttributeValue.fromS("y")))),
                (db, s) -> db.updateItem(b -> b.tableName(t).key(key("a", 1)).updateExpression("SET")),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                (db, s) -> db.batchWriteItem(b -> b.requestItems(Map.of(
                        t,
                        List.of(
                                WriteRequest.builder()
                                        .putRequest(p -> p.item(item("b", 1, "batch")))
                                        .build(),
                                WriteRequest.builder()
                                        .deleteRequest(d -> d.key(key("a", 2)))
                                        .build())))),
                (db, s) -> db
                        .batchGetItem(b -> b.requestItems(Map.of(
                                t,
                                KeysAndAttributes.builder()
                                        .keys(List.of(key("a", 1), key("a", 2), key("b", 1)))
                                        .build())))
                        .responses()
                        .values()
                        .stream()
                        .flatMap(List::stream)
                        .map(Object::toString)
                        .sorted()
                        .toList(),
                (db, s) -> db.query(b -> b.tableName(t)
                        .keyConditionExpression("pk = :p")
                        .expressionAttributeValues(Map.of(":p", AttributeValue.fromS("a")))),
                (db, s) -> db.query(b -> b.tableName(t).keyConditionExpression("nope")),
                (db, s) -> db.scan(b -> b.tableName(t)).items().size(),
                (db, s) -> db.transactWriteItems(b -> b.transactItems(
                        i -> i.put(p -> p.tableName(t).item(item("c", 1, "tx"))),
                        i -> i.delete(d -> d.tableName(t).key(key("b", 1))))),
                (db, s) -> db.transactWriteItems(b -> b.transactItems(i -> i.put(p ->
                        p.tableName(t).item(item("c", 1, "again")).conditionExpression("attribute_not_exists(pk)")))),
                (db, s) -> db.transactGetItems(b ->
                        b.transactItems(i -> i.get(g -> g.tableName(t).key(key("c", 1))))),
                (db, s) -> db.executeStatement(b -> b.statement("SELECT * FROM \"" + t + "\" WHERE pk = 'c'")),
                (db, s) -> db.executeStatement(b -> b.statement("SELECT FROM")),
                (db, s) -> db.batchExecuteStatement(
                        b -> b.statements(i -> i.statement("DELETE FROM \"" + t + "\" WHERE pk = 'c' AND sk = 1"))),
                (db, s) -> db.executeTransaction(b ->
                        b.transactStatements(i -> i.statement("INSERT INTO \"" + t + "\" VALUE {'pk':'d','sk':1}"))),
                (db, s) -> db.deleteItem(b -> b.tableName(t).key(key("d", 1)).returnValues(ReturnValue.ALL_OLD)),
                (db, s) -> db.updateTimeToLive(b -> b.tableName(t)
                        .timeToLiveSpecification(x -> x.enabled(true).attributeName("ttl"))),
                (db, s) -> db.describeTimeToLive(b -> b.tableName(t)),
                (db, s) -> db.tagResource(
                        b -> b.resourceArn(arn(db, t)).tags(x -> x.key("k").value("v"))),
                (db, s) -> db.listTagsOfResource(b -> b.resourceArn(arn(db, t))),
                (db, s) -> db.untagResource(b -> b.resourceArn(arn(db, t)).tagKeys("k")),
                (db, s) -> db.describeLimits(),
                (db, s) -> db.describeContinuousBackups(b -> b.tableName(t)),
                (db, s) -> db.listBackups(),
                (db, s) -> s.listStreams(b -> b.tableName(t)).streams().size(),
                (db, s) -> describeStream(db, s, t),
                (db, s) -> streamRecords(db, s, t),
                (db, s) -> db.deleteTable(b -> b.tableName(t)),
                (db, s) -> db.getItem(b -> b.tableName(t).key(key("a", 1))));
    }

    static List<Function<DynamoDbAsyncClient, CompletableFuture<? extends Object>>> async(String t) {
        return List.of(
                db -> db.createTable(table(t)),
                db -> db.putItem(b -> b.tableName(t).item(item("a", 1, "one"))),
                db -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                db -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                db -> db.getItem(b -> b.tableName("Absent").key(key("a", 1))),
                db -> db.updateItem(b -> b.tableName(t)
                        .key(key("a", 1))
                        .updateExpression("SET v = :v")
                        .expressionAttributeValues(Map.of(":v", AttributeValue.fromS("new")))),
                db -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                db -> db.deleteItem(b -> b.tableName(t).key(key("a", 1))),
                db -> db.getItem(b -> b.tableName(t).key(key("a", 1))),
                db -> db.deleteTable(b -> b.tableName(t)));
    }

    private static String arn(DynamoDbClient db, String table) {
        return db.describeTable(b -> b.tableName(table)).table().tableArn();
    }

    private static DescribeStreamResponse describeStream(
            DynamoDbClient db, DynamoDbStreamsClient streams, String table) {
        String arn = db.describeTable(b -> b.tableName(table)).table().latestStreamArn();
        return streams.describeStream(b -> b.streamArn(arn));
    }

    private static List<String> streamRecords(DynamoDbClient db, DynamoDbStreamsClient streams, String table) {
        var description = describeStream(db, streams, table).streamDescription();
        String iterator = streams.getShardIterator(b -> b.streamArn(description.streamArn())
                        .shardId(description.shards().get(0).shardId())
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
        return streams.getRecords(b -> b.shardIterator(iterator)).records().stream()
                .map(r -> r.eventNameAsString() + " " + r.dynamodb().keys())
                .toList();
    }
}

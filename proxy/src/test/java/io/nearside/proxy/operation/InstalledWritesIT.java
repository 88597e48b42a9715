package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C8 and C9 against DynamoDB Local: what writes leave in memory is what DynamoDB returns, and answers are as without a cache. */
class InstalledWritesIT {

    private static final String TABLE = "installed-writes";
    private static final long SEED = 20261121;

    private static RealProxy proxy;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void start() {
        proxy = new RealProxy("");
        proxy.createTable(TABLE);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void items_justPut_areServedFromMemoryAsDynamoDbReturnsThem() {
        for (int i = 0; i < 150; i++) {
            String item = "{\"pk\":{\"S\":\"put\"},\"v\":" + value(0) + "}";
            Reply put = proxy.ask("PutItem", "{\"TableName\":\"%s\",\"Item\":%s}".formatted(TABLE, item));
            assertThat(put.status()).as(item).isEqualTo(200);

            assertServedAsStored("put", item);
        }
    }

    @Test
    void items_justUpdated_areServedFromMemoryAsDynamoDbReturnsThem() {
        for (String update : List.of(
                "\"UpdateExpression\":\"SET v = :v\",\"ExpressionAttributeValues\":{\":v\":{\"SS\":[\"c\",\"a\",\"b\"]}}",
                "\"UpdateExpression\":\"ADD n :n\",\"ExpressionAttributeValues\":{\":n\":{\"N\":\"1.50\"}}",
                "\"UpdateExpression\":\"REMOVE v\"",
                "\"AttributeUpdates\":{\"v\":{\"Action\":\"PUT\",\"Value\":{\"B\":\"AAE=\"}}}",
                "\"ReturnConsumedCapacity\":\"TOTAL\",\"UpdateExpression\":\"SET v = n\",\"ReturnValues\":\"NONE\"",
                "\"ReturnConsumedCapacity\":\"INDEXES\",\"UpdateExpression\":\"SET v = :v\",\"ReturnValues\":\"UPDATED_OLD\","
                        + "\"ExpressionAttributeValues\":{\":v\":{\"N\":\"7\"}}",
                "\"UpdateExpression\":\"SET v = :v\",\"ReturnValues\":\"ALL_NEW\","
                        + "\"ExpressionAttributeValues\":{\":v\":{\"N\":\"007\"}}")) {
            String request = "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"KEY\"}},%s}".formatted(TABLE, update);
            Reply proxied = proxy.ask("UpdateItem", request.replace("KEY", "proxied"));
            Reply direct = proxy.askDirectly("UpdateItem", request.replace("KEY", "straight"));

            assertThat(tree(proxied.body().replace("proxied", "straight")))
                    .as(update)
                    .isEqualTo(tree(direct.body()));
            if (update.contains("UPDATED_OLD")) {
                assertThat(read("proxied").cache()).as(update).startsWith("miss");
            } else {
                assertServedAsStored("proxied", update);
            }
        }
    }

    @Test
    void items_justDeleted_areKnownToBeAbsent() {
        proxy.ask("PutItem", "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"gone\"}}}".formatted(TABLE));
        proxy.ask("DeleteItem", "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"gone\"}}}".formatted(TABLE));

        assertServedAsStored("gone", "deleted");
        assertThat(read("gone").body()).isEqualTo("{}");
    }

    private static void assertServedAsStored(String key, String what) {
        Reply hit = read(key);
        Reply stored = proxy.askDirectly("GetItem", get(key));
        assertThat(hit.cache()).as(what).startsWith("hit");
        assertThat(tree(hit.body())).as(what).isEqualTo(tree(stored.body()));
    }

    private static Reply read(String key) {
        return proxy.ask("GetItem", get(key));
    }

    private static String get(String key) {
        return "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"%s\"}}}".formatted(TABLE, key);
    }

    /** Objects without an order, arrays with one. */
    private static JsonNode tree(String json) {
        return JsonNode.parser().parse(json);
    }

    /** Any value whose form DynamoDB leaves no choice about. */
    private String value(int depth) {
        return switch (random.nextInt(depth < 3 ? 9 : 7)) {
            case 0 ->
                "{\"S\":\""
                        + List.of("", "plain", "\\u00e4\\ud83d\\ude00", "\\\"\\\\\\/\\n", "ü")
                                .get(random.nextInt(5)) + "\"}";
            case 1, 2 -> "{\"N\":\"" + (depth == 0 ? number() : usualNumber()) + "\"}";
            case 3 -> "{\"B\":\"" + List.of("", "AA==", "AAE=", "+/8=").get(random.nextInt(4)) + "\"}";
            case 4 -> "{\"BOOL\":" + random.nextBoolean() + "}";
            case 5 -> "{\"NULL\":true}";
            case 6 -> random.nextBoolean() ? "{\"NS\":[\"" + usualNumber() + "\"]}" : "{\"SS\":[\"one\"]}";
            case 7 -> "{\"L\":[" + value(depth + 1) + "," + value(depth + 1) + "]}";
            default -> "{\"M\":{\"a b\":" + value(depth + 1) + ",\"\\u0063\":" + value(depth + 1) + "}}";
        };
    }

    private String usualNumber() {
        return random.nextInt(100) + "." + random.nextInt(1, 10);
    }

    private String number() {
        String digits = random.nextInt(100) + (random.nextBoolean() ? "." + random.nextInt(1000) + "0" : "");
        String exponent = random.nextInt(3) == 0 ? (random.nextBoolean() ? "E" : "e+") + random.nextInt(20) : "";
        String sign = List.of("", "-", "+", "0").get(random.nextInt(4));
        return sign + digits + exponent;
    }
}

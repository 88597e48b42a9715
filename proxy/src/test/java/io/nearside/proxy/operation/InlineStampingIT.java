package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Versions written by the proxy, against DynamoDB Local: they are stored, they increase, and nobody sees them. */
class InlineStampingIT {

    private static final String TABLE = "stamped-inline";
    private static final String PLAIN = "unstamped";
    private static final int REGION_ID = 7;

    private static RealProxy proxy;

    @BeforeAll
    static void start() {
        proxy = new RealProxy("replication: {stamping: inline, region-id: 7, tables: ['stamped*']}\n");
        proxy.createTable(TABLE);
        proxy.createTable(PLAIN);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void writes_ofAReplicatedTable_areStoredWithIncreasingVersionsAndAnsweredWithout() {
        List<Version> versions = new ArrayList<>();
        List<String[]> writes = List.<String[]>of(
                new String[] {"PutItem", "{\"TableName\":\"TABLE\",\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}}}"
                },
                new String[] {
                    "UpdateItem", "{\"TableName\":\"TABLE\",KEY,\"UpdateExpression\":\"SET n = n + :i\",VALUES}"
                },
                new String[] {
                    "UpdateItem",
                    "{\"TableName\":\"TABLE\",KEY,\"UpdateExpression\":\"ADD n :i\",VALUES,\"ReturnValues\":\"UPDATED_NEW\"}"
                },
                new String[] {
                    "UpdateItem",
                    "{\"TableName\":\"TABLE\",KEY,\"UpdateExpression\":\"SET x = :i\",VALUES,\"ReturnValues\":\"UPDATED_OLD\"}"
                },
                new String[] {
                    "UpdateItem",
                    "{\"TableName\":\"TABLE\",KEY,\"UpdateExpression\":\"REMOVE x\",\"ReturnValues\":\"UPDATED_NEW\"}"
                },
                new String[] {
                    "UpdateItem",
                    "{\"TableName\":\"TABLE\",KEY,\"UpdateExpression\":\"ADD n :i\",VALUES,\"ReturnValues\":\"ALL_NEW\"}"
                },
                new String[] {
                    "PutItem", "{\"TableName\":\"TABLE\",\"Item\":{\"pk\":{\"S\":\"a\"}},\"ReturnValues\":\"ALL_OLD\"}"
                },
                new String[] {
                    "BatchWriteItem",
                    "{\"RequestItems\":{\"TABLE\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"},\"n\":{\"N\":\"5\"}}}}]}}"
                });
        for (String[] write : writes) {
            String body = write[1].replace("KEY", "\"Key\":{\"pk\":{\"S\":\"a\"}}")
                    .replace("VALUES", "\"ExpressionAttributeValues\":{\":i\":{\"N\":\"1\"}}");
            Reply stamped = proxy.ask(write[0], body.replace("TABLE", TABLE));
            Reply plain = proxy.askDirectly(write[0], body.replace("TABLE", PLAIN));

            assertThat(stamped.status()).as(body).isEqualTo(200);
            assertThat(tree(stamped.body())).as(body).isEqualTo(tree(plain.body()));
            versions.add(version(TABLE, "a").orElseThrow());
        }

        assertThat(versions).isSorted().doesNotHaveDuplicates();
        assertThat(versions).extracting(Version::region).containsOnly(REGION_ID);
        assertThat(versions)
                .extracting(Version::writer)
                .hasSize(writes.size())
                .containsOnly(versions.get(0).writer());
        assertThat(version(PLAIN, "a")).isEmpty();
    }

    @Test
    void update_ofAnItemWithoutRoomForAVersion_isWrittenWithout() {
        String item = "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"full\"},\"w\":{\"S\":\"%s\"}}}";
        proxy.ask("PutItem", item.formatted(TABLE, "w".repeat(400 * 1024 - 10)));

        Reply update = proxy.ask(
                "UpdateItem",
                "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"full\"}},\"UpdateExpression\":\"SET #w = :w\",\"ExpressionAttributeNames\":{\"#w\":\"w\"},\"ExpressionAttributeValues\":{\":w\":{\"S\":\"%s\"}}}"
                        .formatted(TABLE, "v".repeat(400 * 1024 - 10)));

        assertThat(update.status()).as(update.body()).isEqualTo(200);
        assertThat(version(TABLE, "full")).isEmpty();
    }

    @Test
    void update_thatIsWrong_isRefusedInDynamoDbsWordsForTheCallersOwnRequest() {
        String wrong = "{\"TableName\":\"TABLE\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"UpdateExpression\":\"SET n = :n\","
                + "\"ExpressionAttributeValues\":{\":n\":{\"N\":\"1\"},\":unused\":{\"N\":\"1\"}}}";

        Reply stamped = proxy.ask("UpdateItem", wrong.replace("TABLE", TABLE));

        assertThat(stamped.status()).isEqualTo(400);
        assertThat(stamped.body())
                .isEqualTo(proxy.askDirectly("UpdateItem", wrong.replace("TABLE", TABLE))
                        .body());
    }

    private static Optional<Version> version(String table, String key) {
        Reply stored = proxy.askDirectly(
                "GetItem",
                "{\"TableName\":\"%s\",\"ConsistentRead\":true,\"Key\":{\"pk\":{\"S\":\"%s\"}}}".formatted(table, key));
        return tree(stored.body())
                .field("Item")
                .flatMap(item -> item.field("nearside:v"))
                .flatMap(value -> value.field("B"))
                .map(base64 -> Objects.requireNonNull(
                                Stamp.ofBytes(Base64.getDecoder().decode(base64.text())))
                        .version());
    }

    private static JsonNode tree(String json) {
        return JsonNode.parser().parse(json);
    }
}

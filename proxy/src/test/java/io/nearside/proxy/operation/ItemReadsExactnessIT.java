package io.nearside.proxy.operation;

import io.nearside.proxy.operation.RealProxy.Reply;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** GetItem and BatchGetItem of items and their parts, cold and from memory, against what DynamoDB Local answers. */
class ItemReadsExactnessIT {

    private static final String TABLE = "item-reads-exactness";
    private static final List<String> MEMBERS = List.of(
            "\"ProjectionExpression\":\"n\"",
            "\"ProjectionExpression\":\"n, pk\"",
            "\"ProjectionExpression\":\"m.a, m.l[1]\"",
            "\"ProjectionExpression\":\"m.l[2].x,m.l[0]\"",
            "\"ProjectionExpression\":\"zz\"",
            "\"ProjectionExpression\":\"m.zz, n.a, n[1]\"",
            "\"ProjectionExpression\":\"#d\",\"ExpressionAttributeNames\":{\"#d\":\"with.dot\"}",
            "\"ProjectionExpression\":\"m.#a\",\"ExpressionAttributeNames\":{\"#a\":\"a\"}",
            "\"AttributesToGet\":[\"n\",\"with.dot\"]",
            "\"AttributesToGet\":[\"zz\"]",
            "\"ConsistentRead\":true,\"ProjectionExpression\":\"n\"",
            // Wrong in some way:
            "\"ProjectionExpression\":\"\"",
            "\"ProjectionExpression\":\"n,\"",
            "\"ProjectionExpression\":\"n,n\"",
            "\"ProjectionExpression\":\"m,m.a\"",
            "\"ProjectionExpression\":\"m.a,m[0]\"",
            "\"ProjectionExpression\":\"name\"",
            "\"ProjectionExpression\":\"#a\"",
            "\"ProjectionExpression\":\"#a\",\"ExpressionAttributeNames\":{}",
            "\"ProjectionExpression\":\"n\",\"ExpressionAttributeNames\":{\"#a\":\"a\"}",
            "\"ProjectionExpression\":\"#a\",\"ExpressionAttributeNames\":{\"#a\":\"\"}",
            "\"ProjectionExpression\":\"n\",\"AttributesToGet\":[\"n\"]",
            "\"ExpressionAttributeNames\":{\"#a\":\"a\"}",
            "\"AttributesToGet\":[]",
            "\"AttributesToGet\":[\"n\",\"n\"]",
            "\"AttributesToGet\":[\"\"]",
            "\"ProjectionExpression\":1");

    private static RealProxy proxy;

    @BeforeAll
    static void start() {
        proxy = new RealProxy("");
        proxy.createTable(TABLE);
        Reply put = proxy.askDirectly("PutItem", """
                {"TableName":"%s","Item":{"pk":{"S":"there"},"n":{"N":"1"},"with.dot":{"BOOL":true},
                "m":{"M":{"a":{"S":"A"},"l":{"L":[{"N":"0"},{"N":"1"},{"M":{"x":{"NULL":true},"y":{"S":"Y"}}}]}}}}}""".formatted(TABLE));
        assertThat(put.status()).as(put.body()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    @Test
    void getItem_ofPartsColdAndWarm_isAnsweredAsDynamoDbAnswers() {
        for (String key : List.of("there", "absent")) {
            int hits = 0;
            for (String members : MEMBERS) {
                String body =
                        "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"%s\"}},%s}".formatted(TABLE, key, members);
                Reply direct = proxy.askDirectly("GetItem", body);
                Reply proxied = proxy.ask("GetItem", body);
                assertThat(proxied.status()).as(body).isEqualTo(direct.status());
                assertThat(Answers.canonical(proxied.body())).as(body).isEqualTo(Answers.canonical(direct.body()));
                hits += proxied.cache().startsWith("hit") ? 1 : 0;
            }
            assertThat(hits).as("hits of " + key).isEqualTo(9);
        }
    }

    @Test
    void batchGetItem_ofPartsColdAndWarm_isAnsweredAsDynamoDbAnswers() {
        for (String members : MEMBERS) {
            sameAnswers("\"%s\":{\"Keys\":[%s,%s],%s}".formatted(TABLE, key("there"), key("absent"), members));
        }
    }

    @Test
    void batchGetItem_wrongInAnyWay_isRefusedInDynamoDbsOwnWordsHotOrCold() {
        sameAnswers("\"%s\":{\"Keys\":[%s]}".formatted(TABLE, key("there")));
        for (String parts : List.of(
                "\"%s\":{\"Keys\":[%s,%s]}".formatted(TABLE, key("there"), key("there")),
                "\"%s\":{\"Keys\":[]}".formatted(TABLE),
                "\"%s\":{}".formatted(TABLE),
                "\"%s\":{\"Keys\":[{\"pk\":{\"N\":\"1\"}}]}".formatted(TABLE),
                "\"%s\":{\"Keys\":[%s]},\"no-such-table\":{\"Keys\":[%s]}".formatted(TABLE, key("there"), key("a")),
                "\"%s\":{\"Keys\":[%s]}"
                        .formatted(
                                TABLE,
                                String.join(
                                        ",",
                                        IntStream.range(0, 101)
                                                .mapToObj(i -> key("k" + i))
                                                .toList())),
                "")) {
            sameAnswers(parts);
        }
    }

    private static void sameAnswers(String parts) {
        String body = "{\"RequestItems\":{" + parts + "}}";
        Reply direct = proxy.askDirectly("BatchGetItem", body);
        for (int i = 0; i < 2; i++) {
            Reply proxied = proxy.ask("BatchGetItem", body);
            assertThat(proxied.status()).as(body).isEqualTo(direct.status());
            assertThat(Answers.unordered(proxied.body())).as(body).isEqualTo(Answers.unordered(direct.body()));
        }
    }

    private static String key(String pk) {
        return "{\"pk\":{\"S\":\"" + pk + "\"}}";
    }
}

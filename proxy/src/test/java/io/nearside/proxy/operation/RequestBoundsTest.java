package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C41: requests made to cost more than they are worth. */
class RequestBoundsTest {

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @EnumSource(Operation.class)
    void request_nestedBeyondAllMeasure_isAnswered(Operation operation) {
        for (String open : List.of("[", "{\"M\":", "{\"TableCreationParameters\":", "[{\"Item\":")) {
            Future<Answer> answer = f.ask(operation, "{\"a\":\"\\\\\",\"b\":" + open.repeat(200_000));

            assertThat(answer.cause()).as(open).isInstanceOf(ApiException.class);
        }
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void request_nestedBeyondAllMeasureWithoutABackslash_isDynamoDbsToRefuse(Operation operation) {
        for (String open : List.of("[", "{\"M\":", "{\"TableCreationParameters\":", "[{\"Item\":")) {
            String body = "{\"TableName\":\"orders\",\"b\":" + open.repeat(200_000);
            Future<Answer> answer = f.ask(operation, body);
            answered(body, answer);
        }
    }

    private void answered(String body, Future<Answer> answer) {
        if (!answer.isComplete()) {
            Call call = f.upstream.next();
            assertThat(call.body()).isEqualTo(body);
            call.refuse("ValidationException");
        }
        assertThat(answer.isComplete()).isTrue();
    }

    /** Shown by the work, not by the clock: sixteen megabytes would take hours of comparing each name with each. */
    @ParameterizedTest
    @ValueSource(strings = {"GET_ITEM", "QUERY", "SCAN", "BATCH_GET_ITEM"})
    void attributesToGet_beyondWhatAnExpressionHasRoomFor_areDynamoDbsToRead(Operation operation) {
        f.cached();
        String names =
                IntStream.range(0, 300_000).mapToObj(i -> "\"a" + i + "\"").collect(Collectors.joining(","));
        String part = "\"AttributesToGet\":[" + names + "]";
        String key = "{\"pk\":{\"S\":\"a\"}}";
        String body = operation == Operation.BATCH_GET_ITEM
                ? "{\"RequestItems\":{\"orders\":{\"Keys\":[" + key + "]," + part + "}}}"
                : "{\"TableName\":\"orders\",\"Key\":" + key + "," + part + "}";

        Future<Answer> answer = f.ask(operation, body);

        assertThat(f.upstream.next().body()).isEqualTo(body);
        assertThat(answer.isComplete()).isFalse();
    }

    @Test
    void batchWrite_ofMoreThanDynamoDbTakes_guardsItsTableAndNotEachKey() {
        f.cached();
        String deletes = IntStream.range(0, 50_000)
                .mapToObj(i -> "{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"k" + i + "\"}}}}")
                .collect(Collectors.joining(","));

        List<WriteTarget> targets = WriteTargets.of(
                Operation.BATCH_WRITE_ITEM,
                JsonSlice.of("{\"RequestItems\":{\"orders\":[" + deletes + "],\"lines\":[" + deletes + "]}}"));
        String body = "{\"RequestItems\":{\"orders\":[" + deletes + "]}}";
        Future<Answer> answer = f.ask(Operation.BATCH_WRITE_ITEM, body);
        f.upstream.next().refuse("ValidationException");

        assertThat(targets).containsExactlyInAnyOrder(WriteTarget.anyItemOf("orders"), WriteTarget.anyItemOf("lines"));
        assertThat(answer.result().status()).isEqualTo(400);
        int recent = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] other = ("other" + i).getBytes(StandardCharsets.US_ASCII);
            ItemKey key =
                    new ItemKeyWriter().partitionString(other, 0, other.length).toKey();
            recent += f.cache.isRecentlyWritten("unheard", key) ? 1 : 0;
        }
        assertThat(recent).as("keys of other tables that are read strongly now").isLessThan(100);

        f.ask(Operation.BATCH_WRITE_ITEM, body);
        f.upstream.next().answer("{}");
        assertThat(f.isCached()).isFalse();
    }

    @Test
    void batchWrite_ofMoreTablesThanDynamoDbTakes_mayWriteAnything() {
        String tables = IntStream.range(0, 1000)
                .mapToObj(i -> "\"table" + i + "\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"a\"}}}}]")
                .collect(Collectors.joining(","));

        assertThat(WriteTargets.of(Operation.BATCH_WRITE_ITEM, JsonSlice.of("{\"RequestItems\":{" + tables + "}}")))
                .containsExactly(WriteTarget.anything());
    }

    @Test
    void transaction_ofAsManyAsDynamoDbTakes_isGuardedKeyByKey() {
        String puts = IntStream.range(0, WriteTargets.MOST)
                .mapToObj(i -> "{\"Delete\":{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"k" + i + "\"}}}}")
                .collect(Collectors.joining(","));
        f.cached();

        f.ask(Operation.TRANSACT_WRITE_ITEMS, "{\"TransactItems\":[" + puts + "]}");
        f.upstream.next().answer("{}");

        assertThat(f.isCached()).isTrue();
    }

    @Test
    void batchGet_ofMoreThanDynamoDbTakes_isReadNoFurtherAndDescribesNothing() {
        String tables = IntStream.range(0, 10_000)
                .mapToObj(i -> "\"table" + i + "\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}")
                .collect(Collectors.joining(","));
        String body = "{\"RequestItems\":{" + tables + "}}";

        f.ask(Operation.BATCH_GET_ITEM, body);

        assertThat(f.upstream.next().body()).isEqualTo(body);
        assertThat(f.upstream.describes()).isZero();
    }

    @Test
    void query_thatUsesOneLongValueHundredsOfTimes_isNotWrittenOutHundredsOfTimes() {
        String filter = IntStream.range(0, 150).mapToObj(i -> "a" + i + "=:v").collect(Collectors.joining(" OR "));
        String body = """
                {"TableName":"orders","KeyConditionExpression":"pk=:k","FilterExpression":"%s",
                "ExpressionAttributeValues":{":k":{"S":"a"},":v":{"S":"%s"}}}""".formatted(filter, "x".repeat(200_000));
        for (int i = 0; i < 2; i++) {
            Future<Answer> answer = f.ask(Operation.QUERY, body);
            f.upstream.next().answer("{\"Count\":0,\"Items\":[],\"ScannedCount\":0}");

            assertThat(answer.result().outcome()).isEqualTo(CacheOutcome.BYPASS);
        }
    }

    @Test
    void write_whoseAnnouncementFailsWithAnError_isAnsweredAllTheSame() {
        f.announcementsFail = true;
        f.cached();

        Future<Answer> write = f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");

        assertThat(write.result().status()).isEqualTo(200);
        assertThat(f.operations.faults()).isOne();
    }
}

package io.nearside.proxy.operation;

import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C3, C8 and C9: what acknowledged writes leave in memory, and that callers see nothing of how it is learned. */
class InstalledWritesTest {

    private static final String UPDATE = "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},"
            + "\"UpdateExpression\":\"SET v = :v\",\"ExpressionAttributeValues\":{\":v\":{\"N\":\"2\"}}}";
    private static final String IMAGE = "{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}";

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1.50\"}}}"
                        + "|{\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1.5\"}}}",
                "{\"Item\":{\"pk\":{\"S\":\"\\u0061\"}},\"TableName\":\"arn:aws:dynamodb:eu-west-1:1:table/orders\"}"
                        + "|{\"Item\":{\"pk\":{\"S\":\"\\u0061\"}}}",
                "{\"TableName\":\"orders\",\"Item\":{\"p\\u006b\":{\"S\":\"a\"}}}|{\"Item\":{\"p\\u006b\":{\"S\":\"a\"}}}",
                "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}},\"ReturnValues\":\"ALL_OLD\","
                        + "\"ConditionExpression\":\"attribute_exists(pk)\"}|{\"Item\":{\"pk\":{\"S\":\"a\"}}}"
            })
    void putItem_acknowledged_isServedFromMemoryAsDynamoDbWouldReturnIt(String put, String expected) {
        f.cached();
        f.ask(Operation.PUT_ITEM, put);
        f.upstream.next().answer("{}");

        Future<Answer> read = f.get();

        assertThat(outcome(read)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(read)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"SS\":[\"b\",\"a\"]}}}",
                "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"B\":\"AB==\"}}}",
                "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}},\"InventedLater\":true}",
                "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}},\"ReturnValues\":\"SOME\"}"
            })
    void putItem_inDoubtAboutItsForm_isSentAsItIsAndRemoved(String put) {
        f.cached();
        f.ask(Operation.PUT_ITEM, put);
        Call call = f.upstream.next();
        call.answer("{}");

        assertThat(call.body()).isEqualTo(put);
        assertThat(f.isCached()).isFalse();
    }

    @Test
    void putItem_whileAnotherIsUnderWay_neitherIsKept() {
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"1\"}}}");
        Call first = f.upstream.next();
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"v\":{\"N\":\"2\"}}}");
        f.upstream.next().answer("{}");
        assertThat(f.isCached()).isFalse();

        first.answer("{}");

        assertThat(f.isCached()).isFalse();
    }

    @Test
    void deleteItem_acknowledged_isKnownToBeAbsent() {
        f.cached();
        f.ask(Operation.DELETE_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");

        Future<Answer> read = f.get();

        assertThat(outcome(read)).isEqualTo(CacheOutcome.HIT);
        assertThat(text(read)).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"Attributes\":IMAGE}|{}",
                "{\"Attributes\":IMAGE,\"ConsumedCapacity\":{\"CapacityUnits\":1.0}}|{\"ConsumedCapacity\":{\"CapacityUnits\":1.0}}",
                "{\"ConsumedCapacity\":{\"CapacityUnits\":1.0},\"Attributes\":IMAGE,\"ItemCollectionMetrics\":{}}"
                        + "|{\"ConsumedCapacity\":{\"CapacityUnits\":1.0},\"ItemCollectionMetrics\":{}}"
            })
    void updateItem_thatReturnsNothing_isAskedForItsImageWhichOnlyTheCacheSees(String answered, String shown) {
        f.cached();
        Future<Answer> write = f.ask(Operation.UPDATE_ITEM, UPDATE);
        Call call = f.upstream.next();
        call.answer(answered.replace("IMAGE", IMAGE));

        assertThat(call.body()).isEqualTo("{\"ReturnValues\":\"ALL_NEW\"," + UPDATE.substring(1));
        assertThat(text(write)).isEqualTo(shown);
        assertThat(text(f.get())).isEqualTo("{\"Item\":" + IMAGE + "}");
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void updateItem_thatSaysItReturnsNothing_isAskedForItsImage() {
        String none = UPDATE.replace("{\"TableName\"", "{\"ReturnValues\" : \"NONE\",\"TableName\"");

        f.ask(Operation.UPDATE_ITEM, none);

        assertThat(f.upstream.next().body()).isEqualTo(none.replace("NONE", "ALL_NEW"));
    }

    @Test
    void updateItem_thatReturnsTheWholeItem_isKeptAndPassedOn() {
        String update = UPDATE.replace("{\"TableName\"", "{\"ReturnValues\":\"ALL_NEW\",\"TableName\"");
        f.cached();
        Future<Answer> write = f.ask(Operation.UPDATE_ITEM, update);
        Call call = f.upstream.next();
        call.answer("{\"Attributes\":" + IMAGE + "}");

        assertThat(call.body()).isEqualTo(update);
        assertThat(text(write)).isEqualTo("{\"Attributes\":" + IMAGE + "}");
        assertThat(text(f.get())).isEqualTo("{\"Item\":" + IMAGE + "}");
    }

    @ParameterizedTest
    @CsvSource({"UPDATED_NEW", "UPDATED_OLD", "ALL_OLD"})
    void updateItem_thatReturnsSomethingElse_isSentAsItIsAndRemoved(String returned) {
        String update = UPDATE.replace("{\"TableName\"", "{\"ReturnValues\":\"" + returned + "\",\"TableName\"");
        f.cached();
        Future<Answer> write = f.ask(Operation.UPDATE_ITEM, update);
        Call call = f.upstream.next();
        call.answer("{\"Attributes\":" + IMAGE + "}");

        assertThat(call.body()).isEqualTo(update);
        assertThat(text(write)).isEqualTo("{\"Attributes\":" + IMAGE + "}");
        assertThat(f.isCached()).isFalse();
    }

    @Test
    void updateItem_whoseConditionFailed_passesTheRefusalOn() {
        f.cached();
        Future<Answer> write = f.ask(Operation.UPDATE_ITEM, UPDATE);
        f.upstream.next().refuse("ConditionalCheckFailedException");

        assertThat(write.result().status()).isEqualTo(400);
        assertThat(f.upstream.isIdle()).isTrue();
        assertThat(f.isCached()).isFalse();
    }

    @Test
    void updateItem_whoseImageIsForbidden_isSentAsItCameFromThenOn() {
        f.cached();
        Future<Answer> write = f.ask(Operation.UPDATE_ITEM, UPDATE);
        f.upstream.next().refuse("AccessDeniedException");
        Call again = f.upstream.next();
        again.answer("{}");
        f.ask(Operation.UPDATE_ITEM, UPDATE);

        assertThat(again.body()).isEqualTo(UPDATE);
        assertThat(text(write)).isEqualTo("{}");
        assertThat(f.upstream.next().body()).isEqualTo(UPDATE);
        assertThat(f.isCached()).isFalse();
    }

    @Test
    void updateItem_ofAReplicatedItem_isKeptWithItsVersion() {
        Version version = Objects.requireNonNull(
                        Stamp.ofBytes(Base64.getDecoder().decode("AQAAAAAABQABAAEABwAAAAAAAAAA")))
                .version();
        f.ask(Operation.UPDATE_ITEM, UPDATE);
        f.upstream
                .next()
                .answer("{\"Attributes\":{\"nearside:v\":{\"B\":\"AQAAAAAABQABAAEABwAAAAAAAAAA\"}," + IMAGE.substring(1)
                        + "}");
        byte[] a = {'a'};

        f.cache.invalidate(
                "orders", "id-1", new ItemKeyWriter().partitionString(a, 0, 1).toKey(), version);

        assertThat(text(f.get())).isEqualTo("{\"Item\":" + IMAGE + "}");
    }

    @Test
    void write_afterOneOfUnknownOutcome_isNotKept() {
        f.ask(Operation.UPDATE_ITEM, UPDATE);
        f.upstream.next().answer(500, "{}");
        f.ask(Operation.PUT_ITEM, "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        f.upstream.next().answer("{}");

        assertThat(f.isCached()).isFalse();
    }
}

package io.nearside.proxy.operation;

import io.nearside.item.ItemKeyWriter;
import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Versions put into writes of replicated tables: where, where not, and that callers see nothing of them. */
class StampedWritesTest {

    private static final Pattern VERSION = Pattern.compile("\\{\"B\":\"([A-Za-z0-9+/]{28})\"}");
    private static final String PUT = "{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}";
    private static final String UPDATE = "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},"
            + "\"UpdateExpression\":\"SET v = :v\",\"ExpressionAttributeValues\":{\":v\":{\"N\":\"2\"}}}";

    private final ProxyFixture f = new ProxyFixture(VersionStamps.inline(
            Version.ATTRIBUTE,
            new VersionClock(() -> Instant.ofEpochMilli(1_000), 7, 9, Duration.ofMinutes(1)),
            table -> table.equals("orders")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\": { \"pk\":{\"S\":\"a\"}}}"
                        + "|{\"TableName\":\"orders\",\"Item\": { \"nearside:v\":VERSION,\"pk\":{\"S\":\"a\"}}}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"Key\":{},\"ReturnValues\":\"ALL_NEW\",\"UpdateExpression\":\"REMOVE w\"}"
                        + "|{\"ExpressionAttributeNames\":{\"#nearside_v\":\"nearside:v\"},"
                        + "\"ExpressionAttributeValues\":{\":nearside_v\":VERSION},"
                        + "\"TableName\":\"orders\",\"Key\":{},\"ReturnValues\":\"ALL_NEW\","
                        + "\"UpdateExpression\":\"REMOVE w SET #nearside_v = :nearside_v\"}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"ReturnValues\":\"UPDATED_NEW\",\"UpdateExpression\":\"SET #w = :w REMOVE v\","
                        + "\"ExpressionAttributeValues\":{\":w\":{\"S\":\"\\\"\"}},\"ExpressionAttributeNames\":{\"#w\":\"w\"},\"Key\":{}}"
                        + "|{\"TableName\":\"orders\",\"ReturnValues\":\"UPDATED_NEW\","
                        + "\"UpdateExpression\":\"SET #w = :w, #nearside_v = :nearside_v REMOVE v\","
                        + "\"ExpressionAttributeValues\":{\":nearside_v\":VERSION,\":w\":{\"S\":\"\\\"\"}},"
                        + "\"ExpressionAttributeNames\":{\"#nearside_v\":\"nearside:v\",\"#w\":\"w\"},\"Key\":{}}",
                "BATCH_WRITE_ITEM|{\"RequestItems\":{\"orders\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"a\"}}}},"
                        + "{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"b\"}}}}],\"lines\":[{\"PutRequest\":{\"Item\":{\"pk\":{}}}}]}}"
                        + "|{\"RequestItems\":{\"orders\":[{\"PutRequest\":{\"Item\":{\"nearside:v\":VERSION,\"pk\":{\"S\":\"a\"}}}},"
                        + "{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"b\"}}}}],\"lines\":[{\"PutRequest\":{\"Item\":{\"pk\":{}}}}]}}"
            })
    void write_thatIsSimple_isSentWithAVersion(Operation operation, String request, String expected) {
        f.ask(operation, request);
        String sent = f.upstream.next().body();

        Matcher version = VERSION.matcher(sent);
        assertThat(version.find()).as(sent).isTrue();
        assertThat(sent).isEqualTo(expected.replace("VERSION", version.group()));
        assertThat(parsed(version).region()).isEqualTo(7);
        assertThat(parsed(version).writer()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"TableName\":\"lines\",\"Item\":{\"pk\":{\"S\":\"a\"},\"sk\":{\"N\":\"1\"}}}",
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\":{}}",
                "DELETE_ITEM|{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ReturnValues\":\"ALL_NEW\"}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"Key\":{},\"ReturnValues\":\"ALL_NEW\",\"AttributeUpdates\":{}}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"Key\":{},\"ReturnValues\":\"ALL_NEW\",\"UpdateExpression\":\"SET SET\"}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"Key\":{},\"ReturnValues\":\"ALL_NEW\",\"UpdateExpression\":\"REMOVE a\","
                        + "\"Expected\":{}}",
                "UPDATE_ITEM|{\"TableName\":\"orders\",\"Key\":{},\"ReturnValues\":\"ALL_NEW\",\"UpdateExpression\":\"REMOVE #nearside_v\","
                        + "\"ExpressionAttributeNames\":{\"#nearside_v\":\"w\"}}",
                "TRANSACT_WRITE_ITEMS|{\"TransactItems\":[{\"Put\":{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"}}}}]}",
                "EXECUTE_STATEMENT|{\"Statement\":\"INSERT INTO orders VALUE {'pk':'a'}\"}"
            })
    void write_thatIsNotSimple_isSentAsItIs(Operation operation, String request) {
        f.ask(operation, request);

        assertThat(f.upstream.next().body()).isEqualTo(request);
    }

    @Test
    void expressionOrItem_withoutRoom_isSentAsItIs() {
        String expression = UPDATE.replace("SET v = :v", "SET v = :v" + " ".repeat(4070))
                .replace("{\"TableName\"", "{\"ReturnValues\":\"ALL_NEW\",\"TableName\"");
        String item = PUT.replace("{\"S\":\"a\"}", "{\"S\":\"a\"},\"w\":{\"S\":\"" + "w".repeat(409_500) + "\"}");
        f.ask(Operation.UPDATE_ITEM, expression);
        f.ask(Operation.PUT_ITEM, item);

        assertThat(f.upstream.next().body()).isEqualTo(expression);
        assertThat(f.upstream.next().body()).isEqualTo(item);
    }

    @Test
    void versions_ofWritesOneAfterTheOther_increaseAndAreAboveWhatWasSeen() {
        Version seen = new Version((1_000L << 16) + 500, 1, 1);
        List<Version> versions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            f.ask(Operation.PUT_ITEM, PUT);
            Call call = f.upstream.next();
            Matcher version = VERSION.matcher(call.body());
            assertThat(version.find()).isTrue();
            versions.add(parsed(version));
            String base64 = Base64.getEncoder().encodeToString(Stamp.of(seen).toBytes());
            call.answer("{\"Attributes\":{\"pk\":{},\"nearside:v\":{\"B\":\"" + base64 + "\"}}}");
        }

        assertThat(versions).isSorted().doesNotHaveDuplicates();
        assertThat(versions.get(0)).isLessThan(seen);
        assertThat(versions.get(1)).isGreaterThan(seen);
    }

    @Test
    void item_justPut_isKeptWithItsVersionAndShownWithout() {
        f.ask(Operation.PUT_ITEM, PUT);
        Call call = f.upstream.next();
        call.answer("{}");
        Matcher version = VERSION.matcher(call.body());
        assertThat(version.find()).isTrue();
        byte[] a = {'a'};

        f.cache.invalidate(
                "orders", "id-1", new ItemKeyWriter().partitionString(a, 0, 1).toKey(), parsed(version));

        assertThat(text(f.get())).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void update_returningNothingButItsVersion_isShownAsReturningNothing() {
        Future<Answer> write = f.ask(
                Operation.UPDATE_ITEM,
                UPDATE.replace("{\"TableName\"", "{\"ReturnValues\":\"UPDATED_OLD\",\"TableName\""));
        f.upstream.next().answer("{\"Attributes\":{\"nearside:v\":{\"B\":\"AQAAAAAABQABAAEABwAAAAAAAAAA\"}}}");

        assertThat(text(write)).isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource({"ValidationException", "AccessDeniedException"})
    void write_refusedForWhatWasAdded_isSentAsItCame(String refusal) {
        Future<Answer> write = f.ask(Operation.UPDATE_ITEM, UPDATE);
        f.upstream.next().refuse(refusal);
        Call again = f.upstream.next();
        again.refuse("ValidationException");

        assertThat(again.body()).isEqualTo(UPDATE);
        assertThat(write.result().status()).isEqualTo(400);
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @Test
    void write_refusedForItsCondition_isNotSentAgain() {
        f.ask(Operation.UPDATE_ITEM, UPDATE);
        f.upstream.next().refuse("ConditionalCheckFailedException");

        assertThat(f.upstream.isIdle()).isTrue();
    }

    private static Version parsed(Matcher version) {
        return Objects.requireNonNull(Stamp.ofBytes(Base64.getDecoder().decode(version.group(1))))
                .version();
    }
}

package io.nearside.proxy.operation;

import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** The version attribute of replicated tables: never shown, never to be named. */
class VersionAttributeTest {

    private static final String V = "\"nearside:v\":{\"B\":\"AQAAAAAABQABAAEABwAAAAAAAAAA\"}";

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"Attributes\":{V,\"pk\":{\"S\":\"a\"}}}|{\"Attributes\":{\"pk\":{\"S\":\"a\"}}}",
                "UPDATE_ITEM|{\"Attributes\":{\"pk\":{\"S\":\"a\"} , V }}|{\"Attributes\":{\"pk\":{\"S\":\"a\"} }}",
                "UPDATE_ITEM|{\"Attributes\":{V}}|{\"Attributes\":{}}",
                "UPDATE_ITEM|{\"Attributes\":{ V }}|{\"Attributes\":{  }}",
                "QUERY|{\"Count\":1,\"Items\":[{\"a\":{\"S\":\"1\"},V,\"b\":{\"S\":\"2\"}},{V,\"c\":{\"S\":\"3\"}}]}"
                        + "|{\"Count\":1,\"Items\":[{\"a\":{\"S\":\"1\"},\"b\":{\"S\":\"2\"}},{\"c\":{\"S\":\"3\"}}]}",
                "SCAN|{\"Items\":[{\"m\":{\"M\":{V}}}]}|{\"Items\":[{\"m\":{\"M\":{V}}}]}",
                "SCAN|{\"Items\":[{\"m\":{\"S\":\"nearside:v\"}}]}|{\"Items\":[{\"m\":{\"S\":\"nearside:v\"}}]}",
                "BATCH_GET_ITEM|{\"Responses\":{\"t\":[{V,\"a\":{\"S\":\"1\"}}]}}|{\"Responses\":{\"t\":[{\"a\":{\"S\":\"1\"}}]}}",
                "TRANSACT_GET_ITEMS|{\"Responses\":[{\"Item\":{\"a\":{\"S\":\"1\"},V}},{}]}"
                        + "|{\"Responses\":[{\"Item\":{\"a\":{\"S\":\"1\"}}},{}]}",
                "EXECUTE_STATEMENT|{\"Items\":[{V,\"a\":{\"S\":\"1\"}}]}|{\"Items\":[{\"a\":{\"S\":\"1\"}}]}",
                "BATCH_EXECUTE_STATEMENT|{\"Responses\":[{\"Error\":{\"Item\":{V,\"a\":{\"S\":\"1\"}}}}]}"
                        + "|{\"Responses\":[{\"Error\":{\"Item\":{\"a\":{\"S\":\"1\"}}}}]}",
                "BATCH_WRITE_ITEM|{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{V,\"a\":{\"S\":\"1\"}}}}]}}"
                        + "|{\"UnprocessedItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"a\":{\"S\":\"1\"}}}}]}}",
                "TRANSACT_WRITE_ITEMS|{\"CancellationReasons\":[{\"Item\":{V,\"a\":{\"S\":\"1\"}}}]}"
                        + "|{\"CancellationReasons\":[{\"Item\":{\"a\":{\"S\":\"1\"}}}]}",
                "PUT_ITEM|{\"__type\":\"x\",\"Item\":{V,\"a\":{\"S\":\"1\"}}}|{\"__type\":\"x\",\"Item\":{\"a\":{\"S\":\"1\"}}}",
                "GET_RECORDS|{\"Records\":[{\"dynamodb\":{\"NewImage\":{V,\"a\":{\"S\":\"1\"}},\"OldImage\":{V}}}]}"
                        + "|{\"Records\":[{\"dynamodb\":{\"NewImage\":{\"a\":{\"S\":\"1\"}},\"OldImage\":{}}}]}"
            })
    void answer_withTheVersion_isPassedOnWithout(Operation operation, String upstream, String shown) {
        Future<Answer> answer = f.ask(operation, "{}");
        f.upstream.next().answer(upstream.replace("V", V));

        assertThat(text(answer)).isEqualTo(shown.replace("V", V));
    }

    @Test
    void getItem_withTheVersion_isServedWithoutEveryTime() {
        String item = "{\"Item\":{" + V + ",\"pk\":{\"S\":\"a\"}}}";
        String shown = "{\"Item\":{\"pk\":{\"S\":\"a\"}}}";

        Future<Answer> miss = f.get();
        f.upstream.next().answer(item);
        Future<Answer> projected = f.ask(
                Operation.GET_ITEM,
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"AttributesToGet\":[\"pk\"]}");
        Future<Answer> withCapacity = f.ask(
                Operation.GET_ITEM,
                "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ReturnConsumedCapacity\":\"TOTAL\"}",
                CacheControl.NO_CACHE);
        f.upstream.next().answer("{\"ConsumedCapacity\":{},\"Item\":{" + V + "}}");

        assertThat(text(miss)).isEqualTo(shown);
        assertThat(text(projected)).isEqualTo(shown);
        assertThat(text(withCapacity)).isEqualTo("{\"ConsumedCapacity\":{},\"Item\":{}}");
    }

    @Test
    void entry_readStrongly_survivesTheAnnouncementOfTheCommitItReflects() {
        Version version = Objects.requireNonNull(
                        Stamp.ofBytes(Base64.getDecoder().decode("AQAAAAAABQABAAEABwAAAAAAAAAA")))
                .version();
        f.cached();
        f.ask(Operation.GET_ITEM, "{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"ConsistentRead\":true}");
        f.upstream.next().answer("{\"Item\":{" + V + ",\"pk\":{\"S\":\"a\"}}}");
        byte[] a = {'a'};
        var key = new io.nearside.item.ItemKeyWriter().partitionString(a, 0, 1).toKey();

        f.cache.invalidate("orders", "id-1", key, version);
        assertThat(f.isCached()).isTrue();

        f.cache.invalidate("orders", "id-1", key, new Version(version.clock() + 1, 1, 7));
        assertThat(f.isCached()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"nearside:v\":{\"B\":\"AA==\"}}}",
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"nearside\\u003av\":{\"B\":\"AA==\"}}}",
                "PUT_ITEM|{\"Expected\":{\"nearside:v\":{\"Exists\":false}}}",
                "UPDATE_ITEM|{\"AttributeUpdates\":{\"nearside:v\":{\"Action\":\"DELETE\"}}}",
                "UPDATE_ITEM|{\"ExpressionAttributeNames\":{\"#v\":\"nearside:v\"}}",
                "GET_ITEM|{\"AttributesToGet\":[\"pk\",\"nearside:v\"]}",
                "QUERY|{\"QueryFilter\":{\"nearside:v\":{}}}",
                "SCAN|{\"ScanFilter\":{\"nearside:v\":{}}}",
                "SCAN|{\"FilterExpression\":\"nearside:v = :x\"}",
                "BATCH_GET_ITEM|{\"RequestItems\":{\"t\":{\"ExpressionAttributeNames\":{\"#v\":\"nearside:v\"}}}}",
                "BATCH_GET_ITEM|{\"RequestItems\":{\"t\":{\"Keys\":[{\"nearside:v\":{\"S\":\"1\"}}]}}}",
                "BATCH_WRITE_ITEM|{\"RequestItems\":{\"t\":[{\"PutRequest\":{\"Item\":{\"nearside:v\":{\"S\":\"1\"}}}}]}}",
                "TRANSACT_WRITE_ITEMS|{\"TransactItems\":[{\"Put\":{\"Item\":{\"nearside:v\":{\"S\":\"1\"}}}}]}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT \\\"nearside:v\\\" FROM t WHERE pk='a'\"}",
                "BATCH_EXECUTE_STATEMENT|{\"Statements\":[{\"Statement\":\"SELECT 'it''s', \\\"nearside:v\\\" FROM t\"}]}",
                "EXECUTE_STATEMENT|{\"Statement\":\"INSERT INTO t VALUE {'pk':'a','nearside:v':'x'}\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"INSERT INTO t /* it's */ VALUE {'pk':'a','nearside:v':'x'}\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"UPDATE t /* it's */ SET \\\"nearside:v\\\" = /* ' */ 1\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"UPDATE t SET a='b', x.\\\"nearside:v\\\" = 1 -- '\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"INSERT INTO t VALUE `{'nearside:v':1}`\"}",
                "PUT_ITEM|{\"AttributesToGet\":[1],\"Item\":{\"nearside:v\":{\"S\":\"1\"}}}",
                "PUT_ITEM|{\"ExpressionAttributeNames\":{\"#a\":[]},\"Item\":{\"nearside:v\":{\"S\":\"1\"}}}",
                "PUT_ITEM|{\"Keys\":[[]],\"Item\":{\"nearside:v\":{\"S\":\"1\"}}}",
                "CREATE_TABLE|{\"AttributeDefinitions\":[{\"AttributeName\":\"nearside:v\",\"AttributeType\":\"B\"}]}"
            })
    void request_thatNamesTheVersion_isRefused(Operation operation, String body) {
        Future<Answer> answer = f.ask(operation, body);

        assertThat(answer.cause()).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.status()).isEqualTo(400);
            assertThat(refusal.type()).endsWith("#ValidationException");
        });
        assertThat(f.upstream.isIdle()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"nearside:v\"}}}",
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"a\"},\"m\":{\"M\":{\"nearside:v\":{\"S\":\"1\"}}}}}",
                "UPDATE_ITEM|{\"ExpressionAttributeValues\":{\":v\":{\"S\":\"nearside:v\"}}}",
                "SCAN|{\"FilterExpression\":\"a.nearside:v = :x\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT * FROM t WHERE pk='nearside:v'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT * /* \\\"nearside:v\\\" */ FROM t -- \\\"nearside:v\\\"\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"INSERT INTO t VALUE {'pk':'nearside:v','m':{'nearside:v':1}}\"}"
            })
    void request_thatOnlyHoldsTheWord_isPassedOn(Operation operation, String body) {
        f.ask(operation, body);

        assertThat(f.upstream.next().body()).isEqualTo(body);
    }
}

package io.nearside.proxy.operation;

import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nearside.proxy.operation.ProxyFixture.ITEM;
import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazards C4, C7, C20, C21 and C25: what writes of every kind leave of the cache. */
class WriteCoherenceTest {

    private static final String PUT = "{\"TableName\":\"orders\",\"Item\":{\"v\":{\"N\":\"2\"},\"pk\":{\"S\":\"a\"}}}";

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"TableName\":\"orders\",\"It\\u0065m\":{\"pk\":{\"S\":\"a\"}}}",
                "UPDATE_ITEM|{\"Key\":{\"pk\":{\"S\":\"a\"}},\"TableName\":\"orders\",\"UpdateExpression\":\"SET v=:v\"}",
                "BATCH_WRITE_ITEM|{\"RequestItems\":{\"orders\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"b\"}}}},"
                        + "{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"a\"}}}}]}}",
                "TRANSACT_WRITE_ITEMS|{\"TransactItems\":[{\"ConditionCheck\":{\"TableName\":\"lines\"}},"
                        + "{\"Update\":{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}}]}",
                "EXECUTE_STATEMENT|{\"Statement\":\"UPDATE \\\"orders\\\" SET v=2 WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"insert  into orders value {'pk':'a'}\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"DELETE FROM \\\"orders\\\" WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"-- why\\nDELETE FROM orders WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"--why\\rDELETE FROM orders WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"/* select row first */ UPDATE \\\"orders\\\" SET v=2\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"UPDATE /* \\\"lines\\\" */ \\\"orders\\\" SET v=2\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"DELETE FROM /* lines */ orders WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"FROM orders WHERE pk='a' SET v=2\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT * FROM lines; DELETE FROM orders WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT * FROM lines WHERE `x`\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT * FROM lines WHERE pk='a\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"UPDATE lines.orders SET v=2 WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"MERGE INTO orders\"}",
                "BATCH_EXECUTE_STATEMENT|{\"Statements\":[{\"Statement\":\"SELECT * FROM lines\"},"
                        + "{\"Statement\":\"DELETE FROM orders WHERE pk='a'\"}]}",
                "EXECUTE_TRANSACTION|{\"TransactStatements\":[{\"Statement\":\"DELETE FROM orders WHERE pk='a'\"}]}",
                "DELETE_TABLE|{\"TableName\":\"orders\"}",
                "UPDATE_TABLE|{\"TableName\":\"orders\"}",
                "RESTORE_TABLE_FROM_BACKUP|{\"TargetTableName\":\"orders\"}",
                "IMPORT_TABLE|{\"TableCreationParameters\":{\"TableName\":\"orders\"}}"
            })
    void write_answered_isFollowedByAFreshRead(Operation operation, String body) {
        f.cached();

        Future<Answer> write = f.ask(operation, body);
        f.upstream.next().answer("{}");

        assertThat(outcome(write)).isEqualTo(CacheOutcome.BYPASS);
        assertThat(f.announced).isNotEmpty();
        assertThat(f.isCached()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT_ITEM|{\"TableName\":\"orders\",\"Item\":{\"pk\":{\"S\":\"b\"}}}",
                "BATCH_WRITE_ITEM|{\"RequestItems\":{\"orders\":[{\"PutRequest\":{\"Item\":{\"pk\":{\"S\":\"b\"}}}}]}}",
                "TRANSACT_WRITE_ITEMS|{\"TransactItems\":[{\"ConditionCheck\":{\"TableName\":\"orders\","
                        + "\"Key\":{\"pk\":{\"S\":\"a\"}}}},{\"Delete\":{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"b\"}}}}]}",
                "EXECUTE_STATEMENT|{\"Statement\":\"SELECT * FROM orders\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"/* UPDATE */ (SELECT * FROM orders) -- DELETE\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"DELETE FROM lines WHERE pk='a'\"}",
                "EXECUTE_STATEMENT|{\"Statement\":\"UPDATE/**/lines SET v='it''s' /* orders */ WHERE pk='a';\"}",
                "DELETE_TABLE|{\"TableName\":\"lines\"}",
                "DESCRIBE_TIME_TO_LIVE|{\"TableName\":\"orders\"}"
            })
    void write_ofSomethingElse_leavesTheEntry(Operation operation, String body) {
        f.cached();

        f.ask(operation, body);
        f.upstream.next().answer("{}");

        assertThat(f.isCached()).isTrue();
    }

    @Test
    void unrecognizedOperation_answered_forgetsEverything() {
        f.cached();

        f.operations.handle(new ApiRequest(
                Operation.UNRECOGNIZED,
                "DynamoDB_20120810.RenameEverything",
                io.vertx.core.buffer.Buffer.buffer("{}"),
                CacheControl.ANY,
                null));
        f.upstream.next().answer("{}");

        assertThat(f.isCached()).isFalse();
    }

    @Test
    void write_whoseConditionFailed_removesAndAnnouncesNothing() {
        f.cached();

        Future<Answer> write = f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().refuse("ConditionalCheckFailedException");

        assertThat(write.result().status()).isEqualTo(400);
        assertThat(f.announced).isEmpty();
        assertThat(f.isCached()).isFalse();
    }

    @Test
    void statement_thatDynamoDbRefused_costsNothing() {
        f.cached();

        f.ask(Operation.EXECUTE_STATEMENT, "{\"Statement\":\"gibberish\"}");
        f.upstream.next().refuse("ValidationException");

        assertThat(f.isCached()).isTrue();
    }

    @Test
    void write_neverSent_leavesTheEntry() {
        f.cached();

        Future<Answer> write = f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().cut(Landing.NOT_SENT);

        assertThat(write.failed()).isTrue();
        assertThat(f.isCached()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"PUT_ITEM", "EXECUTE_STATEMENT"})
    void write_ofUnknownOutcome_nothingIsBelievedUntilItCannotLandAnyMore(Operation operation) {
        f.cached();
        String body = operation == Operation.PUT_ITEM ? PUT : "{\"Statement\":\"DELETE FROM orders WHERE pk='a'\"}";

        Future<Answer> write = f.ask(operation, body);
        f.upstream.next().cut(Landing.UNKNOWN);

        assertThat(write.failed()).isTrue();
        assertThat(f.announced).hasSize(1);
        f.get();
        Call read = f.upstream.next();
        assertThat(read.body()).contains("\"ConsistentRead\":true");
        read.answer(ITEM);
        assertThat(f.isCached()).isFalse();
        f.ticker.advance(Duration.ofSeconds(31));
        f.get();
        f.upstream.next().answer(ITEM);
        assertThat(f.isCached()).isTrue();
    }

    @Test
    void write_answeredWithAServerError_isOfUnknownOutcome() {
        f.cached();

        f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().answer(500, "{}");
        f.ticker.advance(Duration.ofSeconds(10));
        f.get();

        assertThat(f.upstream.next().body()).contains("\"ConsistentRead\":true");
    }

    /** Hazard C21: parts of it may have been carried out, and others may still be. */
    @ParameterizedTest
    @CsvSource({
        "BATCH_WRITE_ITEM, ItemCollectionSizeLimitExceededException",
        "BATCH_WRITE_ITEM, ResourceNotFoundException",
        "BATCH_EXECUTE_STATEMENT, InventedException"
    })
    void batch_refusedAsAWhole_isOfUnknownOutcome(Operation operation, String error) {
        f.cached();

        f.ask(operation, batch(operation));
        f.upstream.next().refuse(error);
        f.ticker.advance(Duration.ofSeconds(10));
        f.get();

        assertThat(f.announced).hasSize(1);
        assertThat(f.upstream.next().body()).contains("\"ConsistentRead\":true");
    }

    @ParameterizedTest
    @CsvSource({
        "BATCH_WRITE_ITEM, ValidationException",
        "BATCH_WRITE_ITEM, ProvisionedThroughputExceededException",
        "BATCH_EXECUTE_STATEMENT, AccessDeniedException"
    })
    void batch_ofWhichNothingWasCarriedOut_announcesNothing(Operation operation, String error) {
        f.cached();

        f.ask(operation, batch(operation));
        f.upstream.next().refuse(error);
        f.ticker.advance(Duration.ofSeconds(10));
        f.get();

        assertThat(f.announced).isEmpty();
        assertThat(f.upstream.isIdle() || !f.upstream.next().body().contains("ConsistentRead"))
                .isTrue();
    }

    private static String batch(Operation operation) {
        return operation == Operation.BATCH_WRITE_ITEM
                ? "{\"RequestItems\":{\"orders\":[{\"DeleteRequest\":{\"Key\":{\"pk\":{\"S\":\"a\"}}}}]}}"
                : "{\"Statements\":[{\"Statement\":\"DELETE FROM orders WHERE pk='a'\"}]}";
    }

    @Test
    void transaction_stillInProgress_isOfUnknownOutcome() {
        f.cached();

        f.ask(
                Operation.TRANSACT_WRITE_ITEMS,
                "{\"TransactItems\":[{\"Delete\":{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"a\"}}}}]}");
        f.upstream.next().refuse("TransactionInProgressException");
        f.ticker.advance(Duration.ofSeconds(10));
        f.get();

        assertThat(f.upstream.next().body()).contains("\"ConsistentRead\":true");
    }

    @Test
    void write_toATableThatIsGone_forgetsIt() {
        f.cached();
        f.upstream.noTable("orders");

        f.ask(Operation.PUT_ITEM, PUT.replace("\"a\"", "\"b\""));
        f.upstream.next().refuse("ResourceNotFoundException");

        assertThat(f.isCached()).isFalse();
    }

    @Test
    void write_toATableThatCannotBeDescribed_stillReachesDynamoDb() {
        f.upstream.noTable("orders");

        Future<Answer> write = f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().answer("{}");

        assertThat(write.result().status()).isEqualTo(200);
        assertThat(f.announced).containsExactly("table orders");
    }

    @Test
    void table_createdAgain_neverMeetsOldEntries() {
        f.cached();
        f.ask(Operation.DELETE_TABLE, "{\"TableName\":\"orders\"}");
        f.upstream.next().answer("{}");
        f.upstream.table("orders", "id-9", "");

        Future<Answer> read = f.get();
        f.upstream.next().answer("{}");

        assertThat(outcome(read)).isEqualTo(CacheOutcome.MISS);
    }

    @Test
    void table_createdAgainAroundThisProxyWhileItIsUsed_isNoticedSoon() {
        f.cached();
        f.upstream.table("orders", "id-9", "");

        f.ticker.advance(Duration.ofSeconds(15));
        f.get();

        assertThat(f.isCached()).isFalse();
    }

    @Test
    void table_createdAgainAroundThisProxyWhileNobodyAsked_isNoticedByTheFirstWhoDoes() {
        f.cached();
        f.upstream.table("orders", "id-9", "");

        f.ticker.advance(Duration.ofSeconds(30));

        assertThat(f.isCached()).isFalse();
    }

    @Test
    void table_thatCannotBeDescribedAnyMore_isStillServedFromMemory() {
        f.cached();
        f.upstream.describesFail(true);

        f.ticker.advance(Duration.ofSeconds(50));
        assertThat(f.isCached()).isTrue();
        f.ticker.advance(Duration.ofSeconds(50));
        assertThat(f.isCached()).isTrue();
    }

    @Test
    void batchGetItem_ofRecentlyWrittenKeys_isSentAsAConsistentReadOfTheirTable() {
        f.cached();
        f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().answer("{}");

        f.ask(
                Operation.BATCH_GET_ITEM,
                "{\"RequestItems\":{\"lines\":{\"Keys\":[]},\"orders\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}}}");

        assertThat(f.upstream.next().body())
                .isEqualTo("{\"RequestItems\":{\"lines\":{\"Keys\":[]},"
                        + "\"orders\":{\"ConsistentRead\":true,\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}}}");
    }

    @ParameterizedTest
    @CsvSource({"'',true", "',\"IndexName\":\"by-g\"',false"})
    void query_ofARecentlyWrittenTable_isSentAsAConsistentReadUnlessOnAGlobalIndex(String index, boolean strong) {
        f.cached();
        f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().answer("{}");

        f.ask(Operation.QUERY, "{\"TableName\":\"orders\"" + index + "}");

        assertThat(f.upstream.next().body().contains("\"ConsistentRead\":true")).isEqualTo(strong);
    }

    @Test
    void cache_thatThrowsOnAWritesAnswer_isCountedAndTheCallerGetsDynamoDbsAnswer() {
        f.cached();
        f.announcementsFail = true;

        Future<Answer> write = f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().answer("{\"Attributes\":{}}");

        assertThat(ProxyFixture.text(write)).isEqualTo("{\"Attributes\":{}}");
        assertThat(f.operations.faults()).isEqualTo(1);
        assertThat(ProxyFixture.text(f.get())).contains("{\"N\":\"2\"}");
    }

    @Test
    void fill_overtakenByAWrite_isNotKept() {
        Future<Answer> read = f.get();
        Call call = f.upstream.next();
        f.ask(Operation.PUT_ITEM, PUT);
        f.upstream.next().answer("{}");

        call.answer(ITEM);

        assertThat(outcome(read)).isEqualTo(CacheOutcome.MISS);
        assertThat(ProxyFixture.text(f.get())).contains("{\"N\":\"2\"}");
    }
}

package io.nearside.proxy.operation;

import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C38: a table of another account or region may have the name of one of ours, and is none of ours. */
class ForeignTablesTest {

    private static final String OWN = ScriptedUpstream.ACCOUNT + "orders";
    private static final String FOREIGN = "arn:aws:dynamodb:eu-west-1:2:table/orders";
    private static final VersionStamps STAMPS = VersionStamps.inline(
            Version.ATTRIBUTE,
            new VersionClock(() -> Instant.ofEpochMilli(1_000), 7, 9, Duration.ofMinutes(1)),
            table -> table.equals("orders"));

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT_ITEM|{'TableName':'%s','Item':{'pk':{'S':'a'}}}",
                "UPDATE_ITEM|{'TableName':'%s','Key':{'pk':{'S':'a'}}}",
                "DELETE_ITEM|{'TableName':'%s','Key':{'pk':{'S':'a'}}}",
                "BATCH_WRITE_ITEM|{'RequestItems':{'%s':[{'DeleteRequest':{'Key':{'pk':{'S':'a'}}}}]}}",
                "TRANSACT_WRITE_ITEMS|{'TransactItems':[{'Delete':{'TableName':'%s','Key':{'pk':{'S':'a'}}}}]}",
                "EXECUTE_STATEMENT|{'Statement':'DELETE FROM \\\"%s\\\" WHERE pk=?'}",
                "DELETE_TABLE|{'TableName':'%s'}"
            })
    void changeOfAForeignTable_leavesOursAlone_andOfOursByItsArnDoesNot(Operation operation, String body) {
        String request = body.replace('\'', '"');
        f.cached();
        String ours = text(f.get());

        f.ask(operation, request.formatted(FOREIGN));
        assertThat(f.upstream.next().answerAndTell("{}")).isEqualTo(request.formatted(FOREIGN));

        assertThat(f.announced).isEmpty();
        assertThat(outcome(f.get())).isEqualTo(CacheOutcome.HIT);
        assertThat(text(f.get())).isEqualTo(ours);

        f.ask(operation, request.formatted(OWN));
        f.upstream.next().answer("{}");

        assertThat(f.announced).isNotEmpty();
        Future<Answer> after = f.get();
        assertThat(after.isComplete() && text(after).equals(ours)).isFalse();
    }

    @Test
    void write_byArnBeforeAnyTableWasDescribed_isOfOursOnlyIfItProvesToBe() {
        f.ask(Operation.PUT_ITEM, put(FOREIGN));
        f.upstream.next().answer("{}");
        assertThat(f.announced).isEmpty();
        assertThat(f.isCached()).isFalse();

        ProxyFixture another = new ProxyFixture();
        another.ask(Operation.PUT_ITEM, put(OWN));
        another.upstream.next().answer("{}");

        assertThat(another.announced).containsExactly("item of orders");
        assertThat(another.isCached()).isTrue();
    }

    @Test
    void write_byAnArnOfWhichNothingCanBeTold_countsAsOfTheWholeTable_andIsNotStamped() {
        ProxyFixture stamping = new ProxyFixture(STAMPS);
        stamping.upstream.describesFail(true);

        stamping.ask(Operation.PUT_ITEM, put(OWN));

        ScriptedUpstream.Call call = stamping.upstream.next();
        assertThat(call.body()).isEqualTo(put(OWN));
        call.answer("{}");
        assertThat(stamping.announced).containsExactly("table orders");
    }

    @Test
    void write_ofAForeignTable_isNotStamped() {
        ProxyFixture stamping = new ProxyFixture(STAMPS);
        stamping.cached();
        String batch = """
                {"RequestItems":{"%s":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]}}""";
        for (String arn : List.of(FOREIGN, OWN)) {
            boolean stamped = arn.equals(OWN);

            stamping.ask(Operation.PUT_ITEM, put(arn));
            assertThat(stamping.upstream.next().answerAndTell("{}").contains(Version.ATTRIBUTE))
                    .isEqualTo(stamped);
            stamping.ask(Operation.BATCH_WRITE_ITEM, batch.formatted(arn));
            assertThat(stamping.upstream.next().answerAndTell("{}").contains(Version.ATTRIBUTE))
                    .isEqualTo(stamped);
        }
    }

    @Test
    void read_ofAForeignTable_afterAWriteOfOurs_isSentAsItCame() {
        String read = """
                {"TableName":"%s","Key":{"pk":{"S":"a"}}}""";
        f.cached();
        f.ask(Operation.PUT_ITEM, put("orders"));
        f.upstream.next().answer("{}");

        f.ask(Operation.GET_ITEM, read.formatted(FOREIGN));
        assertThat(f.upstream.next().body()).isEqualTo(read.formatted(FOREIGN));

        f.ask(Operation.GET_ITEM, read.formatted(OWN));
        assertThat(f.upstream.next().body()).contains("\"ConsistentRead\":true");
    }

    @Test
    void dynamoDbLocal_takesEveryArnForItsOwn_andSoDoesTheProxy() {
        OwnTables own = new OwnTables();
        own.described("orders", "arn:aws:dynamodb:ddblocal:000000000000:table/orders");

        assertThat(own.certain(FOREIGN)).isEqualTo("orders");
    }

    @Test
    void description_withoutAnArn_leavesItInDoubt() {
        OwnTables own = new OwnTables();
        own.described("orders", "");
        own.described("orders", "arn:aws:dynamodb:eu-west-1:1:table/lines");

        assertThat(own.certain(OWN)).isNull();
        assertThat(own.possible(OWN)).isEqualTo("orders");
        assertThat(own.possible("arn:aws:dynamodb:eu-west-1:1:table/orders/index/i"))
                .isNull();
    }

    private static String put(String table) {
        return "{\"TableName\":\"" + table + "\",\"Item\":{\"pk\":{\"S\":\"a\"}}}";
    }
}

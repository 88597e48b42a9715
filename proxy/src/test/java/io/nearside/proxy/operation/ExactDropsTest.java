package io.nearside.proxy.operation;

import io.nearside.proxy.operation.ScriptedUpstream.Call;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.nearside.proxy.operation.ProxyFixture.outcome;
import static io.nearside.proxy.operation.ProxyFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

/** Hazard C17: of global indexes a write drops the pages it touches, as far as its images tell, and no other. */
class ExactDropsTest {

    private static final String KEY = "\"Key\":{\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}}";
    private static final String VALUES = ",\"ExpressionAttributeValues\":{\":g\":{\"S\":\"y\"}}}";

    private final ProxyFixture f = new ProxyFixture();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "put, new elsewhere|PUT_ITEM|{\"TableName\":\"lines\",\"Item\":{ITEM,\"g\":{\"S\":\"y\"}}}|ALL_OLD|{}|true",
                "put, moved out|PUT_ITEM|{\"TableName\":\"lines\",\"Item\":{ITEM,\"g\":{\"S\":\"y\"}}}"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"x\"}}}|false",
                "put, moved in|PUT_ITEM|{\"TableName\":\"lines\",\"Item\":{ITEM,\"g\":{\"S\":\"x\"}}}"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"y\"}}}|false",
                "put, never in the index|PUT_ITEM|{\"TableName\":\"lines\",\"Item\":{ITEM}}|ALL_OLD|{\"Attributes\":{ITEM}}|true",
                "put, its key in the index of another type|PUT_ITEM|{\"TableName\":\"lines\",\"Item\":{ITEM}}"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"N\":\"1\"}}}|false",
                "delete, left|DELETE_ITEM|{\"TableName\":\"lines\",KEY}|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"x\"}}}|false",
                "delete, elsewhere|DELETE_ITEM|{\"TableName\":\"lines\",KEY}|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"y\"}}}|true",
                "update of something else, here|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"UpdateExpression\":\"SET n = :g\"VALUES"
                        + "|ALL_NEW|{\"Attributes\":{ITEM,\"g\":{\"S\":\"x\"}}}|false",
                "update of something else, elsewhere|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"UpdateExpression\":\"SET n = :g\"VALUES"
                        + "|ALL_NEW|{\"Attributes\":{ITEM,\"g\":{\"S\":\"z\"}}}|true",
                "update, moved out|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"UpdateExpression\":\"SET g = :g\"VALUES"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"x\"}}}|false",
                "update, moved elsewhere|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"UpdateExpression\":\"SET g = :g\"VALUES"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"z\"}}}|true",
                "update, removed elsewhere|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"UpdateExpression\":\"REMOVE g\"}"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"z\"}}}|true",
                "update, computed|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"UpdateExpression\":\"SET g = if_not_exists(h, :g)\"VALUES"
                        + "|ALL_OLD|{\"Attributes\":{ITEM,\"g\":{\"S\":\"z\"}}}|false",
                "update, legacy|UPDATE_ITEM|{\"TableName\":\"lines\",KEY,\"AttributeUpdates\":{\"n\":{\"Action\":\"DELETE\"}}}"
                        + "|ALL_NEW|{\"Attributes\":{ITEM,\"g\":{\"S\":\"z\"}}}|false"
            })
    void page_staysUnlessTheWriteTouchesIt(
            String circumstance, Operation operation, String request, String asked, String answer, boolean stays) {
        cached("x");

        Future<Answer> write = f.ask(operation, filled(request));
        Call call = f.upstream.next();
        call.answer(filled(answer));

        assertThat(call.body()).as(circumstance).startsWith("{\"ReturnValues\":\"" + asked + "\",");
        assertThat(text(write)).as(circumstance).isEqualTo("{}");
        assertThat(isCached("x")).as(circumstance).isEqualTo(stays);
    }

    @Test
    void put_toATableWithoutPagesOfIndexes_isSentAsItIs() {
        f.ask(Operation.PUT_ITEM, filled("{\"TableName\":\"lines\",\"Item\":{ITEM}}"));

        assertThat(f.upstream.next().body()).doesNotContain("ReturnValues");
    }

    /** The one who writes need not be the one who queries. */
    @Test
    void put_toATableWithIndexes_whilePagesMayBeHeldElsewhere_tellsBothPlaces() {
        f.reachesOthers = true;

        Future<Answer> write =
                f.ask(Operation.PUT_ITEM, filled("{\"TableName\":\"lines\",\"Item\":{ITEM,\"g\":{\"S\":\"y\"}}}"));
        Call call = f.upstream.next();
        call.answer(filled("{\"Attributes\":{ITEM,\"g\":{\"S\":\"x\"}}}"));

        assertThat(call.body()).startsWith("{\"ReturnValues\":\"ALL_OLD\",");
        assertThat(text(write)).isEqualTo("{}");
        assertThat(f.announcedIndexes).hasSize(1);
        assertThat(f.announcedIndexes.get(0).keys()).hasSize(2);
        assertThat(f.announcedIndexes.get(0).unknown()).isFalse();
    }

    @Test
    void put_whoseCallerWantsTheOldImage_tellsAsMuchAndPassesItOn() {
        cached("x");
        String image = filled("{\"Attributes\":{ITEM,\"g\":{\"S\":\"y\"}}}");

        Future<Answer> write = f.ask(
                Operation.PUT_ITEM, filled("{\"TableName\":\"lines\",\"Item\":{ITEM},\"ReturnValues\":\"ALL_OLD\"}"));
        f.upstream.next().answer(image);

        assertThat(text(write)).isEqualTo(image);
        assertThat(isCached("x")).isTrue();
    }

    @Test
    void touchedPartitions_areAnnouncedAndSettleFirst() {
        cached("x");
        cached("y");

        f.ask(Operation.PUT_ITEM, filled("{\"TableName\":\"lines\",\"Item\":{ITEM,\"g\":{\"S\":\"y\"}}}"));
        f.upstream.next().answer("{}");

        assertThat(f.announcedIndexes).hasSize(1);
        assertThat(f.announcedIndexes.get(0).partitions()).hasSize(1);
        assertThat(f.announcedIndexes.get(0).unknown()).isFalse();
        assertThat(isCached("y")).isFalse();
        ask("y");
        f.upstream.next().answer(page("y"));
        assertThat(isCached("y")).isFalse();
        assertThat(isCached("x")).isTrue();
    }

    @Test
    void batch_whoseImagesNobodyKnows_dropsEveryPageOfTheIndex() {
        cached("x");

        f.ask(
                Operation.BATCH_WRITE_ITEM,
                filled("{\"RequestItems\":{\"lines\":[{\"PutRequest\":{\"Item\":{ITEM,\"g\":{\"S\":\"y\"}}}}]}}"));
        f.upstream.next().answer("{}");

        assertThat(isCached("x")).isFalse();
    }

    private static String filled(String text) {
        return text.replace("ITEM", "\"pk\":{\"S\":\"p\"},\"sk\":{\"N\":\"3\"}")
                .replace("KEY", KEY)
                .replace("VALUES", VALUES);
    }

    private void cached(String partition) {
        ask(partition);
        f.upstream.next().answer(page(partition));
        f.ticker.advance(Duration.ofSeconds(10));
        assertThat(isCached(partition)).isTrue();
    }

    private boolean isCached(String partition) {
        Future<Answer> answer = ask(partition);
        if (answer.isComplete()) {
            return outcome(answer) == CacheOutcome.HIT;
        }
        f.upstream.next().answer(400, "{}");
        return false;
    }

    private Future<Answer> ask(String partition) {
        return f.ask(
                Operation.QUERY,
                "{\"TableName\":\"lines\",\"IndexName\":\"by-g\",\"KeyConditionExpression\":\"g = :g\","
                        + "\"ExpressionAttributeValues\":{\":g\":{\"S\":\"" + partition + "\"}}}");
    }

    private static String page(String partition) {
        return "{\"Count\":1,\"Items\":[{\"g\":{\"S\":\"" + partition + "\"}}],\"ScannedCount\":1}";
    }
}

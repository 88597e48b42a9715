package io.nearside.proxy.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class AccessLogTest {

    private static final Buffer BODY =
            Buffer.buffer("{\"TableName\":\"orders\",\"Key\":{\"pk\":{\"S\":\"secret-key\"}}}");
    private static final Answer ANSWER = new Answer(
            200,
            Buffer.buffer("{\"Item\":{\"pk\":{\"S\":\"secret-key\"},\"v\":{\"S\":\"secret-value\"}}}"),
            CacheOutcome.HIT,
            5,
            Answer.CRC32_UNKNOWN,
            null);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.nearside.proxy.access");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @Test
    void everyRequest_isOneLineOfFacts_withoutKeysOrContents() {
        AccessLog log = new AccessLog(1, new SplittableRandom(1));

        log.answered(Operation.GET_ITEM, BODY, ANSWER, 1_234_567);
        log.answered(Operation.UNRECOGNIZED, null, ANSWER, 0);

        assertThat(lines.list).hasSize(2);
        assertThat(lines.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly(
                        "operation=GetItem",
                        "table=orders",
                        "status=200",
                        "cache=hit",
                        "micros=1234",
                        "bytes-in=" + BODY.length(),
                        "bytes-out=" + ANSWER.body().length());
        assertThat(lines.list.toString()).doesNotContain("secret");
    }

    @Test
    void oneInTen_isAboutATenth() {
        AccessLog log = new AccessLog(10, new SplittableRandom(1));

        for (int i = 0; i < 10_000; i++) {
            log.answered(Operation.GET_ITEM, BODY, ANSWER, 0);
        }

        assertThat(lines.list).hasSizeBetween(900, 1100);
    }

    @Test
    void requestsThatArePassedOver_count() {
        AccessLog log = new AccessLog(10, new SplittableRandom(1));

        for (int i = 0; i < 10_000; i++) {
            if (log.isDue()) {
                log.answered(Operation.GET_ITEM, BODY, ANSWER, 0);
            } else {
                log.passed();
            }
        }

        assertThat(lines.list).hasSizeBetween(900, 1100);
    }

    @Test
    void off_isNoLineAtAll() {
        AccessLog log = new AccessLog(0, new SplittableRandom(1));

        for (int i = 0; i < 10_000; i++) {
            log.answered(Operation.GET_ITEM, BODY, ANSWER, 0);
        }

        assertThat(lines.list).isEmpty();
    }

    @Test
    void tables_areNamedInOneWord_andNothingElseIs() {
        assertThat(table(Operation.BATCH_GET_ITEM, """
                        {"RequestItems":{"bbb":{},"aaa":{}}}""")).isEqualTo("aaa,bbb");
        assertThat(table(Operation.TRANSACT_GET_ITEMS, """
                        {"TransactItems":[{"Get":{"TableName":"aaa"}},{"Get":{"TableName":"aaa"}}]}""")).isEqualTo("aaa");
        assertThat(table(Operation.BATCH_WRITE_ITEM, """
                        {"RequestItems":{"aaa":[],"bbb":[],"ccc":[],"ddd":[],"eee":[]}}""")).isEqualTo("aaa,bbb,ccc,+2");
        assertThat(table(Operation.GET_SHARD_ITERATOR, """
                        {"StreamArn":"arn:aws:dynamodb:us-east-1:1:table/aaa/stream/x"}"""))
                .isEqualTo("arn:aws:dynamodb:us-east-1:1:table/aaa/stream/x");
        for (String nothing :
                List.of("""
                {"TableName":"a\\nINFO forged"}""", "{\"TableName\":\"" + "a".repeat(2000) + "\"}", """
                {"Statement":"SELECT * FROM orders WHERE pk='secret'"}""", """
                {"Key":{"TableName":"secret"}}""", "{}", "not json")) {
            assertThat(table(Operation.GET_ITEM, nothing)).as(nothing).isEmpty();
            assertThat(table(Operation.EXECUTE_STATEMENT, nothing)).as(nothing).isEmpty();
        }
    }

    private static String table(Operation operation, String body) {
        return RequestedTable.of(operation, Buffer.buffer(body));
    }
}

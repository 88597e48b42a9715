package io.nearside.proxy.upstream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nearside.proxy.cache.VirtualTicker;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** The verdict on DynamoDB over attempts in virtual time, and what the log says of it. */
class UpstreamHealthTest {

    private static final UpstreamObserver NOBODY = new UpstreamObserver() {
        @Override
        public void attempted(
                Operation operation, @Nullable UpstreamAnswer answer, @Nullable Throwable failure, long elapsedNanos) {}

        @Override
        public void retried(Operation operation) {}
    };

    private final VirtualTicker ticker = new VirtualTicker();
    private final UpstreamHealth health = new UpstreamHealth(NOBODY, ticker);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(UpstreamHealth.class);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    @Test
    void beforeTheFirstAnswer_isAProblemAndNotReached() {
        assertThat(health.problem()).contains("not been asked");

        fail();

        assertThat(health.problem()).isEqualTo("refused");
        assertThat(health.reached()).isFalse();
        assertThat(log.list).hasSize(1);
    }

    @Test
    void firstAnswer_afterAFailedStart_isBelievedAtOnce() {
        fail();

        answer(200);

        assertThat(health.problem()).isNull();
        assertThat(health.reached()).isTrue();
    }

    @Test
    void oneFailure_amongAnswers_changesNothing() {
        answer(200);
        fail();

        assertThat(health.problem()).isNull();
    }

    @Test
    void oneFailure_afterALongCalm_changesNothing() {
        answer(200);
        ticker.advance(Duration.ofHours(1));

        fail();

        assertThat(health.problem()).isNull();
    }

    @Test
    void burstThatFailsNowAndThen_isNoLogLineAndNoProblem() {
        answer(200);
        for (int i = 0; i < 20_000; i++) {
            answerOrFail(i % 3 == 0);
            ticker.advance(Duration.ofMillis(3));
        }

        assertThat(health.problem()).isNull();
        assertThat(log.list).isEmpty();
    }

    @Test
    void outageUnderLoad_isToldOnceWhenItComesAndOnceWhenItGoes() {
        load(20, 0);
        assertThat(health.problem()).isNull();

        load(20, 100);
        assertThat(health.problem()).isEqualTo("refused");
        assertThat(health.reached()).isTrue();

        load(20, 0);
        assertThat(health.problem()).isNull();
        assertThat(log.list).hasSize(2);
    }

    @Test
    void recovery_inWhichAFifthStillFails_isNotYetOne() {
        load(20, 0);
        load(20, 100);

        load(20, 20);

        assertThat(health.problem()).isEqualTo("refused");
    }

    @Test
    void probesOfAnIdleProxy_tellAnOutageWithinThreeOfThem_andItsEndWithinTwo() {
        for (int i = 0; i < 6; i++) {
            answer(200);
            ticker.advance(Duration.ofSeconds(5));
        }
        int failed = 0;
        while (health.problem() == null) {
            fail();
            failed++;
            ticker.advance(Duration.ofSeconds(5));
        }
        int answered = 0;
        while (health.problem() != null) {
            answer(200);
            answered++;
            ticker.advance(Duration.ofSeconds(5));
        }

        assertThat(failed).isBetween(2, 3);
        assertThat(answered).isLessThanOrEqualTo(2);
    }

    @Test
    void overloadOfTheProxysOwnPool_doesNotCount() {
        answer(200);
        for (int i = 0; i < 100; i++) {
            health.attempted(
                    Operation.GET_ITEM, null, UpstreamException.overload("in use", new IllegalStateException()), 1);
            ticker.advance(Duration.ofMillis(100));
        }

        assertThat(health.problem()).isNull();
        assertThat(log.list).isEmpty();
    }

    @Test
    void answersThatSayNobodyIsThere_countAsFailures() {
        answer(200);
        ticker.advance(Duration.ofSeconds(20));
        answer(500);
        answer(400);
        assertThat(health.problem()).isNull();

        for (int i = 0; i < 3; i++) {
            answer(503);
        }

        assertThat(health.problem()).isEqualTo("DynamoDB answers HTTP 503");
    }

    @Test
    void window_forgetsWhatIsOlder_alsoWhereItsSlotIsUsedAgain() {
        AttemptWindow window = new AttemptWindow();
        window.count(100, true);
        window.count(100, false);
        window.count(101, true);

        assertThat(window.failed(101, 2)).isEqualTo(2);
        assertThat(window.failed(101, 1)).isEqualTo(1);
        assertThat(window.answered(114, AttemptWindow.SECONDS)).isEqualTo(1);
        assertThat(window.answered(115, AttemptWindow.SECONDS)).isZero();
        window.count(116, false);
        assertThat(window.failed(116, AttemptWindow.SECONDS)).isZero();
        assertThat(window.answered(116, AttemptWindow.SECONDS)).isEqualTo(1);
    }

    private void load(int seconds, int percentFailing) {
        for (int i = 0; i < seconds * 100; i++) {
            answerOrFail(i % 100 < percentFailing);
            ticker.advance(Duration.ofMillis(10));
        }
    }

    private void answerOrFail(boolean fails) {
        if (fails) {
            fail();
        } else {
            answer(200);
        }
    }

    private void answer(int status) {
        health.attempted(Operation.GET_ITEM, new UpstreamAnswer(status, Buffer.buffer(), null), null, 1);
    }

    private void fail() {
        Throwable failure = new UpstreamException(Landing.NOT_SENT, "refused", new IllegalStateException());
        health.attempted(Operation.GET_ITEM, null, failure, 1);
    }
}

package io.nearside.proxy.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether DynamoDB answers, judged over the attempts of the last seconds and never by a single one. Listens to the calls
 * that are made anyway; while there are none, makes a small one every five seconds. Safe for use from any thread.
 *
 * <p>Any HTTP answer but 501 to 504 proves that DynamoDB can be reached. A request that found no free connection in the
 * proxy's own pool says nothing about DynamoDB and does not count.
 *
 * <p>DynamoDB is in trouble from when most attempts of {@value AttemptWindow#SECONDS} s fail until at most a tenth of those of
 * {@value #CALM_SECONDS} s do: two thresholds, so that what fails now and then does not change the verdict to and fro. Before the
 * first answer one failure is enough, since it mostly means a wrong address. Only changes of the verdict are logged.
 */
public final class UpstreamHealth implements UpstreamObserver {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamHealth.class);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);
    private static final Buffer PROBE = Buffer.buffer("{\"Limit\":1}");
    private static final int CALM_SECONDS = 5;
    private static final int FEWEST_FAILURES = 2;
    private static final int CALM_RATIO = 10;

    private final UpstreamObserver next;
    private final Ticker ticker;
    private final AttemptWindow window = new AttemptWindow();
    private final AtomicReference<Verdict> verdict = new AtomicReference<>(Verdict.UNKNOWN);
    private volatile String lastFailure = "DynamoDB has not been asked yet";
    private volatile long lastAttemptNanos;
    private volatile boolean reached;
    private volatile long timer = -1;

    private enum Verdict {
        UNKNOWN,
        ANSWERS,
        TROUBLE
    }

    /** @param next hears of everything too */
    public UpstreamHealth(UpstreamObserver next, Ticker ticker) {
        this.next = next;
        this.ticker = ticker;
    }

    /** Starts asking while nobody else does, until {@link #stop}. */
    public void watch(Vertx vertx, Upstream upstream) {
        probe(upstream);
        timer = vertx.setPeriodic(PROBE_INTERVAL.toMillis(), tick -> {
            // Less than the whole interval, or the last probe would often look too recent by a hair.
            if (ticker.read() - lastAttemptNanos > PROBE_INTERVAL.toNanos() / 2) {
                probe(upstream);
            }
        });
    }

    /** Asks no more: a connection that is closed on purpose is no trouble of DynamoDB's. */
    public void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    /** What is wrong, or null while DynamoDB answers. Before the first answer that is wrong, too. */
    public @Nullable String problem() {
        return verdict.get() == Verdict.ANSWERS ? null : lastFailure;
    }

    /** Whether DynamoDB has answered this proxy at least once. */
    public boolean reached() {
        return reached;
    }

    @Override
    public void attempted(
            Operation operation, @Nullable UpstreamAnswer answer, @Nullable Throwable failure, long elapsedNanos) {
        next.attempted(operation, answer, failure, elapsedNanos);
        if (failure instanceof UpstreamException unsent && unsent.isOverload()) {
            return;
        }
        String problem = problem(answer, failure);
        long now = ticker.read();
        long second = Math.floorDiv(now, TimeUnit.SECONDS.toNanos(1));
        lastAttemptNanos = now;
        window.count(second, problem != null);
        if (problem == null) {
            answered(second);
        } else {
            lastFailure = problem;
            failed(second);
        }
    }

    @Override
    public void retried(Operation operation) {
        next.retried(operation);
    }

    private void answered(long second) {
        Verdict before = verdict.get();
        if (before == Verdict.ANSWERS) {
            return;
        }
        boolean first = !reached;
        reached = true;
        if ((first || isCalm(second)) && verdict.compareAndSet(before, Verdict.ANSWERS) && before == Verdict.TROUBLE) {
            LOG.atInfo().log("DynamoDB answers again");
        }
    }

    private void failed(long second) {
        Verdict before = verdict.get();
        boolean now = before == Verdict.UNKNOWN || (before == Verdict.ANSWERS && mostFail(second));
        if (now && verdict.compareAndSet(before, Verdict.TROUBLE)) {
            LOG.atWarn()
                    .addKeyValue("problem", lastFailure)
                    .log("DynamoDB does not answer; check upstream.endpoint, the network and upstream.credentials");
        }
    }

    private boolean mostFail(long second) {
        long failed = window.failed(second, AttemptWindow.SECONDS);
        return failed >= FEWEST_FAILURES && failed > window.answered(second, AttemptWindow.SECONDS);
    }

    private boolean isCalm(long second) {
        return CALM_RATIO * window.failed(second, CALM_SECONDS) <= window.answered(second, CALM_SECONDS);
    }

    // The outcome arrives at attempted(), like that of every call.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void probe(Upstream upstream) {
        upstream.send(Operation.LIST_TABLES, PROBE);
    }

    private static @Nullable String problem(@Nullable UpstreamAnswer answer, @Nullable Throwable failure) {
        if (answer != null) {
            // 500 may be the answer to one bad request; these three say that nobody is there.
            return answer.status() > 500 && answer.status() <= 504 ? "DynamoDB answers HTTP " + answer.status() : null;
        }
        return failure == null ? null : String.valueOf(failure.getMessage());
    }
}

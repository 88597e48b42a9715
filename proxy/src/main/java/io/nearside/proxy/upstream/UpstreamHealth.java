package io.nearside.proxy.upstream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether DynamoDB answers. Listens to the calls that are made anyway; while there are none, asks a small question every
 * five seconds. Any HTTP answer but 501 to 504 proves that DynamoDB can be reached. Safe for use from any thread.
 */
public final class UpstreamHealth implements UpstreamObserver {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamHealth.class);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);
    private static final Buffer PROBE = Buffer.buffer("{\"Limit\":1}");

    private final UpstreamObserver next;
    private final Ticker ticker;
    private volatile @Nullable Sighting last;
    private volatile long timer = -1;

    /** @param next hears of everything too */
    public UpstreamHealth(UpstreamObserver next, Ticker ticker) {
        this.next = next;
        this.ticker = ticker;
    }

    /** Starts asking while nobody else does, until {@link #stop}. */
    public void watch(Vertx vertx, Upstream upstream) {
        probe(upstream);
        timer = vertx.setPeriodic(PROBE_INTERVAL.toMillis(), tick -> {
            Sighting sighting = last;
            if (sighting == null || ticker.read() - sighting.nanos > PROBE_INTERVAL.toNanos()) {
                probe(upstream);
            }
        });
    }

    /** Asks no more: a connection that is closed on purpose is no trouble of DynamoDB's. */
    public void stop(Vertx vertx) {
        vertx.cancelTimer(timer);
    }

    /** What is wrong, or null while the last call was answered. Before the first answer that is wrong, too. */
    public @Nullable String problem() {
        Sighting sighting = last;
        return sighting == null ? "DynamoDB has not been asked yet" : sighting.problem;
    }

    @Override
    public void attempted(
            Operation operation, @Nullable UpstreamAnswer answer, @Nullable Throwable failure, long elapsedNanos) {
        next.attempted(operation, answer, failure, elapsedNanos);
        note(problem(answer, failure));
    }

    @Override
    public void retried(Operation operation) {
        next.retried(operation);
    }

    private void note(@Nullable String problem) {
        Sighting before = last;
        last = new Sighting(ticker.read(), problem);
        boolean failedBefore = before != null && before.problem != null;
        if (problem != null && !failedBefore) {
            LOG.atWarn()
                    .addKeyValue("problem", problem)
                    .log("DynamoDB does not answer; check upstream.endpoint, the network and upstream.credentials");
        } else if (problem == null && failedBefore) {
            LOG.atInfo().log("DynamoDB answers again");
        }
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

    private record Sighting(long nanos, @Nullable String problem) {}
}

package io.nearside.proxy.metrics;

import io.micrometer.core.instrument.Timer;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.UpstreamErrors;
import io.nearside.proxy.upstream.SignedUpstream;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.nearside.proxy.upstream.UpstreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The meters of the calls to DynamoDB. Safe for use from any thread. */
public final class UpstreamMeters implements UpstreamObserver {

    private static final int RESULTS = Result.values().length;

    private final ProxyMetrics metrics;
    private final AtomicReferenceArray<Timer> timers;

    public UpstreamMeters(ProxyMetrics metrics) {
        this.metrics = metrics;
        this.timers = new AtomicReferenceArray<>(Operation.values().length * RESULTS);
    }

    /** Registers the meters of the connections; once per registry. */
    public static void register(ProxyMetrics metrics, SignedUpstream upstream) {
        metrics.gauge(
                Metric.UPSTREAM_CONNECTIONS, upstream, u -> u.connections().open(), "open");
        metrics.gauge(
                Metric.UPSTREAM_CONNECTIONS, upstream, u -> u.connections().busy(), "busy");
        metrics.gauge(Metric.UPSTREAM_WAITING, upstream, u -> u.connections().waiting());
    }

    @Override
    public void attempted(
            Operation operation, @Nullable UpstreamAnswer answer, @Nullable Throwable failure, long elapsedNanos) {
        timer(operation, Result.of(answer, failure)).record(elapsedNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void retried(Operation operation) {
        metrics.counter(Metric.UPSTREAM_RETRIES, operation.label()).increment();
    }

    // The ordinals live in this object only, and two nested maps would cost every miss two more look-ups.
    @SuppressWarnings("EnumOrdinal")
    private Timer timer(Operation operation, Result result) {
        int index = operation.ordinal() * RESULTS + result.ordinal();
        Timer timer = timers.get(index);
        if (timer == null) {
            // Registering twice yields the same meter, so a race does no harm.
            timer = metrics.timer(Metric.UPSTREAM_REQUESTS, operation.label(), result.label);
            timers.set(index, timer);
        }
        return timer;
    }

    private enum Result {
        OK("ok"),
        CLIENT_ERROR("client_error"),
        THROTTLED("throttled"),
        SERVER_ERROR("server_error"),
        NOT_SENT("not_sent"),
        UNKNOWN("unknown");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        static Result of(@Nullable UpstreamAnswer answer, @Nullable Throwable failure) {
            if (answer != null) {
                return answer.ok() ? OK : answer.status() >= 500 ? SERVER_ERROR : refusal(answer);
            }
            return failure instanceof UpstreamException upstream && upstream.landing() == Landing.NOT_SENT
                    ? NOT_SENT
                    : UNKNOWN;
        }

        private static Result refusal(UpstreamAnswer answer) {
            return UpstreamErrors.isThrottle(answer.status(), answer.body()) ? THROTTLED : CLIENT_ERROR;
        }
    }
}

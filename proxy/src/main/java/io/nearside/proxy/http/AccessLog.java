package io.nearside.proxy.http;

import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.Operation;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for one request in so many, chosen at random: what was asked, of which table, and how it was answered; never
 * keys or contents of items. Owned by one event loop. The logger {@code io.nearside.proxy.access} is written by a thread
 * of its own, which drops lines rather than let requests wait.
 */
final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.nearside.proxy.access");

    private final int oneIn;
    private final RandomGenerator random;
    private long untilNext;

    /** @param oneIn 1 logs every request, 0 none */
    AccessLog(int oneIn, RandomGenerator random) {
        this.oneIn = oneIn;
        this.random = random;
        this.untilNext = oneIn == 0 ? Long.MAX_VALUE : next();
    }

    /**
     * A request was answered.
     *
     * @param body the request's; null if it was not kept
     */
    void answered(Operation operation, @Nullable Buffer body, Answer answer, long elapsedNanos) {
        if (--untilNext > 0) {
            return;
        }
        if (oneIn > 0) {
            untilNext = next();
            write(operation, body, answer, elapsedNanos);
        }
    }

    /** Whether the next request is one to log. */
    boolean isDue() {
        return untilNext == 1;
    }

    /** A request was answered that is not one to log. */
    void passed() {
        untilNext--;
    }

    private static void write(Operation operation, @Nullable Buffer body, Answer answer, long elapsedNanos) {
        LOG.atInfo()
                .addKeyValue("operation", operation.label())
                .addKeyValue("table", body == null ? "" : RequestedTable.of(operation, body))
                .addKeyValue("status", answer.status())
                .addKeyValue("cache", answer.outcome().label())
                .addKeyValue("micros", TimeUnit.NANOSECONDS.toMicros(elapsedNanos))
                .addKeyValue("bytes-in", body == null ? 0 : body.length())
                .addKeyValue("bytes-out", answer.body().length())
                .log("request");
    }

    /** Evenly distributed with the mean {@code oneIn}, so that no pattern of callers is favoured. */
    private long next() {
        return oneIn == 1 ? 1 : random.nextLong(1, 2L * oneIn);
    }
}

package io.nearside.proxy.operation;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads that are under way, so that concurrent misses of one thing share one call.
 *
 * <p>A reader joins a call only if nothing was written since the call left: an answer that was on its way before a write
 * was acknowledged must not be given to somebody who came after. Bounded by the calls under way. Safe from any thread.
 *
 * @param <K> what is read, compared with {@code equals}
 * @param <F> the counters as they were when the call left
 * @param <R> what the call brings
 */
final class Misses<K, F, R> {

    private final Predicate<F> isCurrent;
    private final ConcurrentHashMap<K, Call<F, R>> underWay = new ConcurrentHashMap<>();

    /** @param isCurrent whether nothing has moved since the counters were noted */
    Misses(Predicate<F> isCurrent) {
        this.isCurrent = isCurrent;
    }

    /**
     * A reader's part in a call.
     *
     * @param joined whether somebody else's call is shared
     */
    record Share<R>(Future<R> result, boolean joined) {}

    /**
     * Joins the call that is under way, or makes one.
     *
     * @param fill the counters as they are now
     */
    Share<R> read(K wanted, F fill, Function<F, Future<R>> caller) {
        Call<F, R> mine = new Call<>(fill, Promise.promise());
        Call<F, R> chosen = underWay.compute(
                wanted, (same, running) -> running != null && isCurrent.test(running.fill) ? running : mine);
        if (chosen != mine) {
            return new Share<>(Contexts.onCurrent(chosen.promise.future()), true);
        }
        Future<R> result = start(caller, fill);
        result.onComplete(done -> {
            underWay.remove(wanted, mine);
            mine.promise.handle(done);
        });
        return new Share<>(result, false);
    }

    private static <F, R> Future<R> start(Function<F, Future<R>> caller, F fill) {
        try {
            return caller.apply(fill);
        } catch (Throwable e) {
            // Whatever it is, those who joined must hear of it.
            return Future.failedFuture(e);
        }
    }

    /** Compared by identity: two calls are never the same. */
    private static final class Call<F, R> {

        private final F fill;
        private final Promise<R> promise;

        Call(F fill, Promise<R> promise) {
            this.fill = fill;
            this.promise = promise;
        }
    }
}

package io.nearside.proxy.operation;

import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.Fill;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads of single items that are under way, so that concurrent misses of one key share one call.
 *
 * <p>A reader joins a call only if nothing was written since the call left: an answer that was on its way before a write
 * was acknowledged must not be given to somebody who came after. Bounded by the calls under way. Safe from any thread.
 */
final class Misses {

    private final ItemCache cache;
    private final ConcurrentHashMap<Wanted, Call> underWay = new ConcurrentHashMap<>();

    Misses(ItemCache cache) {
        this.cache = cache;
    }

    /**
     * What a call brought.
     *
     * @param answer DynamoDB's answer
     * @param item what it says about the key; null when it says nothing the cache could keep
     */
    record Result(UpstreamAnswer answer, @Nullable CachedItem item) {}

    /**
     * A reader's part in a call.
     *
     * @param joined whether somebody else's call is shared
     */
    record Share(Future<Result> result, boolean joined) {}

    /** Joins the call for the key that is under way, or makes one. */
    Share read(CachedTable table, ItemKey key, Function<Fill, Future<Result>> caller) {
        Wanted wanted = new Wanted(table, key);
        Call mine = new Call(cache.beginFill(table, key), Promise.promise());
        Call chosen = underWay.compute(
                wanted, (same, running) -> running != null && cache.isCurrent(running.fill) ? running : mine);
        if (chosen != mine) {
            return new Share(Contexts.onCurrent(chosen.promise.future()), true);
        }
        Future<Result> result = start(caller, mine.fill);
        result.onComplete(done -> {
            underWay.remove(wanted, mine);
            mine.promise.handle(done);
        });
        return new Share(result, false);
    }

    /** Calls under way now. */
    int size() {
        return underWay.size();
    }

    private static Future<Result> start(Function<Fill, Future<Result>> caller, Fill fill) {
        try {
            return caller.apply(fill);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private record Wanted(CachedTable table, ItemKey key) {}

    /** Compared by identity: two calls are never the same. */
    private static final class Call {

        private final Fill fill;
        private final Promise<Result> promise;

        Call(Fill fill, Promise<Result> promise) {
            this.fill = fill;
            this.promise = promise;
        }
    }
}

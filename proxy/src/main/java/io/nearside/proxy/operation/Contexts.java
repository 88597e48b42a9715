package io.nearside.proxy.operation;

import io.vertx.core.Future;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.PromiseInternal;
import java.util.concurrent.Callable;

/** Brings shared results back to the event loop of whoever waits for them. */
public final class Contexts {

    private Contexts() {}

    /** A future that completes on the event loop of the caller; outside of one, the given future. */
    public static <T> Future<T> onCurrent(Future<T> shared) {
        ContextInternal context = ContextInternal.current();
        if (context == null) {
            return shared;
        }
        PromiseInternal<T> promise = context.promise();
        shared.onComplete(promise);
        return promise.future();
    }

    /** Does what takes long on a worker thread, and tells the caller on its event loop; outside of one, at once. */
    static <T> Future<T> onWorker(Callable<T> work) {
        ContextInternal context = ContextInternal.current();
        if (context != null) {
            return context.executeBlocking(work, false);
        }
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }
}

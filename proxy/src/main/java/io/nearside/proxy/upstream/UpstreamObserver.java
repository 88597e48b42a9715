package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.Operation;
import org.jspecify.annotations.Nullable;

/** Hears of every call to DynamoDB, for metrics and readiness. Called on event loops; must not block. */
public interface UpstreamObserver {

    /** One try ended after the given time with an answer or a failure, one of which is null. */
    void attempted(
            Operation operation, @Nullable UpstreamAnswer answer, @Nullable Throwable failure, long elapsedNanos);

    /** A call is about to be sent a second time. */
    void retried(Operation operation);
}

package io.nearside.proxy.http;

import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.upstream.TraceContext;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What the edge tells of a request for the sake of distributed tracing. Called on event loops; must not block. */
public interface Tracing {

    /** Makes no spans and passes the caller's trace context on to DynamoDB as it is. */
    Tracing PASSED_ON = new Tracing() {
        @Override
        public void received(MultiMap headers) {
            TraceContext.keep(headers);
        }

        @Override
        public void answered(Operation operation, @Nullable Buffer body, Answer answer) {}
    };

    /** A request is about to be looked at. */
    void received(MultiMap headers);

    /**
     * A request's answer is about to go out.
     *
     * @param body the request's; null if it was not kept
     */
    void answered(Operation operation, @Nullable Buffer body, Answer answer);
}

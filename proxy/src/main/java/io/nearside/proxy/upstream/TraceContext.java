package io.nearside.proxy.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The caller's W3C trace context, which goes to DynamoDB as it came. It is kept with Vert.x' context of the request, so
 * that every call made on behalf of the request finds it; a call that several requests share carries that of the first.
 *
 * @param parent the header {@code traceparent}
 * @param state the header {@code tracestate}
 */
public record TraceContext(String parent, @Nullable String state) {

    private static final CharSequence PARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence STATE = HttpHeaders.createOptimized("tracestate");

    /** Keeps what the caller's headers say for the calls that the current request leads to. */
    public static void keep(MultiMap headers) {
        String parent = headers.get(PARENT);
        if (parent == null) {
            return;
        }
        ContextInternal context = ContextInternal.current();
        if (context != null && context.isDuplicate()) {
            context.getLocal(ContextInternal.LOCAL_MAP, ConcurrentHashMap::new)
                    .put(TraceContext.class, new TraceContext(parent, headers.get(STATE)));
        }
    }

    /** Adds what was kept, if anything was. */
    static void addTo(MultiMap headers) {
        ContextInternal context = ContextInternal.current();
        if (context == null || !context.isDuplicate()) {
            return;
        }
        ConcurrentMap<Object, Object> locals = context.getLocal(ContextInternal.LOCAL_MAP);
        if (locals != null && locals.get(TraceContext.class) instanceof TraceContext kept) {
            headers.add(PARENT, kept.parent);
            if (kept.state != null) {
                headers.add(STATE, kept.state);
            }
        }
    }
}

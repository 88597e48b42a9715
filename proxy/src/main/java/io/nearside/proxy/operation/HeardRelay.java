package io.nearside.proxy.operation;

import io.nearside.proxy.upstream.CrossOrigin;
import io.nearside.proxy.upstream.Relay;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A relay that the cache hears of. DynamoDB refuses nearly all that is relayed, which costs the cache nothing; should it carry
 * one out, that was a write of anything, and everything is forgotten before the caller hears of it.
 */
final class HeardRelay implements Relay {

    /** Methods by which nothing is ever carried out; load balancers ask DynamoDB for its health so. */
    private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private static final Buffer NOTHING = Buffer.buffer();

    private final Relay relay;
    private final Writes writes;

    HeardRelay(Relay relay, Writes writes) {
        this.relay = relay;
        this.writes = writes;
    }

    @Override
    public Future<UpstreamAnswer> relay(HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body) {
        if (HARMLESS.contains(method)) {
            return relay.relay(method, uri, headers, body);
        }
        ApiRequest unrecognized = unrecognized("", body == null ? NOTHING : body);
        return writes.unread(unrecognized, () -> relay.relay(method, uri, headers, body));
    }

    @Override
    public Future<UpstreamAnswer> relaySigned(String target, Buffer body) {
        return writes.unread(unrecognized(target, body), () -> relay.relaySigned(target, body));
    }

    @Override
    public CrossOrigin crossOrigin() {
        return relay.crossOrigin();
    }

    private static ApiRequest unrecognized(String target, Buffer body) {
        return new ApiRequest(Operation.UNRECOGNIZED, target, body, CacheControl.ANY, null);
    }
}

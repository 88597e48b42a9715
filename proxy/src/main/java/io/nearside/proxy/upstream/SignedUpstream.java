package io.nearside.proxy.upstream;

import io.nearside.proxy.operation.Api;
import io.nearside.proxy.operation.ApiRequest;
import io.nearside.proxy.operation.Contexts;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.upstream.UpstreamException.Landing;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.regions.Region;

/**
 * DynamoDB over HTTP: sends the caller's body bytes, signed with the proxy's own credentials.
 *
 * <p>A call is sent a second time, once, when the first try certainly had no effect because nothing was sent, or when the
 * operation is repeatable and the first try brought no answer or a server error. Everything else is left to the
 * caller's own SDK, which retries with its own patience; in particular a write whose bytes may have arrived is never
 * sent again (an {@code ADD} would count twice), a throttled call is not repeated, and one that found no free connection is
 * not queued a second time.
 */
public final class SignedUpstream implements Upstream, Relay {

    private final Endpoints endpoints;
    private final CredentialSource credentials;
    private final RequestSigner signer;
    private final UpstreamConnections connections;
    private final UpstreamObserver observer;

    /**
     * @param endpoint where both services are; empty for the region's own endpoints
     * @param clock wall clock, for signatures and credential expiry
     */
    public SignedUpstream(
            Vertx vertx,
            Region region,
            Optional<URI> endpoint,
            IdentityProvider<? extends AwsCredentialsIdentity> provider,
            UpstreamLimits limits,
            Clock clock,
            UpstreamObserver observer) {
        this.endpoints = Endpoints.of(region, endpoint);
        this.credentials = new CredentialSource(vertx, provider, clock);
        this.signer = new RequestSigner(region, clock);
        this.connections = new UpstreamConnections(vertx, limits);
        this.observer = observer;
    }

    @Override
    public Future<UpstreamAnswer> send(ApiRequest request) {
        Call call = new Call(
                request.operation(), request.target(), endpointOf(request.target()), request.body(), request.headers());
        return attempt(call, true);
    }

    @Override
    public Future<UpstreamAnswer> relay(HttpMethod method, String uri, MultiMap headers, @Nullable Buffer body) {
        return connections.exchange(endpoints.of(Api.DYNAMODB), method, uri, headers, body, headers);
    }

    @Override
    public Future<UpstreamAnswer> relaySigned(String target, Buffer body) {
        return attempt(new Call(Operation.UNRECOGNIZED, target, endpointOf(target), body, null), false);
    }

    @Override
    public CrossOrigin crossOrigin() {
        return connections.crossOrigin();
    }

    /** The connections now. */
    public ConnectionCounts connections() {
        return connections.counts();
    }

    /** Where DynamoDB is, as a URL without a path, for messages. */
    public String endpoint() {
        return endpoints.of(Api.DYNAMODB).toString();
    }

    /** Ends the connections, busy ones when their answer is in or the time is up. */
    public Future<Void> close(Duration grace) {
        return connections.close(grace.toMillis());
    }

    private Future<UpstreamAnswer> attempt(Call call, boolean mayRetry) {
        long started = System.nanoTime();
        return signed(call).transform(result -> {
            UpstreamAnswer answer = result.result();
            observer.attempted(call.operation, answer, result.cause(), System.nanoTime() - started);
            if (mayRetry && worthRetrying(call.operation, answer, result.cause())) {
                observer.retried(call.operation);
                return attempt(call, false);
            }
            return result.succeeded() ? Future.succeededFuture(answer) : Future.failedFuture(result.cause());
        });
    }

    private Future<UpstreamAnswer> signed(Call call) {
        AwsCredentialsIdentity identity = credentials.current();
        return identity == null
                ? Contexts.onCurrent(credentials.resolve()).compose(resolved -> exchange(call, resolved))
                : exchange(call, identity);
    }

    private Future<UpstreamAnswer> exchange(Call call, AwsCredentialsIdentity identity) {
        MultiMap headers = signer.sign(identity, call.endpoint, call.target, call.body);
        return connections.exchange(call.endpoint, HttpMethod.POST, "/", headers, call.body, call.caller);
    }

    private Endpoint endpointOf(String target) {
        return endpoints.of(target.startsWith(Api.STREAMS.targetPrefix()) ? Api.STREAMS : Api.DYNAMODB);
    }

    private static boolean worthRetrying(
            Operation operation, @Nullable UpstreamAnswer answer, @Nullable Throwable failure) {
        if (answer != null) {
            return operation.repeatable() && answer.status() >= 500;
        }
        if (failure instanceof UpstreamException upstream && upstream.landing() == Landing.NOT_SENT) {
            return !upstream.isOverload();
        }
        return operation.repeatable();
    }

    private record Call(
            Operation operation,
            String target,
            Endpoint endpoint,
            Buffer body,
            @Nullable MultiMap caller) {}
}

package io.nearside.proxy.http;

import io.nearside.config.AllowedHosts;
import io.nearside.proxy.auth.AccessControl;
import io.nearside.proxy.auth.Authenticator;
import io.nearside.proxy.auth.Authorizer;
import io.nearside.proxy.auth.Caller;
import io.nearside.proxy.auth.RequestHead;
import io.nearside.proxy.metrics.Refusal;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.Api;
import io.nearside.proxy.operation.ApiException;
import io.nearside.proxy.operation.ApiRequest;
import io.nearside.proxy.operation.CacheControl;
import io.nearside.proxy.operation.CacheOutcome;
import io.nearside.proxy.operation.Contexts;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.Operations;
import io.nearside.proxy.upstream.CrossOrigin;
import io.nearside.proxy.upstream.Relay;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes complete requests of one event loop to their answers: identifies and authorizes the caller, finds the operation
 * by {@code X-Amz-Target}, asks {@link Operations}, writes the answer.
 *
 * <p>What cannot be meant for any operation goes to DynamoDB as it is, to be refused in DynamoDB's own words: a target
 * of neither service, and, where signatures are not verified, a request that is no POST or has no credential.
 */
final class ApiHandler {

    private static final CharSequence TARGET = HttpHeaders.createOptimized("X-Amz-Target");

    private static final Set<String> FORWARDED_AS_SENT =
            Set.of("origin", "content-encoding", "user-agent", "x-amzn-trace-id", "baggage");

    private final Operations operations;
    private final Relay relay;
    private final Optional<AccessControl> access;
    private final AllowedHosts hosts;
    private final RequestMeters meters;
    private final AnswerWriter writer;
    private final Tracing tracing;
    private final AccessLog accessLog;

    /**
     * @param relay hands on what is meant for no operation; the cache hears of what goes this way
     * @param access verifies signatures and knows rights; empty lets anybody do anything
     * @param hosts under which web pages may be answered while nobody is verified
     */
    ApiHandler(
            Operations operations,
            Relay relay,
            Optional<AccessControl> access,
            AllowedHosts hosts,
            RequestMeters meters,
            AnswerWriter writer,
            Tracing tracing,
            AccessLog accessLog) {
        this.operations = operations;
        this.relay = relay;
        this.access = access;
        this.hosts = hosts;
        this.meters = meters;
        this.writer = writer;
        this.tracing = tracing;
        this.accessLog = accessLog;
    }

    /** Answers a request whose body is complete. */
    void handle(HttpServerRequest request, Buffer body, long startedNanos) {
        String header = request.getHeader(TARGET);
        String target = header == null ? "" : header;
        Operation known = Operation.byTarget(target);
        Operation operation = known == null ? Operation.UNRECOGNIZED : known;
        Future<Answer> answer = dispatch(request, operation, target, body);
        if (answer.succeeded()) {
            // The way of a hit: nothing to wait for, so no callback is made.
            finish(request, operation, body, answer.result(), startedNanos);
        } else {
            // Whoever completes it, this event loop's writer may be used on this event loop only.
            Contexts.onCurrent(answer)
                    .onComplete(
                            result -> finish(request, operation, body, result, startedNanos),
                            failure -> fail(request, operation, body, failure, startedNanos));
        }
    }

    /** Refuses a request whose body is beyond DynamoDB's limit. */
    void tooLarge(HttpServerRequest request, long startedNanos) {
        meters.refused(Refusal.TOO_LARGE);
        finish(request, Operation.UNRECOGNIZED, null, ErrorAnswers.tooLarge(), startedNanos);
    }

    /** Refuses a request for whose body there is no memory now; SDKs try again. */
    void noRoom(HttpServerRequest request, long startedNanos) {
        meters.refused(Refusal.OVERLOADED);
        finish(request, Operation.UNRECOGNIZED, null, ErrorAnswers.noRoom(), startedNanos);
    }

    /** Never throws: whatever goes wrong, errors of the virtual machine included, the caller is answered. */
    private Future<Answer> dispatch(HttpServerRequest request, Operation operation, String target, Buffer body) {
        try {
            tracing.received(request.headers());
            return route(request, operation, target, body);
        } catch (Throwable e) {
            return Future.failedFuture(e);
        }
    }

    private Future<Answer> route(HttpServerRequest request, Operation operation, String target, Buffer body) {
        boolean post = request.method().equals(HttpMethod.POST);
        MultiMap headers = request.headers();
        if (request.method().equals(HttpMethod.OPTIONS) && CrossOrigin.isPreflight(headers)) {
            return relayAsSent(request, null);
        }
        if (access.isEmpty()) {
            refuseRebound(headers);
        }
        if (access.isPresent()) {
            Caller caller = authenticate(access.get().authenticator(), request, body);
            if (!post) {
                throw ApiException.framework("UnknownOperationException", "");
            }
            if (caller.isLimited()) {
                return limited(access.get().authorizer(), caller, request, operation, target, body);
            }
        } else if (!post || !AuthorizationForm.plausible(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            return relayAsSent(request, post ? body : null);
        }
        return carryOut(request, operation, target, body);
    }

    private Future<Answer> carryOut(HttpServerRequest request, Operation operation, String target, Buffer body) {
        if (operation == Operation.UNRECOGNIZED && !Api.mayServe(target)) {
            return relay.relaySigned(target, body).map(answer -> answer.toAnswer(CacheOutcome.BYPASS));
        }
        MultiMap headers = request.headers();
        return operations.handle(new ApiRequest(operation, target, body, cacheControl(headers), headers));
    }

    /**
     * Refuses a web page that reaches this port under a name of its own, which so is of one origin with it. Browsers say
     * {@code Origin} with every POST; whatever does not can set {@code Host} as it likes, too.
     */
    private void refuseRebound(MultiMap headers) {
        if (headers.contains(HttpHeaders.ORIGIN)
                && !headers.getAll(HttpHeaders.HOST).stream().allMatch(hosts::allows)) {
            throw ApiException.framework(
                    "AccessDeniedException",
                    "Web pages are not answered under the name in Host; list names to answer to in listen.hosts");
        }
    }

    /**
     * Why a request with a long body is refused whatever the body says; null if it is not. Looks at the head alone, so that
     * nobody without a known key has bodies kept or hashed.
     */
    @Nullable ApiException refusal(HttpServerRequest request) {
        if (access.isEmpty()) {
            return null;
        }
        try {
            access.get()
                    .authenticator()
                    .checkHead(new RequestHead(request.method().name(), request.uri(), request.headers()));
            return null;
        } catch (ApiException e) {
            return e;
        }
    }

    /** Refuses a request whose head alone was enough. */
    void refused(HttpServerRequest request, ApiException refusal, long startedNanos) {
        meters.refused(Refusal.UNAUTHENTICATED);
        finish(request, Operation.UNRECOGNIZED, null, ErrorAnswers.of(refusal), startedNanos);
    }

    /** From an origin that DynamoDB was not yet asked about, the request itself is the question. */
    private CacheControl cacheControl(MultiMap headers) {
        return relay.crossOrigin().knows(headers)
                ? CacheControlHeader.parse(headers.get(HttpHeaders.CACHE_CONTROL))
                : CacheControl.NO_CACHE;
    }

    private Caller authenticate(Authenticator authenticator, HttpServerRequest request, Buffer body) {
        try {
            return authenticator.authenticate(
                    new RequestHead(request.method().name(), request.uri(), request.headers()), body);
        } catch (ApiException e) {
            meters.refused(Refusal.UNAUTHENTICATED);
            throw e;
        }
    }

    /** Authorization runs before the lookup, so that a hit needs the same rights as a miss. */
    private Future<Answer> limited(
            Authorizer authorizer,
            Caller caller,
            HttpServerRequest request,
            Operation operation,
            String target,
            Buffer body) {
        Future<Buffer> authorized;
        try {
            if (ApiRequest.isEncoded(request.headers())) {
                throw ApiException.framework(
                        "AccessDeniedException",
                        "User: " + caller.name() + " has rights to some tables only, and what a body with a"
                                + " Content-Encoding names cannot be known");
            }
            authorized = authorizer.authorize(caller, operation, body);
        } catch (ApiException e) {
            meters.refused(Refusal.UNAUTHORIZED);
            throw e;
        }
        return Contexts.onCurrent(authorized)
                .onFailure(denied -> meters.refused(Refusal.UNAUTHORIZED))
                .compose(allowed -> carryOut(request, operation, target, allowed))
                .map(answer -> answer.withBody(authorizer.answered(caller, operation, answer.body())));
    }

    private Future<Answer> relayAsSent(HttpServerRequest request, @Nullable Buffer body) {
        MultiMap headers = HttpHeaders.headers();
        request.headers().forEach((name, value) -> {
            if (name.regionMatches(true, 0, "x-amz-", 0, 6)
                    || name.regionMatches(true, 0, "access-control-", 0, 15)
                    || FORWARDED_AS_SENT.contains(name.toLowerCase(Locale.ROOT))
                    || name.equalsIgnoreCase("authorization")
                    || name.equalsIgnoreCase("content-type")) {
                headers.add(name, value);
            }
        });
        return relay.relay(request.method(), request.uri(), headers, body)
                .map(answer -> answer.toAnswer(CacheOutcome.BYPASS));
    }

    private void fail(
            HttpServerRequest request, Operation operation, Buffer body, Throwable failure, long startedNanos) {
        meters.refused(ErrorAnswers.reason(failure));
        finish(request, operation, body, ErrorAnswers.of(failure), startedNanos);
    }

    private void finish(
            HttpServerRequest request, Operation operation, @Nullable Buffer body, Answer answer, long startedNanos) {
        try {
            tracing.answered(operation, body, answer);
            relay.crossOrigin().addTo(request.response().headers(), request.headers());
            writer.write(request.response(), operation, answer);
            long elapsedNanos = System.nanoTime() - startedNanos;
            meters.answered(operation, answer.outcome(), answer.status(), elapsedNanos);
            accessLog.answered(operation, body, answer, elapsedNanos);
        } catch (Throwable e) {
            answerDefect(request, operation, e);
        }
    }

    /** The answer could not be written, or not be counted: a caller who has none yet gets an error, or at least an end. */
    private void answerDefect(HttpServerRequest request, Operation operation, Throwable defect) {
        meters.refused(Refusal.DEFECT);
        Answer error = ErrorAnswers.of(defect);
        HttpServerResponse response = request.response();
        if (response.ended()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close();
            return;
        }
        response.headers().clear();
        writer.write(response, operation, error);
    }
}

package io.nearside.proxy.http;

import io.nearside.proxy.operation.ApiException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * One request while its body arrives. A body of one piece is handed on without a copy; one beyond the limit, or for
 * which there is no memory, is read on without being kept, so that the caller gets its answer rather than a cut
 * connection, unless it goes on for four times the limit. A body that trickles in for longer than allowed costs the
 * connection. A long body is not kept if its head alone is reason enough to refuse the request. Owned by one event loop.
 */
final class Arrival implements Handler<Buffer> {

    private static final Buffer NOTHING = Buffer.buffer();
    private static final int PATIENCE = 4;

    private final HttpServerRequest request;
    private final ApiHandler handler;
    private final ArrivalLimits limits;
    private final long startedNanos = System.nanoTime();
    private @Nullable Buffer body;
    private @Nullable ApiException refusal;
    private boolean growable;
    private boolean noRoom;
    private long received;
    private long taken;

    private Arrival(HttpServerRequest request, ApiHandler handler, ArrivalLimits limits) {
        this.request = request;
        this.handler = handler;
        this.limits = limits;
    }

    static void await(HttpServerRequest request, ApiHandler handler, ArrivalLimits limits) {
        Arrival arrival = new Arrival(request, handler, limits);
        if (arrival.mayBeLong()) {
            arrival.refusal = handler.refusal(request);
        }
        request.handler(arrival);
        request.endHandler(arrival::complete);
        request.exceptionHandler(arrival::abandon);
    }

    @Override
    public void handle(Buffer piece) {
        received += piece.length();
        if (received > limits.bodyBytes() || noRoom || refusal != null) {
            discard();
        } else if (body == null) {
            body = piece;
        } else {
            append(body, piece);
        }
    }

    private void append(Buffer before, Buffer piece) {
        if (System.nanoTime() - startedNanos > limits.arrivalNanos()) {
            limits.onTooSlow().run();
            request.connection().close();
        } else if (!hasRoom()) {
            noRoom = true;
            discard();
        } else if (growable) {
            before.appendBuffer(piece);
        } else {
            growable = true;
            body = Buffer.buffer(capacity(before.length() + piece.length()))
                    .appendBuffer(before)
                    .appendBuffer(piece);
        }
    }

    /** A long body takes what it needs of the common budget, piece by piece, until its answer is out. */
    private boolean hasRoom() {
        long missing = received - BodyBudget.FREE - taken;
        if (missing <= 0) {
            return true;
        }
        if (!limits.budget().take(missing)) {
            return false;
        }
        if (taken == 0) {
            request.response().endHandler(this::release);
            request.response().closeHandler(this::release);
        }
        taken += missing;
        return true;
    }

    private void release(@Nullable Void end) {
        limits.budget().giveBack(taken);
        taken = 0;
    }

    /** Whether the body may be longer than what is taken without counting; a longer number than that is not read. */
    private boolean mayBeLong() {
        String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return announced == null || announced.length() > 5 || Integer.parseInt(announced) > BodyBudget.FREE;
    }

    /** The length announced, but never more than little on a caller's mere word. */
    private int capacity(int arrived) {
        String announced = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        int expected = announced == null || announced.length() > 9 ? 0 : Integer.parseInt(announced);
        return Math.max(2 * arrived, Math.min(expected, BodyBudget.FREE));
    }

    private void discard() {
        body = null;
        release(null);
        if (received > PATIENCE * (long) limits.bodyBytes()) {
            request.connection().close();
        }
    }

    private void complete(Void end) {
        if (refusal != null) {
            handler.refused(request, refusal, startedNanos);
        } else if (received > limits.bodyBytes()) {
            handler.tooLarge(request, startedNanos);
        } else if (noRoom) {
            handler.noRoom(request, startedNanos);
        } else {
            Buffer whole = body;
            // Not needed here any more, and this object lives as long as the response's handlers.
            body = null;
            handler.handle(request, whole == null ? NOTHING : whole, startedNanos);
        }
    }

    /** The caller went away; there is nobody to answer. */
    private void abandon(Throwable cause) {
        body = null;
        release(null);
    }
}

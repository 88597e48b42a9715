package io.nearside.proxy.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection on which the head of a request takes too long to arrive: an idle timeout alone would let a caller
 * hold a connection for ever with a byte now and then. Stands in front of one connection's HTTP decoder; a head that arrives in
 * one piece, as nearly all do, costs no timer. Owned by one event loop.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {

    /** From the first byte of a head to its last. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private final Runnable onTooSlow;
    private @Nullable ScheduledFuture<?> timer;
    private boolean withinHead;
    private boolean withinRequest;

    private HeadDeadline(Runnable onTooSlow) {
        this.onTooSlow = onTooSlow;
    }

    /** Takes its place around a connection's decoder; null if there is none. */
    static @Nullable HeadDeadline install(ChannelPipeline pipeline, Runnable onTooSlow) {
        ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
        if (decoder == null) {
            return null;
        }
        HeadDeadline deadline = new HeadDeadline(onTooSlow);
        pipeline.addBefore(decoder.name(), "head-deadline", deadline);
        pipeline.addAfter(decoder.name(), "heads", deadline.new Decoded());
        return deadline;
    }

    /** Sees where requests begin and end. */
    private final class Decoded extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                withinHead = false;
                withinRequest = true;
            }
            if (message instanceof LastHttpContent) {
                withinRequest = false;
            }
            context.fireChannelRead(message);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!withinRequest) {
            withinHead = true;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (withinHead) {
            start(context);
        } else {
            stop();
        }
        context.fireChannelReadComplete();
    }

    /** The beginning of a head is kept in front of this handler. */
    void held(ChannelHandlerContext context) {
        withinHead = true;
        start(context);
    }

    /** What was kept is answered, or comes now. */
    void released() {
        withinHead = false;
        stop();
    }

    private void start(ChannelHandlerContext context) {
        if (timer == null) {
            timer = context.executor().schedule(() -> expire(context), LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void stop() {
        ScheduledFuture<?> running = timer;
        if (running != null) {
            timer = null;
            running.cancel(false);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Whoever cares for the connection's end hears of it as of any other.
    private void expire(ChannelHandlerContext context) {
        onTooSlow.run();
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }
}

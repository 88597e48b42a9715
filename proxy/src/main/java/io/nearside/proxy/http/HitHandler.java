package io.nearside.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of one connection's HTTP decoder and answers GetItem hits from the bytes of the request, which so never
 * become objects. Everything else goes on to Vert.x as it came. Owned by one event loop.
 *
 * <p>For this it must know where requests begin, and when Vert.x has none to answer, since answers keep the order of requests.
 * <ul>
 *   <li>A request whose head is plain ({@link PlainHead}) says itself where it ends, so those that go on are counted, their bytes
 *       too; answers of Vert.x are counted where they leave its encoder. Only while nothing is owed is a hit answered here.
 *   <li>A request that came in part waits here for its next part, once: whatever comes in more parts goes on, so that slow
 *       senders meet Vert.x' limits and those of {@link Arrival}.
 *   <li>A head that is not plain, or came in more than two parts, ends all this for the connection: the handler leaves, and
 *       Vert.x alone judges what is there and what follows.
 * </ul>
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and Vert.x hears of that.
final class HitHandler extends ChannelInboundHandlerAdapter {

    private final ShortWay shortWay;
    private final AnswersOut answersOut = new AnswersOut();
    private final @Nullable IdleStateHandler idle;
    private final @Nullable HeadDeadline deadline;
    private @Nullable ByteBuf held;
    private long passing;
    private boolean answered;

    private HitHandler(ShortWay shortWay, @Nullable IdleStateHandler idle, @Nullable HeadDeadline deadline) {
        this.shortWay = shortWay;
        this.idle = idle;
        this.deadline = deadline;
    }

    /**
     * Takes its place in a connection's pipeline, if there is an HTTP/1.1 decoder.
     *
     * @param requests where Vert.x takes requests and writes answers
     */
    static void install(ChannelHandlerContext requests, ShortWay shortWay) {
        ChannelPipeline pipeline = requests.pipeline();
        ChannelHandlerContext decoder = pipeline.context(HttpRequestDecoder.class);
        if (decoder != null) {
            HitHandler handler =
                    new HitHandler(shortWay, pipeline.get(IdleStateHandler.class), pipeline.get(HeadDeadline.class));
            String next = handler.deadline == null
                    ? decoder.name()
                    : pipeline.context(handler.deadline).name();
            pipeline.addBefore(next, "hits", handler);
            pipeline.addBefore(requests.name(), "answers-out", handler.answersOut);
        }
    }

    /** Counts the answers that Vert.x owes. */
    private static final class AnswersOut extends ChannelOutboundHandlerAdapter {

        private int owed;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof LastHttpContent) {
                owed--;
            }
            context.write(message, promise);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf arrived)) {
            context.fireChannelRead(message);
            return;
        }
        ByteBuf first = held;
        held = null;
        if (first != null && deadline != null) {
            deadline.released();
        }
        take(context, first == null ? arrived : joined(context, first, arrived), first != null);
    }

    /**
     * Takes the bytes over.
     *
     * @param joined whether the first request in them has waited for its second part
     */
    private void take(ChannelHandlerContext context, ByteBuf bytes, boolean joined) {
        boolean waited = joined;
        while (bytes.isReadable()) {
            if (passing == 0) {
                if (!begin(context, bytes, waited)) {
                    return;
                }
                waited = false;
                if (passing == 0) {
                    continue;
                }
            }
            if (passing >= bytes.readableBytes()) {
                passing -= bytes.readableBytes();
                context.fireChannelRead(bytes);
                return;
            }
            ByteBuf part = bytes.readRetainedSlice((int) passing);
            passing = 0;
            context.fireChannelRead(part);
        }
        // All of it was answered here: the decoder, for which nothing is left, is not called.
        bytes.release();
    }

    /**
     * At the first byte of a request: answers it, or sets {@link #passing} to have it passed on. False if the bytes were given away
     * instead.
     */
    private boolean begin(ChannelHandlerContext context, ByteBuf bytes, boolean waited) {
        PlainHead.Form form = shortWay.read(bytes);
        PlainHead head = shortWay.head();
        if (form != PlainHead.Form.PLAIN) {
            boolean waits = form == PlainHead.Form.INCOMPLETE && !waited && bytes.readableBytes() < ShortWay.MOST_BYTES;
            return waits ? hold(context, bytes) : leave(context, bytes);
        }
        int length = head.length() + head.bodyLength();
        if (answersOut.owed == 0 && head.asksForAnyItem() && length <= ShortWay.MOST_BYTES) {
            if (length > bytes.readableBytes()) {
                if (!waited) {
                    return hold(context, bytes);
                }
            } else if (answer(context)) {
                bytes.skipBytes(length);
                return true;
            }
        }
        answersOut.owed++;
        passing = length;
        return true;
    }

    /** Answers the request that was read last, unless it goes the long way, or answers are piling up. */
    private boolean answer(ChannelHandlerContext context) {
        ByteBuf answer = context.channel().isWritable() ? shortWay.answer(context.alloc()) : null;
        if (answer == null) {
            return false;
        }
        context.write(answer, context.voidPromise());
        answered = true;
        return true;
    }

    private boolean hold(ChannelHandlerContext context, ByteBuf bytes) {
        if (bytes.readerIndex() == 0) {
            held = bytes;
        } else {
            // What was read before it would stay in memory, and more with every next part of a caller that pipelines.
            held = context.alloc().buffer(bytes.readableBytes()).writeBytes(bytes);
            bytes.release();
        }
        if (deadline != null) {
            deadline.held(context);
        }
        return false;
    }

    private boolean leave(ChannelHandlerContext context, ByteBuf bytes) {
        context.fireChannelRead(bytes);
        context.pipeline().remove(answersOut);
        context.pipeline().remove(this);
        return false;
    }

    private static ByteBuf joined(ChannelHandlerContext context, ByteBuf first, ByteBuf second) {
        return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), first, second);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        flush(context);
        context.fireChannelReadComplete();
    }

    private void flush(ChannelHandlerContext context) {
        if (answered) {
            answered = false;
            context.flush();
            if (idle != null) {
                // It stands behind the decoder and sees nothing of what is answered here.
                idle.resetReadTimeout();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        drop();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        flush(context);
        drop();
    }

    private void drop() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}

package io.nearside.load.generator;

import io.nearside.load.workload.Workload;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/** One connection to the server: at most one request under way. Lives on the one event loop of the generator. */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and that is counted.
final class Connection extends ChannelInboundHandlerAdapter {
    private final Workload.Source source;
    private final AnswerReader reader;
    private final Pace pace;
    private final Tally tally;
    private final Runnable whenLost;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf partial;
    private long since;

    /** @param whenLost what to do once the server has ended it; this object is not used again */
    Connection(Workload.Source source, AnswerReader reader, Pace pace, Tally tally, Runnable whenLost) {
        this.source = source;
        this.reader = reader;
        this.pace = pace;
        this.tally = tally;
        this.whenLost = whenLost;
    }

    /** Sends the next request; its latency counts from {@code from}. */
    void send(long from) {
        since = from;
        if (context != null) {
            context.writeAndFlush(Unpooled.wrappedBuffer(source.next()), context.voidPromise());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        pace.ready(this, System.nanoTime());
    }

    @Override
    public void channelRead(ChannelHandlerContext active, Object message) {
        var in = (ByteBuf) message;
        if (partial != null) {
            in = partial.writeBytes(in);
            ((ByteBuf) message).release();
        }
        int flags = reader.read(in);
        if (flags == AnswerReader.INCOMPLETE) {
            keep(active, in);
            return;
        }
        in.release();
        partial = null;
        long now = System.nanoTime();
        tally.answer(flags, since, now);
        pace.ready(this, now);
    }

    private void keep(ChannelHandlerContext active, ByteBuf in) {
        if (partial == null) {
            partial = active.alloc().buffer(in.readableBytes() * 2).writeBytes(in);
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        pace.lost(this);
        tally.error();
        if (partial != null) {
            partial.release();
            partial = null;
        }
        whenLost.run();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
        broken.close();
    }
}

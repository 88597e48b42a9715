package io.nearside.load.peer;

import io.nearside.load.workload.Requests;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * A server that does nothing but find where a request ends and write the same bytes: what a generator reaches against it
 * is the generator's own ceiling. One event loop, native transport.
 */
public final class NullServerMain {
    private NullServerMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        listen(port, Integer.parseInt(arguments[1])).channel().closeFuture().sync();
    }

    /** Listens on {@code port} of loopback, any free one for 0. */
    static io.netty.channel.ChannelFuture listen(int port, int itemBytes) throws InterruptedException {
        var body = "{\"Item\":" + Requests.item(0, itemBytes) + "}";
        var answer = ("HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body)
                .getBytes(US_ASCII);
        IoHandlerFactory transport = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, transport))
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Answering(answer));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), port)
                .sync();
    }

    /** One connection; requests come one at a time, a head in one piece. */
    @SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel.
    private static final class Answering extends ChannelInboundHandlerAdapter {
        private static final byte[] CONTENT_LENGTH = "Content-Length: ".getBytes(US_ASCII);
        private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(US_ASCII);

        private final byte[] answer;
        private int bodyLeft;

        Answering(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var in = (ByteBuf) message;
            try {
                bodyLeft = bodyLeft > 0 ? bodyLeft - in.readableBytes() : bodyBeyond(in);
                if (bodyLeft == 0) {
                    context.writeAndFlush(Unpooled.wrappedBuffer(answer), context.voidPromise());
                }
            } finally {
                in.release();
            }
        }

        /** How much of the body is still to come. */
        private static int bodyBeyond(ByteBuf in) {
            int end = find(in, END_OF_HEAD) + END_OF_HEAD.length;
            int length = 0;
            for (int i = find(in, CONTENT_LENGTH) + CONTENT_LENGTH.length; in.getByte(i) != '\r'; i++) {
                length = length * 10 + in.getByte(i) - '0';
            }
            return length - (in.writerIndex() - end);
        }

        private static int find(ByteBuf in, byte[] wanted) {
            int last = in.writerIndex() - wanted.length;
            for (int from = in.readerIndex(); from <= last; from++) {
                int matched = 0;
                while (matched < wanted.length && in.getByte(from + matched) == wanted[matched]) {
                    matched++;
                }
                if (matched == wanted.length) {
                    return from;
                }
            }
            throw new IllegalStateException("not a whole head");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}

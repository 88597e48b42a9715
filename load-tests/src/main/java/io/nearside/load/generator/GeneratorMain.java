package io.nearside.load.generator;

import io.nearside.load.process.ProcessFigures;
import io.nearside.load.workload.Workload;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * The generator's process: for each {@link RunPlan}, a line of standard input, makes the load and writes a {@link RunResult},
 * a line of standard output; ends with its input.
 *
 * <p>One Netty event loop owns every connection, so nothing is shared and the process keeps to one core. In an open loop
 * a timer makes requests due every {@value #TICK_MICROS} microseconds: the most by which the pacing itself can be late.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Tasks on the event loop report through the result, not their futures.
public final class GeneratorMain {
    private static final long TICK_MICROS = 20;

    /** A server that ends connections, or is away, is asked for a new one at this pace. */
    private static final long RECONNECT_MILLIS = 20;

    private final RunPlan plan;
    private final EventLoopGroup loop;
    private final Tally tally = new Tally();
    private final Pace pace;
    private final CompletableFuture<RunResult> result = new CompletableFuture<>();
    private volatile boolean running = true;

    private GeneratorMain(RunPlan plan) {
        this.plan = plan;
        IoHandlerFactory transport = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loop = new MultiThreadIoEventLoopGroup(1, transport);
        pace = new Pace(plan, tally);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        var plans = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String plan = plans.readLine(); plan != null; plan = plans.readLine()) {
            System.out.println(new GeneratorMain(RunPlan.decode(plan)).run().encode());
        }
    }

    private RunResult run() throws InterruptedException, ExecutionException {
        try {
            connectAll();
            loop.execute(() -> pace.start(System.nanoTime()));
            if (plan.openLoop()) {
                loop.execute(this::turn);
            }
            loop.schedule(this::measure, plan.warmup().toMillis(), TimeUnit.MILLISECONDS);
            return result.get();
        } finally {
            running = false;
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        }
    }

    private void connectAll() throws InterruptedException {
        var random = new SplittableRandom(plan.seed());
        var space = new Workload.Space(plan.keys(), plan.itemBytes(), plan.port());
        var source = plan.workload().over(space, plan.distribution().over(plan.keys(), random.split()), random.split());
        AnswerReader reader = plan.workload() == Workload.REDIS ? new AnswerReader.Redis() : new AnswerReader.Http();
        var tls = plan.tls() ? trustingAnybody() : null;
        for (int i = 0; i < plan.connections(); i++) {
            connect(source, reader, tls).sync();
        }
    }

    private ChannelFuture connect(Workload.Source source, AnswerReader reader, @Nullable SslContext tls) {
        Runnable again = () -> reconnect(source, reader, tls);
        return new Bootstrap()
                .group(loop)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new Connection(source, reader, pace, tally, again));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), plan.port());
    }

    /** Later and until it succeeds; a connection that was never made is no connection lost. */
    private void reconnect(Workload.Source source, AnswerReader reader, @Nullable SslContext tls) {
        if (!running) {
            return;
        }
        loop.schedule(
                () -> connect(source, reader, tls).addListener(connected -> {
                    if (!connected.isSuccess()) {
                        reconnect(source, reader, tls);
                    }
                }),
                RECONNECT_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private static SslContext trustingAnybody() {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException("no TLS here", e);
        }
    }

    private void turn() {
        pace.tick(System.nanoTime());
        if (running) {
            loop.schedule(this::turn, TICK_MICROS, TimeUnit.MICROSECONDS);
        }
    }

    private void measure() {
        var self = List.of(ProcessHandle.current().pid());
        double serverBefore = ProcessFigures.cpuSeconds(plan.watchedPids());
        double selfBefore = ProcessFigures.cpuSeconds(self);
        long startedAt = System.nanoTime();
        pace.start(startedAt);
        tally.count(startedAt);
        loop.schedule(
                () -> {
                    pace.end(System.nanoTime());
                    tally.stop();
                    result.complete(tally.result(
                            (System.nanoTime() - startedAt) / 1e9,
                            ProcessFigures.cpuSeconds(plan.watchedPids()) - serverBefore,
                            ProcessFigures.cpuSeconds(self) - selfBefore));
                },
                plan.measured().toMillis(),
                TimeUnit.MILLISECONDS);
    }
}

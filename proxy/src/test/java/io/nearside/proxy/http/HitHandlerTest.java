package io.nearside.proxy.http;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.metrics.ProxyMetrics;
import io.nearside.proxy.metrics.RequestMeters;
import io.nearside.proxy.operation.ReadyAnswer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests in all shapes through the handler, with Netty's own codec and a server that answers when it is told to. */
@SuppressWarnings("FutureReturnValueIgnored") // Writes to an embedded channel are looked at instead.
class HitHandlerTest {

    private static final Pattern ANSWER = Pattern.compile(
            "HTTP/1.1 200 OK\r\n(?:[^\r\n]+\r\n)*content-length: (\\d+)\r\n(?:[^\r\n]+\r\n)*\r\n",
            Pattern.CASE_INSENSITIVE);

    private final Server server = new Server();
    private final Drain drain = new Drain();
    private EmbeddedChannel channel = new EmbeddedChannel();

    /** Remembers the bodies of requests, and answers each with its body when {@link #answer} is called. */
    private static final class Server extends ChannelInboundHandlerAdapter {

        private final Queue<String> asked = new ArrayDeque<>();
        private final StringBuilder body = new StringBuilder();
        private boolean atOnce;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpContent content) {
                body.append(content.content().toString(US_ASCII));
                content.release();
            }
            if (message instanceof LastHttpContent) {
                asked.add(body.toString());
                body.setLength(0);
                if (atOnce) {
                    answer(context);
                }
            }
        }

        void answer(ChannelHandlerContext context) {
            ByteBuf content = Unpooled.copiedBuffer(String.valueOf(asked.poll()), US_ASCII);
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, content);
            response.headers().set("content-length", content.readableBytes());
            context.writeAndFlush(response);
        }
    }

    @BeforeEach
    void connect() {
        channel = new EmbeddedChannel(new HttpRequestDecoder(), new HttpResponseEncoder(), server);
        install();
    }

    private void install() {
        // What is asked for as "hit…" is in memory, and is its own answer.
        ShortWay shortWay = new ShortWay(
                HitHandlerTest::memory,
                new HitEncoder(() -> Instant.EPOCH, new Random(1)),
                new RequestMeters(new ProxyMetrics(new SimpleMeterRegistry())),
                new AccessLog(0, new SplittableRandom(1)),
                drain);
        HitHandler.install(channel.pipeline().context(server), shortWay);
    }

    @AfterEach
    void disconnect() {
        channel.finishAndReleaseAll();
    }

    private static @Nullable ReadyAnswer memory(JsonSlice request) {
        String text = request.text();
        return text.startsWith("hit") ? new ReadyAnswer(text.getBytes(US_ASCII), 4_000_000_000L, 17) : null;
    }

    @Test
    void hit_isAnsweredWithDynamoDbsHeaders() {
        arrive(getItem("hit-1"));

        assertThat(sent().split("\r\n", -1))
                .hasSize(9)
                .startsWith(
                        "HTTP/1.1 200 OK",
                        "content-type: application/x-amz-json-1.0",
                        "date: Thu, 01 Jan 1970 00:00:00 GMT")
                .endsWith("x-amz-crc32: 4000000000", "x-nearside-cache: hit; age=17", "content-length: 5", "", "hit-1")
                .anySatisfy(line -> assertThat(line).matches("x-amzn-RequestId: [A-Z2-7]{52}"));
        assertThat(server.asked).isEmpty();
    }

    @Test
    void hits_pipelined_areAnsweredInTheirOrder() {
        arrive(getItem("hit-1") + getItem("hit-22") + getItem("hit-333"));

        assertThat(bodies(sent())).containsExactly("hit-1", "hit-22", "hit-333");
    }

    @Test
    void hit_inTwoPieces_isAnsweredWhereverItWasCut() {
        String request = getItem("hit-1");
        for (int cut = 1; cut < request.length(); cut++) {
            arrive(request.substring(0, cut));
            assertThat(sent()).as("cut at %d", cut).isEmpty();
            arrive(request.substring(cut));
            assertThat(bodies(sent())).as("cut at %d", cut).containsExactly("hit-1");
        }
        assertThat(server.asked).isEmpty();
    }

    @Test
    void hits_pipelinedByACallerWhosePartsNeverEndWithARequest_areAllAnsweredHere() {
        String requests = "";
        List<String> expected = new ArrayList<>();
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            expected.add("hit-" + i);
            String next = getItem("hit-" + i);
            int cut = 1 + i % (next.length() - 1);
            arrive(requests + next.substring(0, cut));
            answers.append(sent());
            requests = next.substring(cut);
        }
        arrive(requests);
        answers.append(sent());

        assertThat(bodies(answers.toString())).isEqualTo(expected);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void beginningOfAHead_thatIsKeptHere_hasADeadlineToo() {
        channel.pipeline().remove("hits");
        channel.pipeline().remove("answers-out");
        channel.freezeTime();
        HeadDeadline.install(channel.pipeline(), () -> {});
        install();
        arrive(getItem("hit-1").substring(0, 30));
        channel.advanceTimeBy(HeadDeadline.LIMIT.toMillis() - 1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        arrive(getItem("hit-1").substring(30));
        assertThat(bodies(sent())).containsExactly("hit-1");
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).as("between requests").isTrue();

        arrive(getItem("hit-1").substring(0, 30));
        channel.advanceTimeBy(HeadDeadline.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void hit_leavesNothingForTheDecoder() {
        List<Object> seen = new ArrayList<>();
        channel.pipeline().addAfter("hits", "seen", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                seen.add(message);
                context.fireChannelRead(message);
            }
        });
        ByteBuf one = Unpooled.copiedBuffer(getItem("hit-1"), US_ASCII);

        channel.writeInbound(one);

        assertThat(bodies(sent())).containsExactly("hit-1");
        assertThat(seen).isEmpty();
        assertThat(one.refCnt()).isZero();
    }

    @Test
    void hit_behindWhatIsNotAnsweredYet_goesOnToo() {
        arrive(getItem("miss") + getItem("hit-1"));
        arrive(getItem("hit-2"));
        assertThat(server.asked).containsExactly("miss", "hit-1", "hit-2");
        assertThat(sent()).isEmpty();

        answerAll();
        assertThat(bodies(sent())).containsExactly("miss", "hit-1", "hit-2");

        arrive(getItem("hit-3"));
        assertThat(bodies(sent())).containsExactly("hit-3");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void longBody_inPieces_goesOn_andTheNextHitIsFound() {
        String request = post("PutItem", "x".repeat(100_000));
        for (int at = 0; at < request.length(); at += 1_000) {
            arrive(request.substring(at, Math.min(request.length(), at + 1_000)));
        }
        assertThat(server.asked).containsExactly("x".repeat(100_000));
        answerAll();
        sent();

        arrive(getItem("hit-1"));

        assertThat(bodies(sent())).containsExactly("hit-1");
    }

    @Test
    void request_inManyPieces_goesOn_andVertxSeesWhatWasSent() {
        String request = getItem("hit-1");
        for (int at = 0; at < request.length(); at++) {
            arrive(request.substring(at, at + 1));
        }

        assertThat(server.asked).containsExactly("hit-1");
        answerAll();
        arrive(getItem("hit-2"));
        assertThat(server.asked).as("nothing is answered here any more").containsExactly("hit-2");
    }

    @Test
    void hit_whileThePortIsDrained_goesOnToBeTheLastOfItsConnection() {
        arrive(getItem("hit-1"));
        assertThat(bodies(sent())).containsExactly("hit-1");

        drain.begin();
        arrive(getItem("hit-2"));

        assertThat(server.asked).containsExactly("hit-2");
    }

    @Test
    void unusualRequest_goesOnWithAllThatFollows() {
        arrive(getItem("hit-1")
                + "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                + getItem("hit-2"));

        assertThat(bodies(sent())).containsExactly("hit-1");
        assertThat(server.asked).containsExactly("abc", "hit-2");
    }

    @Test
    void connection_endedWithinARequest_leaksNothing() {
        ByteBuf piece = Unpooled.copiedBuffer(getItem("hit-1").substring(0, 30), US_ASCII);
        channel.writeInbound(piece);

        channel.close();
        channel.runPendingTasks();

        assertThat(piece.refCnt()).isZero();
    }

    @Test
    void anySequence_cutAnywhere_isAnsweredInItsOrder() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        server.atOnce = true;
        StringBuilder requests = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String body = (random.nextBoolean() ? "hit-" : "other-") + i + "-" + "y".repeat(random.nextInt(40));
            expected.add(body);
            requests.append(post(random.nextInt(4) == 0 ? "PutItem" : "GetItem", body));
        }
        StringBuilder answers = new StringBuilder();
        for (int at = 0; at < requests.length(); ) {
            int to = Math.min(requests.length(), at + random.nextInt(200, 2_000));
            arrive(requests.substring(at, to));
            answers.append(sent());
            at = to;
        }

        assertThat(bodies(answers.toString())).as("seed %d", seed).isEqualTo(expected);
    }

    private void arrive(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
    }

    private void answerAll() {
        while (!server.asked.isEmpty()) {
            server.answer(channel.pipeline().context(server));
        }
    }

    private String sent() {
        StringBuilder sent = new StringBuilder();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            sent.append(part.toString(US_ASCII));
            part.release();
        }
        return sent.toString();
    }

    private static List<String> bodies(String answers) {
        List<String> bodies = new ArrayList<>();
        var head = ANSWER.matcher(answers);
        int at = 0;
        while (at < answers.length()) {
            assertThat(head.find(at) && head.start() == at)
                    .as("an answer at %d of %s", at, answers)
                    .isTrue();
            at = head.end() + Integer.parseInt(head.group(1));
            bodies.add(answers.substring(head.end(), at));
        }
        return bodies;
    }

    private static String getItem(String body) {
        return post("GetItem", body);
    }

    private static String post(String operation, String body) {
        return "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810." + operation
                + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }
}

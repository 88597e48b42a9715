package io.nearside.proxy.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** Heads that come slowly, in the virtual time of an embedded channel. */
class HeadDeadlineTest {

    private static final String REQUEST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
    private static final Duration ALMOST = HeadDeadline.LIMIT.minusMillis(1);

    private final AtomicInteger tooSlow = new AtomicInteger();
    private EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void connect() {
        channel = new EmbeddedChannel(new HttpRequestDecoder(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ReferenceCountUtil.release(message);
            }
        });
        channel.freezeTime();
        HeadDeadline.install(channel.pipeline(), tooSlow::incrementAndGet);
    }

    @AfterEach
    void disconnect() {
        channel.finishAndReleaseAll();
    }

    @Test
    void headThatTricklesIn_endsTheConnection() {
        for (int i = 0; i < 5; i++) {
            arrive(REQUEST.substring(i, i + 1));
            pass(HeadDeadline.LIMIT.dividedBy(5));
        }

        assertThat(channel.isOpen()).isFalse();
        assertThat(tooSlow).hasValue(1);
    }

    @Test
    void headThatIsWholeInTime_andABodyThatIsSlow_areNot() {
        arrive("POST / HT");
        pass(ALMOST);
        arrive("TP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo");
        pass(ALMOST);
        pass(ALMOST);
        arrive("dy");
        pass(ALMOST);
        pass(ALMOST);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void connectionBetweenRequests_isNot() {
        for (int i = 0; i < 3; i++) {
            arrive(REQUEST);
            pass(HeadDeadline.LIMIT.multipliedBy(3));
        }

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void secondHead_hasADeadlineOfItsOwn() {
        arrive(REQUEST);
        pass(ALMOST);
        arrive("POST");
        pass(ALMOST);
        assertThat(channel.isOpen()).isTrue();

        pass(Duration.ofMillis(1));

        assertThat(channel.isOpen()).isFalse();
    }

    private void arrive(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, US_ASCII));
    }

    private void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }
}

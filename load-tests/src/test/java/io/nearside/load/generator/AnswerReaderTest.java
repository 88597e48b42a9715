package io.nearside.load.generator;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

final class AnswerReaderTest {
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nx-nearside-cache: hit; age=1\r\n\r\nbody";

    @Test
    void read_everyPrefixOfAnAnswer_consumesNothingUntilItIsWhole() {
        var reader = new AnswerReader.Http();

        for (int length = 0; length < ANSWER.length(); length++) {
            var in = Unpooled.copiedBuffer(ANSWER.substring(0, length), US_ASCII);
            assertThat(reader.read(in)).as("prefix of %d bytes", length).isEqualTo(AnswerReader.INCOMPLETE);
            assertThat(in.readerIndex()).isZero();
        }
        var whole = Unpooled.copiedBuffer(ANSWER, US_ASCII);
        assertThat(reader.read(whole)).isEqualTo(AnswerReader.HIT);
        assertThat(whole.isReadable()).isFalse();
    }

    @Test
    void read_answerWithErrorStatus_isAnError() {
        var in = Unpooled.copiedBuffer("HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}", US_ASCII);

        assertThat(new AnswerReader.Http().read(in)).isEqualTo(AnswerReader.ERROR);
    }

    @Test
    void read_redisBulkString_isOneAnswer() {
        var in = Unpooled.copiedBuffer("$4\r\nbody\r\n", US_ASCII);

        assertThat(new AnswerReader.Redis().read(in)).isEqualTo(AnswerReader.HIT);
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void read_redisNil_isAnError() {
        var in = Unpooled.copiedBuffer("$-1\r\n", US_ASCII);

        assertThat(new AnswerReader.Redis().read(in)).isEqualTo(AnswerReader.ERROR);
    }
}

package io.nearside.proxy.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nearside.proxy.Mutations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever reads the head of a request, with heads of any bytes. */
class HeadFuzzTest {

    private static final String PLAIN = """
            POST / HTTP/1.1\r
            Host: localhost:8000\r
            X-Amz-Target: DynamoDB_20120810.GetItem\r
            Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0\r
            Content-Length: 2\r
            Cache-Control: no-cache, max-age=12\r
            \r
            {}""";

    private static final List<byte[]> SEEDS = List.of(
            bytes(PLAIN),
            bytes(PLAIN.replace("Content-Length: 2", "Transfer-Encoding: chunked")),
            bytes(PLAIN.replace("Content-Length: 2", "Content-Length: 99999999999999999999")),
            bytes(PLAIN.replace("Content-Length: 2", "Content-Length: 2147483647")),
            bytes(PLAIN.replace("\r\n", "\n")),
            bytes(PLAIN.replace("Host:", "Host :")),
            bytes(PLAIN.replace("{}", "{}" + PLAIN)));

    private final PlainHead head = new PlainHead();

    @FuzzTest(maxDuration = "10m")
    void head_ofAnyBytes_isPlainOrLeftToVertx(byte[] input) {
        read(input);
    }

    @Test
    void head_nearAPlainOne_isPlainOrLeftToVertx() {
        Mutations.run(SEEDS, 20261130, 300_000, this::read);
    }

    private void read(byte[] input) {
        byte[] room = new byte[ShortWay.MOST_BYTES];
        int length = Math.min(input.length, room.length);
        System.arraycopy(input, 0, room, 0, length);
        if (head.read(room, length) == PlainHead.Form.PLAIN) {
            assertThat(head.length()).isBetween(1, length);
            assertThat(head.bodyLength()).isNotNegative();
            assertThat(head.length() + (long) head.bodyLength()).isLessThanOrEqualTo(Integer.MAX_VALUE);
            assertThat(new String(room, 0, head.length(), StandardCharsets.ISO_8859_1))
                    .endsWith("\r\n\r\n");
        }
        String text = new String(input, StandardCharsets.ISO_8859_1);
        assertThat(CacheControlHeader.parse(text)).isNotNull();
        AuthorizationForm.plausible(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

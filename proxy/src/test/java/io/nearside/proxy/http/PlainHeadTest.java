package io.nearside.proxy.http;

import io.nearside.proxy.http.PlainHead.Form;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

class PlainHeadTest {

    private static final String LINE = "POST / HTTP/1.1\r\n";
    private static final String LENGTH = "Content-Length: 12\r\n";
    private static final String TARGET = "X-Amz-Target: DynamoDB_20120810.GetItem\r\n";
    private static final String CREDENTIAL =
            "Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request\r\n";
    private static final String HOST = "Host: localhost:8000\r\n";
    private static final String GET_ITEM = LINE + HOST + TARGET + CREDENTIAL + LENGTH + "\r\n";

    private final PlainHead head = new PlainHead();

    @Test
    void getItem_asAnSdkSendsIt_asksForAnyItem() {
        assertThat(read(GET_ITEM + "{\"TableName\"")).isEqualTo(Form.PLAIN);

        assertThat(head.length()).isEqualTo(GET_ITEM.length());
        assertThat(head.bodyLength()).isEqualTo(12);
        assertThat(head.asksForAnyItem()).isTrue();
    }

    @Test
    void names_inAnyCase_andBlanksAroundValues_meanTheSame() {
        read(LINE + "hOST:x\r\nx-amz-TARGET: \t DynamoDB_20120810.GetItem \r\n" + CREDENTIAL
                + "CONTENT-LENGTH:12\r\nconnection: Keep-Alive\r\n\r\n");

        assertThat(head.asksForAnyItem()).isTrue();
        assertThat(head.bodyLength()).isEqualTo(12);
    }

    @Test
    void everyBeginning_isIncomplete() {
        for (int length = 0; length < GET_ITEM.length(); length++) {
            assertThat(read(GET_ITEM.substring(0, length)))
                    .as("%d bytes", length)
                    .isEqualTo(Form.INCOMPLETE);
        }
    }

    @Test
    void anotherHead_isReadAfresh() {
        read(GET_ITEM);

        assertThat(read(LINE + "Content-Length: 0\r\n\r\n")).isEqualTo(Form.PLAIN);
        assertThat(head.asksForAnyItem()).isFalse();
        assertThat(head.bodyLength()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LINE + HOST + TARGET + LENGTH,
                LINE + HOST + CREDENTIAL + LENGTH,
                LINE + TARGET + CREDENTIAL + LENGTH,
                LINE + HOST + HOST + TARGET + CREDENTIAL + LENGTH,
                LINE + HOST + TARGET + TARGET + CREDENTIAL + LENGTH,
                LINE + HOST + TARGET + CREDENTIAL + CREDENTIAL + LENGTH,
                LINE + HOST + TARGET + CREDENTIAL + LENGTH + "Cache-Control: no-cache\r\n",
                LINE + HOST + TARGET + "Authorization: hello\r\n" + LENGTH,
                LINE + HOST + "X-Amz-Target: DynamoDB_20120810.getitem\r\n" + CREDENTIAL + LENGTH,
                LINE + HOST + "X-Amz-Target: DynamoDB_20120810.PutItem\r\n" + CREDENTIAL + LENGTH
            })
    void plainButMoreThanAnyItem_isOnlyFramed(String text) {
        assertThat(read(text + "\r\n")).isEqualTo(Form.PLAIN);

        assertThat(head.asksForAnyItem()).isFalse();
        assertThat(head.bodyLength()).isEqualTo(12);
    }

    @Test
    void everythingElse_isOther() {
        for (String text : List.of(
                "GET / HTTP/1.1\r\n" + LENGTH,
                "POST /x HTTP/1.1\r\n" + LENGTH,
                "POST / HTTP/1.0\r\n" + LENGTH,
                "\r\n" + LINE + LENGTH,
                LINE,
                LINE + LENGTH + LENGTH,
                LINE + "Content-Length: 1, 1\r\n",
                LINE + "Content-Length: +1\r\n",
                LINE + "Content-Length: \r\n",
                LINE + "Content-Length: 1234567890\r\n",
                LINE + "Content-Length : 1\r\n",
                LINE + LENGTH + "Transfer-Encoding: chunked\r\n",
                LINE + LENGTH + "Expect: 100-continue\r\n",
                LINE + LENGTH + "Upgrade: h2c\r\n",
                LINE + LENGTH + "Connection: close\r\n",
                LINE + LENGTH + "Connection: keep-alive, x\r\n",
                LINE + LENGTH + " folded\r\n",
                LINE + LENGTH + ": no name\r\n",
                LINE + LENGTH + "no colon\r\n",
                LINE + LENGTH + "x: \u0001\r\n",
                LINE + LENGTH + "x: \u00e9\r\n",
                LINE + LENGTH + "x: bare\n")) {
            assertThat(read(text + "\r\n")).as(text).isEqualTo(Form.OTHER);
        }
    }

    private Form read(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return head.read(bytes, bytes.length);
    }
}

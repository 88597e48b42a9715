package io.nearside.proxy.http;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** A hit is the same answer whichever way it took. */
class HitsIT {

    private static final String TABLE = "hits-both-ways";

    @Test
    void hit_answeredInFrontOfVertx_differsInNothingFromOneBehind() {
        try (ProxyServer proxy = TestProxy.start(EmbeddedDynamoDb.shared().endpoint(0), "")) {
            ask(proxy, "CreateTable", "", """
                    {"TableName":"%s","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}""".formatted(TABLE));
            ask(proxy, "PutItem", "", "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"a\"}}}".formatted(TABLE));
            String get = "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"a\"}}}".formatted(TABLE);
            ask(proxy, "GetItem", "", get);

            RawHttp.Response inFront = ask(proxy, "GetItem", "", get);
            // Who cares for the age is answered by Vert.x.
            RawHttp.Response behind = ask(proxy, "GetItem", "max-age=100000", get);

            assertThat(inFront.header("x-nearside-cache")).startsWith("hit; age=");
            assertThat(behind.header("x-nearside-cache")).startsWith("hit; age=");
            assertThat(inFront.headers().keySet()).isEqualTo(behind.headers().keySet());
            assertThat(inFront.header("content-type")).isEqualTo(behind.header("content-type"));
            assertThat(inFront.header("x-amz-crc32"))
                    .isEqualTo(inFront.crc32())
                    .isEqualTo(behind.header("x-amz-crc32"));
            assertThat(inFront.text()).isEqualTo(behind.text()).isEqualTo("{\"Item\":{\"pk\":{\"S\":\"a\"}}}");
        }
    }

    private static RawHttp.Response ask(ProxyServer proxy, String operation, String cacheControl, String body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("X-Amz-Target", "DynamoDB_20120810." + operation);
        headers.put("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request");
        if (!cacheControl.isEmpty()) {
            headers.put("Cache-Control", cacheControl);
        }
        RawHttp.Response answer =
                RawHttp.send(TestProxy.endpoint(proxy), "POST", "/", headers, body.getBytes(US_ASCII));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }
}

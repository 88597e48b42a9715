package io.nearside.proxy.http;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.TestProxy;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests that no SDK sends are refused with DynamoDB Local's own status and body. */
class MalformedRequestsIT {

    private static final URI DIRECT = EmbeddedDynamoDb.shared().endpoint(0);
    private static final String CREDENTIAL =
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request";
    private static final String LIST_TABLES = "DynamoDB_20120810.ListTables";
    private static final String GET_ITEM = "DynamoDB_20120810.GetItem";
    private static ProxyServer proxy;

    @BeforeAll
    static void start() {
        proxy = TestProxy.before(0);
    }

    @AfterAll
    static void stop() {
        proxy.close();
    }

    /** One request; an empty header value leaves the header out. */
    private record Case(String name, String method, String target, String authorization, String body) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String target : List.of(
                "",
                "ListTables",
                "Foo.ListTables",
                "DynamoDB_20111205.ListTables",
                "DynamoDB_20120810.Nope",
                "DynamoDB_20120810.listTables",
                "DynamoDB_20120810.",
                "DynamoDBStreams_20120810.Nope",
                ".")) {
            cases.add(new Case("target '" + target + "'", "POST", target, CREDENTIAL, "{}"));
        }
        for (String authorization : List.of(
                "",
                "hello",
                "AWS4-HMAC-SHA256",
                "AWS4-HMAC-SHA256 Credential=local",
                "AWS4-HMAC-SHA256 Credential=/1/2/3/4",
                "AWS3-HTTPS AWSAccessKeyId=local,Algorithm=HmacSHA256,Signature=x")) {
            cases.add(new Case("authorization '" + authorization + "'", "POST", LIST_TABLES, authorization, "{}"));
        }
        for (String target : List.of(LIST_TABLES, GET_ITEM, "DynamoDB_20120810.PutItem")) {
            for (String body : List.of(
                    "",
                    "{",
                    "{bad",
                    "[]",
                    "\"x\"",
                    "null",
                    "nul",
                    "{\"TableName\":",
                    "{\"TableName\":1}",
                    "{\"TableName\":\"\"}",
                    "{\"TableName\":\"Absent\"}",
                    "{\"Limit\":\"x\"}",
                    "{} trailing",
                    "{\"TableName\":\"a\u00ff\u00fe\"}",
                    "{\"TableName\":\"Absent\",\"Key\":[]}",
                    "{\"TableName\":\"Absent\",\"Key\":{}}",
                    "{\"TableName\":\"Absent\",\"Key\":{\"pk\":{\"S\":1}}}",
                    "{\"TableName\":\"Absent\",\"Key\":{\"pk\":{\"X\":\"1\"}}}",
                    "{\"TableName\":\"Absent\",\"Key\":{\"pk\":{\"N\":\"nan\"}}}",
                    "{\"TableName\":\"Absent\",\"Key\":{\"pk\":{\"S\":\"a\"}},\"TableName\":\"Absent2\"}")) {
                cases.add(new Case(target + " " + body, "POST", target, CREDENTIAL, body));
            }
        }
        for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
            cases.add(new Case(method + " without anything", method, "", "", ""));
            cases.add(new Case(method + " signed", method, LIST_TABLES, CREDENTIAL, ""));
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void malformedRequest_throughProxy_isRefusedAsByDynamoDb(Case given) {
        RawHttp.Response direct = send(DIRECT, given);

        RawHttp.Response proxied = send(TestProxy.endpoint(proxy), given);

        assertThat(proxied.status()).isEqualTo(direct.status());
        if (!given.method.equals("HEAD")) {
            assertThat(proxied.text()).isEqualTo(direct.text());
        }
        assertThat(proxied.header("x-amzn-requestid")).isNotEmpty();
    }

    @Test
    void body_ofExactlyTheLimit_isTakenAndOneByteMoreIsNot() {
        for (int length : new int[] {16 << 20, (16 << 20) + 1}) {
            Case given = new Case("long", "POST", LIST_TABLES, CREDENTIAL, "{" + " ".repeat(length - 2) + "}");

            RawHttp.Response direct = send(DIRECT, given);
            RawHttp.Response proxied = send(TestProxy.endpoint(proxy), given);

            assertThat(proxied.status()).as("%s bytes", length).isEqualTo(direct.status());
            if (direct.status() == 413) {
                assertThat(proxied.text()).isEqualTo(direct.text());
            }
        }
    }

    @Test
    void body_farBeyondTheLimit_isReadToItsEndAndRefused() {
        Case given = new Case("long", "POST", LIST_TABLES, CREDENTIAL, " ".repeat(40 << 20));

        RawHttp.Response proxied = send(TestProxy.endpoint(proxy), given);

        assertThat(proxied.status()).isEqualTo(413);
    }

    @Test
    void body_inManyPieces_isPutTogether() {
        String chunked = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                + "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: " + GET_ITEM + "\r\nAuthorization: "
                + CREDENTIAL + "\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n";

        RawHttp.Response proxied = RawHttp.exchange(TestProxy.endpoint(proxy), chunked.getBytes(ISO_8859_1));

        assertThat(proxied.text())
                .isEqualTo(send(DIRECT, new Case("", "POST", GET_ITEM, CREDENTIAL, "{}"))
                        .text());
    }

    @Test
    void noHttpAtAll_isRefusedAndTheNextCallerServed() {
        RawHttp.Response garbage =
                RawHttp.exchange(TestProxy.endpoint(proxy), "\u0016\u0003\u0001 hello\r\n\r\n".getBytes(ISO_8859_1));

        assertThat(garbage.status()).isEqualTo(400);
        assertThat(send(TestProxy.endpoint(proxy), new Case("", "POST", LIST_TABLES, CREDENTIAL, "{}"))
                        .status())
                .isEqualTo(200);
    }

    private static RawHttp.Response send(URI endpoint, Case given) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/x-amz-json-1.0");
        if (!given.target.isEmpty()) {
            headers.put("X-Amz-Target", given.target);
        }
        if (!given.authorization.isEmpty()) {
            headers.put("Authorization", given.authorization);
        }
        return RawHttp.send(endpoint, given.method, "/", headers, given.body.getBytes(ISO_8859_1));
    }
}

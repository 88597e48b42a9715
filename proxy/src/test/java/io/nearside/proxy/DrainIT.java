package io.nearside.proxy;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A graceful stop as callers with kept-alive connections see it: every request that was sent is answered. */
class DrainIT {

    private static final String TABLE = "drain";
    private static final String CREDENTIAL =
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request";
    private static final int CALLERS = 8;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger sentAway = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(strings = {"GetItem", "PutItem"})
    void busyCallers_overAGracefulStop_getEveryAnswerAndAreSentAway(String operation) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (ProxyServer proxy = TestProxy.start(EmbeddedDynamoDb.shared().endpoint(0), "")) {
            String table = TABLE + operation;
            once(proxy, "CreateTable", """
                    {"TableName":"%s","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}""".formatted(table));
            String body = operation.equals("GetItem")
                    ? "{\"TableName\":\"%s\",\"Key\":{\"pk\":{\"S\":\"a\"}}}".formatted(table)
                    : "{\"TableName\":\"%s\",\"Item\":{\"pk\":{\"S\":\"a\"}}}".formatted(table);
            once(proxy, operation, body);
            URI endpoint = TestProxy.endpoint(proxy);
            List<Future<?>> running = java.util.stream.IntStream.range(0, CALLERS)
                    .<Future<?>>mapToObj(caller -> callers.submit(() -> call(endpoint, request(operation, body))))
                    .toList();
            await().until(() -> answered.get() > 100 * CALLERS || !failures.isEmpty());

            stop(proxy);

            for (Future<?> caller : running) {
                caller.get(60, TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(failures).isEmpty();
        assertThat(sentAway).hasValue(CALLERS);
    }

    /** One request after the other over one connection, until the proxy says that there are to be no more. */
    private void call(URI endpoint, byte[] request) {
        try (Socket socket = new Socket(endpoint.getHost(), endpoint.getPort())) {
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean last = false;
            while (!last) {
                socket.getOutputStream().write(request);
                last = isLast(in);
                answered.incrementAndGet();
            }
            sentAway.incrementAndGet();
        } catch (SocketTimeoutException e) {
            failures.add("no answer");
        } catch (IOException e) {
            failures.add(e.toString());
        }
    }

    /** Reads an answer; whether it is the last of its connection. */
    private static boolean isLast(InputStream in) throws IOException {
        boolean last = false;
        int length = 0;
        String status = line(in);
        if (!status.equals("HTTP/1.1 200 OK")) {
            throw new IOException(status);
        }
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String header = line.toLowerCase(Locale.ROOT);
            last |= header.equals("connection: close");
            if (header.startsWith("content-length: ")) {
                length = Integer.parseInt(header.substring("content-length: ".length()));
            }
        }
        if (in.readNBytes(length).length < length) {
            throw new EOFException("within an answer");
        }
        return last;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("instead of an answer");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(US_ASCII);
    }

    private static byte[] request(String operation, String body) {
        return ("POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810." + operation
                        + "\r\nAuthorization: " + CREDENTIAL + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(US_ASCII);
    }

    private static void stop(ProxyServer proxy) {
        proxy.close();
    }

    private static void once(ProxyServer proxy, String operation, String body) {
        Map<String, String> headers =
                Map.of("X-Amz-Target", "DynamoDB_20120810." + operation, "Authorization", CREDENTIAL);
        RawHttp.Response answer =
                RawHttp.send(TestProxy.endpoint(proxy), "POST", "/", headers, body.getBytes(US_ASCII));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
}

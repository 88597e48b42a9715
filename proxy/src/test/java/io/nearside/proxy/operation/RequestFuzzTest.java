package io.nearside.proxy.operation;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.nearside.proxy.Mutations;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.upstream.UpstreamException;
import io.nearside.version.Version;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that reads the body of a request, from the edge down, with bodies of any bytes: every request is answered or sent on, no
 * reader fails in a way of its own, and the reserved attribute does not get through.
 */
class RequestFuzzTest {

    private static final List<Operation> OPERATIONS = List.of(Operation.values());
    private static final int KEPT_FOR = 200;
    private static final VersionInRequests VERSION = new VersionInRequests(Version.ATTRIBUTE);

    private ProxyFixture f = new ProxyFixture();
    private int asked;

    /** The first byte says which operation. */
    @FuzzTest(maxDuration = "10m")
    void request_ofAnyBytes_isAnsweredOrSentOn(byte[] input) {
        ask(input);
    }

    @Test
    void request_nearAKnownOne_isAnsweredOrSentOn() {
        List<byte[]> inputs = new ArrayList<>();
        for (byte[] line : Mutations.seeds(RequestFuzzTest.class, "request-seeds.txt")) {
            String text = new String(line, StandardCharsets.UTF_8);
            int space = text.indexOf(' ');
            byte[] body = text.substring(space + 1).getBytes(StandardCharsets.UTF_8);
            byte[] input = new byte[body.length + 1];
            input[0] = (byte) OPERATIONS.indexOf(Operation.valueOf(text.substring(0, space)));
            System.arraycopy(body, 0, input, 1, body.length);
            inputs.add(input);
        }

        Mutations.run(inputs, 20261130, 60_000, this::ask);
    }

    private void ask(byte[] input) {
        if (input.length == 0) {
            return;
        }
        if (++asked % KEPT_FOR == 0) {
            f = new ProxyFixture();
        }
        Operation operation = OPERATIONS.get((input[0] & 0xff) % OPERATIONS.size());
        String body = new String(input, 1, input.length - 1, StandardCharsets.ISO_8859_1);
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        Future<Answer> answer =
                ProxyFixture.ask(f.operations, new ApiRequest(operation, Buffer.buffer(bytes), CacheControl.ANY));
        for (int i = 0; i < 5 && !f.upstream.isIdle(); i++) {
            f.upstream.next().refuse("ValidationException");
        }
        assertThat(answer.isComplete()).as(body).isTrue();
        if (answer.failed()) {
            assertThat(answer.cause()).isInstanceOfAny(ApiException.class, UpstreamException.class);
        }
        assertThat(f.operations.faults()).isZero();
        if (namesInItem(bytes)) {
            assertThat(answer.failed()).as("names the reserved attribute").isTrue();
        }
    }

    /** Whether Jackson, which ignores what DynamoDB ignores, finds the attribute in a request's {@code Item}. */
    private static boolean namesInItem(byte[] body) {
        if (!VERSION.mayName(JsonSlice.of(body))) {
            return false;
        }
        boolean found = false;
        try (JsonParser parser = new JsonFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean item = parser.currentName().equals("Item");
                if (parser.nextToken() == JsonToken.START_OBJECT && item) {
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        found |= parser.currentName().equals(Version.ATTRIBUTE);
                        parser.nextToken();
                        parser.skipChildren();
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return found;
        } catch (IOException e) {
            return false;
        }
    }
}

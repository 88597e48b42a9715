package io.nearside.proxy.auth;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nearside.proxy.Mutations;
import io.nearside.proxy.operation.ApiException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever reads a signed request's head, with any text in its parts: a known key without its secret is never let in. */
class SignatureFuzzTest {

    private static final String SIGNED = "AWS4-HMAC-SHA256 Credential=AKID/20260203/us-east-1/dynamodb/aws4_request,"
            + " SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64);

    private static final List<byte[]> SEEDS = List.of(
            bytes("/\n20260203T040506Z\n" + SIGNED),
            bytes("/a%20b/?b=2&a=1&c\n20260203T040506Z\n" + SIGNED.replace(", ", ",")),
            bytes("/?\n\n" + SIGNED.replace("Signature", "signature")),
            bytes("/\n20269999T999999Z\n" + SIGNED.replace("AKID/", "//")),
            bytes("/\n20260203T040506Z\n" + SIGNED.replace("host;", ";;HOST;host;")));

    private final Authenticator authenticator = new SignatureAuthenticator(
            List.of(new AccessKey("AKID", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", Caller.ANYONE)),
            "us-east-1",
            InstantSource.fixed(Instant.parse("2026-02-03T04:05:06Z")));

    @FuzzTest(maxDuration = "10m")
    void head_ofAnyText_isRefused(byte[] input) {
        authenticate(input);
    }

    @Test
    void head_nearASignedOne_isRefused() {
        Mutations.run(SEEDS, 20261130, 100_000, this::authenticate);
    }

    /** Request target, date and authorization, a line each. */
    private void authenticate(byte[] input) {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\n", 3);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Host", "127.0.0.1")
                .add("X-Amz-Target", "DynamoDB_20120810.GetItem");
        if (parts.length > 1) {
            headers.add("X-Amz-Date", parts[1]);
        }
        if (parts.length > 2) {
            headers.add("Authorization", parts[2]);
        }
        boolean admitted = true;
        try {
            authenticator.authenticate(new RequestHead("POST", parts[0], headers), Buffer.buffer("{}"));
        } catch (ApiException e) {
            admitted = false;
        }
        assertThat(admitted).isFalse();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

package io.nearside.proxy.auth;

import io.nearside.proxy.operation.ApiException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the AWS SDK signs is accepted, and nothing else is. */
class SignatureAuthenticatorTest {

    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06Z");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final Buffer BODY = Buffer.buffer("{\"TableName\":\"Ünï\"}");

    private final Authenticator authenticator = new SignatureAuthenticator(
            List.of(new AccessKey("AKID", SECRET, Caller.ANYONE)), "us-east-1", InstantSource.fixed(NOW));

    @Test
    void requestOfTheSdk_withKnownKey_isAccepted() {
        assertThat(authenticator.authenticate(signed(new Signing()), BODY)).isEqualTo(Caller.ANYONE);
    }

    @Test
    void requestWithPathQueryAndBlanks_withKnownKey_isAccepted() {
        Signing signing = new Signing();
        signing.uri = "http://127.0.0.1:8000/a%20path/?b=2&a=1&empty=";
        signing.request.add(request -> request.putHeader("X-Custom", "  many   blanks  "));

        RequestHead head = signed(signing);

        assertThat(authenticator.authenticate(head, BODY)).isEqualTo(Caller.ANYONE);
    }

    @Test
    void authorizationWithACommaBehindTheAlgorithm_isAccepted() {
        MultiMap headers = changed(
                h -> h.set("Authorization", h.get("Authorization").replace("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256, ")));

        assertThat(authenticator.authenticate(new RequestHead("POST", "/", headers), BODY))
                .isEqualTo(Caller.ANYONE);
    }

    @Test
    void signatureOfASession_isVerifiedWithItsToken() {
        RequestHead head = signed(with(s -> s.sessionToken = "FwoGZXIvYXdzEBY="));
        assertThat(head.headers().get("X-Amz-Security-Token")).isEqualTo("FwoGZXIvYXdzEBY=");

        assertThat(authenticator.authenticate(head, BODY)).isEqualTo(Caller.ANYONE);

        head.headers().set("X-Amz-Security-Token", "another");
        assertThatThrownBy(() -> authenticator.authenticate(head, BODY))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.text()).contains("does not match"));
    }

    @Test
    void signature_withinFiveMinutes_isAccepted() {
        for (int seconds : List.of(-300, 300)) {
            Signing signing = new Signing();
            signing.at = NOW.plusSeconds(seconds);

            assertThat(authenticator.authenticate(signed(signing), BODY)).isEqualTo(Caller.ANYONE);
        }
    }

    /** A request that is wrong in one way, and the error it gets. */
    private record Wrong(String name, RequestHead head, Buffer body, String type, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                wrong(
                        "no Authorization",
                        changed(h -> h.remove("Authorization")),
                        "MissingAuthenticationTokenException",
                        "Request is missing Authentication Token"),
                wrong(
                        "another scheme",
                        changed(h -> h.set("Authorization", "Bearer x")),
                        "IncompleteSignatureException",
                        "Unsupported AWS 'algorithm'"),
                wrong(
                        "no parts",
                        changed(h -> h.set("Authorization", "AWS4-HMAC-SHA256 x")),
                        "IncompleteSignatureException",
                        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature'"
                                + " parameter. Authorization header requires 'SignedHeaders' parameter."),
                wrong(
                        "short credential",
                        changed(h -> h.set(
                                "Authorization",
                                "AWS4-HMAC-SHA256 Credential=AKID/x, SignedHeaders=host, Signature=0")),
                        "IncompleteSignatureException",
                        "5 slash-delimited elements"),
                wrong("no date", changed(h -> h.remove("X-Amz-Date")), "IncompleteSignatureException", "X-Amz-Date"),
                wrong(
                        "bad date",
                        changed(h -> h.set("X-Amz-Date", "yesterday")),
                        "IncompleteSignatureException",
                        "Date must be in ISO-8601 'basic format'. Got 'yesterday'."),
                wrong(
                        "other day",
                        changed(h -> h.set("X-Amz-Date", "20260204T000000Z")),
                        "InvalidSignatureException",
                        "Date in Credential scope does not match"),
                wrong(
                        "unknown key",
                        signed(with(s -> s.accessKeyId = "OTHER")),
                        "UnrecognizedClientException",
                        "The security token included in the request is invalid."),
                wrong(
                        "wrong secret",
                        signed(with(s -> s.secret = "guess")),
                        "InvalidSignatureException",
                        "The request signature we calculated does not match"),
                wrong(
                        "other region",
                        signed(with(s -> s.region = "eu-west-1")),
                        "InvalidSignatureException",
                        "scoped to a valid region, not 'eu-west-1'"),
                wrong(
                        "other service",
                        signed(with(s -> s.service = "s3")),
                        "InvalidSignatureException",
                        "scoped to correct service: 'dynamodb'"),
                wrong(
                        "expired",
                        signed(with(s -> s.at = NOW.minus(Duration.ofSeconds(301)))),
                        "InvalidSignatureException",
                        "Signature expired: 20260203T040005Z is now earlier than"),
                wrong(
                        "not yet",
                        signed(with(s -> s.at = NOW.plus(Duration.ofSeconds(301)))),
                        "InvalidSignatureException",
                        "Signature not yet current"),
                wrong(
                        "other operation",
                        changed(h -> h.set("X-Amz-Target", "DynamoDB_20120810.DeleteTable")),
                        "InvalidSignatureException",
                        "does not match"),
                wrong(
                        "unsigned operation",
                        signed(with(s -> s.target = "")).headers().add("X-Amz-Target", "DynamoDB_20120810.DeleteTable"),
                        "InvalidSignatureException",
                        "must be among the SignedHeaders"),
                wrong(
                        "other host",
                        changed(h -> h.set("Host", "elsewhere")),
                        "InvalidSignatureException",
                        "does not match"),
                new Wrong(
                        "other body",
                        signed(new Signing()),
                        Buffer.buffer("{}"),
                        "InvalidSignatureException",
                        "does not match"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void request_wrongInOneWay_isRefused(Wrong given) {
        assertThatThrownBy(() -> authenticator.authenticate(given.head, given.body))
                .isInstanceOfSatisfying(ApiException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(400);
                    assertThat(refusal.type()).isEqualTo("com.amazon.coral.service#" + given.type);
                    assertThat(refusal.text()).contains(given.message);
                });
    }

    @Test
    void accessKey_printed_showsNoSecret() {
        assertThat(new AccessKey("AKID", SECRET, Caller.ANYONE).toString()).doesNotContain(SECRET);
    }

    private static Wrong wrong(String name, MultiMap headers, String type, String message) {
        return wrong(name, new RequestHead("POST", "/", headers), type, message);
    }

    private static Wrong wrong(String name, RequestHead head, String type, String message) {
        return new Wrong(name, head, BODY, type, message);
    }

    private static MultiMap changed(Consumer<MultiMap> change) {
        MultiMap headers = signed(new Signing()).headers();
        change.accept(headers);
        return headers;
    }

    private static Signing with(Consumer<Signing> change) {
        Signing signing = new Signing();
        change.accept(signing);
        return signing;
    }

    /** What the SDK is asked to sign. */
    private static final class Signing {
        private String uri = "http://127.0.0.1:8000/";
        private String accessKeyId = "AKID";
        private String secret = SECRET;
        private String region = "us-east-1";
        private String sessionToken = "";
        private String service = "dynamodb";
        private String target = "DynamoDB_20120810.GetItem";
        private Instant at = NOW;
        private final java.util.List<Consumer<SdkHttpRequest.Builder>> request = new java.util.ArrayList<>();
    }

    private static AwsCredentialsIdentity identity(Signing signing) {
        return signing.sessionToken.isEmpty()
                ? AwsCredentialsIdentity.create(signing.accessKeyId, signing.secret)
                : AwsSessionCredentialsIdentity.create(signing.accessKeyId, signing.secret, signing.sessionToken);
    }

    private static RequestHead signed(Signing signing) {
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(URI.create(signing.uri));
        if (!signing.target.isEmpty()) {
            request.putHeader("X-Amz-Target", signing.target);
        }
        signing.request.forEach(change -> change.accept(request));
        SdkHttpRequest signed = AwsV4HttpSigner.create()
                .sign(s -> s.identity(identity(signing))
                        .request(request.build())
                        .payload(ContentStreamProvider.fromByteArray(BODY.getBytes()))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, signing.service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, signing.region)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, Clock.fixed(signing.at, ZoneOffset.UTC)))
                .request();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        signed.headers().forEach(headers::add);
        URI uri = URI.create(signing.uri);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new RequestHead("POST", uri.getRawPath() + query, headers);
    }
}

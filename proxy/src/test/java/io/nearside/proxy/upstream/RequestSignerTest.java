package io.nearside.proxy.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.regions.Region;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

/** Signatures are those of AWS' published examples, and those of the SDK's own signer to the last byte. */
class RequestSignerTest {

    private static final String EXAMPLE_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String NO_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /** {@code get-vanilla}, {@code post-vanilla} and {@code post-x-www-form-urlencoded} of AWS' Signature Version 4 test suite. */
    @ParameterizedTest
    @CsvSource({
        "GET, '', '', " + NO_BODY + ", 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "POST, '', '', " + NO_BODY + ", 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        "POST, 'content-type:application/x-www-form-urlencoded\n', content-type;,"
                + "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e,"
                + " ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
    })
    void canonicalRequest_ofAwsTestSuite_hasItsSignature(
            String method, String firstHeader, String firstName, String bodyHash, String signature) throws Exception {
        SigningKey key = SigningKey.derive(EXAMPLE_SECRET, "20150830", "us-east-1", "service");
        String canonical = method + "\n/\n\n" + firstHeader
                + "host:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\n" + firstName + "host;x-amz-date\n"
                + bodyHash;
        byte[] hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(US_ASCII)))
                .getBytes(US_ASCII);

        byte[] signed = key.sign(key.beginningOfStringToSign("20150830T123600Z"), hash);

        assertThat(HexFormat.of().formatHex(signed)).isEqualTo(signature);
    }

    @Test
    void headers_ofRandomRequests_areThoseOfTheSdksSigner() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        SteppedClock clock = new SteppedClock();
        RequestSigner signer = new RequestSigner(Region.EU_CENTRAL_1, clock);
        List<AwsCredentialsIdentity> identities = List.of(
                AwsCredentialsIdentity.create("AKIDEXAMPLE", EXAMPLE_SECRET),
                AwsCredentialsIdentity.create(" AKIDOTHER ", " with blanks around "),
                AwsSessionCredentialsIdentity.create("ASIA", EXAMPLE_SECRET, "FwoGZXIvYXdzE//token==+/"),
                AwsSessionCredentialsIdentity.create("ASIB", "s", "a  token \t with blanks"));
        List<Endpoint> endpoints = List.of(
                Endpoint.of(URI.create("https://dynamodb.eu-central-1.amazonaws.com")),
                Endpoint.of(URI.create("http://127.0.0.1:8001")),
                Endpoint.of(URI.create("http://localhost")),
                Endpoint.of(URI.create("https://example.com:8443")));
        for (int i = 0; i < 2_000; i++) {
            clock.step(random);
            AwsCredentialsIdentity identity = identities.get(random.nextInt(identities.size()));
            Endpoint endpoint = endpoints.get(random.nextInt(endpoints.size()));
            String target = target(random);
            byte[] body = new byte[random.nextInt(4) == 0 ? random.nextInt(10_000) : random.nextInt(200)];
            random.nextBytes(body);

            MultiMap headers = signer.sign(identity, endpoint, target, buffer(random, body));

            assertThat(sorted(headers))
                    .as("seed %d, request %d", seed, i)
                    .isEqualTo(ofTheSdk(identity, endpoint, target, body, clock));
        }
    }

    @Test
    void body_isReadAndNotUsedUp() {
        RequestSigner signer = new RequestSigner(Region.US_EAST_1, Clock.systemUTC());
        Buffer body = Buffer.buffer("{\"TableName\":\"t\"}");

        signer.sign(
                AwsCredentialsIdentity.create("A", "s"),
                Endpoint.of(URI.create("http://localhost:1")),
                "DynamoDB_20120810.GetItem",
                body);

        assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("{\"TableName\":\"t\"}");
    }

    private static String target(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "DynamoDBStreams_20120810.GetRecords";
            case 2 -> " DynamoDB_20120810.Get\t  Item ";
            case 3 -> "DynamoDB_20120810.\u00dcn\u00ef";
            default -> "DynamoDB_20120810.GetItem";
        };
    }

    /** The same bytes in a buffer of their own, or in the middle of a longer one. */
    private static Buffer buffer(Random random, byte[] body) {
        return random.nextBoolean()
                ? Buffer.buffer(body)
                : Buffer.buffer("before")
                        .appendBytes(body)
                        .appendString("after")
                        .slice(6, 6 + body.length);
    }

    private static Map<String, List<String>> ofTheSdk(
            AwsCredentialsIdentity identity, Endpoint endpoint, String target, byte[] body, Clock clock) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .protocol(endpoint.tls() ? "https" : "http")
                .host(endpoint.host())
                .port(endpoint.port())
                .encodedPath("/")
                .method(SdkHttpMethod.POST)
                .putHeader("Content-Type", "application/x-amz-json-1.0");
        if (!target.isEmpty()) {
            request.putHeader("X-Amz-Target", target);
        }
        Map<String, List<String>> headers = AwsV4HttpSigner.create()
                .sign(signing -> signing.identity(identity)
                        .request(request.build())
                        .payload(ContentStreamProvider.fromByteArray(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "dynamodb")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock))
                .request()
                .headers();
        Map<String, List<String>> sorted = new TreeMap<>();
        headers.forEach((name, values) -> sorted.put(name.toLowerCase(Locale.ROOT), values));
        return sorted;
    }

    private static Map<String, List<String>> sorted(MultiMap headers) {
        Map<String, List<String>> sorted = new TreeMap<>();
        headers.names().forEach(name -> sorted.put(name.toLowerCase(Locale.ROOT), headers.getAll(name)));
        return sorted;
    }

    /** Stands, goes on by some milliseconds, or jumps by days. */
    private static final class SteppedClock extends Clock {
        private Instant now = Instant.parse("2026-02-27T23:59:58Z");

        void step(Random random) {
            now = switch (random.nextInt(4)) {
                case 0 -> now;
                case 1 -> now.plusMillis(random.nextInt(2_000));
                case 2 -> now.plusSeconds(random.nextInt(100_000));
                default -> now.minusSeconds(random.nextInt(100_000));
            };
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}

package io.nearside.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Signature Version 4 for the one kind of request that DynamoDB takes: a POST of JSON to the path {@code /}. One thread's
 * own: it keeps its digest, the signing key of the day, and what requests of one second or one endpoint have in common.
 *
 * <p>The canonical request is never put together: its pieces go into the digest one after the other. They are, in the order of the
 * headers' names: content type, host, the body's hash, the time, the session token if there is one, the target if there is one.
 *
 * <p>Source: IAM User Guide, "Create a signed AWS API request".
 */
final class LoopSigner {

    private static final String SERVICE = "dynamodb";
    private static final String CONTENT_TYPE = "application/x-amz-json-1.0";
    private static final CharSequence CONTENT_SHA256 = HttpHeaders.createOptimized("x-amz-content-sha256");
    private static final CharSequence DATE = HttpHeaders.createOptimized("X-Amz-Date");
    private static final CharSequence SECURITY_TOKEN = HttpHeaders.createOptimized("X-Amz-Security-Token");
    private static final CharSequence TARGET = HttpHeaders.createOptimized("X-Amz-Target");
    private static final CharSequence JSON = HttpHeaders.createOptimized(CONTENT_TYPE);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] TARGET_LINE = "x-amz-target:".getBytes(ISO_8859_1);
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
    private static final int SHA256_BYTES = 32;

    private final String region;
    private final MessageDigest sha256 = newDigest();
    private final byte[] bodyHash = new byte[2 * SHA256_BYTES];
    private final byte[] canonicalHash = new byte[2 * SHA256_BYTES];
    private @Nullable Signatory signatory;
    private @Nullable Moment moment;
    private @Nullable Destination destination;

    LoopSigner(String region) {
        this.region = region;
    }

    /** Adds to {@code headers} all that a signed POST of {@code body} needs, {@code Host} among them. */
    void sign(
            MultiMap headers,
            AwsCredentialsIdentity credentials,
            Endpoint endpoint,
            String target,
            Buffer body,
            Instant now) {
        Signatory by = signatory(credentials, now);
        Moment at = moment(by, now);
        Destination to = destination(endpoint);

        hash(body);
        sha256.update(to.beginning);
        sha256.update(bodyHash);
        sha256.update(at.line);
        sha256.update(by.tokenLine);
        if (!target.isEmpty()) {
            sha256.update(TARGET_LINE);
            sha256.update(asSigned(target).getBytes(UTF_8));
            sha256.update((byte) '\n');
        }
        sha256.update((byte) '\n');
        sha256.update(target.isEmpty() ? by.names : by.namesAndTarget);
        sha256.update((byte) '\n');
        sha256.update(bodyHash);
        hex(sha256.digest(), canonicalHash);
        byte[] signature = by.key.sign(at.beginning, canonicalHash);

        headers.add(HttpHeaders.HOST, to.host);
        headers.add(HttpHeaders.CONTENT_TYPE, JSON);
        headers.add(CONTENT_SHA256, new String(bodyHash, ISO_8859_1));
        headers.add(DATE, at.time);
        if (by.token != null) {
            headers.add(SECURITY_TOKEN, by.token);
        }
        if (!target.isEmpty()) {
            headers.add(TARGET, target);
        }
        headers.add(HttpHeaders.AUTHORIZATION, by.authorization(!target.isEmpty(), signature));
    }

    private void hash(Buffer body) {
        ByteBuf bytes = ((BufferInternal) body).getByteBuf();
        if (bytes.hasArray()) {
            sha256.update(bytes.array(), bytes.arrayOffset() + bytes.readerIndex(), bytes.readableBytes());
        } else {
            sha256.update(bytes.nioBuffer());
        }
        hex(sha256.digest(), bodyHash);
    }

    private Signatory signatory(AwsCredentialsIdentity credentials, Instant now) {
        long day = Math.floorDiv(now.getEpochSecond(), 86_400L);
        Signatory known = signatory;
        if (known == null || known.credentials != credentials || known.day != day) {
            known = new Signatory(credentials, day, TIME.format(now).substring(0, 8), region);
            signatory = known;
            moment = null;
        }
        return known;
    }

    private Moment moment(Signatory by, Instant now) {
        Moment known = moment;
        if (known == null || known.second != now.getEpochSecond()) {
            known = new Moment(now.getEpochSecond(), TIME.format(now), by.key);
            moment = known;
        }
        return known;
    }

    private Destination destination(Endpoint endpoint) {
        Destination known = destination;
        if (known == null || !known.endpoint.equals(endpoint)) {
            known = new Destination(endpoint);
            destination = known;
        }
        return known;
    }

    /** A header's value as it is signed: without blanks around it, and with runs of them made one. */
    private static String asSigned(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ') {
                return collapse(value);
            }
        }
        return value;
    }

    private static String collapse(String value) {
        StringBuilder collapsed = new StringBuilder(value.length());
        boolean blank = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                blank = true;
            } else {
                if (blank && !collapsed.isEmpty()) {
                    collapsed.append(' ');
                }
                blank = false;
                collapsed.append(c);
            }
        }
        return collapsed.toString();
    }

    private static void hex(byte[] from, byte[] to) {
        hex(from, to, 0);
    }

    private static void hex(byte[] from, byte[] to, int offset) {
        for (int i = 0; i < SHA256_BYTES; i++) {
            to[offset + 2 * i] = HEX[from[i] >> 4 & 0xf];
            to[offset + 2 * i + 1] = HEX[from[i] & 0xf];
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** What all requests have in common that are signed with the same credentials on the same day. */
    private static final class Signatory {
        private final AwsCredentialsIdentity credentials;
        private final long day;
        private final SigningKey key;
        private final @Nullable String token;
        private final byte[] tokenLine;
        private final byte[] names;
        private final byte[] namesAndTarget;
        private final byte[] authorization;
        private final byte[] authorizationWithTarget;

        Signatory(AwsCredentialsIdentity credentials, long day, String date, String region) {
            this.credentials = credentials;
            this.day = day;
            this.key = SigningKey.derive(credentials.secretAccessKey().strip(), date, region, SERVICE);
            this.token = credentials instanceof AwsSessionCredentialsIdentity session
                    ? session.sessionToken().strip()
                    : null;
            this.tokenLine =
                    token == null ? new byte[0] : ("x-amz-security-token:" + asSigned(token) + "\n").getBytes(UTF_8);
            String signed = "content-type;host;x-amz-content-sha256;x-amz-date"
                    + (token == null ? "" : ";x-amz-security-token");
            this.names = signed.getBytes(ISO_8859_1);
            this.namesAndTarget = (signed + ";x-amz-target").getBytes(ISO_8859_1);
            String scope = "AWS4-HMAC-SHA256 Credential="
                    + credentials.accessKeyId().strip() + "/" + key.scope() + ", SignedHeaders=";
            this.authorization = (scope + signed + ", Signature=").getBytes(ISO_8859_1);
            this.authorizationWithTarget = (scope + signed + ";x-amz-target, Signature=").getBytes(ISO_8859_1);
        }

        String authorization(boolean withTarget, byte[] signature) {
            byte[] beginning = withTarget ? authorizationWithTarget : authorization;
            byte[] whole = new byte[beginning.length + 2 * SHA256_BYTES];
            System.arraycopy(beginning, 0, whole, 0, beginning.length);
            hex(signature, whole, beginning.length);
            return new String(whole, ISO_8859_1);
        }
    }

    /** What all requests of a signatory have in common within one second. */
    private static final class Moment {
        private final long second;
        private final String time;
        private final byte[] line;
        private final byte[] beginning;

        Moment(long second, String time, SigningKey key) {
            this.second = second;
            this.time = time;
            this.line = ("\nx-amz-date:" + time + "\n").getBytes(ISO_8859_1);
            this.beginning = key.beginningOfStringToSign(time);
        }
    }

    /** What all requests to an endpoint have in common. */
    private static final class Destination {
        private final Endpoint endpoint;
        private final String host;
        private final byte[] beginning;

        Destination(Endpoint endpoint) {
            this.endpoint = endpoint;
            this.host = endpoint.hostHeader();
            this.beginning = ("POST\n/\n\ncontent-type:" + CONTENT_TYPE + "\nhost:" + host + "\nx-amz-content-sha256:")
                    .getBytes(UTF_8);
        }
    }
}

package io.nearside.proxy.upstream;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * What Signature Version 4 signs with: derived from a secret access key for one day, region and service. Signs into
 * memory of its own, so it belongs to one thread.
 *
 * <p>Source: IAM User Guide, "Create a signed AWS API request", steps "Derive a signing key" and "Calculate the signature".
 */
final class SigningKey {

    private static final String HMAC = "HmacSHA256";

    private final String scope;
    private final Mac mac;

    private SigningKey(String scope, byte[] key) {
        this.scope = scope;
        this.mac = hmacWith(key);
    }

    /** @param day in UTC, as {@code yyyyMMdd} */
    static SigningKey derive(String secret, String day, String region, String service) {
        String scope = day + "/" + region + "/" + service + "/aws4_request";
        byte[] key = ("AWS4" + secret).getBytes(UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmacWith(key).doFinal(part.getBytes(UTF_8));
        }
        return new SigningKey(scope, key);
    }

    /** The credential scope: day, region, service, {@code aws4_request}. */
    String scope() {
        return scope;
    }

    /** The fixed beginning of what is signed at one time, {@code yyyyMMdd'T'HHmmss'Z'}. */
    byte[] beginningOfStringToSign(String time) {
        return ("AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n").getBytes(US_ASCII);
    }

    /**
     * The signature, 32 bytes.
     *
     * @param canonicalHash of the canonical request, in hexadecimal
     */
    byte[] sign(byte[] beginningOfStringToSign, byte[] canonicalHash) {
        mac.update(beginningOfStringToSign);
        return mac.doFinal(canonicalHash);
    }

    private static Mac hmacWith(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + HMAC, e);
        }
    }
}

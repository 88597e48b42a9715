package io.nearside.proxy.auth;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Computes signatures for one access key. The signing key is derived once a day and scope, and kept. Safe for use from
 * any thread.
 */
final class SigningAccount {

    private static final ThreadLocal<Mac> HMAC = ThreadLocal.withInitial(SigningAccount::newMac);

    private final AccessKey key;
    private volatile @Nullable DerivedKey derived;

    SigningAccount(AccessKey key) {
        this.key = key;
    }

    String accessKeyId() {
        return key.id();
    }

    Caller caller() {
        return key.caller();
    }

    /** The signature of a canonical request, as lower-case hexadecimal ASCII. */
    byte[] signature(String scope, String date, String canonicalRequest) {
        String toSign =
                "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + Sha256.hex(canonicalRequest.getBytes(UTF_8));
        return Sha256.hexBytes(hmac(signingKey(scope), toSign));
    }

    private byte[] signingKey(String scope) {
        DerivedKey known = derived;
        if (known == null || !known.scope.equals(scope)) {
            known = new DerivedKey(scope, derive(scope));
            derived = known;
        }
        return known.bytes;
    }

    private byte[] derive(String scope) {
        byte[] bytes = ("AWS4" + key.secret()).getBytes(UTF_8);
        for (String part : scope.split("/", -1)) {
            bytes = hmac(bytes, part);
        }
        return bytes;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = HMAC.get();
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA-256 refuses its key", e);
        }
    }

    private static Mac newMac() {
        try {
            return Mac.getInstance("HmacSHA256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private static final class DerivedKey {
        private final String scope;
        private final byte[] bytes;

        DerivedKey(String scope, byte[] bytes) {
            this.scope = scope;
            this.bytes = bytes;
        }
    }
}

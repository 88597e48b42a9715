package io.nearside.proxy.auth;

import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.operation.ApiException;
import io.vertx.core.buffer.Buffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Binds shard iterators to the callers they were given to. GetRecords names nothing but an iterator, and what that reads only
 * DynamoDB can tell; but an iterator that this proxy gave out reads a stream that its caller was allowed to read. So iterators
 * for callers of some tables carry a message authentication code over themselves and the caller's name, and are taken back
 * from that caller only.
 *
 * <p>The code's key is random and lives as long as the proxy; nothing is remembered per iterator. One given out by another
 * proxy, or before a restart, is answered with {@code ExpiredIteratorException}, upon which clients ask for a new one from
 * where they are. Safe from any thread.
 */
public final class ShardIterators {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final char SEPARATOR = '~';

    /** The separator and 32 bytes in Base64 without padding. */
    private static final int SUFFIX = 1 + 43;

    /** DynamoDB's own limit, and what is added to it. */
    private static final int LONGEST = 2048 + SUFFIX;

    private final SecretKeySpec key;

    /** @param random where the key comes from */
    public ShardIterators(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, ALGORITHM);
    }

    /** An answer of GetShardIterator or GetRecords, with its iterator bound to the caller. */
    Buffer bind(Caller caller, Buffer answer) {
        JsonSlice body = JsonSlice.of(answer.getBytes());
        JsonSlice iterator = member(body, "ShardIterator");
        JsonSlice found = iterator == null ? member(body, "NextShardIterator") : iterator;
        if (found == null || found.has((byte) '\\')) {
            // Without one, an error for instance; or it is spelled in no way known, and then the caller cannot use it.
            return answer;
        }
        Buffer bound = Buffer.buffer(body.length() + SUFFIX);
        return bound.appendBytes(body.bytes(), 0, found.to())
                .appendString(SEPARATOR + code(caller, found.text()))
                .appendBytes(body.bytes(), found.to(), body.to() - found.to());
    }

    /**
     * A request of GetRecords, with the iterator as DynamoDB knows it.
     *
     * @throws ApiException {@code ExpiredIteratorException} unless the iterator was bound to this caller here
     */
    Buffer unbind(Caller caller, Buffer request) {
        JsonSlice body = JsonSlice.of(request.getBytes());
        JsonSlice spelled = member(body, "ShardIterator");
        String bound = spelled == null ? "" : text(spelled);
        if (spelled == null || bound.length() <= SUFFIX || bound.length() > LONGEST) {
            throw expired();
        }
        String iterator = bound.substring(0, bound.length() - SUFFIX);
        byte[] expected = (iterator + SEPARATOR + code(caller, iterator)).getBytes(UTF_8);
        if (!MessageDigest.isEqual(expected, bound.getBytes(UTF_8))) {
            throw expired();
        }
        // It is what stood in an answer of DynamoDB's without escapes, so it needs none here.
        return Buffer.buffer(body.length())
                .appendBytes(body.bytes(), 0, spelled.from())
                .appendString(iterator)
                .appendBytes(body.bytes(), spelled.to(), body.to() - spelled.to());
    }

    private static String text(JsonSlice spelled) {
        try {
            return JsonStrings.unescape(spelled);
        } catch (NotUnderstoodException e) {
            return "";
        }
    }

    /** The content of a string at the top of a document; null without one. */
    private static @Nullable JsonSlice member(JsonSlice body, String name) {
        try {
            JsonCursor cursor = body.cursor();
            cursor.enterObject();
            while (cursor.nextName()) {
                if (cursor.nameIs(name) && cursor.atString()) {
                    return cursor.string();
                }
                cursor.skipValue();
            }
        } catch (NotUnderstoodException e) {
            // No iterator that could be bound.
        }
        return null;
    }

    private String code(Caller caller, String iterator) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] code = mac.doFinal((caller.name() + '\n' + iterator).getBytes(UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    private static ApiException expired() {
        return ApiException.dynamoDb(
                "ExpiredIteratorException",
                "Iterator expired. The proxy did not give this iterator to this caller since it was started.");
    }
}

package io.nearside.proxy.name;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB's rule for the names of tables and indexes: 3 to 255 letters, digits, {@code _}, {@code -} and {@code .}. The one
 * place that knows it, asked before a name is matched, remembered or described, so that nothing behind it meets a longer one.
 */
public final class TableNames {

    /** The fewest characters of a name. */
    public static final int SHORTEST = 3;

    /** The most characters of a name. */
    public static final int LONGEST = 255;

    /**
     * Names that requests use, so that a hit allocates no string: a bounded memory in which the last one to come stays, of at
     * most {@value #SHARED_NAMES} times {@value #LONGEST} bytes.
     */
    private static final int SHARED_NAMES = 256;

    private static final AtomicReferenceArray<@Nullable String> SHARED = new AtomicReferenceArray<>(SHARED_NAMES);

    private TableNames() {}

    /** A table's name; everything that cannot be one, ARNs included, is not understood. */
    public static String plain(JsonSlice name) throws NotUnderstoodException {
        String plain = ifPlain(name);
        if (plain == null) {
            throw new NotUnderstoodException("not a table's name");
        }
        return plain;
    }

    /** The name that is spelled so, without escapes; null when no table or index can have it. */
    public static @Nullable String ifPlain(JsonSlice name) {
        if (name.length() < SHORTEST || name.length() > LONGEST) {
            return null;
        }
        int hash = 0;
        for (int i = name.from(); i < name.to(); i++) {
            char character = (char) name.bytes()[i];
            if (!isNameCharacter(character)) {
                return null;
            }
            hash = 31 * hash + character;
        }
        return shared(name, hash);
    }

    /** A string for the name, most often one that an earlier request made. */
    private static String shared(JsonSlice name, int hash) {
        int slot = hash & (SHARED_NAMES - 1);
        String candidate = SHARED.getAcquire(slot);
        if (candidate == null || !name.is(candidate)) {
            candidate = new String(name.bytes(), name.from(), name.length(), StandardCharsets.ISO_8859_1);
            SHARED.setRelease(slot, candidate);
        }
        return candidate;
    }

    /** Whether a table or an index can have this name. */
    public static boolean isPlain(String name) {
        return isPlain(name, 0, name.length());
    }

    static boolean isPlain(String text, int from, int to) {
        if (to - from < SHORTEST || to - from > LONGEST) {
            return false;
        }
        // By hand: a matcher costs more than the name.
        for (int i = from; i < to; i++) {
            if (!isNameCharacter(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNameCharacter(char b) {
        boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
        return letter || (b >= '0' && b <= '9') || b == '_' || b == '-' || b == '.';
    }
}

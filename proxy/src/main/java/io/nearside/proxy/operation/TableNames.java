package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Tables as requests name them: by name, or by ARN. */
final class TableNames {

    private static final String ARN_RESOURCE = ":table/";

    /** Names that requests use, so that a hit makes no string; a bounded memory in which the last one to come stays. */
    private static final int SHARED_NAMES = 256;

    private static final AtomicReferenceArray<@Nullable String> SHARED = new AtomicReferenceArray<>(SHARED_NAMES);

    private TableNames() {}

    /** A table's name; everything that cannot be one, ARNs included, is not understood. */
    static String plain(JsonSlice name) throws NotUnderstoodException {
        int hash = 0;
        for (int i = name.from(); i < name.to(); i++) {
            char character = (char) name.bytes()[i];
            if (!isNameCharacter(character)) {
                throw new NotUnderstoodException("not a table's name");
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

    /** Whether a table can have this name. */
    static boolean isPlain(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> isNameCharacter((char) c));
    }

    /** The name of the table that a name or an ARN is about, in whatever account and region. */
    static String ofNameOrArn(String nameOrArn) {
        int resource = nameOrArn.indexOf(ARN_RESOURCE);
        if (resource < 0) {
            return nameOrArn;
        }
        int from = resource + ARN_RESOURCE.length();
        int to = nameOrArn.indexOf('/', from);
        return nameOrArn.substring(from, to < 0 ? nameOrArn.length() : to);
    }

    private static boolean isNameCharacter(char b) {
        boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
        return letter || (b >= '0' && b <= '9') || b == '_' || b == '-' || b == '.';
    }
}

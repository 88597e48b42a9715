package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

/** A run of a document's bytes that is to be replaced by others. Positions count as in the document's array. */
final class Splice {

    private static final byte[] NOTHING = {};

    private final int from;
    private final int to;
    private final byte[] replacement;

    Splice(int from, int to, byte[] replacement) {
        this.from = from;
        this.to = to;
        this.replacement = replacement;
    }

    /** Leaves bytes out. */
    static Splice cut(int from, int to) {
        return new Splice(from, to, NOTHING);
    }

    /** Where it begins. */
    int from() {
        return from;
    }

    static byte[] followedByComma(byte[] bytes) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        longer[bytes.length] = ',';
        return longer;
    }

    /** A copy of the document with everything replaced; the splices follow each other and do not overlap. */
    static byte[] apply(JsonSlice document, List<Splice> splices) {
        ByteArrayOutputStream copy = new ByteArrayOutputStream(document.length() + 32 * splices.size());
        int at = document.from();
        for (Splice splice : splices) {
            copy.write(document.bytes(), at, splice.from - at);
            copy.writeBytes(splice.replacement);
            at = splice.to;
        }
        copy.write(document.bytes(), at, document.to() - at);
        return copy.toByteArray();
    }
}

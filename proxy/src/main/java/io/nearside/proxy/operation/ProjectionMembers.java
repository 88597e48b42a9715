package io.nearside.proxy.operation;

import io.nearside.proxy.expression.ExpressionParser;
import io.nearside.proxy.expression.InvalidExpressionException;
import io.nearside.proxy.expression.Placeholders;
import io.nearside.proxy.expression.Projection;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The members of a read that say which parts of an item it wants: {@code ProjectionExpression} with
 * {@code ExpressionAttributeNames}, or the legacy {@code AttributesToGet}.
 *
 * <p>Applications send the same few projections again and again, so those last seen are kept parsed: at most
 * {@value #REMEMBERED}, of at most {@value #LONGEST_REMEMBERED} bytes each.
 */
final class ProjectionMembers {

    private static final int REMEMBERED = 256;
    private static final int LONGEST_REMEMBERED = 1024;
    private static final int LONGEST_NAME = 255;

    /** As many as an expression of 4 KiB has room for. */
    private static final int MOST_NAMES = 2048;

    private static final AtomicReferenceArray<@Nullable Parsed> PARSED = new AtomicReferenceArray<>(REMEMBERED);

    private @Nullable JsonSlice expression;
    private @Nullable JsonSlice names;
    private @Nullable JsonSlice attributes;
    private boolean twice;

    /** Whether the cursor stands at the value of one of these members. */
    static boolean isNext(JsonCursor cursor) {
        return cursor.nameIs("ProjectionExpression")
                || cursor.nameIs("ExpressionAttributeNames")
                || cursor.nameIs("AttributesToGet");
    }

    /** Takes the member that the cursor stands at. */
    void take(JsonCursor cursor) throws NotUnderstoodException {
        if (cursor.nameIs("ProjectionExpression")) {
            twice |= expression != null;
            expression = cursor.skipValue();
        } else if (cursor.nameIs("ExpressionAttributeNames")) {
            twice |= names != null;
            names = cursor.skipValue();
        } else {
            twice |= attributes != null;
            attributes = cursor.skipValue();
        }
    }

    /** What they ask for; whatever DynamoDB might refuse is not understood. */
    Projection projection() throws NotUnderstoodException {
        JsonSlice spelled = expression == null ? attributes : expression;
        boolean mixed = expression != null ? attributes != null : names != null;
        if (twice || mixed || spelled == null) {
            throw new NotUnderstoodException("members that do not go together");
        }
        // Also keeps an expression and a list that are spelled alike from being taken for each other below.
        if (spelled.bytes()[spelled.from()] != (expression == null ? '[' : '"')) {
            throw new NotUnderstoodException("neither an expression nor a list of attributes");
        }
        int length = spelled.length() + (names == null ? 0 : names.length());
        if (length > LONGEST_REMEMBERED) {
            return parse();
        }
        int slot = (hash(spelled) * 31 + (names == null ? 0 : hash(names))) & (REMEMBERED - 1);
        Parsed known = PARSED.getAcquire(slot);
        if (known != null && known.isOf(spelled, names)) {
            return known.projection;
        }
        Projection projection = parse();
        PARSED.setRelease(slot, new Parsed(copy(spelled), names == null ? null : copy(names), projection));
        return projection;
    }

    private Projection parse() throws NotUnderstoodException {
        try {
            if (expression == null) {
                return Projection.ofAttributes(attributeNames());
            }
            Placeholders placeholders = Placeholders.of(placeholderNames(), null);
            byte[] text = text(expression.cursor()).getBytes(StandardCharsets.UTF_8);
            Projection projection = new ExpressionParser(placeholders).projection(text);
            placeholders.checkAllUsed();
            return projection;
        } catch (InvalidExpressionException e) {
            throw new NotUnderstoodException("a projection that DynamoDB would refuse");
        }
    }

    private List<String> attributeNames() throws NotUnderstoodException {
        List<String> found = new ArrayList<>();
        if (attributes != null) {
            JsonCursor cursor = attributes.cursor();
            cursor.enterArray();
            while (cursor.nextElement()) {
                refuseMoreThanMost(found.size());
                found.add(attributeName(cursor));
            }
        }
        if (found.isEmpty()) {
            throw new NotUnderstoodException("no attributes to get");
        }
        return found;
    }

    private @Nullable Map<String, String> placeholderNames() throws NotUnderstoodException {
        if (names == null) {
            return null;
        }
        Map<String, String> found = new HashMap<>();
        JsonCursor cursor = names.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            refuseMoreThanMost(found.size());
            if (found.put(cursor.nameText(), attributeName(cursor)) != null) {
                throw new NotUnderstoodException("a name given twice");
            }
        }
        return found;
    }

    private static void refuseMoreThanMost(int already) throws NotUnderstoodException {
        if (already >= MOST_NAMES) {
            throw new NotUnderstoodException("more names than a projection is worth reading for");
        }
    }

    private static String attributeName(JsonCursor cursor) throws NotUnderstoodException {
        String name = text(cursor);
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new NotUnderstoodException("an attribute's name that DynamoDB might refuse");
        }
        return name;
    }

    private static String text(JsonCursor cursor) throws NotUnderstoodException {
        String text = JsonStrings.unescape(cursor.string());
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
        if (!utf8.canEncode(text)) {
            throw new NotUnderstoodException("half a surrogate pair");
        }
        return text;
    }

    private static int hash(JsonSlice slice) {
        int hash = 0;
        for (int i = slice.from(); i < slice.to(); i++) {
            hash = 31 * hash + slice.bytes()[i];
        }
        return hash ^ (hash >>> 8) ^ (hash >>> 16);
    }

    private static byte[] copy(JsonSlice slice) {
        return Arrays.copyOfRange(slice.bytes(), slice.from(), slice.to());
    }

    /** A projection with the bytes that it was spelled with: an expression starts with a quote, a list with a bracket. */
    private static final class Parsed {

        private final byte[] spelled;
        private final byte @Nullable [] names;
        private final Projection projection;

        Parsed(byte[] spelled, byte @Nullable [] names, Projection projection) {
            this.spelled = spelled;
            this.names = names;
            this.projection = projection;
        }

        boolean isOf(JsonSlice otherSpelled, @Nullable JsonSlice otherNames) {
            boolean sameNames = names == null ? otherNames == null : otherNames != null && same(names, otherNames);
            return sameNames && same(spelled, otherSpelled);
        }

        private static boolean same(byte[] bytes, JsonSlice slice) {
            return Arrays.equals(bytes, 0, bytes.length, slice.bytes(), slice.from(), slice.to());
        }
    }
}

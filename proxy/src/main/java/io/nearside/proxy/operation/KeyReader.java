package io.nearside.proxy.operation;

import io.nearside.item.InvalidKeyException;
import io.nearside.item.InvalidNumberException;
import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.JsonStrings;
import io.nearside.proxy.json.NotUnderstoodException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads a primary key out of a request's bytes into its canonical form.
 *
 * <p>Whatever DynamoDB might judge otherwise than this class (a missing or additional attribute, another type, a size or
 * number out of range, base64 in another spelling than the usual) is {@link NotUnderstoodException}.
 */
final class KeyReader {

    private static final ThreadLocal<ItemKeyWriter> WRITERS = ThreadLocal.withInitial(ItemKeyWriter::new);

    private final KeySchema schema;
    private final boolean keyOnly;
    private @Nullable JsonSlice partition;
    private @Nullable JsonSlice sort;
    private boolean partitionEscaped;
    private boolean sortEscaped;

    private KeyReader(KeySchema schema, boolean keyOnly) {
        this.schema = schema;
        this.keyOnly = keyOnly;
    }

    /** Reads a {@code Key}: the key attributes and nothing else. */
    static ItemKey key(JsonSlice object, KeySchema schema) throws NotUnderstoodException {
        return new KeyReader(schema, true).read(object);
    }

    /** Reads the key attributes of an {@code Item}. */
    static ItemKey keyOfItem(JsonSlice object, KeySchema schema) throws NotUnderstoodException {
        return new KeyReader(schema, false).read(object);
    }

    private ItemKey read(JsonSlice object) throws NotUnderstoodException {
        JsonCursor cursor = object.cursor();
        cursor.enterObject();
        while (cursor.nextName()) {
            if (names(cursor, schema.partition())) {
                partition = once(partition, cursor, schema.partition().type());
                partitionEscaped = cursor.stringEscaped();
                closeValue(cursor);
            } else if (schema.sort() != null && names(cursor, schema.sort())) {
                sort = once(sort, cursor, schema.sort().type());
                sortEscaped = cursor.stringEscaped();
                closeValue(cursor);
            } else if (keyOnly) {
                throw new NotUnderstoodException("an attribute that is not of the key");
            } else {
                cursor.skipValue();
            }
        }
        return canonical();
    }

    private static boolean names(JsonCursor cursor, KeyAttribute attribute) throws NotUnderstoodException {
        if (cursor.nameIs(attribute.name())) {
            return !cursor.nameEscaped();
        }
        boolean spelledOtherwise = cursor.nameEscaped() || !JsonStrings.isAscii(cursor.name());
        return spelledOtherwise && cursor.nameText().equals(attribute.name());
    }

    private static JsonSlice once(@Nullable JsonSlice already, JsonCursor cursor, KeyType type)
            throws NotUnderstoodException {
        if (already != null) {
            throw new NotUnderstoodException("a key attribute given twice");
        }
        cursor.enterObject();
        if (!cursor.nextName() || !cursor.nameIs(type.name())) {
            throw new NotUnderstoodException("a key attribute of another type");
        }
        return cursor.string();
    }

    private static void closeValue(JsonCursor cursor) throws NotUnderstoodException {
        if (cursor.nextName()) {
            throw new NotUnderstoodException("an attribute value of several types");
        }
    }

    private ItemKey canonical() throws NotUnderstoodException {
        ItemKeyWriter writer = WRITERS.get().reset();
        KeyAttribute sortAttribute = schema.sort();
        try {
            writePartition(writer, required(partition));
            if (sortAttribute != null) {
                writeSort(writer, required(sort), sortAttribute.type());
            }
            return writer.toKey();
        } catch (InvalidKeyException | InvalidNumberException e) {
            throw new NotUnderstoodException("a key that DynamoDB would refuse");
        }
    }

    private void writePartition(ItemKeyWriter writer, JsonSlice value) throws NotUnderstoodException {
        switch (schema.partition().type()) {
            case S -> {
                JsonSlice utf8 = utf8(value, partitionEscaped);
                writer.partitionString(utf8.bytes(), utf8.from(), utf8.length());
            }
            case N -> writer.partitionNumber(value.bytes(), value.from(), value.length());
            case B -> {
                byte[] raw = raw(value);
                writer.partitionBinary(raw, 0, raw.length);
            }
        }
    }

    private void writeSort(ItemKeyWriter writer, JsonSlice value, KeyType type) throws NotUnderstoodException {
        switch (type) {
            case S -> {
                JsonSlice utf8 = utf8(value, sortEscaped);
                writer.sortString(utf8.bytes(), utf8.from(), utf8.length());
            }
            case N -> writer.sortNumber(value.bytes(), value.from(), value.length());
            case B -> {
                byte[] raw = raw(value);
                writer.sortBinary(raw, 0, raw.length);
            }
        }
    }

    private static JsonSlice required(@Nullable JsonSlice value) throws NotUnderstoodException {
        if (value == null) {
            throw new NotUnderstoodException("a key attribute is missing");
        }
        return value;
    }

    private static JsonSlice utf8(JsonSlice content, boolean escaped) throws NotUnderstoodException {
        if (!escaped && JsonStrings.isAscii(content)) {
            return content;
        }
        String text = escaped ? JsonStrings.unescape(content) : JsonStrings.strictText(content);
        return escaped ? JsonSlice.of(encoded(text)) : content;
    }

    private static byte[] encoded(String text) throws NotUnderstoodException {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new NotUnderstoodException("half a surrogate pair");
        }
    }

    private static byte[] raw(JsonSlice base64) throws NotUnderstoodException {
        byte[] spelled = Arrays.copyOfRange(base64.bytes(), base64.from(), base64.to());
        try {
            byte[] raw = Base64.getDecoder().decode(spelled);
            if (Arrays.equals(Base64.getEncoder().encode(raw), spelled)) {
                return raw;
            }
        } catch (IllegalArgumentException e) {
            // Not base64: left to DynamoDB, like every other spelling than the usual.
        }
        throw new NotUnderstoodException("unusual base64");
    }
}

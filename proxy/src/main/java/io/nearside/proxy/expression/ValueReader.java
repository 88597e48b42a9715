package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads values in DynamoDB's JSON, {@code {"S":"x"}}, into their canonical form. What DynamoDB might refuse, or reads
 * otherwise than this class, is {@link NotUnderstoodException}.
 */
public final class ValueReader {
    private ValueReader() {}

    /** Reads the value that comes next. */
    public static AttributeValue read(JsonCursor json) throws NotUnderstoodException {
        json.enterObject();
        if (!json.nextName()) {
            throw new NotUnderstoodException("an attribute value of no type");
        }
        AttributeValue value;
        try {
            value = content(json.nameText(), json);
        } catch (IllegalArgumentException e) {
            // Also numbers and base64 that are none.
            throw new NotUnderstoodException("an attribute value that DynamoDB would refuse");
        }
        if (json.nextName()) {
            throw new NotUnderstoodException("an attribute value of several types");
        }
        return value;
    }

    /** Reads the object that comes next as a map from names to values. */
    public static Map<String, AttributeValue> readMap(JsonCursor json) throws NotUnderstoodException {
        Map<String, AttributeValue> entries = new HashMap<>();
        json.enterObject();
        while (json.nextName()) {
            String name = json.nameText();
            if (entries.put(name, read(json)) != null) {
                throw new NotUnderstoodException("an attribute given twice");
            }
        }
        return entries;
    }

    private static AttributeValue content(String type, JsonCursor json) throws NotUnderstoodException {
        return switch (type) {
            case "S" -> new AttributeValue.S(json.text());
            case "N" -> new AttributeValue.N(json.text());
            case "B" -> new AttributeValue.B(binary(json));
            case "BOOL" -> new AttributeValue.Bool(json.bool());
            case "NULL" -> nul(json);
            case "SS" -> new AttributeValue.SS(list(json, JsonCursor::text));
            case "NS" -> new AttributeValue.NS(list(json, JsonCursor::text));
            case "BS" -> new AttributeValue.BS(list(json, ValueReader::binary));
            case "L" -> new AttributeValue.L(list(json, ValueReader::read));
            case "M" -> new AttributeValue.M(readMap(json));
            default -> throw new NotUnderstoodException("an attribute value of an unknown type");
        };
    }

    private static Bytes binary(JsonCursor json) throws NotUnderstoodException {
        String spelled = json.text();
        byte[] raw = Base64.getDecoder().decode(spelled);
        if (!Base64.getEncoder().encodeToString(raw).equals(spelled)) {
            throw new NotUnderstoodException("unusual base64");
        }
        return Bytes.wrap(raw);
    }

    private static AttributeValue nul(JsonCursor json) throws NotUnderstoodException {
        if (!json.bool()) {
            throw new NotUnderstoodException("a null that is false");
        }
        return new AttributeValue.Null();
    }

    private static <T> List<T> list(JsonCursor json, Element<T> element) throws NotUnderstoodException {
        List<T> elements = new ArrayList<>();
        json.enterArray();
        while (json.nextElement()) {
            elements.add(element.read(json));
        }
        return elements;
    }

    private interface Element<T> {
        T read(JsonCursor json) throws NotUnderstoodException;
    }
}

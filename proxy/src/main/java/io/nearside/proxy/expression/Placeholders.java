package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions have used.
 * Not safe for use from several threads.
 */
public final class Placeholders {
    private final Map<String, String> names;
    private final Map<String, AttributeValue> values;
    private final Set<String> unusedNames;
    private final Set<String> unusedValues;

    private Placeholders(Map<String, String> names, Map<String, AttributeValue> values) {
        this.names = names;
        this.values = values;
        this.unusedNames = new HashSet<>(names.keySet());
        this.unusedValues = new HashSet<>(values.keySet());
    }

    /** No names and no values. */
    public static Placeholders none() {
        return new Placeholders(Map.of(), Map.of());
    }

    /**
     * The placeholders of a request.
     *
     * @param names by placeholder ({@code #n}); null if the request has none
     * @param values by placeholder ({@code :v}); null if the request has none
     * @throws InvalidExpressionException if a map is empty, or a placeholder or name is not one DynamoDB accepts
     */
    public static Placeholders of(@Nullable Map<String, String> names, @Nullable Map<String, AttributeValue> values) {
        check("ExpressionAttributeNames", '#', names);
        check("ExpressionAttributeValues", ':', values);
        if (names != null) {
            names.forEach(Placeholders::checkName);
        }
        return new Placeholders(names == null ? Map.of() : names, values == null ? Map.of() : values);
    }

    private static void check(String parameter, char mark, @Nullable Map<String, ?> map) {
        if (map == null) {
            return;
        }
        if (map.isEmpty()) {
            throw new InvalidExpressionException(parameter + " must not be empty");
        }
        for (String key : map.keySet()) {
            if (!isPlaceholder(key, mark)) {
                throw new InvalidExpressionException(
                        parameter + " contains invalid key: Syntax error; key: \"" + key + "\"");
            }
        }
    }

    /** The mark, then letters, digits and underscores, at least one. */
    private static boolean isPlaceholder(String key, char mark) {
        for (int i = 1; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
            if (!word) {
                return false;
            }
        }
        return key.length() > 1 && key.charAt(0) == mark;
    }

    private static void checkName(String placeholder, String name) {
        if (name.isEmpty()) {
            throw new InvalidExpressionException(
                    "ExpressionAttributeNames contains invalid value: Empty attribute name for key " + placeholder);
        }
    }

    Optional<String> name(String placeholder) {
        unusedNames.remove(placeholder);
        return Optional.ofNullable(names.get(placeholder));
    }

    Optional<AttributeValue> value(String placeholder) {
        unusedValues.remove(placeholder);
        return Optional.ofNullable(values.get(placeholder));
    }

    /**
     * To be called after the last expression of the request.
     *
     * @throws InvalidExpressionException if a name or a value was given that no expression used
     */
    public void checkAllUsed() {
        checkUsed("ExpressionAttributeNames", unusedNames);
        checkUsed("ExpressionAttributeValues", unusedValues);
    }

    private static void checkUsed(String parameter, Set<String> unused) {
        if (!unused.isEmpty()) {
            throw new InvalidExpressionException("Value provided in " + parameter + " unused in expressions: keys: {"
                    + String.join(", ", unused) + "}");
        }
    }
}

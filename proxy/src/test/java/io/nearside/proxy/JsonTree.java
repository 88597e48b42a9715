package io.nearside.proxy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON as maps, lists and text, for looking into answers. Numbers keep their spelling; members are sorted by name. */
final class JsonTree {

    private static final JsonFactory JSON = new JsonFactory();

    private JsonTree() {}

    /** What the text says; the text itself if it is not JSON. */
    static Object parse(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            return parser.nextToken() == null ? text : value(parser);
        } catch (IOException e) {
            return text;
        }
    }

    /** The member or element that the names, joined by dots, lead to; null if there is none. */
    static @Nullable Object at(Object tree, String path) {
        @Nullable Object found = tree;
        for (String name : path.split("\\.", -1)) {
            if (found instanceof Map<?, ?> members) {
                found = members.get(name);
            } else if (found instanceof List<?> elements && Integer.parseInt(name) < elements.size()) {
                found = elements.get(Integer.parseInt(name));
            } else {
                return null;
            }
        }
        return found;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> members(parser);
            case START_ARRAY -> elements(parser);
            case VALUE_STRING -> parser.getText();
            // Told apart from strings of the same spelling.
            default -> new Scalar(parser.getText());
        };
    }

    /** A number, a Boolean or null, as spelled. */
    record Scalar(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private static Map<String, Object> members(JsonParser parser) throws IOException {
        Map<String, Object> members = new TreeMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static List<Object> elements(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }
}

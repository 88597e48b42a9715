package io.nearside.replicator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.replicator.table.TableFilter;
import org.jspecify.annotations.Nullable;

/** Filters as the admin pages show and take them, spelled as in the configuration. */
final class FilterJson {

    private FilterJson() {}

    static ObjectNode of(TableFilter filter) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        put(node, "key-prefix", filter.keyPrefix());
        put(node, "attribute", filter.attribute());
        put(node, "value", filter.value());
        return node;
    }

    private static void put(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    static TableFilter filter(JsonNode node) {
        return new TableFilter(text(node, "key-prefix"), text(node, "attribute"), text(node, "value"));
    }

    private static @Nullable String text(JsonNode node, String name) {
        return node.path(name).isTextual() ? node.path(name).textValue() : null;
    }
}

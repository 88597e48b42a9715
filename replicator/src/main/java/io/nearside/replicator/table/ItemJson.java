package io.nearside.replicator.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Items in DynamoDB's own JSON: {@code {"id": {"S": "a"}}}; attributes in the order of their names. */
public final class ItemJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ItemJson() {}

    /** An item, or key attributes. */
    public static ObjectNode of(Item item) {
        return of(item.attributes());
    }

    /**
     * Key attributes from DynamoDB's JSON.
     *
     * @throws IllegalArgumentException if it is anything but an object of strings, numbers and binaries
     */
    public static Item key(JsonNode json) {
        if (!json.isObject() || json.isEmpty()) {
            throw new IllegalArgumentException("a key looks like {\"id\": {\"S\": \"a\"}}");
        }
        Map<String, AttributeValue> attributes = new TreeMap<>();
        json.properties().forEach(attribute -> attributes.put(attribute.getKey(), keyValue(attribute.getValue())));
        return new Item(attributes);
    }

    private static AttributeValue keyValue(JsonNode json) {
        if (json.path("S").isTextual()) {
            return new AttributeValue.S(json.path("S").textValue());
        }
        if (json.path("N").isTextual()) {
            return new AttributeValue.N(json.path("N").textValue());
        }
        if (json.path("B").isTextual()) {
            return new AttributeValue.B(
                    Bytes.wrap(Base64.getDecoder().decode(json.path("B").textValue())));
        }
        throw new IllegalArgumentException("a key's attribute looks like {\"S\": \"a\"}, with S, N or B");
    }

    private static ObjectNode of(Map<String, AttributeValue> attributes) {
        ObjectNode node = JSON.objectNode();
        new TreeMap<>(attributes).forEach((name, value) -> node.set(name, of(value)));
        return node;
    }

    private static ObjectNode of(AttributeValue value) {
        ObjectNode node = JSON.objectNode();
        if (value instanceof AttributeValue.S s) {
            node.put("S", s.value());
        } else if (value instanceof AttributeValue.N n) {
            node.put("N", n.value());
        } else if (value instanceof AttributeValue.B b) {
            node.put("B", b.value().toByteArray());
        } else if (value instanceof AttributeValue.Bool bool) {
            node.put("BOOL", bool.value());
        } else if (value instanceof AttributeValue.Null) {
            node.put("NULL", true);
        } else if (value instanceof AttributeValue.SS ss) {
            node.set("SS", strings(ss.values()));
        } else if (value instanceof AttributeValue.NS ns) {
            node.set("NS", strings(ns.values()));
        } else if (value instanceof AttributeValue.BS bs) {
            ArrayNode values = JSON.arrayNode();
            bs.values().stream().map(Bytes::toByteArray).forEach(values::add);
            node.set("BS", values);
        } else if (value instanceof AttributeValue.L l) {
            ArrayNode values = JSON.arrayNode();
            l.values().forEach(element -> values.add(of(element)));
            node.set("L", values);
        } else if (value instanceof AttributeValue.M m) {
            node.set("M", of(m.values()));
        }
        return node;
    }

    private static ArrayNode strings(List<String> values) {
        ArrayNode node = JSON.arrayNode();
        values.forEach(node::add);
        return node;
    }
}

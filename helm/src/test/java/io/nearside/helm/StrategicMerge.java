package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' strategic merge patch, as far as the objects of the chart need it: elements of keyed lists are merged by their key, and
 * {@code $patch}, {@code $retainKeys}, {@code $setElementOrder} of keyed lists and null have their meaning.
 */
final class StrategicMerge {

    /** Lists that Kubernetes merges by key, with that key; all others are replaced as a whole. */
    private static final Map<String, String> KEYS = Map.of(
            "containers", "name",
            "initContainers", "name",
            "env", "name",
            "volumes", "name",
            "imagePullSecrets", "name",
            "volumeMounts", "mountPath",
            "topologySpreadConstraints", "topologyKey");

    private static final String ORDER = "$setElementOrder/";

    private StrategicMerge() {}

    static void merge(ObjectNode target, JsonNode patch) {
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals("$retainKeys")) {
                target.retain(texts(value));
            } else if (!name.startsWith("$")) {
                merge(target, name, value);
            }
        }
        for (Map.Entry<String, JsonNode> field : patch.properties()) {
            if (field.getKey().startsWith(ORDER)) {
                order(target.path(field.getKey().substring(ORDER.length())), field.getValue());
            }
        }
    }

    /** Elements that the wanted order does not name come last, as they were. */
    private static void order(JsonNode list, JsonNode wanted) {
        if (!(list instanceof ArrayNode elements) || !wanted.path(0).isObject()) {
            return;
        }
        String key = wanted.get(0).fieldNames().next();
        List<JsonNode> order = new ArrayList<>();
        wanted.forEach(element -> order.add(element.get(key)));
        List<JsonNode> sorted = new ArrayList<>();
        elements.forEach(sorted::add);
        sorted.sort(Comparator.comparingInt(element -> {
            int place = order.indexOf(element.path(key));
            return place < 0 ? Integer.MAX_VALUE : place;
        }));
        elements.removeAll();
        elements.addAll(sorted);
    }

    private static void merge(ObjectNode target, String name, JsonNode value) {
        JsonNode present = target.get(name);
        String key = keyOf(name, value);
        if (value.isNull()) {
            target.remove(name);
        } else if (value.isObject()
                && present instanceof ObjectNode object
                && !value.path("$patch").asText().equals("replace")) {
            merge(object, value);
        } else if (key != null && present instanceof ArrayNode list) {
            value.forEach(element -> mergeElement(list, key, element));
        } else {
            target.set(name, value);
        }
    }

    private static void mergeElement(ArrayNode list, String key, JsonNode element) {
        boolean delete = element.path("$patch").asText().equals("delete");
        for (Iterator<JsonNode> candidates = list.elements(); candidates.hasNext(); ) {
            JsonNode candidate = candidates.next();
            if (candidate.path(key).equals(element.path(key))) {
                if (delete) {
                    candidates.remove();
                } else {
                    merge((ObjectNode) candidate, element);
                }
                return;
            }
        }
        if (!delete) {
            list.add(element);
        }
    }

    /** Ports are keyed by one field in containers and by another in Services. */
    private static @Nullable String keyOf(String name, JsonNode value) {
        if (name.equals("ports") && value.path(0).has("containerPort")) {
            return "containerPort";
        }
        return name.equals("ports") && value.path(0).has("port") ? "port" : KEYS.get(name);
    }

    private static Set<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
    }
}

package io.nearside.replicator.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What the admin port answers beside metrics, health and the console, by path.
 *
 * @param pages JSON for everybody who reaches the port: no keys, no items, nothing that costs more than a glance
 * @param actions what changes something or shows keys or items, and is done at once
 * @param longActions actions that may take minutes or hours
 * @param texts pages of plain text
 */
public record AdminRoutes(
        Map<String, Handler> pages,
        Map<String, Handler> actions,
        Map<String, Handler> longActions,
        Map<String, Supplier<String>> texts) {

    /** Answers one request for a page or an action with JSON. */
    public interface Handler {

        /**
         * Answers.
         *
         * @param parameters of the query, by name
         * @throws IllegalArgumentException if they are wrong: answered 400 with the message
         * @throws UnavailableException if what they need is not there now: answered 503 with the message
         */
        JsonNode handle(Map<String, String> parameters);
    }

    public AdminRoutes {
        pages = Map.copyOf(pages);
        actions = Map.copyOf(actions);
        longActions = Map.copyOf(longActions);
        texts = Map.copyOf(texts);
    }

    /** No routes at all, to begin with. */
    public static AdminRoutes none() {
        return new AdminRoutes(Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** These and others together; of two with the same path the other's. */
    public AdminRoutes and(AdminRoutes other) {
        return new AdminRoutes(
                union(pages, other.pages),
                union(actions, other.actions),
                union(longActions, other.longActions),
                union(texts, other.texts));
    }

    private static <T> Map<String, T> union(Map<String, T> one, Map<String, T> other) {
        Map<String, T> all = new TreeMap<>(one);
        all.putAll(other);
        return all;
    }
}

package io.nearside.replicator.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.replicator.admin.Health.State;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The health of every component, asked when somebody wants to know. The whole is as bad as its worst component. */
public final class Readiness {

    private final Supplier<Map<String, Health>> components;

    /** @param components by name, in the order in which they are shown; must answer at once */
    public Readiness(Supplier<Map<String, Health>> components) {
        this.components = components;
    }

    /** Asks every component now. */
    public Report report() {
        return new Report(new LinkedHashMap<>(components.get()));
    }

    /** The components' health at one moment. */
    public record Report(Map<String, Health> healths) {

        /** The worst of all. */
        public State state() {
            return healths.values().stream()
                    .map(Health::state)
                    .max(Comparator.naturalOrder())
                    .orElse(State.READY);
        }

        ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("status", state().label());
            ObjectNode parts = json.putObject("components");
            healths.forEach((name, health) ->
                    parts.putObject(name).put("status", health.state().label()).put("reason", health.reason()));
            return json;
        }
    }
}

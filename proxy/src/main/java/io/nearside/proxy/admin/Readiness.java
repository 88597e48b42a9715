package io.nearside.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.nearside.proxy.admin.Health.State;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The health of every component, asked when somebody wants to know. The whole is as bad as its worst component.
 */
public final class Readiness {

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Supplier<Health>> components;

    /** @param components by name, in the order in which they are shown; must answer at once */
    public Readiness(Map<String, Supplier<Health>> components) {
        this.components = new LinkedHashMap<>(components);
    }

    /** Asks every component now. */
    Report report() {
        Map<String, Health> healths = new LinkedHashMap<>();
        components.forEach((name, component) -> healths.put(name, component.get()));
        return new Report(healths);
    }

    /** The components' health at one moment. */
    record Report(Map<String, Health> healths) {

        State state() {
            return healths.values().stream()
                    .map(Health::state)
                    .max(Comparator.naturalOrder())
                    .orElse(State.READY);
        }

        String toJson() {
            StringWriter text = new StringWriter();
            try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
                json.writeStartObject();
                json.writeStringField("status", state().label());
                json.writeObjectFieldStart("components");
                for (Map.Entry<String, Health> health : healths.entrySet()) {
                    json.writeObjectFieldStart(health.getKey());
                    json.writeStringField("status", health.getValue().state().label());
                    json.writeStringField("reason", health.getValue().reason());
                    json.writeEndObject();
                }
                json.writeEndObject();
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException("Writing to a string failed", e);
            }
            return text.append('\n').toString();
        }
    }
}

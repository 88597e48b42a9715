package io.nearside.replicator.metrics;

import java.util.List;

/**
 * A metric that the replicator exports.
 *
 * @param name the name as Prometheus shows it
 * @param type what kind of series it is
 * @param help what it says, in a sentence
 * @param tags the tag names; values are table names, region names or bounded enums
 */
public record Metric(String name, Type type, String help, List<String> tags) {

    /** Prometheus' kinds of series. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    public Metric {
        tags = List.copyOf(tags);
        if (!name.startsWith("nearside_replicator_")) {
            throw new IllegalArgumentException("name must begin with nearside_replicator_: " + name);
        }
    }

    /** The name under which Micrometer is asked for it: its own endings are added again when it is exported. */
    String registered() {
        String bare = name;
        if (type == Type.COUNTER) {
            bare = bare.substring(0, bare.length() - "_total".length());
        } else if (type == Type.HISTOGRAM) {
            bare = bare.substring(0, bare.length() - "_seconds".length());
        }
        return bare.replace('_', '.');
    }
}

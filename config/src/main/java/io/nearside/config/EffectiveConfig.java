package io.nearside.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A configuration in use, with where each value came from. Immutable.
 *
 * @param <R> the root record
 */
public final class EffectiveConfig<R extends Record> {
    private static final String NOT_SET = "(not set)";

    private final R value;
    private final Bound.Fields root;

    EffectiveConfig(R value, Bound.Fields root) {
        this.value = value;
        this.root = root;
    }

    /** The configuration itself. */
    public R value() {
        return value;
    }

    /**
     * The whole configuration as YAML, defaults included, each value with its origin in a comment. Secrets are masked, as
     * are values in free-form sections whose key looks like that of a secret; all else reads back as the same configuration.
     */
    public String toYaml() {
        return new YamlPrinter().print(root);
    }

    /** The origin of every single value by its path ({@code cache.item.ttl}, {@code tables[0].name}), in order. */
    public Map<String, Origin> origins() {
        Map<String, Origin> origins = new LinkedHashMap<>();
        leaves().forEach((path, leaf) -> origins.put(path, leaf.origin()));
        return origins;
    }

    /** What is different in this configuration from an earlier one of the same type, ordered by path. */
    public List<Change> changesSince(EffectiveConfig<R> earlier) {
        Map<String, Bound.Leaf> before = earlier.leaves();
        Map<String, Bound.Leaf> after = leaves();
        TreeSet<String> paths = new TreeSet<>(before.keySet());
        paths.addAll(after.keySet());
        List<Change> changes = new ArrayList<>();
        for (String path : paths) {
            Bound.Leaf old = before.get(path);
            Bound.Leaf now = after.get(path);
            if (old == null || now == null || !Objects.equals(old.value(), now.value())) {
                changes.add(new Change(path, shown(old), shown(now)));
            }
        }
        return List.copyOf(changes);
    }

    private static String shown(Bound.@Nullable Leaf leaf) {
        return leaf == null ? NOT_SET : leaf.shown();
    }

    private Map<String, Bound.Leaf> leaves() {
        Map<String, Bound.Leaf> leaves = new LinkedHashMap<>();
        collect("", root, leaves);
        return leaves;
    }

    private static void collect(String path, Bound bound, Map<String, Bound.Leaf> leaves) {
        if (bound instanceof Bound.Leaf leaf) {
            leaves.put(path, leaf);
        } else if (bound instanceof Bound.Elements list) {
            for (int i = 0; i < list.elements().size(); i++) {
                collect(Paths.element(path, i), list.elements().get(i), leaves);
            }
        } else if (bound instanceof Bound.Fields map) {
            map.fields().forEach((key, field) -> collect(Paths.key(path, key), field, leaves));
        }
    }

    /**
     * One setting that differs between two configurations. Secrets are masked, so a changed secret shows equal texts.
     *
     * @param path the setting, like {@code cache.item.ttl}
     * @param before its earlier value, or {@code (not set)}
     * @param after its present value, or {@code (not set)}
     */
    public record Change(String path, String before, String after) {
        @Override
        public String toString() {
            return path + ": " + before + " -> " + after;
        }
    }
}

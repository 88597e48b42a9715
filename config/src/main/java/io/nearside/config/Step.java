package io.nearside.config;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step on the way from a configuration's root to a setting.
 *
 * @param name the key, for a section or free keys
 * @param in the shape that the step is taken in
 * @param index the element, for a list
 */
record Step(String name, Shape in, int index) {
    static final Comparator<Step> ORDER = Comparator.comparingInt(Step::index).thenComparing(Step::name);

    static List<Step> prepend(Step step, List<Step> after) {
        after.add(0, step);
        return after;
    }

    /** The shape that the step leads to. */
    Shape target() {
        if (in instanceof Shape.Section section) {
            return section.member(name).orElseThrow().shape();
        }
        return in instanceof Shape.Listing listing ? listing.element() : ((Shape.Keyed) in).value();
    }

    /** The part that the step leads to, taken from the declared default or made empty if nothing is there yet. */
    @Nullable Tree child(Tree parent, Origin origin, Problems problems) {
        Tree present = get(parent);
        if (present != null && !present.isNull()) {
            return present;
        }
        if (in instanceof Shape.Section section
                && section.member(name).orElseThrow().hasDefault()) {
            String text = section.member(name).orElseThrow().setting().byDefault();
            return YamlReader.readValue(name, text, new Origin.Default(), problems);
        }
        return target() instanceof Shape.Listing ? Tree.Sequence.empty(origin) : Tree.Mapping.empty(origin);
    }

    private @Nullable Tree get(Tree parent) {
        if (parent instanceof Tree.Mapping mapping) {
            return mapping.entries().get(name);
        }
        boolean there = parent instanceof Tree.Sequence sequence
                && index < sequence.elements().size();
        return there ? ((Tree.Sequence) parent).elements().get(index) : null;
    }

    /** Puts a part in its place. False if it would leave a hole in a list; a parent of the wrong kind is left to the binder. */
    boolean put(Tree parent, Tree child) {
        if (parent instanceof Tree.Mapping mapping && !(in instanceof Shape.Listing)) {
            mapping.entries().put(name, child);
        } else if (parent instanceof Tree.Sequence sequence && in instanceof Shape.Listing) {
            if (index > sequence.elements().size()) {
                return false;
            }
            if (index == sequence.elements().size()) {
                sequence.elements().add(child);
            } else {
                sequence.elements().set(index, child);
            }
        }
        return true;
    }
}

package io.nearside.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes records from a {@link Tree}. Goes on after a problem, so that all of them are found; a record whose parts are not
 * all good is not constructed, because its own checks could only repeat what is already known.
 */
final class Binder {
    private final Problems problems;
    private final KeyCheck keyCheck;

    Binder(Shape.Section root, Problems problems) {
        this.problems = problems;
        this.keyCheck = new KeyCheck(root, problems);
    }

    /** Binds a section; null if there were problems, which are then reported. */
    Bound.@Nullable Fields section(String path, Shape.Section section, Tree tree) {
        if (!(tree instanceof Tree.Mapping mapping)) {
            mismatch(path, section, tree);
            return null;
        }
        int before = problems.count();
        keyCheck.check(path, section, mapping);
        Map<String, Bound> fields = new LinkedHashMap<>();
        for (Shape.Member member : section.members()) {
            Bound bound = member(Paths.key(path, member.name()), member, mapping);
            if (bound != null) {
                fields.put(member.name(), bound);
            }
        }
        return problems.count() == before ? construct(path, section, fields, mapping.origin()) : null;
    }

    private @Nullable Bound member(String path, Shape.Member member, Tree.Mapping parent) {
        Tree written = parent.entries().get(member.name());
        if (written != null && !written.isNull()) {
            Bound bound = value(path, member.shape(), Bounds.of(member.setting()), written);
            return bound == null || !member.wrapped() ? bound : bound.holding(Optional.ofNullable(bound.value()));
        }
        if (member.hasDefault()) {
            Tree fallback = YamlReader.readValue(path, member.setting().byDefault(), new Origin.Default(), problems);
            Bound bound = value(path, member.shape(), Bounds.of(member.setting()), Objects.requireNonNull(fallback));
            return bound == null || !member.wrapped() ? bound : bound.holding(Optional.ofNullable(bound.value()));
        }
        if (member.mayBeAbsent()) {
            return new Bound.Absent(member.wrapped() ? Optional.empty() : null, new Origin.Default());
        }
        if (member.shape() instanceof Shape.Section section) {
            // Nothing written in it, but its own required keys must be reported at a place that exists.
            return section(path, section, Tree.Mapping.empty(parent.origin()));
        }
        String accepted =
                member.shape().accepted() + Bounds.of(member.setting()).describe();
        problems.add(path, parent.origin(), "missing; write " + accepted);
        return null;
    }

    private @Nullable Bound value(String path, Shape shape, Bounds bounds, Tree tree) {
        if (shape instanceof Shape.Section section) {
            return section(path, section, tree);
        }
        if (shape instanceof Shape.Listing listing) {
            return listing(path, listing, bounds, tree);
        }
        return shape instanceof Shape.Keyed keyed
                ? keyed(path, keyed, bounds, tree)
                : single(path, (Shape.Single) shape, bounds, tree);
    }

    private @Nullable Bound listing(String path, Shape.Listing shape, Bounds bounds, Tree tree) {
        if (!(tree instanceof Tree.Sequence sequence)) {
            return mismatch(path, shape, tree);
        }
        List<Bound> elements = new ArrayList<>();
        for (Tree element : sequence.elements()) {
            Bound bound = value(Paths.element(path, elements.size()), shape.element(), bounds, element);
            elements.add(bound == null ? new Bound.Absent(null, element.origin()) : bound);
        }
        List<Object> values =
                elements.stream().map(Bound::value).filter(Objects::nonNull).toList();
        return new Bound.Elements(elements, values, sequence.origin());
    }

    private @Nullable Bound keyed(String path, Shape.Keyed shape, Bounds bounds, Tree tree) {
        if (!(tree instanceof Tree.Mapping mapping)) {
            return mismatch(path, shape, tree);
        }
        Map<String, Bound> fields = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> {
            Bound bound = value(Paths.key(path, key), shape.value(), bounds, entry);
            if (bound != null && bound.value() != null) {
                fields.put(key, SensitiveKeys.mask(key, bound));
                values.put(key, bound.value());
            }
        });
        return new Bound.Fields(fields, Collections.unmodifiableMap(values), mapping.origin());
    }

    private @Nullable Bound single(String path, Shape.Single shape, Bounds bounds, Tree tree) {
        if (!(tree instanceof Tree.Scalar written) || written.text() == null) {
            return mismatch(path, shape, tree);
        }
        Scalar<?> scalar = shape.scalar();
        String accepted = "; write " + scalar.accepted() + bounds.describe();
        try {
            Object value = scalar.parser().apply(written.text());
            String violation = bounds.violation(scalar, value);
            if (violation == null) {
                return new Bound.Leaf(
                        value, SensitiveKeys.withoutPassword(value, scalar.print(value)), written.origin());
            }
            problems.add(path, written.origin(), violation + accepted);
        } catch (IllegalArgumentException | ArithmeticException e) {
            problems.add(path, written.origin(), "\"" + written.text() + "\" is not accepted" + accepted);
        }
        return null;
    }

    private @Nullable Bound mismatch(String path, Shape shape, Tree tree) {
        String found = tree.isNull() ? "empty" : tree.kind();
        problems.add(path, tree.origin(), "is " + found + "; write " + shape.accepted());
        return null;
    }

    private Bound.@Nullable Fields construct(
            String path, Shape.Section section, Map<String, Bound> fields, Origin origin) {
        try {
            Object value = constructor(section.type())
                    .newInstance(fields.values().stream().map(Bound::value).toArray());
            return new Bound.Fields(fields, value, origin);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            if (!(cause instanceof IllegalArgumentException) && !(cause instanceof NullPointerException)) {
                throw new IllegalStateException(section.type() + " failed on checked values", cause);
            }
            reject(path, fields, origin, String.valueOf(cause.getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(section.type() + " cannot be constructed", e);
        }
        return null;
    }

    /** A record's own check failed. A message that opens with a component's name is reported at that component. */
    private void reject(String path, Map<String, Bound> fields, Origin origin, String message) {
        String subject = Names.kebab(message.split("[ :]", 2)[0]);
        Bound field = fields.get(subject);
        if (field == null) {
            problems.add(path, origin, message);
        } else {
            Origin place = field.origin() instanceof Origin.Default ? origin : field.origin();
            problems.add(Paths.key(path, subject), place, message);
        }
    }

    private static <R extends Record> Constructor<R> constructor(Class<R> type) throws NoSuchMethodException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Constructor<R> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor;
    }
}

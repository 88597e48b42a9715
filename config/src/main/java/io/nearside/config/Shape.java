package io.nearside.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration type may hold, read once from its records. A record that is declared wrongly (no {@link Setting},
 * an unsupported type) is a bug of ours and fails with {@link IllegalStateException}.
 */
sealed interface Shape {
    /** What may be written, completing "write …". */
    String accepted();

    /** A single value. */
    record Single(Scalar<?> scalar) implements Shape {
        @Override
        public String accepted() {
            return scalar.accepted();
        }
    }

    /** A list of values of one shape. */
    record Listing(Shape element) implements Shape {
        @Override
        public String accepted() {
            return "a list";
        }
    }

    /** Free keys, each with a value of one shape. */
    record Keyed(Shape value) implements Shape {
        @Override
        public String accepted() {
            return "a section of keys";
        }
    }

    /** A record: a section with known keys. */
    record Section(Class<? extends Record> type, List<Member> members) implements Shape {
        @Override
        public String accepted() {
            return "a section of keys";
        }

        Optional<Member> member(String name) {
            return members.stream().filter(member -> member.name().equals(name)).findFirst();
        }

        List<String> names() {
            return members.stream().map(Member::name).toList();
        }

        RemovedSetting[] removed() {
            return type.getAnnotationsByType(RemovedSetting.class);
        }
    }

    /**
     * One key of a section.
     *
     * @param name in kebab-case
     * @param wrapped whether the component is an {@code Optional}
     * @param nullable whether the component is marked {@code @Nullable}
     */
    record Member(String name, Shape shape, boolean wrapped, boolean nullable, Setting setting) {
        boolean mayBeAbsent() {
            return wrapped || nullable;
        }

        boolean hasDefault() {
            return !setting.byDefault().isEmpty();
        }

        /** True if a file that does not mention this key is incomplete. */
        boolean isRequired() {
            return !mayBeAbsent() && !hasDefault() && !(shape instanceof Section);
        }
    }

    /** The shape of a root record. */
    static Section of(Class<? extends Record> type) {
        List<Member> members =
                Arrays.stream(type.getRecordComponents()).map(Shape::member).toList();
        return new Section(type, members);
    }

    private static Member member(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException(component + " of " + component.getDeclaringRecord() + " lacks @Setting");
        }
        boolean wrapped = component.getType() == Optional.class;
        boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        Type type = wrapped ? argument(component.getGenericType(), 0) : component.getGenericType();
        return new Member(Names.kebab(component.getName()), of(type), wrapped, nullable, setting);
    }

    private static Shape of(Type type) {
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (raw == List.class) {
            return new Listing(of(argument(type, 0)));
        }
        if (raw == Map.class && argument(type, 0) == String.class) {
            return new Keyed(of(argument(type, 1)));
        }
        if (raw.isRecord() && raw != DataSize.class) {
            return of(raw.asSubclass(Record.class));
        }
        return Scalars.of(raw)
                .map(Single::new)
                .orElseThrow(() -> new IllegalStateException("configuration records cannot hold a " + type));
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }
}

package io.nearside.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The types of single values that a configuration record may have. */
final class Scalars {
    private static final Map<Class<?>, Scalar<?>> KNOWN = Map.ofEntries(
            entry(String.class, new Scalar<>("string", "a string", Function.identity(), Function.identity())),
            entry(Boolean.class, new Scalar<>("boolean", "true or false", Scalars::parseBoolean, String::valueOf)),
            entry(Integer.class, new Scalar<>("integer", "a whole number", Scalars::parseInteger, String::valueOf)),
            entry(Long.class, new Scalar<>("integer", "a whole number", Scalars::parseLong, String::valueOf)),
            entry(Double.class, new Scalar<>("number", "a number like 0.5", Scalars::parseDouble, String::valueOf)),
            entry(Duration.class, duration()),
            entry(DataSize.class, size()),
            entry(URI.class, uri()),
            entry(Path.class, new Scalar<>("path", "a file path", Path::of, Path::toString)),
            entry(Secret.class, new Scalar<>("secret", "a string", Secret::of, Secret::toString, true)));

    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            boolean.class, Boolean.class,
            int.class, Integer.class,
            long.class, Long.class,
            double.class, Double.class);

    private Scalars() {}

    private static <T> Map.Entry<Class<T>, Scalar<T>> entry(Class<T> type, Scalar<T> scalar) {
        return Map.entry(type, scalar);
    }

    /** The scalar that stands for a Java type, if there is one. */
    static Optional<Scalar<?>> of(Class<?> type) {
        return type.isEnum()
                ? Optional.of(ofEnum(type))
                : Optional.ofNullable(KNOWN.get(BOXES.getOrDefault(type, type)));
    }

    private static Scalar<Object> ofEnum(Class<?> type) {
        Map<String, Object> constants = new LinkedHashMap<>();
        Arrays.stream(type.getEnumConstants()).forEach(constant -> constants.put(label(constant), constant));
        String accepted = String.join(" or ", constants.keySet());
        String name = "`" + String.join("` or `", constants.keySet()) + "`";
        return new Scalar<>(name, accepted, text -> choose(constants, text), Scalars::label);
    }

    private static String label(Object constant) {
        return Names.kebab(((Enum<?>) constant).name());
    }

    private static Object choose(Map<String, Object> constants, String text) {
        Object constant = constants.get(text);
        if (constant == null) {
            throw new IllegalArgumentException("not one of the accepted words");
        }
        return constant;
    }

    private static Scalar<Duration> duration() {
        String accepted = "a whole number with a unit, like 200ms, 3s, 5m, 2h or 1d";
        return new Scalar<>("duration", accepted, Durations::parse, Durations::print);
    }

    private static Scalar<DataSize> size() {
        String accepted = "a whole number with a unit, like 512B, 64KiB, 64MiB or 2GiB";
        return new Scalar<>("size", accepted, DataSize::parse, DataSize::toString);
    }

    private static Scalar<URI> uri() {
        String accepted = "a URI with its scheme, like http://127.0.0.1:8001";
        return new Scalar<>("URI", accepted, Scalars::parseUri, URI::toString);
    }

    private static Integer parseInteger(String text) {
        return Math.toIntExact(parseLong(text));
    }

    private static Long parseLong(String text) {
        // Long.valueOf alone would also take "+1" and digits of other scripts.
        if (!text.matches("-?[0-9]+")) {
            throw new NumberFormatException("not a whole number");
        }
        return Long.valueOf(text);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not a boolean");
        };
    }

    private static Double parseDouble(String text) {
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value) || !Character.isDigit(text.charAt(text.length() - 1))) {
            throw new IllegalArgumentException("not a decimal number");
        }
        return value;
    }

    private static URI parseUri(String text) {
        URI uri = URI.create(text);
        // "localhost:8000" parses as a URI of scheme "localhost": surely not what was meant.
        if (!uri.isAbsolute() || uri.isOpaque() || uri.getHost() == null) {
            throw new IllegalArgumentException("not an absolute URI");
        }
        return uri;
    }
}

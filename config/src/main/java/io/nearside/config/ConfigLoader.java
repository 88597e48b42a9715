package io.nearside.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads YAML configuration into records.
 *
 * <p>Records are declared with {@link Setting} on every component; components may be strings, booleans, numbers,
 * {@code Duration}, {@link DataSize}, {@code URI}, {@code Path}, {@link Secret}, enums, records, lists, maps with string
 * keys, and {@code Optional} or {@code @Nullable} of these. Environment variables named {@code NEARSIDE_<PATH>} override
 * the file. A configuration is used whole or not at all: anything unknown or unacceptable, in the file or in the
 * environment, ends in one {@link ConfigException} with all problems.
 *
 * <p>A record's compact constructor checks what concerns several of its components; an {@link IllegalArgumentException}
 * from it becomes a problem at that record, or at the component whose name opens the message.
 *
 * <p>Stateless and safe for use from any thread.
 */
public final class ConfigLoader {
    private static final String SERVICE = "service";

    private ConfigLoader() {}

    /**
     * Reads a file.
     *
     * @param environment the process's environment; names that do not start with {@code NEARSIDE_} are ignored
     * @throws ConfigException if the file cannot be read or anything in it or the environment is wrong
     */
    public static <R extends Record> R load(Path file, Class<R> type, Map<String, String> environment) {
        return effective(file, type, environment).value();
    }

    /** Like {@link #load}, from text instead of a file. */
    public static <R extends Record> R parse(String yaml, Class<R> type, Map<String, String> environment) {
        return effective("configuration", yaml, type, environment).value();
    }

    /** Like {@link #load}, keeping where each value came from. */
    public static <R extends Record> EffectiveConfig<R> effective(
            Path file, Class<R> type, Map<String, String> environment) {
        return effective(file.toString(), read(file), type, environment);
    }

    /**
     * Like {@link #parse}, keeping where each value came from.
     *
     * @param source what problems call the text, usually a file name
     */
    public static <R extends Record> EffectiveConfig<R> effective(
            String source, String yaml, Class<R> type, Map<String, String> environment) {
        Problems problems = new Problems(source);
        Shape.Section root = Shape.of(type);
        Tree.Mapping tree = mapping(source, yaml, problems);
        ServiceConfig service = type.getAnnotation(ServiceConfig.class);
        Bound.@Nullable Leaf serviceLeaf = service == null ? null : service(service.value(), tree, problems);
        new EnvironmentOverlay(root, problems).apply(environment, tree);
        Bound.Fields bound = new Binder(root, problems).section("", root, tree);
        if (bound == null || problems.count() > 0) {
            throw problems.exception();
        }
        return new EffectiveConfig<>(type.cast(bound.value()), serviceLeaf == null ? bound : with(serviceLeaf, bound));
    }

    static String read(Path file) {
        Problems problems = new Problems(file.toString());
        Origin origin = new Origin.FileLine(file.toString(), 0);
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            problems.add("", origin, "cannot be read: there is no such file");
        } catch (CharacterCodingException e) {
            problems.add("", origin, "cannot be read: it is not UTF-8 text");
        } catch (IOException e) {
            problems.add("", origin, "cannot be read: " + e);
        }
        throw problems.exception();
    }

    /** The top level of a file. What is not even a section of keys ends the reading: nothing else could be said of it. */
    static Tree.Mapping mapping(String source, String yaml, Problems problems) {
        Tree tree = YamlReader.readFile(source, yaml, problems);
        if (tree instanceof Tree.Mapping mapping) {
            return new Tree.Mapping(mapping.entries(), new Origin.FileLine(source, 0));
        }
        if (tree != null && !tree.isNull()) {
            problems.add("", tree.origin(), "is " + tree.kind() + "; write a section of keys");
        }
        problems.throwIfAny();
        return Tree.Mapping.empty(new Origin.FileLine(source, 0));
    }

    private static Bound.Leaf service(String expected, Tree.Mapping tree, Problems problems) {
        Tree written = tree.entries().remove(SERVICE);
        if (written == null || written.isNull()) {
            problems.add(SERVICE, tree.origin(), "missing; write " + SERVICE + ": " + expected);
        } else if (!(written instanceof Tree.Scalar scalar) || !expected.equals(scalar.text())) {
            problems.add(SERVICE, written.origin(), "is not a " + expected + "; write " + SERVICE + ": " + expected);
        }
        return new Bound.Leaf(expected, expected, written == null ? tree.origin() : written.origin());
    }

    private static Bound.Fields with(Bound.Leaf service, Bound.Fields root) {
        Map<String, Bound> fields = new LinkedHashMap<>();
        fields.put(SERVICE, service);
        fields.putAll(root.fields());
        return new Bound.Fields(fields, root.value(), root.origin());
    }
}

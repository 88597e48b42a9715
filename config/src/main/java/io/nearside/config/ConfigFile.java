package io.nearside.config;

import java.nio.file.Path;
import java.util.List;

/** A configuration file of which only the kind is wanted. */
public final class ConfigFile {
    private ConfigFile() {}

    /**
     * The {@code service} key at a file's top level, which says what the rest of the file configures.
     *
     * @param known the services that the caller knows
     * @return one of {@code known}
     * @throws ConfigException if the file cannot be read, is not YAML, or names no service or another one
     */
    public static String service(Path file, String... known) {
        String source = file.toString();
        Problems problems = new Problems(source);
        Tree.Mapping root = ConfigLoader.mapping(source, ConfigLoader.read(file), problems);
        Tree written = root.entries().get("service");
        if (written instanceof Tree.Scalar scalar && List.of(known).contains(String.valueOf(scalar.text()))) {
            return String.valueOf(scalar.text());
        }
        String accepted = "write service: " + String.join(" or service: ", known);
        if (written == null || written.isNull()) {
            problems.add("service", root.origin(), "missing; " + accepted);
        } else {
            problems.add("service", written.origin(), "not a known service; " + accepted);
        }
        throw problems.exception();
    }
}

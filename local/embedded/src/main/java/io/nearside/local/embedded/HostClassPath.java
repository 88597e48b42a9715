package io.nearside.local.embedded;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the child JVM's class path lies: in the build directory of the module {@code local/dynamodb-host}, under the
 * directory that the system property {@code nearside.home} names, else under the nearest parent of this code that has it.
 */
final class HostClassPath {
    private static final Path BUILD = Path.of("local", "dynamodb-host", "target");

    private HostClassPath() {}

    /** @throws IllegalStateException if the module has not been built */
    static String find() {
        return candidates()
                .map(home -> home.resolve(BUILD))
                .filter(build -> Files.isDirectory(build.resolve("lib")))
                .findFirst()
                .map(HostClassPath::of)
                .orElseThrow(() ->
                        new IllegalStateException("the DynamoDB host is not built: found no " + BUILD.resolve("lib")
                                + " under nearside.home or above " + ownLocation() + "; run ./mvnw package"));
    }

    private static String of(Path build) {
        Path classes = build.resolve("classes");
        Path code = Files.isDirectory(classes) ? classes : build.resolve("nearside-dynamodb-host.jar");
        return code + File.pathSeparator + build.resolve("lib") + File.separator + "*";
    }

    private static Stream<Path> candidates() {
        @Nullable String home = System.getProperty("nearside.home");
        return home != null
                ? Stream.of(Path.of(home))
                : Stream.iterate(ownLocation(), path -> path != null, Path::getParent);
    }

    private static Path ownLocation() {
        @Nullable CodeSource source = HostClassPath.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalStateException("this code has no location; set the system property nearside.home");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

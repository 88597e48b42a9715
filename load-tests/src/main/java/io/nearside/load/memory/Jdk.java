package io.nearside.load.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A JDK on this machine.
 *
 * @param home where it is
 * @param feature its feature release, for instance 21
 */
record Jdk(Path home, int feature) {
    /** The first with a ZGC that has generations (JEP 439). */
    private static final int GENERATIONAL_ZGC = 21;

    /** The last that must be told to use them (JEP 490). */
    private static final int LAST_WITH_BOTH = 23;

    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

    /** The one that runs this. */
    static Jdk own() {
        return new Jdk(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
    }

    /** This one, or else a neighbour of it, that has generational ZGC. */
    static Optional<Jdk> withGenerationalZgc() {
        if (own().feature >= GENERATIONAL_ZGC) {
            return Optional.of(own());
        }
        var neighbours = own().home.getParent();
        if (neighbours == null) {
            return Optional.empty();
        }
        try (var homes = Files.list(neighbours)) {
            return homes.flatMap(Jdk::at)
                    .filter(jdk -> jdk.feature >= GENERATIONAL_ZGC)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Stream<Jdk> at(Path home) {
        try {
            var version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() && Files.isExecutable(home.resolve("bin/java"))
                    ? Stream.of(new Jdk(home, Integer.parseInt(version.group(1))))
                    : Stream.empty();
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    /** What turns generational ZGC on. */
    String[] generationalZgc() {
        return feature <= LAST_WITH_BOTH
                ? new String[] {"-XX:+UseZGC", "-XX:+ZGenerational"}
                : new String[] {"-XX:+UseZGC"};
    }
}

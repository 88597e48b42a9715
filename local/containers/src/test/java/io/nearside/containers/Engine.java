package io.nearside.containers;

import com.github.dockerjava.api.exception.NotFoundException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/** The Docker engine and the images that the suite needs. Where either is missing, the suite says so and is
 * skipped. */
final class Engine {

    static final DockerImageName DYNAMODB = DockerImageName.parse("amazon/dynamodb-local:latest");
    static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka:4.3.1");

    /** Bases for our own images, the first that is here is taken. The stand-in is made by stand-ins/build. */
    private static final List<String> BASES =
            List.of("docker.io/library/eclipse-temurin:25-jre", "nearside-stand-in/jre:bookworm");

    private Engine() {}

    static void requireOrSkip() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            skip("no Docker engine answers");
        }
        for (DockerImageName image : List.of(DYNAMODB, KAFKA)) {
            if (!isLocal(image.asCanonicalNameString())) {
                skip("the image " + image.asCanonicalNameString()
                        + " is not here: docker pull it, or, without a registry,"
                        + " run local/containers/stand-ins/build");
            }
        }
        if (base().isEmpty()) {
            skip("none of the base images " + BASES
                    + " is here: docker pull one, name another by -Dnearside.image.base=…,"
                    + " or run local/containers/stand-ins/build");
        }
    }

    /** What our own images are built on. */
    static Optional<String> base() {
        String given = System.getProperty("nearside.image.base", "");
        return given.isEmpty() ? BASES.stream().filter(Engine::isLocal).findFirst() : Optional.of(given);
    }

    private static boolean isLocal(String image) {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** With the profile {@code containers}, what would be skipped is a failure. */
    private static void skip(String reason) {
        String message = "containers are not tested: " + reason;
        if (System.getProperty("nearside.containers", "").equals("required")) {
            throw new IllegalStateException(message);
        }
        System.out.println("SKIPPED: " + message);
        Assumptions.abort(message);
    }
}

package io.nearside.containers;

import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * The Docker engine and the images that the suite needs. An image that is not here is pulled; where that cannot be done, or no
 * engine answers, the suite says so and is skipped.
 */
final class Engine {

    static final DockerImageName DYNAMODB = DockerImageName.parse("amazon/dynamodb-local:latest");
    static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka:4.3.1");

    /** Bases for our own images, the first that is here is taken. The stand-in is made by stand-ins/build. */
    private static final List<String> BASES =
            List.of("docker.io/library/eclipse-temurin:25-jre", "nearside-stand-in/jre:bookworm", Engine.HOST_BASE);

    /** Made of the JDK that runs the tests, where there is no other. */
    private static final String HOST_BASE = "nearside-stand-in/jre:host";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");
    private static final Duration PULL_PATIENCE = Duration.ofMinutes(3);

    private Engine() {}

    /** For tests of our own images alone: needs an engine of this machine, and no registry. */
    static void requireOwnOrSkip() {
        requireEngine();
        if (!System.getProperty("os.name").equals("Linux")
                || !LOOPBACK.contains(DockerClientFactory.instance().dockerHostIpAddress())) {
            skip("the Docker engine is not of this machine, and its containers cannot share its network");
        }
        if (base().isEmpty()) {
            makeBase();
        }
    }

    static void requireOrSkip() {
        requireEngine();
        for (DockerImageName image : List.of(DYNAMODB, KAFKA)) {
            if (!isLocal(image.asCanonicalNameString()) && !pull(image)) {
                skip("the image " + image.asCanonicalNameString()
                        + " is not here and cannot be pulled; without a registry, run"
                        + " local/containers/stand-ins/build");
            }
        }
        if (base().isEmpty() && !pull(DockerImageName.parse(BASES.get(0)))) {
            skip("none of the base images " + BASES
                    + " is here or can be pulled: name another by -Dnearside.image.base=…,"
                    + " or run local/containers/stand-ins/build");
        }
    }

    private static void requireEngine() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            skip("no Docker engine answers");
        }
    }

    private static void makeBase() {
        Path log = Path.of("target/jre.log");
        try {
            Process made = new ProcessBuilder("stand-ins/jre", System.getProperty("java.home"))
                    .redirectError(log.toFile())
                    .start();
            String image = DockerClientFactory.lazyClient()
                    .createImageCmd(HOST_BASE, made.getInputStream())
                    .exec()
                    .getId();
            if (made.waitFor() != 0) {
                DockerClientFactory.lazyClient().removeImageCmd(image).exec();
                skip("no base image can be made of this JDK; why is in " + log.toAbsolutePath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("stand-ins/jre cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
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

    /** At most some minutes; a machine without a registry says so at once. */
    private static boolean pull(DockerImageName image) {
        System.out.println("pulling " + image.asCanonicalNameString());
        try {
            return DockerClientFactory.lazyClient()
                    .pullImageCmd(image.getUnversionedPart())
                    .withTag(image.getVersionPart())
                    .exec(new PullImageResultCallback())
                    .awaitCompletion(PULL_PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (DockerException | DockerClientException e) {
            System.out.println(e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

package io.nearside.containers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.local.embedded.LoopbackPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.output.FrameConsumerResultCallback;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.ToStringConsumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Both images do their work without root and on a read-only root file system, and end when told to. Needs an engine of this machine and
 * no registry: DynamoDB Local and Kafka run in this process, and the containers share its network.
 */
class ImageIT {

    private static final int STOP_SECONDS = 60;

    /** Ends by SIGTERM: Java's own exit code for it, or the one of a shutdown that ran to its end. */
    private static final long TERMINATED = 143;

    private final Deque<String> started = new ArrayDeque<>();

    @BeforeEach
    void require() {
        Engine.requireOwnOrSkip();
    }

    @AfterEach
    void remove() {
        DockerClient engine = DockerClientFactory.lazyClient();
        started.forEach(container ->
                engine.removeContainerCmd(container).withForce(true).exec());
    }

    @Test
    void images_readOnlyAndWithoutRoot_serveAndStopCleanly() {
        URI dynamoDb = EmbeddedDynamoDb.shared().endpoint(0);
        String kafka = EmbeddedKafka.shared().bootstrapServers();
        int data = LoopbackPort.free();
        int proxyAdmin = LoopbackPort.free();
        int replicatorAdmin = LoopbackPort.free();
        String replicator = run("replicator", """
                service: replicator
                region: image-1
                region-id: 1
                dynamodb: {endpoint: "%s"}
                kafka: {bootstrap-servers: "%s"}
                admin: {port: %d}
                streams: {enable: true}
                tables: [{name: "image-*"}]
                """.formatted(dynamoDb, kafka, replicatorAdmin));
        String proxy = run("proxy", """
                service: proxy
                region: image-1
                listen: {port: %d}
                admin: {port: %d}
                upstream: {endpoint: "%s"}
                cache: {max-weight: 32MiB}
                coherence: {kafka: {bootstrap-servers: "%s"}}
                """.formatted(data, proxyAdmin, dynamoDb, kafka));
        awaitReady(proxy, proxyAdmin);
        awaitReady(replicator, replicatorAdmin);

        try (Table cached = new Table("image-carts", "image-1", URI.create("http://127.0.0.1:" + data));
                Table around = new Table("image-carts", "image-1", dynamoDb)) {
            cached.create();
            cached.put("a", "first");
            await().atMost(Regions.PATIENCE).until(() -> cached.outcome("a").equals("hit"));
            // Only the replicator can tell the proxy of this one.
            around.put("a", "second");
            await().atMost(Regions.PATIENCE).until(() -> cached.get("a").equals("second"));
        }

        for (String container : new String[] {proxy, replicator}) {
            ContainerState state = stop(container);
            assertThat(state.getOOMKilled()).isFalse();
            assertThat(state.getExitCodeLong()).isIn(0L, TERMINATED);
            assertThat(log(container)).doesNotContain("\"ERROR\"").doesNotContain("Read-only file system");
        }
    }

    private String run(String service, String config) {
        DockerClient engine = DockerClientFactory.lazyClient();
        HostConfig host = ServiceContainer.restrict(HostConfig.newHostConfig())
                .withNetworkMode("host")
                .withTmpFs(Map.of("/tmp", "rw,exec,size=16m"))
                .withBinds(new Bind(
                        ServiceContainer.configFolder(service, config).toString(),
                        new Volume("/etc/nearside/config"),
                        AccessMode.ro));
        String container = engine.createContainerCmd(ServiceContainer.imageOf(service))
                .withEnv("AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local")
                .withHostConfig(host)
                .exec()
                .getId();
        started.push(container);
        engine.startContainerCmd(container).exec();
        assertThat(engine.inspectContainerCmd(container).exec().getConfig().getUser())
                .isEqualTo("65532:65532");
        return container;
    }

    private void awaitReady(String container, int adminPort) {
        await().atMost(Regions.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .failFast("the container has ended", () -> !isRunning(container))
                .until(() -> HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(
                                                        URI.create("http://127.0.0.1:" + adminPort + "/health/ready"))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    private static boolean isRunning(String container) {
        return Boolean.TRUE.equals(state(container).getRunning());
    }

    private static ContainerState stop(String container) {
        DockerClientFactory.lazyClient()
                .stopContainerCmd(container)
                .withTimeout(STOP_SECONDS)
                .exec();
        return state(container);
    }

    private static ContainerState state(String container) {
        return DockerClientFactory.lazyClient()
                .inspectContainerCmd(container)
                .exec()
                .getState();
    }

    private static String log(String container) {
        ToStringConsumer text = new ToStringConsumer();
        try (FrameConsumerResultCallback frames = new FrameConsumerResultCallback()) {
            frames.addConsumer(OutputType.STDOUT, text);
            frames.addConsumer(OutputType.STDERR, text);
            DockerClientFactory.lazyClient()
                    .logContainerCmd(container)
                    .withStdOut(true)
                    .withStdErr(true)
                    .exec(frames)
                    .awaitCompletion();
        } catch (IOException e) {
            throw new UncheckedIOException("the log of " + container + " cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return text.toUtf8String();
    }
}

package io.nearside.local;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.local.embedded.LoopbackPort;
import io.nearside.proxy.ProxyMain;
import io.nearside.replicator.ReplicatorMain;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What an operator sees when a service cannot start: what is wrong and where, and no stack trace. */
class ServiceMainsIT {
    private static final Duration ENDED = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void proxy_withABadConfiguration_listsEveryProblem() throws Exception {
        String output = failure(ProxyMain.class, "--config", file("service: proxy\nregoin: x\nlisten: {port: many}\n"));

        assertThat(output).contains("regoin", "did you mean", "listen.port");
    }

    @Test
    void proxy_withoutAFile_namesIt() throws Exception {
        assertThat(failure(
                        ProxyMain.class,
                        "--config",
                        directory.resolve("none.yaml").toString()))
                .contains("none.yaml");
    }

    @Test
    void proxy_onAUsedPort_namesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThat(failure(
                            ProxyMain.class, "--config", file(configs(port, 0).proxy())))
                    .contains(String.valueOf(port));
        }
    }

    @Test
    void replicator_withABadConfiguration_listsEveryProblem() throws Exception {
        String output = failure(
                ReplicatorMain.class,
                "replicator",
                "--config",
                file("service: replicator\nregoin: x\nregion-id: first\n"));

        assertThat(output).contains("regoin", "did you mean", "region-id");
    }

    @Test
    void replicator_onAUsedPort_namesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThat(failure(
                            ReplicatorMain.class,
                            "replicator",
                            "--config",
                            file(configs(0, port).replicator())))
                    .contains(String.valueOf(port));
        }
    }

    private static ServiceConfigs configs(int proxyPort, int replicatorAdminPort) {
        var here = new ServiceConfigs.Region("alone-1", 1, proxyPort, 0, replicatorAdminPort);
        String nobody = "127.0.0.1:" + LoopbackPort.free();
        return new ServiceConfigs(here, EmbeddedDynamoDb.shared().endpoint(0), nobody, List.of());
    }

    private String file(String yaml) throws Exception {
        return Files.writeString(directory.resolve("service.yaml"), yaml).toString();
    }

    /** What a main says that ends by itself, and not well. */
    private static String failure(Class<?> main, String... arguments) throws InterruptedException {
        try (JavaProcess process = JavaProcess.start(main, arguments)) {
            assertThat(process.awaitExit(ENDED)).as(process.output()).isBetween(1, 2);
            assertThat(process.output()).doesNotContain("\tat ", "Exception");
            return process.output();
        }
    }
}

package io.nearside.containers;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;

/**
 * One of our services, in the image that helm/image describes and under the restrictions that the chart sets: read-only root file
 * system, no capabilities, limits of memory and CPU.
 */
final class ServiceContainer extends GenericContainer<ServiceContainer> {

    static final int DATA_PORT = 8000;

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final long MEMORY = 512L << 20;
    private static final long NANO_CPUS = 1_000_000_000L;
    private static final int STOP_SECONDS = 30;

    private final int adminPort;

    /** Built once, however many containers are started from it. */
    private static final Map<String, ImageFromDockerfile> IMAGES = new ConcurrentHashMap<>();

    private ServiceContainer(String service, String config, int adminPort, Network network) {
        super(IMAGES.computeIfAbsent(service, ServiceContainer::image));
        this.adminPort = adminPort;
        withNetwork(network);
        withExposedPorts(adminPort);
        withEnv(Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local"));
        // Testcontainers' own way to bind a folder first asks for an image that a machine without a registry does not
        // have.
        Bind folder =
                new Bind(configFolder(service, config).toString(), new Volume("/etc/nearside/config"), AccessMode.ro);
        // Netty's native transport is unpacked there and loaded, which Docker forbids unless told.
        withTmpFs(Map.of("/tmp", "rw,exec,size=16m"));
        withCreateContainerCmdModifier(create -> restrict(create.getHostConfig().withBinds(folder)));
        waitingFor(Wait.forHttp("/health/ready").forPort(adminPort).withStartupTimeout(Regions.PATIENCE));
    }

    static ServiceContainer proxy(String config, Network network) {
        ServiceContainer container = new ServiceContainer("proxy", config, 8002, network);
        container.addExposedPort(DATA_PORT);
        return container;
    }

    static ServiceContainer replicator(String config, Network network) {
        return new ServiceContainer("replicator", config, 8003, network);
    }

    /** The DynamoDB endpoint of a proxy. */
    URI endpoint() {
        return URI.create("http://" + getHost() + ":" + getMappedPort(DATA_PORT));
    }

    /** A page of the admin port. */
    URI admin(String path) {
        return URI.create("http://" + getHost() + ":" + getMappedPort(adminPort) + path);
    }

    /** Sends SIGTERM, waits for the end, and tells how it came about. */
    ContainerState stopGracefully() {
        getDockerClient()
                .stopContainerCmd(getContainerId())
                .withTimeout(STOP_SECONDS)
                .exec();
        return getDockerClient().inspectContainerCmd(getContainerId()).exec().getState();
    }

    /** The image of a service, built if it was not yet. */
    static String imageOf(String service) {
        return IMAGES.computeIfAbsent(service, ServiceContainer::image).get();
    }

    private static ImageFromDockerfile image(String service) {
        Path target = ROOT.resolve(service).resolve("target");
        String jar = "nearside-" + service + ".jar";
        return new ImageFromDockerfile("nearside-test/" + service, false)
                .withFileFromPath("Dockerfile", ROOT.resolve("helm/image/" + service + ".Dockerfile"))
                .withFileFromPath("lib", target.resolve("lib"))
                .withFileFromPath(jar, target.resolve(jar))
                .withBuildArg("BASE", Engine.base().orElseThrow());
    }

    static HostConfig restrict(HostConfig host) {
        return host.withReadonlyRootfs(true)
                .withMemory(MEMORY)
                .withMemorySwap(MEMORY)
                .withNanoCPUs(NANO_CPUS)
                .withCapDrop(com.github.dockerjava.api.model.Capability.ALL);
    }

    /** Readable by the image's user, who is not the one that runs the tests. */
    static Path configFolder(String service, String config) {
        try {
            Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), service);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path file = Files.writeString(folder.resolve(service + ".yaml"), config);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

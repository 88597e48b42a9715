package io.nearside.load.peer;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** This proxy, as its users start it, in front of a backend. */
public final class Proxy {
    private static final Path JAR =
            Path.of(System.getProperty("nearside.home", "."), "proxy", "target", "nearside-proxy.jar");

    private Proxy() {}

    /** Starts it with the JVM options of every server here. */
    public static RunningProxy start(Bench bench, URI upstream, String extraConfiguration) {
        return start(bench, upstream, extraConfiguration, Bench.SERVER_JVM, CpuPinning.SERVER);
    }

    /** Starts it like {@link #start(Bench, URI, String)}, with TLS on its DynamoDB endpoint. */
    public static RunningProxy startWithTls(Bench bench, URI upstream) {
        var keys = KeyStoreFile.in(bench.directory());
        var tls = "  tls:\n    key-store: " + keys.path() + "\n    key-store-password: " + keys.password() + "\n";
        return start(bench, upstream, tls, "", Bench.SERVER_JVM, CpuPinning.SERVER);
    }

    /**
     * Starts it.
     *
     * @param extraConfiguration YAML to add, may be empty
     */
    public static RunningProxy start(
            Bench bench, URI upstream, String extraConfiguration, List<String> jvmOptions, CpuPinning pinning) {
        return start(bench, upstream, "", extraConfiguration, jvmOptions, pinning);
    }

    private static RunningProxy start(
            Bench bench,
            URI upstream,
            String tls,
            String extraConfiguration,
            List<String> jvmOptions,
            CpuPinning pinning) {
        int port = ChildProcess.freePort();
        int admin = ChildProcess.freePort();
        var configuration = bench.file("proxy-" + port + ".yaml");
        try {
            Files.writeString(configuration, """
                    service: proxy
                    region: us-east-1
                    listen:
                      port: %d
                    %sadmin:
                      port: %d
                    upstream:
                      endpoint: %s
                      credentials:
                        provider: static
                        access-key-id: bench
                        secret-access-key: bench
                    %s""".formatted(port, tls, admin, upstream, extraConfiguration));
        } catch (IOException e) {
            throw new UncheckedIOException("could not write " + configuration, e);
        }
        var process = ChildProcess.start(
                "proxy",
                pinning,
                bench.file("proxy-" + port + ".log"),
                ChildProcess.jar(jvmOptions, JAR, "--config", configuration.toString()));
        process.awaitPort(port, Bench.START);
        return new RunningProxy(tls.isEmpty() ? "nearside" : "nearside, TLS", port, admin, !tls.isEmpty(), process);
    }
}

package io.nearside.load.peer;

import io.nearside.load.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A self-signed certificate for loopback with its key, made by the JDK's {@code keytool}. */
record KeyStoreFile(Path path, String password) {
    private static final String PASSWORD = "for-one-run";

    /** Makes it in {@code directory}, unless it is there. */
    static KeyStoreFile in(Path directory) {
        var file = directory.resolve("tls.p12");
        if (!Files.exists(file)) {
            try {
                ChildProcess.runQuietly(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "bench",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD));
            } catch (IOException e) {
                throw new UncheckedIOException("a JDK is needed, for its keytool", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return new KeyStoreFile(file, PASSWORD);
    }
}

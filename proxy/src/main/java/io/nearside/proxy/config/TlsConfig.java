package io.nearside.proxy.config;

import io.nearside.config.Secret;
import io.nearside.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the data port proves itself with: a certificate and its key in PEM files, or both in a key store. */
public record TlsConfig(
        @Setting("The certificate and those that lead to its root, a PEM file, the server's own first.")
        Optional<Path> certificate,

        @Setting("The certificate's private key, a PEM file in PKCS#8 (`BEGIN PRIVATE KEY`), not encrypted.")
        Optional<Path> privateKey,

        @Setting("A key store (PKCS#12 or JKS) with one key, instead of the PEM files.")
        Optional<Path> keyStore,

        @Setting("The password of the key store and of its key.")
        Optional<Secret> keyStorePassword,

        @Setting(
                value = "How often the files are looked at; changed ones serve new connections. What cannot be used is"
                        + " logged, and the former goes on serving.",
                byDefault = "30s",
                min = "100ms",
                max = "1d")
        Duration reloadInterval) {

    public TlsConfig {
        boolean pem = certificate.isPresent() || privateKey.isPresent();
        if (pem == keyStore.isPresent()) {
            throw new IllegalArgumentException("needs either certificate and private-key, or key-store");
        }
        if (certificate.isPresent() != privateKey.isPresent()) {
            throw new IllegalArgumentException("certificate and private-key go together");
        }
        if (keyStorePassword.isPresent() && pem) {
            throw new IllegalArgumentException("key-store-password is for key-store; a PEM key must not be encrypted");
        }
    }
}

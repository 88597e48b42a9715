package io.nearside.proxy.http;

import io.nearside.config.Secret;
import io.nearside.proxy.config.TlsConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * A private key with its certificates, read from the files that the configuration names and known to belong together.
 * Reading blocks, so it is done on no event loop.
 */
final class TlsIdentity {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA", "Ed25519", "EdDSA");
    private static final String ALIAS = "server";

    private final X509KeyManager keyManager;
    private final X509Certificate certificate;

    private TlsIdentity(X509KeyManager keyManager, X509Certificate certificate) {
        this.keyManager = keyManager;
        this.certificate = certificate;
    }

    /**
     * Reads and checks the files.
     *
     * @throws TlsException says which file is wrong, and how
     */
    static TlsIdentity load(TlsConfig config) throws TlsException {
        Path store = config.keyStore().orElse(null);
        return store == null
                ? ofPem(config.certificate().orElseThrow(), config.privateKey().orElseThrow())
                : ofKeyStore(
                        store,
                        config.keyStorePassword().map(Secret::reveal).orElse("").toCharArray());
    }

    X509KeyManager keyManager() {
        return keyManager;
    }

    /** Whether the other shows the same certificate. */
    boolean shows(TlsIdentity other) {
        return certificate.equals(other.certificate);
    }

    /** For logs: whose certificate it is and how long it is good. */
    String description() {
        return certificate.getSubjectX500Principal().getName() + ", good until "
                + certificate.getNotAfter().toInstant();
    }

    private static TlsIdentity ofPem(Path certificateFile, Path keyFile) throws TlsException {
        List<X509Certificate> chain = certificates(certificateFile);
        PrivateKey key = privateKey(keyFile);
        if (!belongTogether(key, chain.get(0).getPublicKey())) {
            throw new TlsException("listen.tls.private-key: " + keyFile + " is not the key of the first certificate in "
                    + certificateFile);
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, key, new char[0], chain.toArray(Certificate[]::new));
            return of(store, new char[0], chain.get(0));
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException("listen.tls: " + certificateFile + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static TlsIdentity ofKeyStore(Path file, char[] password) throws TlsException {
        byte[] bytes = read("key-store", file);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            // Java's PKCS12 reads JKS as well.
            store.load(new ByteArrayInputStream(bytes), password);
            List<String> keys = Collections.list(store.aliases()).stream()
                    .filter(alias -> isKey(store, alias))
                    .toList();
            if (keys.size() != 1) {
                throw new TlsException("listen.tls.key-store: " + file + " has " + keys.size()
                        + " private keys; it must have exactly one");
            }
            Certificate certificate = store.getCertificate(keys.get(0));
            if (!(certificate instanceof X509Certificate x509)) {
                throw new TlsException("listen.tls.key-store: the key in " + file + " has no X.509 certificate");
            }
            return of(store, password, x509);
        } catch (IOException | GeneralSecurityException e) {
            throw new TlsException(
                    "listen.tls.key-store: " + file + " cannot be read with listen.tls.key-store-password: "
                            + e.getMessage(),
                    e);
        }
    }

    private static boolean isKey(KeyStore store, String alias) {
        try {
            return store.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key store that was loaded", e);
        }
    }

    private static TlsIdentity of(KeyStore store, char[] password, X509Certificate certificate)
            throws GeneralSecurityException, TlsException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return Arrays.stream(factory.getKeyManagers())
                .filter(X509KeyManager.class::isInstance)
                .map(manager -> new TlsIdentity((X509KeyManager) manager, certificate))
                .findFirst()
                .orElseThrow(() -> new TlsException("listen.tls: this Java has no key manager for X.509"));
    }

    private static List<X509Certificate> certificates(Path file) throws TlsException {
        byte[] pem = read("certificate", file);
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new TlsException("listen.tls.certificate: " + file + " holds no certificate");
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new TlsException(
                    "listen.tls.certificate: " + file + " is no PEM file of certificates: " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(Path file) throws TlsException {
        Matcher key = PKCS8.matcher(new String(read("private-key", file), StandardCharsets.ISO_8859_1));
        if (!key.find()) {
            throw new TlsException("listen.tls.private-key: " + file + " holds no unencrypted PKCS#8 key (BEGIN PRIVATE"
                    + " KEY); openssl pkcs8 -topk8 -nocrypt makes one of most others");
        }
        try {
            PKCS8EncodedKeySpec encoded =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
            for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
                } catch (InvalidKeySpecException e) {
                    // The next algorithm may know it; if none does, that is said below.
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new TlsException("listen.tls.private-key: " + file + " cannot be read: " + e.getMessage(), e);
        }
        throw new TlsException("listen.tls.private-key: " + file + " holds neither an RSA nor an EC nor an EdDSA key");
    }

    /** Whether what the one signs the other verifies. */
    private static boolean belongTogether(PrivateKey key, PublicKey certified) throws TlsException {
        String algorithm = SIGNATURES.getOrDefault(key.getAlgorithm(), "SHA256with" + key.getAlgorithm());
        byte[] text = "nearside".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(text);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new TlsException("listen.tls.private-key: this Java cannot sign with it: " + e.getMessage(), e);
        }
    }

    private static byte[] read(String setting, Path file) throws TlsException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TlsException("listen.tls." + setting + ": there is no file " + file.toAbsolutePath(), e);
        } catch (IOException e) {
            throw new TlsException("listen.tls." + setting + ": " + file + " cannot be read: " + e, e);
        }
    }
}

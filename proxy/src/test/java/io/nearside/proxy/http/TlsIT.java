package io.nearside.proxy.http;

import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.ProxyServer;
import io.nearside.proxy.RawHttp;
import io.nearside.proxy.StartException;
import io.nearside.proxy.TestProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** TLS on the data port. */
class TlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LIST_TABLES = "DynamoDB_20120810.ListTables";

    @TempDir
    static Path directory;

    private static TestCertificate first;
    private static TestCertificate second;

    @BeforeAll
    static void makeCertificates() {
        first = TestCertificate.make(directory, "first", "EC");
        second = TestCertificate.make(directory, "second", "RSA");
    }

    @Test
    @SuppressWarnings("unchecked") // The SDK takes its builders as an array of a generic type.
    void sdkOverTls_fromKeyStore_isServedHitsToo() throws Exception {
        try (ProxyServer proxy = start(keyStore(first, TestCertificate.PASSWORD));
                DynamoDbClient client = TestProxy.configured(DynamoDbClient.builder(), https(proxy))
                        .httpClientBuilder(UrlConnectionHttpClient.builder().tlsTrustManagersProvider(() -> {
                            try {
                                return TestCertificate.trustManagers(first);
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        }))
                        .build()) {
            client.createTable(b -> b.tableName("tls-sdk")
                    .billingMode("PAY_PER_REQUEST")
                    .attributeDefinitions(a -> a.attributeName("pk").attributeType("S"))
                    .keySchema(k -> k.attributeName("pk").keyType("HASH")));
            Map<String, AttributeValue> item = Map.of("pk", AttributeValue.fromS("a"));
            client.putItem(b -> b.tableName("tls-sdk").item(item));
            for (int i = 0; i < 3; i++) {
                assertThat(client.getItem(b -> b.tableName("tls-sdk").key(item)).item())
                        .isEqualTo(item);
            }

            assertThat(metrics(proxy)).contains("operation=\"GetItem\",outcome=\"hit\"");
            assertThatThrownBy(() -> RawHttp.send(
                            TestProxy.endpoint(proxy), "POST", "/", Map.of("X-Amz-Target", LIST_TABLES), new byte[0]))
                    .as("plain HTTP on the TLS port")
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void changedPemFiles_serveNewConnections_andBrokenOnesChangeNothing() throws Exception {
        Path certificate = directory.resolve("live.pem");
        Path key = directory.resolve("live-key.pem");
        Files.writeString(certificate, first.certificatePem());
        Files.writeString(key, first.keyPem());
        try (ProxyServer proxy = start(pem(certificate, key) + ", reload-interval: 100ms")) {
            assertThat(shown(proxy)).isEqualTo(first.certificate());

            Files.writeString(certificate, "half a file");
            assertThat(shown(proxy)).isEqualTo(first.certificate());
            // For a moment these do not belong together, which is the same as a broken file.
            Files.writeString(certificate, second.certificatePem());
            Files.writeString(key, second.keyPem());

            await().atMost(PATIENCE).until(() -> shown(proxy).equals(second.certificate()));
        }
    }

    @Test
    void filesThatCannotBeUsed_endTheStartWithOneSentence() throws Exception {
        Path good = write("good.pem", first.certificatePem());
        Path goodKey = write("good-key.pem", first.keyPem());
        Path absent = directory.resolve("absent.pem");

        refused(pem(absent, goodKey), "listen.tls.certificate: there is no file " + absent);
        refused(pem(good, absent), "listen.tls.private-key: there is no file " + absent);
        refused(pem(write("text.pem", "hello"), goodKey), "listen.tls.certificate");
        refused(pem(good, good), "BEGIN PRIVATE KEY");
        refused(pem(good, write("other-key.pem", second.keyPem())), "is not the key of the first certificate");
        refused(
                pem(good, write("noise.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")),
                "neither an RSA nor an EC nor an EdDSA key");
        refused(keyStore(first, "wrong"), "listen.tls.key-store-password");
        refused("key-store: " + good, "listen.tls.key-store");
    }

    private static void refused(String tls, String reason) {
        assertThatThrownBy(() -> start(tls).close())
                .isInstanceOf(StartException.class)
                .hasMessageContaining(reason);
    }

    private static ProxyServer start(String tls) {
        return ProxyServer.start(
                TestProxy.config(EmbeddedDynamoDb.shared().endpoint(0), "  tls: {" + tls + "}", "", Map.of()));
    }

    private static String pem(Path certificate, Path key) {
        return "certificate: " + certificate + ", private-key: " + key;
    }

    private static String keyStore(TestCertificate certificate, String password) {
        return "key-store: " + certificate.keyStore() + ", key-store-password: " + password;
    }

    private static Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static URI https(ProxyServer proxy) {
        return URI.create("https://127.0.0.1:" + proxy.dataPort());
    }

    private static String metrics(ProxyServer proxy) {
        return RawHttp.send(TestProxy.admin(proxy, ""), "GET", "/metrics", Map.of(), new byte[0])
                .text();
    }

    /** The certificate that a new connection is shown. */
    private static Certificate shown(ProxyServer proxy) throws Exception {
        SSLContext trust = TestCertificate.trusting(first, second);
        HttpResponse<String> response = HttpClient.newBuilder()
                .sslContext(trust)
                .build()
                .send(
                        HttpRequest.newBuilder(https(proxy))
                                .header("X-Amz-Target", LIST_TABLES)
                                .header(
                                        "Authorization",
                                        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request")
                                .POST(BodyPublishers.ofString("{}"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        return response.sslSession()
                .orElseThrow(() -> new SSLPeerUnverifiedException("no TLS"))
                .getPeerCertificates()[0];
    }
}

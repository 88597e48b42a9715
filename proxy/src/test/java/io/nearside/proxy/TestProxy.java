package io.nearside.proxy;

import io.nearside.config.ConfigLoader;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import io.nearside.proxy.config.ProxyConfig;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Starts proxies on free ports from YAML, as users do, and SDK clients for them. */
public final class TestProxy {

    private TestProxy() {}

    /** A proxy in front of one region of the shared DynamoDB Local. */
    public static ProxyServer before(int region) {
        return start(EmbeddedDynamoDb.shared().endpoint(region), "");
    }

    /** A proxy with further sections of configuration. */
    public static ProxyServer start(URI upstream, String more) {
        return ProxyServer.start(config(upstream, more, Map.of()));
    }

    /** The configuration that {@link #start} uses; {@code environment} overrides it. */
    public static ProxyConfig config(URI upstream, Map<String, String> environment) {
        return config(upstream, "", environment);
    }

    /** The same with further sections. */
    public static ProxyConfig config(URI upstream, String more, Map<String, String> environment) {
        return config(upstream, "", more, environment);
    }

    /**
     * The same with further lines in the section {@code listen}.
     *
     * @param listen lines indented by two blanks
     */
    public static ProxyConfig config(URI upstream, String listen, String more, Map<String, String> environment) {
        String yaml = """
                service: proxy
                region: us-east-1
                listen:
                  port: 0
                  drain: 2s
                %s
                admin:
                  port: 0
                upstream:
                  endpoint: %s
                  credentials:
                    provider: static
                    access-key-id: local
                    secret-access-key: local
                %s
                """.formatted(listen, upstream, more);
        return ConfigLoader.parse(yaml, ProxyConfig.class, environment);
    }

    /** Where the proxy's DynamoDB endpoint is. */
    public static URI endpoint(ProxyServer proxy) {
        return URI.create("http://127.0.0.1:" + proxy.dataPort());
    }

    /** Where the proxy's admin port is. */
    public static URI admin(ProxyServer proxy, String path) {
        return URI.create("http://127.0.0.1:" + proxy.adminPort() + path);
    }

    /** An SDK client that nothing but the endpoint tells from one for DynamoDB. */
    public static DynamoDbClient client(URI endpoint) {
        return configured(DynamoDbClient.builder(), endpoint)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Sets what every client of these tests has. */
    public static <B extends AwsClientBuilder<B, ?>> B configured(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
    }
}

package io.nearside.replicator;

import io.nearside.config.Secret;
import io.nearside.replicator.config.CredentialsConfig;
import io.nearside.replicator.config.DynamoDbConfig;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The AWS SDK's clients for one region, on one pool of connections.
 *
 * <p>The SDK repeats what fails twice at most; patience beyond that is up to the callers, who can show what they wait for.
 */
final class AwsClients implements AutoCloseable {

    private static final int MAX_ATTEMPTS = 3;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final SdkHttpClient http;
    private final DynamoDbClient dynamoDb;
    private final DynamoDbClient once;
    private final DynamoDbStreamsClient streams;

    AwsClients(String region, DynamoDbConfig config) {
        this.http = Apache5HttpClient.builder()
                .maxConnections(config.connections())
                .connectionTimeout(CONNECT_TIMEOUT)
                .socketTimeout(config.requestTimeout())
                .build();
        AwsCredentialsProvider credentials = credentials(config.credentials());
        ClientOverrideConfiguration patience = patience(config, MAX_ATTEMPTS);
        this.dynamoDb = dynamoDb(region, config, credentials, patience);
        this.once = dynamoDb(region, config, credentials, patience(config, 1));
        this.streams = DynamoDbStreamsClient.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(patience)
                .applyMutation(builder -> config.endpoint().ifPresent(builder::endpointOverride))
                .build();
    }

    private static ClientOverrideConfiguration patience(DynamoDbConfig config, int attempts) {
        return ClientOverrideConfiguration.builder()
                .apiCallTimeout(config.requestTimeout())
                .retryStrategy(retries -> retries.maxAttempts(attempts))
                .build();
    }

    private DynamoDbClient dynamoDb(
            String region,
            DynamoDbConfig config,
            AwsCredentialsProvider credentials,
            ClientOverrideConfiguration patience) {
        return DynamoDbClient.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .httpClient(http)
                .overrideConfiguration(patience)
                .applyMutation(builder -> config.endpoint().ifPresent(builder::endpointOverride))
                .build();
    }

    private static AwsCredentialsProvider credentials(CredentialsConfig config) {
        return switch (config.provider()) {
            case DEFAULT -> DefaultCredentialsProvider.builder().build();
            case STATIC ->
                StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        config.accessKeyId().orElseThrow(), reveal(config.secretAccessKey())));
        };
    }

    private static String reveal(Optional<Secret> secret) {
        return secret.orElseThrow().reveal();
    }

    DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    /** A client that repeats nothing, for writes that must not be made twice. */
    DynamoDbClient once() {
        return once;
    }

    DynamoDbStreamsClient streams() {
        return streams;
    }

    @Override
    public void close() {
        dynamoDb.close();
        once.close();
        streams.close();
        http.close();
    }
}

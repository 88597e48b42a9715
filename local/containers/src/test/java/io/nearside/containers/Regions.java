package io.nearside.containers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/**
 * Two regions in containers: one DynamoDB Local, which keeps the regions apart by the region in each signature, one Kafka, and as many
 * proxies and replicators as a test asks for.
 */
final class Regions implements AutoCloseable {

    static final String HERE = "us-east-1";
    static final String THERE = "eu-west-1";

    /** Until a container is ready: long, for machines that are busy with other things. */
    static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final String BROKERS = "kafka:19092";

    private final Network network = Network.newNetwork();
    private final KafkaContainer kafka = new KafkaContainer(Engine.KAFKA)
            .withNetwork(network)
            .withListener(BROKERS)
            .withStartupTimeout(PATIENCE);
    private final GenericContainer<?> dynamoDb = new GenericContainer<>(Engine.DYNAMODB)
            .withNetwork(network)
            .withNetworkAliases("dynamodb")
            .withExposedPorts(8000)
            .waitingFor(Wait.forListeningPort().withStartupTimeout(PATIENCE));
    private final List<ServiceContainer> services = new ArrayList<>();

    Regions() {
        Startables.deepStart(kafka, dynamoDb).join();
    }

    ServiceContainer proxy(String region) {
        return ServiceContainer.proxy("""
                service: proxy
                region: %s
                listen: {host: 0.0.0.0}
                admin: {host: 0.0.0.0}
                auth: {mode: none, allow-unauthenticated: true}
                upstream: {endpoint: "http://dynamodb:8000"}
                cache: {max-weight: 64MiB}
                coherence: {kafka: {bootstrap-servers: "%s"}}
                """.formatted(region, BROKERS), network);
    }

    ServiceContainer replicator(String region, int regionId, String peer, int peerId) {
        return ServiceContainer.replicator("""
                service: replicator
                region: %s
                region-id: %d
                dynamodb: {endpoint: "http://dynamodb:8000"}
                kafka: {bootstrap-servers: "%s"}
                peers: [{region: %s, region-id: %d}]
                admin: {host: 0.0.0.0}
                streams: {enable: true}
                tables-create-missing: true
                """.formatted(region, regionId, BROKERS, peer, peerId), network);
    }

    /** Starts them together and waits until all are ready. */
    void start(ServiceContainer... fresh) {
        services.addAll(List.of(fresh));
        Startables.deepStart(fresh).join();
    }

    @Override
    public void close() {
        services.forEach(ServiceContainer::stop);
        dynamoDb.stop();
        kafka.stop();
        network.close();
    }
}

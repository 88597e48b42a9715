package io.nearside.replicator.publish;

import io.nearside.replicator.kafka.KafkaCluster;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Makes the one producer through which a region's capture writes. */
public final class CaptureProducer {

    private CaptureProducer() {}

    /**
     * Makes it: quick to report failure, and after 5 ms quick to send: under load what gathers in that time saves brokers and readers
     * more than half of their requests. Long outages are ridden out above the producer, where they show: a record
     * that was not taken is offered again for as long as it takes.
     */
    public static Producer<byte[], byte[]> of(KafkaCluster cluster, String clientId) {
        return cluster.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG, clientId,
                ProducerConfig.LINGER_MS_CONFIG, "5",
                ProducerConfig.BATCH_SIZE_CONFIG, String.valueOf(64 * 1024),
                ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(64L * 1024 * 1024),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000",
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "15000",
                ProducerConfig.MAX_BLOCK_MS_CONFIG, "2000"));
    }
}

package io.nearside.replicator.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A Kafka cluster and how to talk to it.
 *
 * @param bootstrapServers {@code host:port,...}
 * @param properties what the operator adds for security and tuning; wins over the settings of this class
 */
public record KafkaCluster(String bootstrapServers, Map<String, String> properties) {

    /** The largest record, with its headers, that producers, consumers and topics must take. */
    public static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

    private static final String RECONNECT_MILLIS = "1000";

    public KafkaCluster {
        properties = Map.copyOf(properties);
    }

    /** A producer that loses nothing it acknowledged: all replicas, idempotent; {@code settings} win over that. */
    public Producer<byte[], byte[]> producer(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, String.valueOf(MAX_RECORD_BYTES));
        return new KafkaProducer<>(with(all, settings), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer that commits only when told to; {@code settings} win over that. */
    public Consumer<byte[], byte[]> consumer(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, String.valueOf(MAX_RECORD_BYTES));
        return new KafkaConsumer<>(with(all, settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** An administrator's client, to be closed by the caller. */
    public Admin admin() {
        return Admin.create(with(new HashMap<>(), Map.of()));
    }

    private Map<String, Object> with(Map<String, String> defaults, Map<String, String> settings) {
        Map<String, Object> all = new HashMap<>(defaults);
        all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MILLIS);
        all.putAll(settings);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.putAll(properties);
        return all;
    }
}

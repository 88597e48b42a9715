package io.nearside.replicator.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearside.change.Topics;
import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Tells the other regions which tables this one replicates, and how they are made, on a compacted topic.
 *
 * <p>Each definition is written once per process and again when it changes; one that Kafka did not take is written again with the
 * next look at its table.
 */
public final class TableAnnouncer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableAnnouncer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final String BLOCK_MILLIS = "2000";

    private final String topic;
    private final Producer<byte[], byte[]> producer;
    private final Map<String, TableDefinition> announced = new ConcurrentHashMap<>();

    /** @param region this region */
    public TableAnnouncer(KafkaCluster cluster, String region) {
        this.topic = Topics.tables(region);
        this.producer = cluster.producer(Map.of(
                ProducerConfig.CLIENT_ID_CONFIG,
                "nearside-tables-" + region,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                BLOCK_MILLIS));
    }

    /** Begins to announce what discovery finds. */
    public void follow(TableDiscovery discovery) {
        discovery.subscribeDescriptions(this::announce);
    }

    /** Announces every table again, as discovery looks at it next: the topic is another one than before. */
    public void announceAgain() {
        announced.clear();
    }

    private void announce(TableDescription description) {
        TableDefinition definition = TableDefinition.of(description);
        if (definition.equals(announced.get(definition.table()))) {
            return;
        }
        announced.put(definition.table(), definition);
        try {
            byte[] value = JSON.writeValueAsBytes(definition);
            var unused = producer.send(
                    new ProducerRecord<>(topic, definition.table().getBytes(UTF_8), value), (metadata, failure) -> {
                        if (failure != null) {
                            refused(definition, failure);
                        }
                    });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a table definition is always JSON", e);
        } catch (KafkaException e) {
            refused(definition, e);
        }
    }

    private void refused(TableDefinition definition, Exception failure) {
        announced.remove(definition.table(), definition);
        LOG.atWarn()
                .addKeyValue("table", definition.table())
                .addKeyValue("reason", String.valueOf(failure.getMessage()))
                .log("a table was not announced to the other regions; it is tried again");
    }

    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}

package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.kafka.KafkaCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** Topics that were just made take records at once. */
final class RegionTopicsIT {

    private static final int TOPICS = 12;
    private static final int RECORDS = 160;

    private static final KafkaCluster KAFKA =
            new KafkaCluster(EmbeddedKafka.shared().bootstrapServers(), Map.of());

    @Test
    void topicsJustMade_producerOfManySmallBatches_losesAndRefusesNothing() throws Exception {
        String region = "topics-" + UUID.randomUUID().toString().substring(0, 8);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (Admin admin = KAFKA.admin();
                Producer<byte[], byte[]> producer = KAFKA.producer(
                        Map.of(ProducerConfig.BATCH_SIZE_CONFIG, "64", ProducerConfig.LINGER_MS_CONFIG, "0"))) {
            RegionTopics topics = new RegionTopics(admin, region, TopicSettings.DEFAULT);
            for (int table = 0; table < TOPICS; table++) {
                topics.ensureChanges("table-" + table);
                for (int i = 0; i < RECORDS; i++) {
                    sent.add(producer.send(new ProducerRecord<>(
                            Topics.changes(region, "table-" + table), ("key-" + i).getBytes(UTF_8), new byte[60])));
                }
            }
            for (Future<RecordMetadata> record : sent) {
                assertThat(record.get(60, TimeUnit.SECONDS).hasOffset()).isTrue();
            }
        }
    }
}

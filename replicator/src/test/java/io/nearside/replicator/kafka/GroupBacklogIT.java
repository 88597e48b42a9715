package io.nearside.replicator.kafka;

import io.nearside.local.embedded.EmbeddedKafka;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class GroupBacklogIT {

    private static final KafkaCluster KAFKA =
            new KafkaCluster(EmbeddedKafka.shared().bootstrapServers(), Map.of());

    @Test
    void records_beyondWhatTheGroupCommitted_countWithoutAnyMember() throws Exception {
        String prefix = "backlog-" + UUID.randomUUID() + ".";
        String group = "group-" + prefix;
        GroupBacklog backlog = new GroupBacklog(KAFKA, group, prefix);
        assertThat(backlog.records()).isZero();
        try (Admin admin = KAFKA.admin();
                Producer<byte[], byte[]> producer = KAFKA.producer(Map.of())) {
            admin.createTopics(List.of(
                            new NewTopic(prefix + "one", 2, (short) 1), new NewTopic(prefix + "two", 1, (short) 1)))
                    .all()
                    .get();
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(prefix + "one", i % 2, null, new byte[1]))
                        .get();
                producer.send(new ProducerRecord<>(prefix + "two", 0, null, new byte[1]))
                        .get();
            }
            assertThat(backlog.records()).isEqualTo(20);
            admin.alterConsumerGroupOffsets(
                            group,
                            Map.of(
                                    new TopicPartition(prefix + "one", 1), new OffsetAndMetadata(3),
                                    new TopicPartition(prefix + "two", 0), new OffsetAndMetadata(10)))
                    .all()
                    .get();
            assertThat(backlog.records()).isEqualTo(5 + 2);
        }
    }
}

package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.local.embedded.EmbeddedKafka;
import io.nearside.replicator.capture.PublishException;
import io.nearside.replicator.kafka.KafkaCluster;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Topics that were just made take records at once; those that are there are left alone. */
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

    @Test
    void topicsThatAreThere_withoutTheRightToCreateAny_areEnough() {
        String region = "topics-" + UUID.randomUUID().toString().substring(0, 8);
        try (Admin admin = KAFKA.admin()) {
            RegionTopics operator = new RegionTopics(admin, region, TopicSettings.DEFAULT);
            operator.ensureRegion();
            operator.ensureChanges("there");
            RegionTopics restricted = new RegionTopics(withoutCreate(admin), region, TopicSettings.DEFAULT);

            restricted.ensureRegion();
            restricted.ensureChanges("there");

            assertThatExceptionOfType(PublishException.class)
                    .isThrownBy(() -> restricted.ensureChanges("not-there"))
                    .withMessageStartingWith(
                            "there is no topic " + Topics.changes(region, "not-there") + ", and it cannot be created")
                    .matches(refused -> !refused.isHopeless());
        }
    }

    private static Admin withoutCreate(Admin admin) {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(),
                new Class<?>[] {Admin.class},
                (proxy, method, arguments) -> method.getName().equals("createTopics")
                        ? new Refused((Collection<?>) arguments[0])
                        : method.invoke(admin, arguments));
    }

    private static final class Refused extends CreateTopicsResult {
        Refused(Collection<?> topics) {
            super(topics.stream()
                    .map(topic -> ((NewTopic) topic).name())
                    .collect(Collectors.toMap(name -> name, name -> refused())));
        }

        private static KafkaFuture<TopicMetadataAndConfig> refused() {
            KafkaFutureImpl<TopicMetadataAndConfig> future = new KafkaFutureImpl<>();
            future.completeExceptionally(new TopicAuthorizationException("not allowed"));
            return future;
        }
    }
}

package io.nearside.local.embedded;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class EmbeddedKafkaIT {
    private static final int NEARLY_FOUR_MEGABYTES = EmbeddedKafka.MAX_MESSAGE_BYTES - 1024;

    @Test
    void record_ofNearlyFourMegabytes_comesBack() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.shared();
        createTopic(kafka, "large");

        send(kafka, "large", new byte[NEARLY_FOUR_MEGABYTES]);

        assertThat(read(kafka, "large"))
                .hasSize(1)
                .allSatisfy(record -> assertThat(record.value()).hasSize(NEARLY_FOUR_MEGABYTES));
    }

    @Test
    void restart_afterStop_hasTheSamePortAndRecords() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            createTopic(kafka, "kept");
            send(kafka, "kept", new byte[] {1});
            String address = kafka.bootstrapServers();

            kafka.stop();
            LoopbackPort.requireFree(kafka.port());
            kafka.restart();

            assertThat(kafka.bootstrapServers()).isEqualTo(address);
            assertThat(read(kafka, "kept")).hasSize(1);
        }
    }

    @Test
    void start_inTheDirectoryOfAnEarlierRun_findsItsRecords(@TempDir Path directory) throws Exception {
        try (EmbeddedKafka before = EmbeddedKafka.start(0, directory)) {
            createTopic(before, "kept");
            send(before, "kept", new byte[] {1});
        }

        try (EmbeddedKafka after = EmbeddedKafka.start(0, directory)) {
            assertThat(read(after, "kept")).hasSize(1);
        }
    }

    @Test
    void start_onAUsedPort_namesThePort() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedKafka.start(taken.getLocalPort(), null))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort()));
        }
    }

    private static void createTopic(EmbeddedKafka kafka, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static void send(EmbeddedKafka kafka, String topic, byte[] value) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "acks",
                "all",
                "max.request.size",
                EmbeddedKafka.MAX_MESSAGE_BYTES);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(EmbeddedKafka kafka, String topic) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partition = List.of(new TopicPartition(topic, 0));
            consumer.assign(partition);
            consumer.seekToBeginning(partition);
            return consumer.poll(Duration.ofMinutes(1)).records(partition.get(0));
        }
    }
}

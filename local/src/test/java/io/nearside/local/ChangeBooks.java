package io.nearside.local;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.AttributeValue;
import io.nearside.version.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import static java.util.concurrent.TimeUnit.SECONDS;

/** What the logs of a table say was captured, and how far each region has come with it. */
final class ChangeBooks {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long ANSWER_SECONDS = 30;

    private final String kafka;
    private final String table;

    ChangeBooks(String kafka, String table) {
        this.kafka = kafka;
        this.table = table;
    }

    /** A version that a region published. */
    record Captured(String id, Version version, boolean deleted) {}

    /** Everything that was captured, each version once. */
    Set<Captured> captured() {
        Set<Captured> captured = new HashSet<>();
        for (int region = 0; region < ThreeRegions.COUNT; region++) {
            read(Topics.changes(ThreeRegions.name(region), table), record -> {
                Change change = decode(record.value());
                String id = ((AttributeValue.S)
                                Objects.requireNonNull(change.keyAttributes().get("id")))
                        .value();
                captured.add(new Captured(id, change.version(), change.image() == null));
            });
        }
        return captured;
    }

    private static Change decode(byte[] record) {
        try {
            return ChangeCodec.decode(record);
        } catch (MalformedRecordException e) {
            throw new AssertionError("a record of the log cannot be read", e);
        }
    }

    private void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka);
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(handler);
            }
        }
    }

    /** How many captured changes have not come to their end in some other region: 0 when the books can be closed. */
    long open() throws Exception {
        long open = 0;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            for (int origin = 0; origin < ThreeRegions.COUNT; origin++) {
                Map<TopicPartition, Long> ends = ends(admin, Topics.changes(ThreeRegions.name(origin), table));
                for (int region = 0; region < ThreeRegions.COUNT; region++) {
                    if (region != origin) {
                        open += open(admin, ends, region, origin);
                    }
                }
            }
        }
        return open;
    }

    private static long open(Admin admin, Map<TopicPartition, Long> ends, int region, int origin) throws Exception {
        String group = "nearside.apply." + ThreeRegions.name(region) + "." + ThreeRegions.name(origin);
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get(ANSWER_SECONDS, SECONDS);
        long open = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            OffsetAndMetadata reached = committed.get(end.getKey());
            open += end.getValue() - (reached == null ? 0 : reached.offset());
        }
        return open;
    }

    private static Map<TopicPartition, Long> ends(Admin admin, String topic) throws Exception {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get(ANSWER_SECONDS, SECONDS)
                .values()
                .forEach(description -> description
                        .partitions()
                        .forEach(partition ->
                                asked.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                admin.listOffsets(asked).all().get(ANSWER_SECONDS, SECONDS).entrySet()) {
            ends.put(end.getKey(), end.getValue().offset());
        }
        return ends;
    }
}

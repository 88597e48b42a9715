package io.nearside.replicator.liveness;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A sign of life in the log of a region.
 *
 * @param process who gives it
 * @param last whether the process stops now
 */
record Sign(String process, boolean last) {

    private static final byte[] ALIVE = "alive".getBytes(UTF_8);
    private static final byte[] LAST = "last".getBytes(UTF_8);

    static Sign of(ConsumerRecord<byte[], byte[]> record) {
        return new Sign(
                record.key() == null ? "" : new String(record.key(), UTF_8),
                record.value() != null && new String(record.value(), UTF_8).equals("last"));
    }

    ProducerRecord<byte[], byte[]> to(TopicPartition log) {
        return new ProducerRecord<>(log.topic(), log.partition(), process.getBytes(UTF_8), last ? LAST : ALIVE);
    }
}

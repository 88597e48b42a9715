package io.nearside.replicator.liveness;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A sign of life in the log of a region.
 *
 * @param process who gives it
 * @param last whether the process stops now
 * @param share what it has of the region's work; null if it does not say
 */
record Sign(String process, boolean last, @Nullable WorkShare share) {

    private static final String ALIVE = "alive";
    private static final String LAST = "last";

    static Sign alive(String process, @Nullable WorkShare share) {
        return new Sign(process, false, share);
    }

    static Sign last(String process) {
        return new Sign(process, true, null);
    }

    static Sign of(ConsumerRecord<byte[], byte[]> record) {
        String text = record.value() == null ? "" : new String(record.value(), UTF_8);
        return new Sign(
                record.key() == null ? "" : new String(record.key(), UTF_8), text.equals(LAST), WorkShare.ofText(text));
    }

    ProducerRecord<byte[], byte[]> to(TopicPartition log) {
        String text = last ? LAST : share == null ? ALIVE : ALIVE + " " + share.toText();
        return new ProducerRecord<>(log.topic(), log.partition(), process.getBytes(UTF_8), text.getBytes(UTF_8));
    }
}

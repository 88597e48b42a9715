package io.nearside.replicator.liveness;

import io.nearside.change.Heartbeat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * @param regionId the id that it has configured for its region; null if it does not say
 */
record Sign(
        String process,
        boolean last,
        @Nullable WorkShare share,
        @Nullable Integer regionId) {

    private static final String ALIVE = Heartbeat.ALIVE;
    private static final String LAST = Heartbeat.LAST;
    private static final Pattern REGION_ID = Pattern.compile(" id=(\\d{1,5})$");

    static Sign alive(String process, @Nullable WorkShare share, @Nullable Integer regionId) {
        return new Sign(process, false, share, regionId);
    }

    static Sign last(String process) {
        return new Sign(process, true, null, null);
    }

    static Sign of(ConsumerRecord<byte[], byte[]> record) {
        String text = record.value() == null ? "" : new String(record.value(), UTF_8);
        Matcher id = REGION_ID.matcher(text);
        return new Sign(
                record.key() == null ? "" : new String(record.key(), UTF_8),
                text.equals(LAST),
                WorkShare.ofText(text),
                id.find() ? Integer.valueOf(id.group(1)) : null);
    }

    ProducerRecord<byte[], byte[]> to(TopicPartition log) {
        String text = last ? LAST : ALIVE + (share == null ? "" : " " + share.toText());
        if (regionId != null) {
            text += " id=" + regionId;
        }
        return new ProducerRecord<>(log.topic(), log.partition(), process.getBytes(UTF_8), text.getBytes(UTF_8));
    }
}

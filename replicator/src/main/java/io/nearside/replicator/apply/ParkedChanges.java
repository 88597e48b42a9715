package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.InvalidKeyException;
import io.nearside.item.ItemKey;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.kafka.TopicReader;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What the appliers of this region have put aside, as it stands in {@code nearside.parked}. */
final class ParkedChanges {

    private final TopicReader reader;
    private final String region;

    ParkedChanges(KafkaCluster cluster, String region) {
        this.reader = new TopicReader(cluster);
        this.region = region;
    }

    /**
     * A change put aside.
     *
     * @param change null once it was released: later entries of a key replace earlier ones
     */
    record Entry(String table, ItemKey key, @Nullable Change change, String reason, String detail, String at) {}

    /** Hands over every entry, oldest first. */
    void read(Consumer<Entry> handler, BooleanSupplier cancelled) {
        reader.read(
                Topics.PARKED,
                record -> {
                    Entry entry = entry(record);
                    if (entry != null) {
                        handler.accept(entry);
                    }
                },
                cancelled);
    }

    /** Null if the record is another region's, or capture's, or was never a change. */
    private @Nullable Entry entry(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        byte[] prefix = (region + "/").getBytes(UTF_8);
        if (key == null || !startsWith(key, prefix)) {
            return null;
        }
        int slash = indexOf(key, (byte) '/', prefix.length);
        if (slash < 0) {
            return null;
        }
        String table = new String(key, prefix.length, slash - prefix.length, UTF_8);
        try {
            ItemKey itemKey = ItemKey.ofBytes(Arrays.copyOfRange(key, slash + 1, key.length));
            Change change = record.value() == null ? null : ChangeCodec.decode(record.value());
            return new Entry(
                    table,
                    itemKey,
                    change,
                    header(record, KafkaApplyReports.HEADER_REASON),
                    header(record, "detail"),
                    header(record, "at"));
        } catch (InvalidKeyException | MalformedRecordException e) {
            return null;
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static int indexOf(byte[] bytes, byte wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}

package io.nearside.replicator.verify;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.Topics;
import io.nearside.item.ItemKey;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.kafka.TopicReader;
import io.nearside.replicator.table.TableRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Who changed an item, when and where, as far back as the logs of the regions reach. */
public final class ChangeHistory {

    private static final int MAX_ENTRIES = 10_000;

    private final Map<String, KafkaCluster> clusters;
    private final TableRules rules;

    /**
     * @param clusters the Kafka with each region's changes, by region, this region's own included
     * @param rules what tables are called in other regions
     */
    public ChangeHistory(Map<String, KafkaCluster> clusters, TableRules rules) {
        this.clusters = Map.copyOf(clusters);
        this.rules = rules;
    }

    /** One change as a region published it. */
    public record Entry(String region, Change change) {}

    /**
     * The changes of an item in the order of their versions; the last one is what every region should hold.
     *
     * <p>Reads each region's log of the table from its beginning.
     */
    public List<Entry> of(String table, ItemKey key) {
        List<Entry> entries = new ArrayList<>();
        clusters.forEach((region, cluster) -> new TopicReader(cluster)
                .read(
                        Topics.changes(region, rules.there(region, table)),
                        record -> collect(region, key, record, entries),
                        () -> false));
        entries.sort(Comparator.comparing(entry -> entry.change().version()));
        return entries;
    }

    private static void collect(
            String region, ItemKey key, ConsumerRecord<byte[], byte[]> record, List<Entry> entries) {
        if (record.key() == null || record.value() == null || entries.size() >= MAX_ENTRIES) {
            return;
        }
        if (!java.util.Arrays.equals(record.key(), key.toBytes())) {
            return;
        }
        try {
            entries.add(new Entry(region, ChangeCodec.decode(record.value())));
        } catch (MalformedRecordException e) {
            // The applier parks it; there is nothing in it to tell.
            return;
        }
    }
}

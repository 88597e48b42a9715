package io.nearside.replicator.apply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.change.Change;
import io.nearside.change.Topics;
import io.nearside.item.Bytes;
import io.nearside.replicator.kafka.KafkaCluster;
import io.nearside.replicator.table.ItemJson;
import io.nearside.version.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes conflicts and parked changes to the region's Kafka.
 *
 * <p>{@code nearside.conflicts}: one JSON object per lost change, with its key and both versions, never an item's body.
 * {@code nearside.parked}: the change record as it came, why in its headers, keyed by region, table and item so that compaction
 * keeps the newest parked change of each key. Safe for use from any thread.
 */
final class KafkaApplyReports implements ApplyReports, AutoCloseable {

    static final String HEADER_REGION = "region";
    static final String HEADER_TABLE = "table";
    static final String HEADER_REASON = "reason";

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final String region;
    private final InstantSource wall;
    private final Producer<byte[], byte[]> producer;

    /** @param region this region: where the reports come from */
    KafkaApplyReports(KafkaCluster cluster, String region, InstantSource wall) {
        this.region = region;
        this.wall = wall;
        this.producer = cluster.producer(Map.of(ProducerConfig.CLIENT_ID_CONFIG, "nearside-reports-" + region));
    }

    @Override
    public CompletionStage<Void> conflict(String peer, Change loser, Version winner, ApplyOutcome.Cause cause) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("at", wall.instant().toString());
        report.put("region", region);
        report.put("table", loser.table());
        report.set("key", ItemJson.of(loser.keyAttributes()));
        report.put("rule", "last-writer-wins");
        report.put("met", cause.label());
        report.set("winner", version(winner));
        report.set(
                "loser",
                version(loser.version())
                        .put("region", peer)
                        .put("kind", loser.kind().name()));
        return send(new ProducerRecord<>(
                Topics.CONFLICTS, loser.key().toBytes(), report.toString().getBytes(UTF_8)));
    }

    private static ObjectNode version(Version version) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("version", version.toString());
        node.put("region-id", version.region());
        node.put("millis", version.millis());
        return node;
    }

    @Override
    public CompletionStage<Void> parked(ParkedChange parked) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                Topics.PARKED,
                parkedKey(region, parked.table(), parked.recordKey()),
                parked.record().toByteArray());
        Headers headers = record.headers();
        headers.add(HEADER_REGION, region.getBytes(UTF_8));
        headers.add(HEADER_TABLE, parked.table().getBytes(UTF_8));
        headers.add(HEADER_REASON, parked.reason().label().getBytes(UTF_8));
        headers.add("peer", parked.peer().getBytes(UTF_8));
        headers.add("detail", parked.detail().getBytes(UTF_8));
        headers.add("at", wall.instant().toString().getBytes(UTF_8));
        return send(record);
    }

    /** The key of this change is no longer put aside. */
    CompletionStage<Void> released(Change change) {
        return send(new ProducerRecord<>(
                Topics.PARKED,
                parkedKey(region, change.table(), Bytes.wrap(change.key().toBytes())),
                null));
    }

    /** The key under which a parked change is kept: {@code region/table/} and the key of its own record. */
    static byte[] parkedKey(String region, String table, Bytes recordKey) {
        byte[] prefix = (region + "/" + table + "/").getBytes(UTF_8);
        return ByteBuffer.allocate(prefix.length + recordKey.length())
                .put(prefix)
                .put(recordKey.asByteBuffer())
                .array();
    }

    private CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            written.completeExceptionally(e);
        }
        return written;
    }

    @Override
    public void close() {
        producer.close(CLOSE_PATIENCE);
    }
}

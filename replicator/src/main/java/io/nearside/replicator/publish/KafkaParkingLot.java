package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.replicator.capture.ParkedRecord;
import io.nearside.replicator.capture.ParkingLot;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Parked stream records in {@code nearside.parked}, beside the parked changes of the applier.
 *
 * <p>Key: region, table, the word {@code capture} and the item's key, so that the newest of a key is kept. The value is empty, for the
 * item itself is in the table; headers say where the record stands and why it is parked.
 */
public final class KafkaParkingLot implements ParkingLot {

    private static final byte[] EMPTY = {};

    private final Producer<byte[], byte[]> producer;
    private final String region;

    /**
     * @param producer from {@link CaptureProducer}; shared, not closed here
     */
    public KafkaParkingLot(Producer<byte[], byte[]> producer, String region) {
        this.producer = producer;
        this.region = region;
    }

    @Override
    public CompletionStage<Void> park(ParkedRecord parked) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.PARKED, key(parked), EMPTY);
        Headers headers = record.headers();
        headers.add("region", region.getBytes(UTF_8));
        headers.add("table", parked.table().getBytes(UTF_8));
        headers.add("reason", "not-capturable".getBytes(UTF_8));
        headers.add("detail", parked.why().getBytes(UTF_8));
        headers.add("at", parked.parked().toString().getBytes(UTF_8));
        headers.add(KafkaChangeLog.POSITION, position(parked).getBytes(UTF_8));
        return send(record);
    }

    private CompletionStage<Void> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(KafkaErrors.typed("a parked record was not written", failure));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            written.completeExceptionally(KafkaErrors.typed("a parked record was not written", e));
        }
        return written;
    }

    private byte[] key(ParkedRecord parked) {
        byte[] prefix = (region + "/" + parked.table() + "/capture/").getBytes(UTF_8);
        byte[] item = parked.key() == null
                ? position(parked).getBytes(UTF_8)
                : parked.key().toBytes();
        return ByteBuffer.allocate(prefix.length + item.length)
                .put(prefix)
                .put(item)
                .array();
    }

    private static String position(ParkedRecord parked) {
        return parked.position() == null
                ? "scan"
                : parked.position().shard() + "/" + parked.position().sequenceNumber();
    }
}

package io.nearside.load.micro;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.MalformedRecordException;
import io.nearside.change.StreamPosition;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.load.workload.Requests;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Change records: an item of a kilobyte to the bytes that Kafka carries, and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RecordBenchmark {
    private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("pk", KeyType.S), null);

    private final Change change = change();
    private final byte[] record = ChangeCodec.encode(change);

    /** The record's bytes. */
    @Benchmark
    public byte[] encode() {
        return ChangeCodec.encode(change);
    }

    /** The change that the bytes say. */
    @Benchmark
    public Change decode() throws MalformedRecordException {
        return ChangeCodec.decode(record);
    }

    private static Change change() {
        Item key = new Item(Map.of("pk", new AttributeValue.S(Requests.key(7))));
        Item image = key.with("data", new AttributeValue.S("x".repeat(1024)))
                .with("visits", new AttributeValue.N("17"))
                .with("paid", new AttributeValue.Bool(true));
        return new Change(
                Change.Kind.PUT,
                Requests.TABLE,
                ItemKey.of(SCHEMA, key),
                key,
                image,
                new Version(1L << 40, 1, 1),
                null,
                new StreamPosition("shardId-1", "100000000000000000001"),
                Instant.ofEpochMilli(1_767_225_600_000L));
    }
}

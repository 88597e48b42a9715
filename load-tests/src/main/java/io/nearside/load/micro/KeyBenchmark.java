package io.nearside.load.micro;

import io.nearside.item.ItemKey;
import io.nearside.item.ItemKeyWriter;
import io.nearside.load.workload.Requests;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Key canonicalisation: from the bytes of a request to the key of the cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KeyBenchmark {
    private final ItemKeyWriter writer = new ItemKeyWriter();
    private final byte[] text = Requests.key(7).getBytes(US_ASCII);
    private final byte[] number = "-1234.5678E3".getBytes(US_ASCII);

    /** A partition key of type String. */
    @Benchmark
    public ItemKey string() {
        writer.reset();
        writer.partitionString(text, 0, text.length);
        return writer.toKey();
    }

    /** A partition key of type Number, in an unusual spelling. */
    @Benchmark
    public ItemKey number() {
        writer.reset();
        writer.partitionNumber(number, 0, number.length);
        return writer.toKey();
    }

    /** A String and a Number. */
    @Benchmark
    public ItemKey stringAndNumber() {
        writer.reset();
        writer.partitionString(text, 0, text.length);
        writer.sortNumber(number, 0, number.length);
        return writer.toKey();
    }
}

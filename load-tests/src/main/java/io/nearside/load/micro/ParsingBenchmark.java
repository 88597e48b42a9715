package io.nearside.load.micro;

import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.load.workload.Requests;
import io.nearside.proxy.json.JsonCursor;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.query.PageRequest;
import io.nearside.proxy.query.QueryRequest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Request parsing: the walk over a GetItem, over an item of a kilobyte, and a Query read down to the key of its page. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParsingBenchmark {
    private static final KeySchema SCHEMA =
            new KeySchema(new KeyAttribute("pk", KeyType.S), new KeyAttribute("sk", KeyType.S));

    private final JsonSlice getItem = JsonSlice.of(Requests.getItem(7));
    private final JsonSlice putItem = JsonSlice.of(Requests.putItem(7, 1024));
    private final JsonSlice query = JsonSlice.of(Requests.query(7, 10));

    /** How many members a GetItem has at its top. */
    @Benchmark
    public int walkGetItem() throws NotUnderstoodException {
        return members(getItem);
    }

    /** How many members a PutItem of 1 KB has at its top. */
    @Benchmark
    public int walkPutItem() throws NotUnderstoodException {
        return members(putItem);
    }

    /** The page that a Query asks for. */
    @Benchmark
    public PageRequest readQuery() throws NotUnderstoodException {
        return QueryRequest.read(QueryRequest.Kind.QUERY, query).page(SCHEMA, null);
    }

    private static int members(JsonSlice document) throws NotUnderstoodException {
        JsonCursor cursor = document.cursor();
        cursor.enterObject();
        int members = 0;
        while (cursor.nextName()) {
            cursor.skipValue();
            members++;
        }
        cursor.finish();
        return members;
    }
}

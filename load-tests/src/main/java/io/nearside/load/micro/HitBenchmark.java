package io.nearside.load.micro;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.load.workload.Requests;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.ItemCacheSettings;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.PageCacheSettings;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.coherence.ServingRule;
import io.nearside.proxy.operation.Answer;
import io.nearside.proxy.operation.ApiRequest;
import io.nearside.proxy.operation.CacheControl;
import io.nearside.proxy.operation.CachingOperations;
import io.nearside.proxy.operation.Operation;
import io.nearside.proxy.operation.ReservedTables;
import io.nearside.proxy.operation.VersionStamps;
import io.nearside.proxy.upstream.UpstreamAnswer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A read from memory between the complete request and its answer: what the proxy adds to its HTTP server. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HitBenchmark {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final long WEIGHT = 64 << 20;
    private static final int ITEM_BYTES = 1024;
    private static final int KEY = 7;
    private static final String TABLE = """
            {"Table":{"TableName":"%s","TableStatus":"ACTIVE","TableId":"11111111-2222-3333-4444-555555555555",
            "TableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%s","CreationDateTime":1.7E9,
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}}""".formatted(Requests.TABLE, Requests.TABLE);

    private final ApiRequest getItem =
            new ApiRequest(Operation.GET_ITEM, Buffer.buffer(Requests.getItem(KEY)), CacheControl.ANY);
    private final CachingOperations operations = operations();

    /** Reads the item once, so that memory holds it. */
    public HitBenchmark() {
        if (operations.handle(getItem).failed()) {
            throw new IllegalStateException("the item could not be read");
        }
    }

    /** A GetItem of an item of 1 KB. */
    @Benchmark
    public Answer getItem() {
        return operations.handle(getItem).result();
    }

    private static CachingOperations operations() {
        var ticker = Ticker.systemTicker();
        var items = new ItemCache(new ItemCacheSettings(WEIGHT, LONG, LONG, SHORT, SHORT), ticker, Runnable::run);
        var pages = new PageCache(
                new PageCacheSettings(WEIGHT, SHORT, SHORT, SHORT), items.tables(), ticker, Runnable::run);
        return new CachingOperations(
                HitBenchmark::dynamoDb,
                items,
                pages,
                Announcer.SILENT,
                ServingRule.TTL_ONLY,
                VersionStamps.none("nearside:v"),
                ReservedTables.NONE,
                ticker,
                InstantSource.system());
    }

    private static Future<UpstreamAnswer> dynamoDb(ApiRequest request) {
        var body = request.operation() == Operation.DESCRIBE_TABLE
                ? TABLE
                : "{\"Item\":" + Requests.item(KEY, ITEM_BYTES) + "}";
        return Future.succeededFuture(new UpstreamAnswer(200, Buffer.buffer(body), null));
    }
}

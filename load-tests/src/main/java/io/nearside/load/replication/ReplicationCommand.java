package io.nearside.load.replication;

import io.nearside.load.peer.Backend;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.workload.Requests;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lag and throughput of replication between two regions on this machine. */
@Command(
        name = "replication",
        mixinStandardHelpOptions = true,
        description = "Lag at a steady rate, the highest sustained rate, and catching up, between two local regions.")
public final class ReplicationCommand implements Callable<Integer> {
    private static final Duration ALL_ARRIVED = Duration.ofMinutes(3);
    private static final String DIRECT_TABLE = "bench-direct";

    @Option(
            names = "--port-base",
            defaultValue = "18000",
            description = "First port of the regions (default ${DEFAULT-VALUE}).")
    private int portBase;

    @Option(names = "--seconds", defaultValue = "20", description = "Length of each part (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--item-bytes", defaultValue = "300", description = "Size of an item (default ${DEFAULT-VALUE}).")
    private int itemBytes;

    @Option(
            names = "--keys",
            defaultValue = "2000",
            description = "How many keys the writes go to (default ${DEFAULT-VALUE}).")
    private int keys;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();
    private final HttpClient http = HttpClient.newBuilder().build();

    @Override
    public Integer call() throws IOException {
        var time = Duration.ofSeconds(seconds);
        double direct = directRate(time);
        try (var regions = TwoRegions.start(Files.createTempDirectory("nearside-bench"), portBase)) {
            var here = new Endpoint(http, regions.dynamoDbPort(0));
            var there = new Endpoint(http, regions.dynamoDbPort(1));
            createTable(here, there);
            double sustained = sustainedRate(here, there, time);
            var lag = lag(here, there, time, sustained / 2);
            progress.done();
            var report = report(direct, sustained, lag);
            System.out.println(report.toText());
            System.out.println("page: " + report.write(out, "replication"));
        }
        return 0;
    }

    /** How fast the target takes the applier's conditional write from nobody but us. */
    private double directRate(Duration time) {
        progress.step("conditional writes straight at a target");
        try (var target = Backend.start(1, itemBytes, written -> {})) {
            var endpoint = new Endpoint(http, target.port());
            endpoint.send("CreateTable", tableDefinition(DIRECT_TABLE)).join();
            var warmup = new Writers(number -> endpoint.send("PutItem", conditionalPut(number)));
            warmup.writeFor(time.dividedBy(2), 0);
            return warmup.writeFor(time, 0) / (double) time.toSeconds();
        }
    }

    private void createTable(Endpoint here, Endpoint there) {
        here.send("CreateTable", tableDefinition(Requests.TABLE)).join();
        await(
                "the table to appear in the other region",
                () -> there.send("DescribeTable", "{\"TableName\":\"" + Requests.TABLE + "\"}")
                        .handle((answer, failed) -> failed == null)
                        .join());
        here.send("PutItem", markerPut("warm-up")).join();
        await("replication to start", () -> isThere(there, "warm-up"));
    }

    /** Writes as fast as the source takes them, then waits until the last has arrived: all of it over all of the time. */
    private double sustainedRate(Endpoint here, Endpoint there, Duration time) {
        var writers = new Writers(number -> here.send("PutItem", Requests.putItem(number % keys, itemBytes)));
        progress.step("warming up");
        writers.writeFor(time.dividedBy(2), 0);
        here.send("PutItem", markerPut("warm")).join();
        await("the warm-up to arrive", () -> isThere(there, "warm"));
        progress.step("writing as fast as the source takes it");
        long start = System.nanoTime();
        int written = writers.writeFor(time, 0);
        here.send("PutItem", markerPut("end")).join();
        progress.step("waiting for the last of " + written + " writes");
        await("the last write to arrive", () -> isThere(there, "end"));
        return written / ((System.nanoTime() - start) / 1e9);
    }

    /** One probe after the other, each from just before its write until a strong read of the other region shows it. */
    private Histogram lag(Endpoint here, Endpoint there, Duration time, double rate) {
        progress.step(String.format(Locale.ROOT, "lag at %.0f writes per second", rate));
        var histogram = new Histogram(TimeUnit.MINUTES.toMicros(1), 3);
        var writers = new Writers(number -> here.send("PutItem", Requests.putItem(number % keys, itemBytes)));
        var load = CompletableFuture.runAsync(() -> writers.writeFor(time, rate));
        for (int probe = 0; !load.isDone(); probe++) {
            var marker = "probe" + probe;
            long written = System.nanoTime();
            here.send("PutItem", markerPut(marker)).join();
            await("a probe to arrive", () -> isThere(there, marker));
            histogram.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - written));
        }
        load.join();
        return histogram;
    }

    private Report report(double direct, double sustained, Histogram lag) {
        var rows = new ArrayList<List<String>>();
        rows.add(row("conditional writes straight at a target", "%.0f/s", direct));
        rows.add(row("highest sustained rate of changes", "%.0f/s", sustained));
        rows.add(row("sustained / direct", "%.2f", sustained / direct));
        rows.add(row("lag p50 at half the sustained rate", "%.1f ms", lag.getValueAtPercentile(50) / 1e3));
        rows.add(row("lag p99", "%.1f ms", lag.getValueAtPercentile(99) / 1e3));
        rows.add(row("lag max", "%.1f ms", lag.getMaxValue() / 1e3));
        rows.add(List.of("probes", String.valueOf(lag.getTotalCount())));
        return new Report("Replication between two regions on one machine, " + itemBytes + " byte items")
                .note(Machine.describe())
                .note("sources, targets, Kafka, proxies and replicators share the processors; lag is measured outside, "
                        + "from before a write until a strong read of the other region shows it")
                .table(new Report.Table("Figures", List.of("figure", "value"), rows));
    }

    private static List<String> row(String figure, String format, double value) {
        return List.of(figure, String.format(Locale.ROOT, format, value));
    }

    private static String tableDefinition(String table) {
        return """
                {"TableName":"%s","BillingMode":"PAY_PER_REQUEST",
                 "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                 "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}""".formatted(table);
    }

    private static String markerPut(String marker) {
        return "{\"TableName\":\"" + Requests.TABLE + "\",\"Item\":{\"pk\":{\"S\":\"" + marker + "\"}}}";
    }

    private String conditionalPut(int number) {
        return new JsonObject(Requests.putItem(number % keys, itemBytes))
                .put("TableName", DIRECT_TABLE)
                .put("ConditionExpression", "attribute_not_exists(pk) OR #v < :v")
                .put("ExpressionAttributeNames", new JsonObject().put("#v", "v"))
                .put(
                        "ExpressionAttributeValues",
                        new JsonObject().put(":v", new JsonObject().put("B", "AAAAAAAAAAAAAAAA")))
                .encode();
    }

    private static boolean isThere(Endpoint there, String marker) {
        return there.send(
                        "GetItem",
                        "{\"TableName\":\"" + Requests.TABLE + "\",\"Key\":{\"pk\":{\"S\":\"" + marker
                                + "\"}},\"ConsistentRead\":true}")
                .join()
                .contains("\"Item\"");
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + ALL_ARRIVED.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("waited in vain for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}

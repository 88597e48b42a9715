package io.nearside.load.replication;

import io.nearside.load.peer.Backend;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.workload.Requests;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lag, throughput and catching up of replication between two regions on this machine. */
@Command(
        name = "replication",
        mixinStandardHelpOptions = true,
        description = "Lag at given rates, the highest sustained rate, and catching up, between two local regions.")
public final class ReplicationCommand implements Callable<Integer> {
    private static final Duration ALL_ARRIVED = Duration.ofMinutes(3);
    private static final String DIRECT_TABLE = "bench-direct";
    private static final int VERSION_BYTES = 12;
    private static final int COUNTER_BITS = 16;

    /** With so many keys, each of a topic's 8 partitions has at least one but for one case in a hundred thousand. */
    private static final int MARKERS = 100;

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

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "50,200",
            description =
                    "Writes per second at which lag is measured, besides half of the highest sustained (default ${DEFAULT-VALUE}).")
    private List<Integer> rates = List.of();

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();
    private final HttpClient http = HttpClient.newBuilder().build();

    /** One thread writes at a time. */
    private int written;

    private long lastClock;

    /** Lag at one rate. */
    private record Lag(int rate, double writtenPerSecond, Histogram micros) {}

    /** What was written while nothing was applied, and how long applying it took. */
    private record CatchUp(int written, double seconds) {}

    @Override
    public Integer call() throws IOException {
        var time = Duration.ofSeconds(seconds);
        double direct = directRate(time);
        try (var regions = TwoRegions.start(Files.createTempDirectory("nearside-bench"), portBase)) {
            var here = new Endpoint(http, regions.dynamoDbPort(0));
            var there = new Endpoint(http, regions.dynamoDbPort(1));
            createTable(here, there);
            warmUp(here, there, time);
            progress.step("writing as fast as the source takes it");
            double sustained = sustainedRate("end", writers(here), here, there, time);
            progress.step("the same, each write with a version");
            double inline = sustainedRate("end-inline", writersWithVersions(here), here, there, time);
            List<Lag> lags = new ArrayList<>();
            for (int rate : rates) {
                lags.add(lag(here, there, time, rate));
            }
            lags.add(lag(here, there, time, (int) Math.max(1, sustained / 2)));
            CatchUp catchUp = catchUp(regions, here, there, time);
            progress.done();
            var report = report(direct, sustained, inline, lags, catchUp);
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
            var writers = new Writers(number -> endpoint.send("PutItem", conditionalPut(number)));
            writers.writeFor(time.dividedBy(2), 0);
            return writers.writeFor(time, 0) / (double) time.toSeconds();
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

    private void warmUp(Endpoint here, Endpoint there, Duration time) {
        progress.step("warming up");
        writers(here).writeFor(time.dividedBy(2), 0);
        awaitEverythingBefore("warm", here, there);
    }

    private Writers writers(Endpoint here) {
        return new Writers(unused -> here.send("PutItem", put(++written).encode()));
    }

    /** Versions as a proxy of the first region puts them into its writes with {@code stamping: inline}. */
    private Writers writersWithVersions(Endpoint here) {
        return new Writers(unused -> {
            var body = put(++written);
            lastClock = Math.max(lastClock + 1, System.currentTimeMillis() << COUNTER_BITS);
            body.getJsonObject("Item").put("nearside:v", version(lastClock));
            return here.send("PutItem", body.encode());
        });
    }

    private static JsonObject version(long clock) {
        byte[] bytes = ByteBuffer.allocate(VERSION_BYTES)
                .putLong(clock)
                .putShort((short) 1)
                .putShort((short) 1)
                .array();
        return new JsonObject().put("B", Base64.getEncoder().encodeToString(bytes));
    }

    /** Each with a content of its own: a write that changes nothing makes no record in the stream. */
    private JsonObject put(int number) {
        var body = new JsonObject(Requests.putItem(number % keys, itemBytes));
        body.getJsonObject("Item").put("n", new JsonObject().put("N", String.valueOf(number)));
        return body;
    }

    /** Puts markers enough that every partition of the change topic gets one, and waits for all of them. */
    private static void awaitEverythingBefore(String name, Endpoint here, Endpoint there) {
        for (int i = 0; i < MARKERS; i++) {
            here.send("PutItem", markerPut(name + i)).join();
        }
        for (int i = 0; i < MARKERS; i++) {
            var marker = name + i;
            await("the last writes to arrive", () -> isThere(there, marker));
        }
    }

    /** Writes as fast as the source takes them, then waits until the last have arrived: all of it over all of the time. */
    private double sustainedRate(String name, Writers writers, Endpoint here, Endpoint there, Duration time) {
        long start = System.nanoTime();
        int made = writers.writeFor(time, 0);
        progress.step("waiting for the last of " + made + " writes");
        awaitEverythingBefore(name, here, there);
        return made / ((System.nanoTime() - start) / 1e9);
    }

    /** An outage of the other region's applier, written through at full speed, and its end. */
    private CatchUp catchUp(TwoRegions regions, Endpoint here, Endpoint there, Duration time) {
        progress.step("writing while the other region applies nothing");
        regions.operate(1, "pause");
        int written = writers(here).writeFor(time, 0);
        here.send("PutItem", markerPut("captured")).join();
        await("everything to be captured", () -> regions.isCaptured(0));
        progress.step("catching up with " + written + " changes");
        long start = System.nanoTime();
        regions.operate(1, "resume");
        awaitEverythingBefore("caught-up", here, there);
        return new CatchUp(written, (System.nanoTime() - start) / 1e9);
    }

    /** One probe after the other, each from just before its write until a strong read of the other region shows it. */
    private Lag lag(Endpoint here, Endpoint there, Duration time, int rate) {
        progress.step(String.format(Locale.ROOT, "lag at %d writes per second", rate));
        var histogram = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        var writers = writers(here);
        var load = CompletableFuture.supplyAsync(() -> writers.writeFor(time, rate));
        for (int probe = 0; !load.isDone(); probe++) {
            var marker = "probe" + rate + "-" + probe;
            long written = System.nanoTime();
            here.send("PutItem", markerPut(marker)).join();
            await("a probe to arrive", () -> isThere(there, marker));
            histogram.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - written));
        }
        return new Lag(rate, load.join() / (double) time.toSeconds(), histogram);
    }

    private Report report(double direct, double sustained, double inline, List<Lag> lags, CatchUp catchUp) {
        var rows = new ArrayList<List<String>>();
        rows.add(row("conditional writes straight at a target", "%.0f/s", direct));
        rows.add(row("highest sustained rate of changes", "%.0f/s", sustained));
        rows.add(row("sustained / direct", "%.2f", sustained / direct));
        rows.add(row("highest sustained rate, writes with a version", "%.0f/s", inline));
        rows.add(row("sustained with versions / direct", "%.2f", inline / direct));
        rows.add(row("changes made while nothing was applied", "%.0f", catchUp.written()));
        rows.add(row("catching up with them", "%.1f s", catchUp.seconds()));
        rows.add(row("catching up, rate", "%.0f/s", catchUp.written() / catchUp.seconds()));
        var lagRows = lags.stream()
                .map(lag -> List.of(
                        lag.rate() + "/s",
                        String.format(Locale.ROOT, "%.0f/s", lag.writtenPerSecond()),
                        String.valueOf(lag.micros().getTotalCount()),
                        millis(lag.micros().getValueAtPercentile(50)),
                        millis(lag.micros().getValueAtPercentile(99)),
                        millis(lag.micros().getMaxValue())))
                .toList();
        return new Report("Replication between two regions on one machine, " + itemBytes + " byte items")
                .note(Machine.describe())
                .note(
                        "writes go around the proxies and, but for the rows that say so, carry no version, the dearest case: each is "
                                + "stamped by capture, which is a second write at the source. Writes with a version are what proxies "
                                + "make with stamping: inline")
                .note("the last rate at which lag is measured is half of the highest sustained")
                .note(
                        "sources, targets, Kafka, proxies, replicators and writers share the processors; sources and targets "
                                + "share one process of DynamoDB Local, which the straight writes had for themselves")
                .note(
                        "lag is measured outside, from before a write until a strong read of the other region shows it; one probe "
                                + "at a time, so with few probes p99 is the largest")
                .note("changes of one key that wait together are applied as one, the newest")
                .table(new Report.Table("Throughput", List.of("figure", "value"), rows))
                .table(new Report.Table(
                        "Lag", List.of("rate asked", "written", "probes", "p50", "p99", "max"), lagRows));
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1e3);
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

    /** As the applier writes: the item with its version, on condition that what is there is older. */
    private String conditionalPut(int number) {
        var version = version(number);
        var body = put(number);
        body.getJsonObject("Item").put("v", version);
        return body.put("TableName", DIRECT_TABLE)
                .put("ConditionExpression", "attribute_not_exists(pk) OR #v < :v")
                .put("ExpressionAttributeNames", new JsonObject().put("#v", "v"))
                .put("ExpressionAttributeValues", new JsonObject().put(":v", version))
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

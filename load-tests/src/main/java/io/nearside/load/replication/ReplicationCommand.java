package io.nearside.load.replication;

import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.workload.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);
    private static final int WARM_UP_ROUNDS = 8;

    /** With so many keys, each of a topic's 8 partitions has at least one but for one case in a hundred thousand. */
    private static final int MARKERS = 100;

    @Option(
            names = "--port-base",
            defaultValue = "18000",
            description = "First port of the regions (default ${DEFAULT-VALUE}).")
    private int portBase;

    @Option(names = "--seconds", defaultValue = "8", description = "Length of each part (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--item-bytes", defaultValue = "300", description = "Size of an item (default ${DEFAULT-VALUE}).")
    private int itemBytes;

    @Option(
            names = "--keys",
            defaultValue = "4000",
            description = "How many keys the writes go to (default ${DEFAULT-VALUE}).")
    private int keys;

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "20,100",
            description =
                    "Writes per second at which lag is measured, besides half of the highest sustained (default ${DEFAULT-VALUE}).")
    private List<Integer> rates = List.of();

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "writer");
        thread.setDaemon(true);
        return thread;
    });

    /** Lag at one rate. */
    private record Lag(int rate, double writtenPerSecond, Histogram micros) {}

    /** What was written while nothing was applied, and how long applying it took. */
    private record CatchUp(int written, double seconds) {
        double perSecond() {
            return written / seconds;
        }
    }

    @Override
    public Integer call() throws IOException {
        var time = Duration.ofSeconds(seconds);
        var changes = new Changes(itemBytes, keys);
        var straight = new Straight(threads, progress, changes, time).measure();
        try (var regions = TwoRegions.start(Files.createTempDirectory("nearside-bench"), portBase)) {
            var here = new Endpoint(threads, regions.dynamoDbPort(0));
            var there = new Endpoint(threads, regions.dynamoDbPort(1));
            createTable(here, there);
            warmUp(changes, here, there, time);
            progress.step("writing as fast as the source takes it");
            double sustained = sustainedRate("end", new Writers(unused -> changes.put(here)), here, there, time);
            progress.step("the same, each write with a version");
            double inline =
                    sustainedRate("end-inline", new Writers(unused -> changes.putWithVersion(here)), here, there, time);
            List<Lag> lags = new ArrayList<>();
            for (int rate : rates) {
                lags.add(lag(changes, here, there, time, rate));
            }
            lags.add(lag(changes, here, there, time, (int) Math.max(1, sustained / 2)));
            CatchUp catchUp = catchUp(changes, regions, here, there, time);
            progress.done();
            var report = report(straight, sustained, inline, lags, catchUp);
            System.out.println(report.toText());
            System.out.println("page: " + report.write(out, "replication"));
        }
        return 0;
    }

    private void createTable(Endpoint here, Endpoint there) {
        here.send("CreateTable", Tables.definition(false)).join();
        await(
                "the table to appear in the other region",
                () -> there.send("DescribeTable", "{\"TableName\":\"" + Requests.TABLE + "\"}")
                        .handle((answer, failed) -> failed == null)
                        .join());
        here.send("PutItem", markerPut("warm-up")).join();
        await("replication to start", () -> isThere(there, "warm-up"));
    }

    /** Until changes arrive no faster than in the round before. */
    private void warmUp(Changes changes, Endpoint here, Endpoint there, Duration time) {
        var writers = new Writers(unused -> changes.put(here));
        var round = new AtomicInteger();
        new WarmUp(WARM_UP_ROUNDS).until(() -> {
            int number = round.incrementAndGet();
            progress.step("warming up, round " + number);
            return sustainedRate("warm" + number + "-", writers, here, there, time.dividedBy(2));
        });
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
        awaitEverythingBefore(name, here, there);
        return made / ((System.nanoTime() - start) / 1e9);
    }

    /** An outage of the other region's applier, each key written once in it, and its end. */
    private CatchUp catchUp(Changes changes, TwoRegions regions, Endpoint here, Endpoint there, Duration time) {
        progress.step("writing while the other region applies nothing");
        regions.operate(1, "pause");
        int written = new Writers(unused -> changes.put(here)).writeAtMost(keys, time);
        here.send("PutItem", markerPut("captured")).join();
        await("everything to be captured", () -> regions.isCaptured(0));
        progress.step("catching up with " + written + " changes");
        long start = System.nanoTime();
        regions.operate(1, "resume");
        awaitEverythingBefore("caught-up", here, there);
        return new CatchUp(written, (System.nanoTime() - start) / 1e9);
    }

    /** One probe after the other, each from just before its write until a strong read of the other region shows it. */
    private Lag lag(Changes changes, Endpoint here, Endpoint there, Duration time, int rate) {
        progress.step(String.format(Locale.ROOT, "lag at %d writes per second", rate));
        var histogram = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        var writers = new Writers(unused -> changes.put(here));
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

    private Report report(Straight.Rates straight, double sustained, double inline, List<Lag> lags, CatchUp catchUp) {
        var rows = new ArrayList<List<String>>();
        rows.add(row("highest sustained rate of changes", "%.0f/s", sustained));
        rows.add(row("conditional writes straight at a target", "%.0f/s", straight.conditional()));
        rows.add(row("sustained / straight", "%.2f", sustained / straight.conditional()));
        rows.add(row("highest sustained rate, writes with a version", "%.0f/s", inline));
        rows.add(row("sustained with versions / straight", "%.2f", inline / straight.conditional()));
        rows.add(row("a program that writes to both regions itself", "%.0f/s", straight.both()));
        rows.add(row("sustained / such a program", "%.2f", sustained / straight.both()));
        rows.add(row("sustained with versions / such a program", "%.2f", inline / straight.both()));
        rows.add(row("changes made while nothing was applied", "%.0f", catchUp.written()));
        rows.add(row("catching up with them", "%.1f s", catchUp.seconds()));
        rows.add(row("catching up, rate", "%.0f/s", catchUp.perSecond()));
        rows.add(row("catching up / straight", "%.2f", catchUp.perSecond() / straight.conditional()));
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
                .note("sustained: all changes over the time until the last of them can be read in the other region")
                .note(
                        "straight: the same writers at one region of DynamoDB Local alone, no stream on its table, nothing else running")
                .note(
                        "the program that writes to both regions puts each change into one, then, on condition that it is newer, into the "
                                + "other, at two regions of DynamoDB Local whose tables have streams and nothing else running: the writes that "
                                + "replication cannot do without")
                .note(
                        "catching up: each key was written once while nothing was applied, so that no change stands for several")
                .note("everything is warmed up until its rate no longer rises by a tenth from round to round")
                .note("the last rate at which lag is measured is half of the highest sustained")
                .note(
                        "sources, targets, Kafka, proxies, replicators and writers share the processors; sources and targets "
                                + "share one process of DynamoDB Local")
                .note(
                        "lag is measured outside, from before a write until a strong read of the other region shows it; one probe "
                                + "at a time, a look every 2 ms, so with few probes p99 is the largest")
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

    private static String markerPut(String marker) {
        return "{\"TableName\":\"" + Requests.TABLE + "\",\"Item\":{\"pk\":{\"S\":\"" + marker + "\"}}}";
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
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }
}

package io.nearside.load.soak;

import io.nearside.load.generator.Generator;
import io.nearside.load.generator.RunPlan;
import io.nearside.load.generator.RunResult;
import io.nearside.load.peer.Bench;
import io.nearside.load.report.Progress;
import io.nearside.load.workload.KeyDistribution;
import io.nearside.load.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Mixed load with faults for so many minutes, watching one proxy for growth. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = {
            "Mixed load for MINUTES: calm phases and phases with a fault (Kafka restarted, DynamoDB throttling, slow or cut off,",
            "other writers) in turn. Watches one proxy's heap after GC, resident memory, threads, open files, cache and",
            "waiting announcements, and checks reads after acknowledged writes. Ctrl-C ends it with the report so far."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:nothing grew and nothing went wrong",
            "1:something grew, a read was stale, or a calm phase had errors",
            "2:wrong arguments"
        })
public final class SoakCommand implements Callable<Integer> {
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(90);
    private static final Duration NOTICE = Duration.ofSeconds(2);
    private static final double HEARING_SECONDS = 3;

    @Parameters(index = "0", paramLabel = "MINUTES", description = "How long; fractions are allowed.")
    private double minutes;

    @Option(
            names = "--phase",
            defaultValue = "20",
            description = "Seconds of each calm or faulty phase (default ${DEFAULT-VALUE}).")
    private int phaseSeconds;

    @Option(names = "--rate", defaultValue = "300", description = "Requests per second (default ${DEFAULT-VALUE}).")
    private double rate;

    @Option(names = "--connections", defaultValue = "32", description = "Connections (default ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--keys", defaultValue = "20000", description = "Items (default ${DEFAULT-VALUE}).")
    private int keys;

    @Option(names = "--item-bytes", defaultValue = "1024", description = "Size of one (default ${DEFAULT-VALUE}).")
    private int itemBytes;

    @Option(
            names = "--cache-mib",
            defaultValue = "16",
            description = "The cache's bound: less than the items take, so that it evicts (default ${DEFAULT-VALUE}).")
    private int cacheMebibytes;

    @Option(names = "--heap", defaultValue = "192m", description = "Heap of each proxy (default ${DEFAULT-VALUE}).")
    private String heap = "192m";

    @Option(names = "--seed", defaultValue = "1", description = "Of all random draws (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();
    private final AtomicBoolean reported = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private long startedAt;

    @Override
    public Integer call() throws IOException {
        if (minutes <= 0 || phaseSeconds < 1) {
            throw new IllegalArgumentException("MINUTES and --phase must be positive");
        }
        var journal = new Journal((double) cacheMebibytes * (1 << 20));
        var bench = new Bench(Files.createTempDirectory("nearside-soak"), keys, itemBytes);
        var jvm = List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseSerialGC");
        progress.step("starting DynamoDB Local, Kafka and two proxies");
        try (var generator = Generator.start();
                var stand = Stand.start(
                        bench,
                        cacheMebibytes + "MiB",
                        jvm,
                        seed,
                        done -> progress.count("filling the backend", done, keys))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted(journal), "soak-report"));
            run(stand, generator, journal);
        } catch (RuntimeException e) {
            if (!endedByCaller()) {
                journal.defect("the run broke off: " + e.getMessage());
            }
        }
        report(journal, false);
        return journal.failed() ? 1 : 0;
    }

    private void interrupted(Journal journal) {
        ended.countDown();
        report(journal, true);
    }

    /** Ctrl-C ends the processes under test as well, and what breaks by that may be seen here a moment earlier. */
    private boolean endedByCaller() {
        try {
            return ended.await(NOTICE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void run(Stand stand, Generator generator, Journal journal) {
        startedAt = System.nanoTime();
        var reader = new ReadYourWrites(stand, journal);
        var readerThread = new Thread(reader, "read-your-writes");
        readerThread.setDaemon(true);
        readerThread.start();
        try {
            recover(stand, journal, Fault.NONE);
            var faults = Fault.values();
            for (int turn = 1; elapsedSeconds() < minutes * 60; turn++) {
                var calm = phase(stand, generator, journal, Fault.NONE, turn);
                if (calm.errors() > 0) {
                    journal.defect(
                            calm.errors() + " errors in the calm phase that ended after " + elapsedSeconds() + " s");
                }
                journal.sample(stand.sample(elapsedSeconds()));
                if (elapsedSeconds() < minutes * 60) {
                    var fault = faults[1 + (turn - 1) % (faults.length - 1)];
                    phase(stand, generator, journal, fault, turn);
                    recover(stand, journal, fault);
                }
            }
        } finally {
            reader.stop();
        }
    }

    private RunResult phase(Stand stand, Generator generator, Journal journal, Fault fault, int turn) {
        var phase = Duration.ofSeconds(phaseSeconds);
        progress.step(String.format(
                Locale.ROOT, "%.1f of %.1f minutes: %s", elapsedSeconds() / 60.0, minutes, fault.label()));
        var load = CompletableFuture.supplyAsync(() -> generator.run(new RunPlan(
                stand.watched().port(),
                false,
                connections,
                Duration.ZERO,
                phase,
                rate,
                Workload.MIXED,
                KeyDistribution.SCAN_POLLUTED,
                keys,
                itemBytes,
                seed + turn,
                stand.watched().pids())));
        fault.happen(stand, phase);
        var result = load.join();
        journal.phase(elapsedSeconds(), fault.label(), result.answers(), result.errors(), result.micros(99));
        return result;
    }

    /** A fault that is over must leave no trace: announcements are heard, and none waits to be sent. */
    private void recover(Stand stand, Journal journal, Fault fault) {
        long deadline = System.nanoTime() + RECOVERY_LIMIT.toNanos();
        while (true) {
            var scrape = stand.scrape();
            if (scrape.sum("nearside_proxy_bus_silence_seconds") < HEARING_SECONDS
                    && scrape.sum("nearside_proxy_bus_waiting") == 0) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                journal.defect("not well again " + RECOVERY_LIMIT.toSeconds() + " s after: " + fault.label());
                return;
            }
            stand.pause(Duration.ofMillis(200));
        }
    }

    private long elapsedSeconds() {
        return (System.nanoTime() - startedAt) / 1_000_000_000L;
    }

    /** Once, whoever comes first: the end of the run, or the end of the process. */
    private void report(Journal journal, boolean interrupted) {
        if (reported.getAndSet(true)) {
            return;
        }
        progress.done();
        var report = journal.report(
                String.format(
                        Locale.ROOT,
                        "Soak: %.1f minutes, %.0f requests/s, %d items of %d bytes, cache of %d MiB, heap of %s",
                        minutes,
                        rate,
                        keys,
                        itemBytes,
                        cacheMebibytes,
                        heap),
                interrupted);
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "soak"));
    }
}

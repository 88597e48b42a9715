package io.nearside.load.memory;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Heap per cached entry, and what collectors do to lookups, each in a JVM of its own. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description =
                "Heap per cached entry beyond its bytes at several numbers of entries, and what the collectors do to"
                        + " the latency of lookups.")
public final class MemoryCommand implements Callable<Integer> {
    @Option(
            names = "--entries",
            split = ",",
            defaultValue = "1000000,10000000",
            description = "Numbers of entries (default ${DEFAULT-VALUE}).")
    private List<Integer> entries = List.of();

    @Option(names = "--item-bytes", defaultValue = "100", description = "Size of an item (default ${DEFAULT-VALUE}).")
    private int itemBytes;

    @Option(
            names = "--heap",
            defaultValue = "4g",
            description = "Heap of the JVM whose entries are weighed (default ${DEFAULT-VALUE}).")
    private String heap = "4g";

    @Option(
            names = "--collector-heap",
            defaultValue = "8g",
            description =
                    "Heap of the JVM whose lookups are timed; ZGC has longer references (default ${DEFAULT-VALUE}).")
    private String collectorHeap = "8g";

    @Option(
            names = "--lookups",
            defaultValue = "50000",
            description = "Lookups per second while a collector is watched (default ${DEFAULT-VALUE}).")
    private int lookups;

    @Option(
            names = "--replacements",
            defaultValue = "5000",
            description = "Items replaced per second meanwhile (default ${DEFAULT-VALUE}).")
    private int replacements;

    @Option(
            names = "--seconds",
            defaultValue = "20",
            description = "How long each collector is watched; 0 leaves that out (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();
    private final Optional<Jdk> zgc = Jdk.withGenerationalZgc();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var report = new Report("Cached entries of " + itemBytes + " byte items")
                .note(Machine.describe())
                .note("heap of " + heap
                        + ", used after full collections; data is the canonical key and the answer's body");
        var weighed = new ArrayList<List<String>>();
        for (int number : entries) {
            progress.step("filling a cache with " + number + " entries in a heap of " + heap);
            weighed.add(weigh(number));
        }
        report.table(new Report.Table(
                "Bytes per entry",
                List.of("entries", "heap", "data", "overhead", "as weighed by the cache", "heap in all, MiB"),
                weighed));
        if (seconds > 0) {
            watchCollectors(report);
        }
        progress.done();
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "memory"));
        return 0;
    }

    private List<String> weigh(int number) throws IOException, InterruptedException {
        var measured = ChildProcess.output(ChildProcess.java(
                        // Entries are old; by default a third of the heap is for what is young.
                        List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseParallelGC", "-Xmn128m"),
                        MemoryMain.class,
                        String.valueOf(number),
                        String.valueOf(itemBytes)))
                .split(" ", -1);
        long used = Long.parseLong(measured[1]);
        long data = Long.parseLong(measured[2]);
        return List.of(
                String.valueOf(number),
                String.valueOf(used),
                String.valueOf(data),
                String.valueOf(used - data),
                measured[3],
                String.valueOf(Long.parseLong(measured[4]) >> 20));
    }

    private void watchCollectors(Report report) throws IOException, InterruptedException {
        report.note("lookups at " + lookups + " per second, each counted from when it was due, while " + replacements
                + " items per second are replaced, in a heap of " + collectorHeap);
        if (zgc.isEmpty()) {
            report.note("no JDK with generational ZGC (21 or newer) here or beside this one");
        }
        var rows = new ArrayList<List<String>>();
        for (int number : entries) {
            rows.add(watch(number, "G1", Jdk.own(), "-XX:+UseG1GC"));
            if (zgc.isPresent()) {
                rows.add(watch(number, "generational ZGC", zgc.get(), zgc.get().generationalZgc()));
            }
        }
        report.table(new Report.Table(
                "Latency of a lookup, by collector",
                List.of("collector", "entries", "p50 µs", "p99 µs", "p99.9 µs", "max µs", "collections", "their ms"),
                rows));
    }

    private List<String> watch(int number, String collector, Jdk jdk, String... flags)
            throws IOException, InterruptedException {
        progress.step(number + " entries with " + collector);
        var options = new ArrayList<>(List.of("-Xms" + collectorHeap, "-Xmx" + collectorHeap));
        options.addAll(List.of(flags));
        var measured = ChildProcess.output(ChildProcess.java(
                        jdk.home(),
                        options,
                        LookupsMain.class,
                        String.valueOf(number),
                        String.valueOf(itemBytes),
                        String.valueOf(seconds),
                        String.valueOf(lookups),
                        String.valueOf(replacements)))
                .split(" ", -1);
        return List.of(
                collector + ", Java " + jdk.feature(),
                String.valueOf(number),
                micros(measured[0]),
                micros(measured[1]),
                micros(measured[2]),
                micros(measured[3]),
                measured[5],
                measured[6]);
    }

    private static String micros(String measured) {
        return String.format(Locale.ROOT, "%.1f", Double.parseDouble(measured));
    }
}

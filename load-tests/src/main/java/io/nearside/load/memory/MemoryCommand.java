package io.nearside.load.memory;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Heap per cached entry, each size in a JVM of its own. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description = "Heap per cached entry beyond its bytes, at several numbers of entries.")
public final class MemoryCommand implements Callable<Integer> {
    @Option(
            names = "--entries",
            split = ",",
            defaultValue = "1000000,10000000",
            description = "Numbers of entries (default ${DEFAULT-VALUE}).")
    private List<Integer> entries = List.of();

    @Option(names = "--item-bytes", defaultValue = "100", description = "Size of an item (default ${DEFAULT-VALUE}).")
    private int itemBytes;

    @Option(names = "--heap", defaultValue = "4g", description = "Heap of the measured JVM (default ${DEFAULT-VALUE}).")
    private String heap = "4g";

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();

    @Override
    public Integer call() throws IOException, InterruptedException {
        var rows = new ArrayList<List<String>>();
        for (int number : entries) {
            progress.step("filling a cache with " + number + " entries in a heap of " + heap);
            rows.add(row(number, measure(number)));
        }
        progress.done();
        var report = new Report("Heap per cached entry, " + itemBytes + " byte items")
                .note(Machine.describe())
                .note("heap of " + heap
                        + ", used after full collections; data is the canonical key and the answer's body")
                .table(new Report.Table(
                        "Bytes per entry",
                        List.of("entries", "heap", "data", "overhead", "as weighed by the cache", "heap in all, MiB"),
                        rows));
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "memory"));
        return 0;
    }

    private List<String> measure(int number) throws IOException, InterruptedException {
        var options = List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseParallelGC");
        var process = new ProcessBuilder(
                        ChildProcess.java(options, MemoryMain.class, String.valueOf(number), String.valueOf(itemBytes)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(number + " entries do not fit into a heap of " + heap);
        }
        return List.of(output.split(" ", -1));
    }

    private static List<String> row(int number, List<String> measured) {
        long used = Long.parseLong(measured.get(1));
        long data = Long.parseLong(measured.get(2));
        return List.of(
                String.valueOf(number),
                String.valueOf(used),
                String.valueOf(data),
                String.valueOf(used - data),
                measured.get(3),
                String.valueOf(Long.parseLong(measured.get(4)) >> 20));
    }
}

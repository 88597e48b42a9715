package io.nearside.load.memory;

import io.nearside.load.process.ChildProcess;
import io.nearside.load.process.CpuPinning;
import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import io.nearside.load.report.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many announcements one core handles while reads go on. */
@Command(
        name = "invalidations",
        mixinStandardHelpOptions = true,
        description = "Announcements handled per second by a JVM on one core, with reads going on in it.")
public final class InvalidationsCommand implements Callable<Integer> {
    @Option(names = "--entries", defaultValue = "200000", description = "Cached items (default ${DEFAULT-VALUE}).")
    private int entries;

    @Option(names = "--item-bytes", defaultValue = "1024", description = "Size of one (default ${DEFAULT-VALUE}).")
    private int itemBytes;

    @Option(
            names = "--reads",
            defaultValue = "20000",
            description = "Reads per second meanwhile; what they miss is filled again (default ${DEFAULT-VALUE}).")
    private double readsPerSecond;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "Measured, after as many to warm up (default ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "JVMs, one after the other (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--heap", defaultValue = "1g", description = "Heap of the JVM (default ${DEFAULT-VALUE}).")
    private String heap = "1g";

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    private final Progress progress = new Progress();

    private record Round(double handled, double seconds, double cpuSeconds, double reads, double hits) {
        static Round parse(String line) {
            var figures = line.split(" ", -1);
            return new Round(
                    Double.parseDouble(figures[0]),
                    Double.parseDouble(figures[1]),
                    Double.parseDouble(figures[2]),
                    Double.parseDouble(figures[3]),
                    Double.parseDouble(figures[4]));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var results = new ArrayList<Round>();
        for (int round = 1; round <= rounds; round++) {
            progress.step("round " + round + " of " + rounds);
            results.add(Round.parse(ChildProcess.output(CpuPinning.SERVER.wrap(ChildProcess.java(
                    List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+UseSerialGC"),
                    InvalidationsMain.class,
                    String.valueOf(entries),
                    String.valueOf(itemBytes),
                    String.valueOf(seconds),
                    String.valueOf(readsPerSecond))))));
        }
        progress.done();
        var report = new Report("Invalidations, " + entries + " cached items of " + itemBytes + " bytes")
                .note(Machine.describe())
                .note("the whole JVM, collector included, on one core where it can be pinned; medians of " + rounds
                        + " rounds; in parentheses the least and the most")
                .note("an announcement is handled from the bytes of its record to the forgotten item and pages")
                .table(new Report.Table(
                        "Announcements of single items",
                        List.of("figure", "value"),
                        List.of(
                                row("handled per second", results, 0, round -> round.handled / round.seconds),
                                row(
                                        "handled per second of their thread's processor time",
                                        results,
                                        0,
                                        round -> round.handled / round.cpuSeconds),
                                row("reads per second meanwhile", results, 0, round -> round.reads / round.seconds),
                                row("hits among them", results, 2, round -> round.hits / round.reads))));
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "invalidations"));
        return 0;
    }

    private static List<String> row(String name, List<Round> rounds, int digits, ToDoubleFunction<Round> figure) {
        return List.of(
                name,
                Spread.of(rounds.stream().mapToDouble(figure).boxed().toList()).format(digits));
    }
}

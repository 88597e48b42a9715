package io.nearside.load;

import io.nearside.load.report.Machine;
import io.nearside.load.report.Progress;
import io.nearside.load.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The microbenchmarks, in JVMs of their own, with what each operation allocates. */
@Command(
        name = "micro",
        mixinStandardHelpOptions = true,
        description = "JMH: parsing, keys, lookup, invalidation, expressions, records; time and bytes per operation.")
final class MicroCommand implements Callable<Integer> {
    private static final String ALLOCATION = "gc.alloc.rate.norm";
    private static final String PACKAGE = "io.nearside.load.micro.";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILTER",
            defaultValue = ".*",
            description = "A regular expression that a benchmark's name must contain (default: all).")
    private String filter = ".*";

    @Option(names = "--forks", defaultValue = "1", description = "JVMs for each (default ${DEFAULT-VALUE}).")
    private int forks;

    @Option(names = "--warmup", defaultValue = "3", description = "Warm-up iterations (default ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(names = "--iterations", defaultValue = "5", description = "Measured ones (default ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(names = "--millis", defaultValue = "500", description = "Length of each (default ${DEFAULT-VALUE}).")
    private int millis;

    @Option(names = "--out", description = "Folder for the JSON file and the page (default load-tests/target/bench).")
    private Path out = Path.of(System.getProperty("nearside.home", "."), "load-tests", "target", "bench");

    @Override
    public Integer call() throws RunnerException {
        var progress = new Progress();
        progress.step("running the microbenchmarks, some five seconds each");
        var results = run();
        progress.done();
        if (results.isEmpty()) {
            throw new IllegalArgumentException("no benchmark is called " + filter);
        }
        var report = report(results);
        System.out.println(report.toText());
        System.out.println("page: " + report.write(out, "micro"));
        return 0;
    }

    private Collection<RunResult> run() throws RunnerException {
        var time = TimeValue.milliseconds(millis);
        return new Runner(new OptionsBuilder()
                        .include(filter)
                        .forks(forks)
                        .warmupIterations(warmup)
                        .warmupTime(time)
                        .measurementIterations(iterations)
                        .measurementTime(time)
                        .addProfiler(GCProfiler.class)
                        .jvmArgs("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
    }

    private Report report(Collection<RunResult> results) {
        var rows = new ArrayList<List<String>>();
        for (var result : results) {
            Result<?> time = result.getPrimaryResult();
            Result<?> allocation = result.getSecondaryResults().get(ALLOCATION);
            rows.add(List.of(
                    result.getParams().getBenchmark().replace(PACKAGE, "").replace("Benchmark", ""),
                    figure(time.getScore()),
                    figure(time.getScoreError()),
                    allocation == null ? "?" : figure(allocation.getScore())));
        }
        return new Report("Microbenchmarks (JMH, -prof gc)")
                .note(Machine.describe())
                .note(String.format(
                        Locale.ROOT,
                        "%d JVM(s) each, %d iterations of %d ms after %d to warm up; serial collector",
                        forks,
                        iterations,
                        millis,
                        warmup))
                .table(new Report.Table(
                        "Average time and allocation of one operation",
                        List.of("benchmark", "ns", "± ns (99.9 %)", "bytes allocated"),
                        rows));
    }

    private static String figure(double value) {
        return Double.isNaN(value) ? "?" : String.format(Locale.ROOT, "%.1f", value);
    }
}

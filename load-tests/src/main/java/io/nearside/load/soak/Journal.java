package io.nearside.load.soak;

import io.nearside.load.report.Machine;
import io.nearside.load.report.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What a soak run has seen so far, and what that amounts to. Safe from any thread: a run may be ended at any moment. */
final class Journal {
    private static final double MEBIBYTE = 1 << 20;

    private final double maxCacheBytes;
    private final List<Sample> samples = new ArrayList<>();
    private final List<List<String>> phases = new ArrayList<>();
    private final List<String> defects = new ArrayList<>();
    private long reads;
    private long staleReads;

    /**
     * @param maxCacheBytes what the cache was told to keep to
     */
    Journal(double maxCacheBytes) {
        this.maxCacheBytes = maxCacheBytes;
    }

    synchronized void phase(long seconds, String what, long answers, long errors, double p99Micros) {
        phases.add(List.of(
                String.valueOf(seconds),
                what,
                String.valueOf(answers),
                String.valueOf(errors),
                String.format(Locale.ROOT, "%.0f", p99Micros)));
    }

    synchronized void sample(Sample sample) {
        samples.add(sample);
        if (sample.cacheBytes() > maxCacheBytes) {
            defect("after " + sample.seconds() + " s the cache held " + Sample.mebibytes(sample.cacheBytes())
                    + " MiB, and may hold " + Sample.mebibytes(maxCacheBytes));
        }
    }

    /** Something that must not happen. */
    synchronized void defect(String what) {
        defects.add(what);
    }

    /** A read that came after an acknowledged write, and whether it showed it. */
    synchronized void read(boolean right) {
        reads++;
        staleReads += right ? 0 : 1;
    }

    /** Whether something grew, or went wrong that must not. */
    synchronized boolean failed() {
        return staleReads > 0 || !defects.isEmpty() || grown().stream().anyMatch(Figure::grew);
    }

    private record Figure(String name, Trend trend, double unit) {
        boolean grew() {
            return trend.grew();
        }

        List<String> row() {
            return List.of(
                    name,
                    String.format(Locale.ROOT, "%.1f", trend.middle() / unit),
                    String.format(Locale.ROOT, "%.1f", trend.last() / unit),
                    String.format(Locale.ROOT, "%.1f", (trend.middle() * trend.factor() + trend.slack()) / unit),
                    !trend.isJudged() ? "too short to tell" : grew() ? "GREW" : "steady");
        }
    }

    private List<Figure> grown() {
        return List.of(
                figure("heap after GC, MiB", Sample::heapBytes, 1.15, 8 * MEBIBYTE, MEBIBYTE),
                figure("resident, MiB", Sample::residentBytes, 1.15, 24 * MEBIBYTE, MEBIBYTE),
                figure("threads", Sample::threads, 1, 4, 1),
                figure("open files", Sample::openFiles, 1, 16, 1),
                figure("cache, MiB", Sample::cacheBytes, 1.15, MEBIBYTE, MEBIBYTE),
                figure("waiting announcements", Sample::waiting, 1, 10, 1));
    }

    private Figure figure(String name, ToDoubleFunction<Sample> reading, double factor, double slack, double unit) {
        return new Figure(
                name, new Trend(samples.stream().mapToDouble(reading).boxed().toList(), factor, slack), unit);
    }

    /** The report so far; {@code interrupted} if the run did not come to its end. */
    synchronized Report report(String title, boolean interrupted) {
        var report = new Report(title).note(Machine.describe());
        if (interrupted) {
            report.note("ended before its time");
        }
        report.note("verdict: " + verdict());
        defects.forEach(report::note);
        report.note(staleReads + " of " + reads + " reads did not show a write that was acknowledged before");
        return report.table(new Report.Table(
                        "Growth: the last third against the one before",
                        List.of("figure", "before", "last", "limit", "verdict"),
                        grown().stream().map(Figure::row).toList()))
                .table(new Report.Table("Phases", List.of("seconds", "what", "answers", "errors", "p99 µs"), phases))
                .table(new Report.Table(
                        "What the watched proxy held after each calm phase",
                        Sample.COLUMNS,
                        samples.stream().map(Sample::row).toList()));
    }

    private String verdict() {
        if (failed()) {
            return "FAILED";
        }
        return samples.size() < Trend.ENOUGH
                ? "nothing went wrong; too short to tell whether anything grows"
                : "passed: nothing grew, nothing went wrong";
    }
}

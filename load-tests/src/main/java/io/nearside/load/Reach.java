package io.nearside.load;

import io.nearside.load.generator.RunResult;
import io.nearside.load.report.Report;
import io.nearside.load.report.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What this proxy is to reach beside each of its peers, and whether it does: medians of ratios taken round by round. Rates are
 * compared, or processor time for each answer where the generator was the limit of either.
 */
final class Reach {
    /** From this share of its core on, the generator and not the server is the limit. */
    private static final double GENERATOR_IS_LIMIT = 0.9;

    private static final String BARE_VERTX = "bare Vert.x";

    /** The least that this proxy's rate is to be, as a multiple of the peer's. */
    private static final Map<String, Double> LEAST = Map.of(
            BARE_VERTX, 0.75, "nginx proxy_cache", 1.2, "Varnish bodyaccess", 2.0, "Redis GET", 0.9, "backend", 5.0);

    /** The most that this proxy's p99 at half of its saturation is to be, as a multiple of bare Vert.x' at half of its own. */
    private static final double MOST_P99 = 1.5;

    private final List<RunResult> ours;
    private final List<RunResult> oursPaced;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param ours this proxy, as fast as it goes, by round
     * @param oursPaced this proxy at half of its saturation, by round; empty if not measured
     */
    Reach(List<RunResult> ours, List<RunResult> oursPaced) {
        this.ours = List.copyOf(ours);
        this.oursPaced = List.copyOf(oursPaced);
    }

    /** Adds what was measured of one peer, in the same rounds. */
    void peer(String name, List<RunResult> theirs, List<RunResult> theirsPaced) {
        var least = LEAST.get(name);
        if (least != null) {
            boolean byCpu = generatorIsLimit(ours) || generatorIsLimit(theirs);
            var ratio = byCpu
                    ? ratio(theirs, ours, RunResult::serverMicrosPerAnswer)
                    : ratio(ours, theirs, RunResult::ratePerSecond);
            row((byCpu ? "CPU time per answer, " : "rate, ") + name, "≥ ", least, ratio, ratio.median() >= least);
        }
        if (name.equals(BARE_VERTX) && !theirsPaced.isEmpty()) {
            var ratio = ratio(oursPaced, theirsPaced, result -> result.micros(99));
            row("p99 at half of saturation, " + name, "≤ ", MOST_P99, ratio, ratio.median() <= MOST_P99);
        }
    }

    Report.Table table() {
        return new Report.Table("What is to be reached", List.of("nearside and", "bar", "measured", "reached"), rows);
    }

    private void row(String what, String sign, double bar, Spread measured, boolean reached) {
        rows.add(List.of(
                what, sign + String.format(Locale.ROOT, "%.2f", bar), measured.format(2), reached ? "yes" : "no"));
    }

    private static boolean generatorIsLimit(List<RunResult> results) {
        return Spread.of(results.stream().map(RunResult::generatorLoad).toList())
                        .median()
                >= GENERATOR_IS_LIMIT;
    }

    private static Spread ratio(List<RunResult> above, List<RunResult> below, ToDoubleFunction<RunResult> figure) {
        var ratios = new ArrayList<Double>();
        for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
            ratios.add(figure.applyAsDouble(above.get(i)) / figure.applyAsDouble(below.get(i)));
        }
        return Spread.of(ratios);
    }
}

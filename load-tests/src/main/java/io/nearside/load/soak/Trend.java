package io.nearside.load.soak;

import io.nearside.load.report.Spread;
import java.util.List;

/**
 * How one figure went over a run: the first third of its readings is warm-up, and the last third is compared with the one
 * in between. A figure may wander; what leaks is above in every long run.
 *
 * @param readings in order of time
 * @param factor the last third's median may be so many times the middle third's
 * @param slack and so much more, in the figure's unit
 */
record Trend(List<Double> readings, double factor, double slack) {
    /** Fewer readings than this say nothing. */
    static final int ENOUGH = 6;

    Trend {
        readings = List.copyOf(readings);
    }

    boolean isJudged() {
        return readings.size() >= ENOUGH;
    }

    /** Whether the figure grew; false while there are too few readings to tell. */
    boolean grew() {
        return isJudged() && last() > middle() * factor + slack;
    }

    double middle() {
        return median(readings.size() / 3, readings.size() * 2 / 3);
    }

    double last() {
        return median(readings.size() * 2 / 3, readings.size());
    }

    private double median(int from, int to) {
        return from == to ? 0 : Spread.of(readings.subList(from, to)).median();
    }
}

package io.nearside.load.generator;

import org.HdrHistogram.Histogram;

/** Counts what comes back, while told to. Lives on the one event loop of the generator. */
final class Tally {
    private final Histogram latencies = RunResult.newHistogram();
    private boolean counting;
    private long answers;
    private long errors;
    private long unanswered;
    private long hits;

    void count(boolean on) {
        counting = on;
    }

    void answer(int flags, long nanos) {
        if (!counting) {
            return;
        }
        if ((flags & AnswerReader.ERROR) != 0) {
            errors++;
            return;
        }
        answers++;
        hits += flags & AnswerReader.HIT;
        latencies.recordValue(Math.min(Math.max(nanos, 0), RunResult.LONGEST_NANOS));
    }

    void error() {
        if (counting) {
            errors++;
        }
    }

    /** A request that has waited so long and was not even sent. */
    void unanswered(long nanos) {
        if (counting) {
            unanswered++;
            latencies.recordValue(Math.min(Math.max(nanos, 0), RunResult.LONGEST_NANOS));
        }
    }

    RunResult result(double seconds, double serverCpuSeconds, double generatorCpuSeconds) {
        return new RunResult(
                answers, errors, unanswered, hits, seconds, serverCpuSeconds, generatorCpuSeconds, latencies);
    }
}

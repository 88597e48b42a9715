package io.nearside.load.generator;

import org.HdrHistogram.Histogram;

/** Counts what comes back, while told to, of what was sent meanwhile. Lives on the one event loop of the generator. */
final class Tally {
    private final Histogram latencies = RunResult.newHistogram();
    private boolean counting;
    private long countingSince;
    private long answers;
    private long errors;
    private long unanswered;
    private long hits;

    void count(long now) {
        counting = true;
        countingSince = now;
    }

    void stop() {
        counting = false;
    }

    /** @param since when its request was due */
    void answer(int flags, long since, long now) {
        if (!counting || since - countingSince < 0) {
            return;
        }
        if ((flags & AnswerReader.ERROR) != 0) {
            errors++;
            return;
        }
        answers++;
        hits += flags & AnswerReader.HIT;
        record(now - since);
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
            record(nanos);
        }
    }

    private void record(long nanos) {
        latencies.recordValue(Math.min(Math.max(nanos, 0), RunResult.LONGEST_NANOS));
    }

    RunResult result(double seconds, double serverCpuSeconds, double generatorCpuSeconds) {
        return new RunResult(
                answers, errors, unanswered, hits, seconds, serverCpuSeconds, generatorCpuSeconds, latencies);
    }
}

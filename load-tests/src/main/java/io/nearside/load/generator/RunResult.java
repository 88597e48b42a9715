package io.nearside.load.generator;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * What the measured part of one run found.
 *
 * @param answers complete answers with the status that was hoped for
 * @param errors answers with any other status, and connections lost
 * @param unanswered requests of an open loop that were due and still waited for a connection when measuring ended; their
 *     wait so far is among the latencies
 * @param hits answers that say they came from a cache
 * @param seconds how long was measured
 * @param serverCpuSeconds CPU time of the watched processes meanwhile
 * @param generatorCpuSeconds CPU time of the generator meanwhile
 * @param latencies in nanoseconds: from sending in a closed loop; in an open loop from the moment the request was due, so
 *     that a stalled server is charged for everything it kept waiting (coordinated omission)
 */
public record RunResult(
        long answers,
        long errors,
        long unanswered,
        long hits,
        double seconds,
        double serverCpuSeconds,
        double generatorCpuSeconds,
        Histogram latencies) {
    /** Three significant digits up to a minute; what took longer counts as a minute. */
    static final long LONGEST_NANOS = 60_000_000_000L;

    static Histogram newHistogram() {
        return new Histogram(LONGEST_NANOS, 3);
    }

    public double ratePerSecond() {
        return answers / seconds;
    }

    public double hitRatio() {
        return answers == 0 ? 0 : hits / (double) answers;
    }

    public double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1_000.0;
    }

    /** Processor time of the server for one answer, in microseconds. */
    public double serverMicrosPerAnswer() {
        return answers == 0 ? 0 : serverCpuSeconds * 1e6 / answers;
    }

    /** The share of one core that the generator used: near 1, it and not the server was the limit. */
    public double generatorLoad() {
        return generatorCpuSeconds / seconds;
    }

    String encode() {
        var buffer = ByteBuffer.allocate(latencies.getNeededByteBufferCapacity());
        int length = latencies.encodeIntoCompressedByteBuffer(buffer);
        var bytes = new byte[length];
        buffer.flip();
        buffer.get(bytes);
        return new JsonObject()
                .put("answers", answers)
                .put("errors", errors)
                .put("unanswered", unanswered)
                .put("hits", hits)
                .put("seconds", seconds)
                .put("serverCpuSeconds", serverCpuSeconds)
                .put("generatorCpuSeconds", generatorCpuSeconds)
                .put("latencies", Base64.getEncoder().encodeToString(bytes))
                .encode();
    }

    static RunResult decode(String text) {
        var json = new JsonObject(text);
        try {
            var latencies = Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(json.getString("latencies"))), LONGEST_NANOS);
            return new RunResult(
                    json.getLong("answers"),
                    json.getLong("errors"),
                    json.getLong("unanswered"),
                    json.getLong("hits"),
                    json.getDouble("seconds"),
                    json.getDouble("serverCpuSeconds"),
                    json.getDouble("generatorCpuSeconds"),
                    latencies);
        } catch (DataFormatException e) {
            throw new IllegalStateException("the generator's histogram is damaged", e);
        }
    }
}

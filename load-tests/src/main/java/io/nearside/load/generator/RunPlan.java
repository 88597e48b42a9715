package io.nearside.load.generator;

import io.nearside.load.workload.KeyDistribution;
import io.nearside.load.workload.Workload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/**
 * One run of the generator. Crosses from the bench to the generator's process as JSON.
 *
 * @param port where the server listens on loopback
 * @param tls whether to speak TLS, trusting whatever certificate is shown
 * @param connections kept open all the time, at least 1
 * @param warmup load that is not counted
 * @param measured load that is
 * @param ratePerSecond the arrival rate of an open loop; 0 is a closed loop: each connection asks again once answered
 * @param workload what is asked
 * @param distribution of which keys
 * @param keys how many keys there are
 * @param itemBytes size of written items
 * @param seed of every random draw
 * @param watchedPids processes whose CPU time is read at the start and the end of the measured part
 */
public record RunPlan(
        int port,
        boolean tls,
        int connections,
        Duration warmup,
        Duration measured,
        double ratePerSecond,
        Workload workload,
        KeyDistribution distribution,
        int keys,
        int itemBytes,
        long seed,
        List<Long> watchedPids) {
    public RunPlan {
        if (connections < 1) {
            throw new IllegalArgumentException("connections must be at least 1, not " + connections);
        }
        if (ratePerSecond < 0) {
            throw new IllegalArgumentException("the rate must not be negative");
        }
        watchedPids = List.copyOf(watchedPids);
    }

    boolean openLoop() {
        return ratePerSecond > 0;
    }

    String encode() {
        return new JsonObject()
                .put("port", port)
                .put("tls", tls)
                .put("connections", connections)
                .put("warmupMillis", warmup.toMillis())
                .put("measuredMillis", measured.toMillis())
                .put("ratePerSecond", ratePerSecond)
                .put("workload", workload.name())
                .put("distribution", distribution.name())
                .put("keys", keys)
                .put("itemBytes", itemBytes)
                .put("seed", seed)
                .put("watchedPids", new JsonArray(watchedPids))
                .encode();
    }

    static RunPlan decode(String text) {
        var json = new JsonObject(text);
        return new RunPlan(
                json.getInteger("port"),
                json.getBoolean("tls"),
                json.getInteger("connections"),
                Duration.ofMillis(json.getLong("warmupMillis")),
                Duration.ofMillis(json.getLong("measuredMillis")),
                json.getDouble("ratePerSecond"),
                Workload.valueOf(json.getString("workload")),
                KeyDistribution.valueOf(json.getString("distribution")),
                json.getInteger("keys"),
                json.getInteger("itemBytes"),
                json.getLong("seed"),
                json.getJsonArray("watchedPids").stream()
                        .map(pid -> ((Number) pid).longValue())
                        .toList());
    }
}

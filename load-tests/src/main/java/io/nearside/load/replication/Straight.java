package io.nearside.load.replication;

import io.nearside.load.report.Progress;
import io.nearside.local.embedded.EmbeddedDynamoDb;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What the same writers get done at DynamoDB Local with no replication around: what its figures are compared with. */
final class Straight {
    private static final int WARM_UP_ROUNDS = 4;

    private final Executor threads;
    private final Progress progress;
    private final Changes changes;
    private final Duration time;

    /**
     * @param conditional conditional writes per second at one region whose table has no stream
     * @param both changes per second of a program that writes each to two regions itself, whose tables have streams
     */
    record Rates(double conditional, double both) {}

    Straight(Executor threads, Progress progress, Changes changes, Duration time) {
        this.threads = threads;
        this.progress = progress;
        this.changes = changes;
        this.time = time;
    }

    Rates measure() {
        return new Rates(conditional(), both());
    }

    private double conditional() {
        try (var dynamoDb = EmbeddedDynamoDb.start(1)) {
            var target = endpoint(dynamoDb, 0);
            target.send("CreateTable", Tables.definition(false)).join();
            return warmRate("conditional writes straight at a target", () -> changes.putIfNewer(target));
        }
    }

    private double both() {
        try (var dynamoDb = EmbeddedDynamoDb.start(2)) {
            var first = endpoint(dynamoDb, 0);
            var second = endpoint(dynamoDb, 1);
            first.send("CreateTable", Tables.definition(true)).join();
            second.send("CreateTable", Tables.definition(true)).join();
            return warmRate("a program that writes to both regions itself", () -> changes.putToBoth(first, second));
        }
    }

    private double warmRate(String what, Supplier<CompletableFuture<?>> write) {
        var writers = new Writers(unused -> write.get());
        progress.step(what + ", warming up");
        new WarmUp(WARM_UP_ROUNDS).until(() -> writers.ratePerSecond(time.dividedBy(2)));
        progress.step(what);
        return writers.ratePerSecond(time);
    }

    private Endpoint endpoint(EmbeddedDynamoDb dynamoDb, int region) {
        return new Endpoint(threads, dynamoDb.regions().get(region).port());
    }
}

package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.change.ChangeCodec;
import io.nearside.change.Invalidation;
import io.nearside.change.MalformedRecordException;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.table.RetriableStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One region's change topic: keeps every change in its binary form and tells the other regions of it. */
final class SimulatedLog implements ChangeLog {
    private final Interference interference;
    private final Consumer<Change> others;
    private final List<Change> changes = new ArrayList<>();

    SimulatedLog(Interference interference, Consumer<Change> others) {
        this.interference = interference;
        this.others = others;
    }

    /** Everything that was ever published, duplicates included. */
    List<Change> changes() {
        return changes;
    }

    @Override
    public CompletionStage<Void> publish(Change change) {
        try {
            interference.before();
            Change received = ChangeCodec.decode(ChangeCodec.encode(change));
            changes.add(received);
            interference.tell(
                    () -> "published " + received.kind() + " " + received.version() + " after " + received.previous());
            others.accept(received);
            interference.after();
            return CompletableFuture.completedFuture(null);
        } catch (RetriableStoreException | MalformedRecordException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> invalidate(Invalidation invalidation) {
        return CompletableFuture.completedFuture(null);
    }
}

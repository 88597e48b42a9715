package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.item.Bytes;
import io.nearside.version.Version;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where the applier tells what it did not write. A stage completes once the report cannot be lost any more. */
interface ApplyReports {

    /** A change lost against a concurrent version. */
    CompletionStage<Void> conflict(String peer, Change loser, Version winner, ApplyOutcome.Cause cause);

    /** A change is put aside. */
    CompletionStage<Void> parked(ParkedChange parked);

    /**
     * A change that is put aside, as it is written to nearside.parked.
     *
     * @param table the table; empty if the record could not be decoded
     * @param recordKey the key of the record in the changes topic, normally the canonical item key
     * @param record the value of the record in the changes topic
     * @param version null if the record could not be decoded
     */
    record ParkedChange(
            String peer,
            String table,
            Bytes recordKey,
            Bytes record,
            @Nullable Version version,
            ApplyOutcome.ParkReason reason,
            String detail) {}
}

package io.nearside.replicator.capture;

import java.util.concurrent.CompletionStage;

/** Where records go that can never be settled, for an operator to see. Stages as with {@link ChangeLog}. */
public interface ParkingLot {

    CompletionStage<Void> park(ParkedRecord record);
}

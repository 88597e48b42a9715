package io.nearside.replicator.capture;

import io.nearside.replicator.capture.Settled.Outcome;

/** Settles a record where no other region takes changes: the invalidation that went out for it was all that it is for. */
final class InvalidationOnly implements Settling {

    @Override
    public Settled handle(CapturedRecord record) {
        return Settled.silently(Outcome.INVALIDATED);
    }
}

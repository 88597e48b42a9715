package io.nearside.replicator.simulation;

/** A way to get replication wrong; the simulator must notice each. */
enum Defect {
    NONE,
    /** A write's version is not put above the version it replaced. */
    FLOOR_WITHOUT_OLD_VERSION,
    /** Deletes leave nothing behind. */
    NO_TOMBSTONES,
    /** The applier puts without having looked at the tombstone, and looks only after an insert. */
    PUT_WITHOUT_A_LOOK,
    /** A change of another region that was applied here is taken for a write of this region. */
    NO_LOOP_RULE,
    /** After a gap, an item that carries a version is taken to have that version's content. */
    RESYNC_TRUSTS_STAMPS
}

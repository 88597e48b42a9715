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
    RESYNC_TRUSTS_STAMPS,
    /** An update is published with all attributes as they stand, and not just those that got its version. */
    UPDATES_PUBLISHED_WHOLE,
    /** A write to one attribute counts as settled when any attribute of the item has a higher version. */
    SETTLED_BY_ITEM,
    /** Of the changes of one key that wait, only the newest stays, be it an update of other attributes. */
    NEWEST_UPDATE_ONLY,
    /** A deletion takes the whole item away, attributes that were written after it included. */
    DELETES_WHATEVER_IS_NEWER,
    /** What a deletion took away is not remembered: an item put back as it was read looks like a foreign change that came twice. */
    REMOVALS_FORGOTTEN
}

package io.nearside.replicator.simulation;

/**
 * The shape of one simulated history: drawn first from its seed, so that histories differ in kind and not only in order.
 *
 * @param regions how many regions, 2 to 4
 * @param keys how many items they write; few, for the sake of conflicts
 * @param writes how many application writes race
 * @param replicas how many replicator processes each region has, all of them reading everything
 * @param skewMillis how far the regions' wall clocks may be off, either way; the largest is beyond the drift bound
 * @param stepsPerWrite how much the replicators get done between two writes; low numbers leave long backlogs
 * @param burstPermille how often a process goes on undisturbed
 * @param faultPermille how often a call on a store or the log fails, before or after it took effect
 * @param crashPermille how often a process dies between two steps
 * @param duplicatePermille how often a change is delivered once more
 * @param reordering from how many waiting changes the next is taken
 * @param proxiedPermille how many of the writes come through a proxy that stamps inline
 * @param gaps whether records may be trimmed from a stream before they are read
 * @param filters whether regions take in only some of the others' items
 * @param merges whether attributes are merged
 */
record Schedule(
        long seed,
        int regions,
        int keys,
        int writes,
        int replicas,
        int skewMillis,
        int stepsPerWrite,
        int burstPermille,
        int faultPermille,
        int crashPermille,
        int duplicatePermille,
        int reordering,
        int proxiedPermille,
        boolean gaps,
        boolean filters,
        boolean merges) {

    /** The same histories in kind, of regions that take in only some of the others' items; without gaps. */
    static Schedule filtering(long seed) {
        Schedule usual = of(seed);
        return new Schedule(
                seed,
                usual.regions,
                usual.keys,
                usual.writes,
                usual.replicas,
                usual.skewMillis,
                usual.stepsPerWrite,
                usual.burstPermille,
                usual.faultPermille,
                usual.crashPermille,
                usual.duplicatePermille,
                usual.reordering,
                usual.proxiedPermille,
                false,
                true,
                false);
    }

    /** The same histories in kind, of tables that merge attributes. */
    static Schedule merging(long seed) {
        Schedule usual = of(seed);
        return new Schedule(
                seed,
                usual.regions,
                usual.keys,
                usual.writes,
                usual.replicas,
                usual.skewMillis,
                usual.stepsPerWrite,
                usual.burstPermille,
                usual.faultPermille,
                usual.crashPermille,
                usual.duplicatePermille,
                usual.reordering,
                usual.proxiedPermille,
                usual.gaps,
                false,
                true);
    }

    static Schedule of(long seed) {
        Chance chance = new Chance(seed);
        boolean faultless = chance.permille(300);
        return new Schedule(
                seed,
                chance.oneOf(2, 2, 3, 3, 4),
                chance.oneOf(1, 1, 1, 2, 3),
                chance.between(2, 9),
                faultless ? 1 : chance.oneOf(1, 2, 2),
                chance.oneOf(0, 40, 40, 200, 200, 200, 5_000, 25_000, 25_000, 300_000),
                chance.oneOf(2, 5, 15, 40),
                chance.oneOf(0, 300, 700, 900),
                faultless ? 0 : chance.oneOf(0, 0, 10, 50),
                faultless ? 0 : chance.oneOf(0, 0, 5, 20),
                faultless ? 0 : chance.oneOf(0, 50, 300),
                chance.oneOf(1, 1, 3, 1000),
                chance.oneOf(0, 300, 700, 1000),
                !faultless && chance.permille(200),
                false,
                false);
    }
}

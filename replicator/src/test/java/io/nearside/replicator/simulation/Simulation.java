package io.nearside.replicator.simulation;

import java.util.List;

/** Plays one schedule from beginning to end. */
final class Simulation {
    private static final int LATE_ARRIVALS = 6;
    private static final String REPLAY =
            "./mvnw -pl replicator -am verify -Dtest=ConvergenceSimulation#regions_anySchedule_keepEveryPromise"
                    + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=";

    private Simulation() {}

    /**
     * Plays and checks one history.
     *
     * @return how many steps it took
     * @throws AssertionError if a promise was broken; the message names the seed
     */
    static int run(long seed, Defect defect, Fibers fibers, History history) {
        return run(Schedule.of(seed), defect, fibers, history);
    }

    /** As above, of a schedule that is drawn already. */
    static int run(Schedule schedule, Defect defect, Fibers fibers, History history) {
        World world = new World(schedule, defect, fibers, history);
        try {
            play(world);
            return world.steps();
        } catch (Throwable e) {
            throw new AssertionError(
                    "seed " + schedule.seed() + " breaks a promise; replay it alone with\n" + REPLAY
                            + schedule.seed() + (schedule.filters() ? " -Dsimulation.filters=true" : "")
                            + (schedule.merges() ? " -Dsimulation.merges=true" : "") + "\n"
                            + schedule,
                    e);
        }
    }

    private static void play(World world) {
        Promises promises = new Promises(world);
        world.race(world.schedule().writes());
        promises.check();
        for (int i = 0; i < 2; i++) {
            world.tell(() -> "at rest; one write follows");
            Applications.Wish wish = world.applications().write();
            world.rest();
            promises.check();
            promises.stands(wish);
            for (int j = 0; j < LATE_ARRIVALS && !world.hadGap(); j++) {
                world.repeatSomeChange();
            }
            world.rest();
            promises.check();
            promises.stands(wish);
        }
        world.tell(() -> "at rest; an item is taken away and put back as it was read");
        Applications.Wish back = world.applications().putBackAsRead();
        world.rest();
        promises.check();
        if (back != null) {
            promises.stands(back);
        }
        if (world.schedule().merges()) {
            world.tell(() -> "at rest; two regions write different attributes");
            List<Applications.Part> parts = world.applications().writeApart();
            world.rest();
            promises.check();
            parts.forEach(promises::survives);
        }
    }
}

package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.replicator.simulation.Fibers.Fiber;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything there is in one simulated history: regions, their processes and applications, and true time. Decides at every step who
 * acts next, from one seed.
 */
final class World implements Interference, Fibers.Plot {
    static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("id", KeyType.N), null);

    /** Any history comes to rest far below this; one that does not goes round in circles. */
    private static final int MAX_STEPS = 10_000;

    private static final int STEPS_PER_MILLISECOND = 4;
    private static final int PAUSE_MILLIS = 50;

    private final Schedule schedule;
    private final Defect defect;
    private final Fibers fibers;
    private final History history;
    private final Chance chance;
    private final List<Region> regions = new ArrayList<>();
    private final List<Replica> replicas = new ArrayList<>();
    private final Applications applications;
    private long trueMillis = 1_700_000_000_000L;
    private int writerIds;
    private int steps;
    private int writesLeft;
    private boolean calm;
    private @Nullable Fiber last;
    private final Deque<Runnable> later = new ArrayDeque<>();

    World(Schedule schedule, Defect defect, Fibers fibers, History history) {
        this.schedule = schedule;
        this.history = history;
        this.defect = defect;
        this.fibers = fibers;
        this.chance = new Chance(~schedule.seed());
        for (int id = 1; id <= schedule.regions(); id++) {
            Region region = new Region(this, id, SCHEMA);
            regions.add(region);
            for (int i = 0; i < schedule.replicas(); i++) {
                int fiber = 2 * replicas.size();
                replicas.add(new Replica(this, region, i, fibers.fiber(fiber), fibers.fiber(fiber + 1)));
            }
        }
        applications = new Applications(this);
    }

    @Override
    public void tell(Supplier<String> line) {
        history.tell(() -> String.format("%5d %s", steps, line.get()));
    }

    Schedule schedule() {
        return schedule;
    }

    Defect defect() {
        return defect;
    }

    Chance chance() {
        return chance;
    }

    List<Region> regions() {
        return regions;
    }

    Applications applications() {
        return applications;
    }

    long trueMillis() {
        return trueMillis;
    }

    int newWriterId() {
        return ++writerIds;
    }

    int steps() {
        return steps;
    }

    /** How far some wall clock is off. */
    long clockError() {
        return chance.between(-schedule.skewMillis(), schedule.skewMillis());
    }

    void tellOthers(Region origin, Change change) {
        for (Region region : regions) {
            if (region != origin) {
                region.receive(change);
            }
        }
    }

    /** Applications write and things break, then everything is let run to its end. */
    void race(int writes) {
        writesLeft = writes;
        calm = false;
        fibers.play(this);
        repair();
    }

    /**
     * What a repair after a gap does: compares the regions once everything is quiet, and has the one that lost records settle what
     * differs, above both versions.
     */
    private void repair() {
        for (Region region : regions) {
            for (Region other : regions) {
                if (region.hadGap() && region != other) {
                    region.repair(other.table().items());
                    rest();
                }
            }
        }
    }

    /** Has something done after some more steps, or when nobody else has anything to do. */
    void later(Runnable deed) {
        later.add(deed);
    }

    /** Lets everything that is under way come to its end; nobody writes and nothing dies. */
    void rest() {
        calm = true;
        fibers.play(this);
    }

    @Override
    public @Nullable Fiber next() {
        if (steps % STEPS_PER_MILLISECOND == 0) {
            trueMillis++;
        }
        if (++steps > MAX_STEPS) {
            throw new AssertionError("does not come to rest");
        }
        if (!calm && chance.below(schedule.stepsPerWrite()) == 0) {
            disturb();
        }
        calm |= writesLeft == 0 && chance.permille(50);
        if (!later.isEmpty() && chance.permille(150)) {
            later.remove().run();
        }
        Fiber previous = last;
        if (previous == null || !previous.isBusy() || !chance.permille(schedule.burstPermille())) {
            last = another();
        }
        return last;
    }

    private @Nullable Fiber another() {
        int start = chance.below(2 * replicas.size());
        for (int i = 0; i < 2 * replicas.size(); i++) {
            int at = (start + i) % (2 * replicas.size());
            Replica replica = replicas.get(at / 2);
            if (at % 2 == 0 && replica.canCapture()) {
                return replica.capture();
            }
            if (at % 2 == 1 && replica.canApply()) {
                return replica.apply();
            }
        }
        if (!later.isEmpty()) {
            later.remove().run();
            return another();
        }
        if (calm || writesLeft == 0) {
            return null;
        }
        writesLeft--;
        applications.write();
        return another();
    }

    private void disturb() {
        trueMillis += chance.oneOf(0, 0, 1, 3, 20, 300);
        if (chance.permille(schedule.crashPermille() * schedule.stepsPerWrite())) {
            chance.oneOf(replicas).crash();
        } else if (chance.permille(schedule.duplicatePermille())) {
            repeatSomeChange();
        } else if (chance.permille(20)) {
            chance.oneOf(regions).wall().set(clockError());
        } else if (schedule.gaps() && chance.permille(150)) {
            loseRecords(chance.oneOf(regions));
        } else if (schedule.merges() && chance.permille(100)) {
            publishSomeItem();
        } else if (writesLeft > 0) {
            writesLeft--;
            applications.write();
        }
    }

    /** An operator has some item published again as it stands, settled or not. */
    private void publishSomeItem() {
        Region region = chance.oneOf(regions);
        List<ItemKey> keys = List.copyOf(region.table().items().keySet());
        if (keys.isEmpty()) {
            return;
        }
        ItemKey key = chance.oneOf(keys);
        StoredItem item = Objects.requireNonNull(region.table().items().get(key));
        if (item.versions() != null) {
            tell(() -> "region " + region.id() + " publishes " + item.versions() + " again");
            region.state(key, item).forEach(change -> tellOthers(region, change));
        }
    }

    /** Somebody waits before trying again. */
    void pause() {
        trueMillis += PAUSE_MILLIS;
    }

    /** Whether some region lost records, and with them perhaps the only word of a write that was undone again. */
    boolean hadGap() {
        return regions.stream().anyMatch(Region::hadGap);
    }

    /** Whoever was reading begins anew behind the gap. */
    private void loseRecords(Region region) {
        region.gap();
        replicas.stream().filter(replica -> replica.isOf(region)).forEach(Replica::crash);
    }

    /** A change out of the past arrives once more, as after a consumer that was set back. */
    void repeatSomeChange() {
        Region origin = chance.oneOf(regions);
        Region target = chance.oneOf(regions);
        List<Change> changes = origin.log().changes();
        if (origin != target && !changes.isEmpty()) {
            target.receive(chance.oneOf(changes));
        }
    }

    @Override
    public void before() {
        fibers.step();
        fail("before");
    }

    @Override
    public void after() {
        fail("after");
    }

    private void fail(String when) {
        if (chance.permille(schedule.faultPermille())) {
            tell(() -> "fault " + when + " the step");
            throw new RetriableStoreException(
                    RetriableStoreException.Reason.UNAVAILABLE, "simulated, " + when + " it took effect", null);
        }
    }
}

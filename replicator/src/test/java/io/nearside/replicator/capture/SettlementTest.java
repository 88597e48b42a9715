package io.nearside.replicator.capture;

import io.nearside.change.Change;
import io.nearside.replicator.capture.Settled.Outcome;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class SettlementTest {

    private static final int HERE = 1;
    private static final int ELSEWHERE = 2;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final MemoryRegion region = new MemoryRegion();
    private final Settling settlement = settlement(7);

    private Settling settlement(int writer) {
        VersionClock clock = new VersionClock(() -> now, HERE, writer, Duration.ofSeconds(60));
        return new PublishedAtOnce(new Settlement(region, region, clock, () -> now), region);
    }

    private Version foreign(Duration later) {
        return new VersionClock(() -> now.plus(later), ELSEWHERE, 9, Duration.ofSeconds(60)).next(null);
    }

    private Outcome handleNext() {
        return settlement.handle(Objects.requireNonNull(region.stream.poll())).outcome();
    }

    private List<Outcome> handleAll() {
        List<Outcome> outcomes = new ArrayList<>();
        while (!region.stream.isEmpty()) {
            outcomes.add(handleNext());
        }
        return outcomes;
    }

    private Version versionOf(String id) {
        return Objects.requireNonNull(Objects.requireNonNull(region.stored(id)).version());
    }

    private Change lastPublished() {
        return region.published.get(region.published.size() - 1);
    }

    @Test
    void unstampedPut_isStamped_andPublishedByTheStampsOwnRecord() {
        region.put("a", "1", null);

        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(region.published).hasSize(1);
        assertThat(lastPublished().kind()).isEqualTo(Change.Kind.PUT);
        assertThat(lastPublished().image()).isEqualTo(MemoryRegion.item("a", "1"));
        assertThat(lastPublished().version()).isEqualTo(versionOf("a"));
    }

    @Test
    void write_thatStillStandsAsItsRecordTells_isStampedWithoutReadingTheItem() {
        region.put("a", "1", null);
        handleAll();
        region.update("a", "2");
        List<String> steps = new ArrayList<>();
        region.beforeStep = steps::add;

        assertThat(handleNext()).isEqualTo(Outcome.STAMPED);
        assertThat(steps).containsExactly("readTombstone", "stamp");
    }

    @Test
    void write_overwrittenBeforeItsRecordIsRead_costsNoReadOfTheItem() {
        region.put("a", "1", null);
        region.put("a", "2", null);
        assertThat(handleNext()).isEqualTo(Outcome.STAMPED);
        List<String> steps = new ArrayList<>();
        region.beforeStep = steps::add;

        assertThat(handleNext()).isEqualTo(Outcome.OVERTAKEN);
        assertThat(steps).containsExactly("readTombstone", "stamp");
        assertThat(handleNext()).isEqualTo(Outcome.PUBLISHED);
        assertThat(lastPublished().image()).isEqualTo(MemoryRegion.item("a", "2"));
    }

    @Test
    void stampedInsert_ofThisRegion_isPublishedWithoutAnyWrite() {
        Version inline = new VersionClock(() -> now, HERE, 3, Duration.ofSeconds(60)).next(null);
        region.put("a", "1", inline);

        assertThat(handleAll()).containsExactly(Outcome.PUBLISHED);
        assertThat(lastPublished().version()).isEqualTo(inline);
    }

    @Test
    void unchangedStamp_isALocalWrite_aboveTheOldOne() { // R3
        region.put("a", "1", null);
        handleAll();
        Version before = versionOf("a");
        region.update("a", "2");

        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(versionOf("a")).isGreaterThan(before);
        assertThat(lastPublished().previous()).isEqualTo(before);
    }

    @Test
    void regressedStamp_isALocalWrite_aboveTheOneItReplaced() { // R3
        region.put("a", "1", null);
        handleAll();
        Version first = versionOf("a");
        region.update("a", "2");
        handleAll();
        Version second = versionOf("a");
        region.put("a", "3", first);

        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(versionOf("a")).isGreaterThan(second);
    }

    @Test
    void droppedStamp_isALocalWrite_aboveTheOldImagesVersion() { // R4
        Version ahead = foreign(Duration.ofSeconds(30));
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), ahead);
        handleAll();
        region.put("a", "2", null);

        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(versionOf("a")).isGreaterThan(ahead);
        assertThat(lastPublished().image()).isEqualTo(MemoryRegion.item("a", "2"));
    }

    @Test
    void droppedStamp_withAClockThatLags_stillBeatsTheOldImage() { // G2: the old version belongs to the floor
        Version ahead = foreign(Duration.ofHours(1));
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), ahead);
        handleAll();
        region.put("a", "2", null);

        handleAll();
        assertThat(versionOf("a")).isGreaterThan(ahead);
    }

    @Test
    void foreignVersion_newOnTheItem_isNotPublishedAgain() { // R9
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), foreign(Duration.ZERO));
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "2"), foreign(Duration.ofSeconds(1)));

        assertThat(handleAll()).containsExactly(Outcome.FOREIGN, Outcome.FOREIGN);
        assertThat(region.published).isEmpty();
    }

    @Test
    void foreignVersion_afterARestart_isStillNotPublished() { // R9: no memory of what was applied is needed
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), foreign(Duration.ZERO));
        CapturedRecord record = Objects.requireNonNull(region.stream.poll());

        assertThat(settlement(8).handle(record).outcome()).isEqualTo(Outcome.FOREIGN);
        assertThat(settlement(9).handle(record).outcome()).isEqualTo(Outcome.FOREIGN);
    }

    @Test
    void delete_ofAStampedItem_leavesATombstoneAboveIt_andIsPublished() {
        region.put("a", "1", null);
        handleAll();
        Version before = versionOf("a");
        region.delete("a");

        assertThat(handleAll()).containsExactly(Outcome.DELETED);
        assertThat(region.tombstone("a")).isGreaterThan(before);
        assertThat(lastPublished().kind()).isEqualTo(Change.Kind.DELETE);
        assertThat(lastPublished().version()).isEqualTo(region.tombstone("a"));
        assertThat(lastPublished().image()).isNull();
        assertThat(lastPublished().previous()).isEqualTo(before);
    }

    @Test
    void delete_ofAnItemNeverStamped_isPublishedAllTheSame() {
        region.put("a", "1", null);
        region.delete("a");

        assertThat(handleAll()).containsExactly(Outcome.DELETED, Outcome.DELETE_REPEATED);
        assertThat(region.published).extracting(Change::version).containsOnly(region.tombstone("a"));
    }

    @Test
    void appliedForeignDelete_isNotPublished() { // R9
        region.put("a", "1", null);
        handleAll();
        Version deletion = foreign(Duration.ofSeconds(5));
        region.raise("table", MemoryRegion.key("a"), deletion);
        region.deleteIfOlder(MemoryRegion.key("a"), deletion);
        region.published.clear();

        assertThat(handleAll()).containsExactly(Outcome.DELETE_FOREIGN);
        assertThat(region.published).isEmpty();
    }

    @Test
    void insertedAgain_afterADelete_getsAVersionAboveTheTombstone() {
        region.put("a", "1", null);
        handleAll();
        region.delete("a");
        handleAll();
        region.put("a", "2", null);

        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(versionOf("a")).isGreaterThan(region.tombstone("a"));
    }

    @Test
    void inlineStamp_belowTheTombstone_isRepaired() {
        Version lagging = new VersionClock(() -> now, HERE, 3, Duration.ofSeconds(60)).next(null);
        region.raise("table", MemoryRegion.key("a"), foreign(Duration.ofSeconds(5)));
        region.put("a", "1", lagging);

        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(versionOf("a")).isGreaterThan(region.tombstone("a"));
    }

    @Test
    void expiry_takesTheNextTickAfterTheOldVersion_whateverTheTime() { // R8
        region.put("a", "1", null);
        handleAll();
        Version before = versionOf("a");
        now = now.plus(Duration.ofHours(1));
        region.expire("a");

        assertThat(handleAll()).containsExactly(Outcome.DELETED);
        assertThat(lastPublished().kind()).isEqualTo(Change.Kind.TTL);
        assertThat(lastPublished().version().clock()).isEqualTo(before.clock() + 1);
    }

    @Test
    void expiry_readTwice_isPublishedAgainAsAnExpiry() { // R8, R11
        region.put("a", "1", null);
        handleAll();
        region.expire("a");
        CapturedRecord expiry = Objects.requireNonNull(region.stream.poll());
        settlement.handle(expiry);

        assertThat(settlement.handle(expiry).outcome()).isEqualTo(Outcome.DELETE_REPEATED);
        assertThat(lastPublished().kind()).isEqualTo(Change.Kind.TTL);
        assertThat(lastPublished().version()).isEqualTo(region.tombstone("a"));
    }

    @Test
    void expiry_ofAnItemNeverStamped_isAnOrdinaryDelete() { // R8, R32
        region.put("a", "1", null);
        Objects.requireNonNull(region.stream.poll());
        region.expire("a");

        assertThat(handleAll()).containsExactly(Outcome.DELETED);
        assertThat(lastPublished().kind()).isEqualTo(Change.Kind.TTL);
    }

    @Test
    void versions_neverDependOnTheStreamsTimes() { // R1: the records of MemoryRegion are all of 1970
        region.put("a", "1", null);
        handleAll();

        assertThat(versionOf("a").millis()).isEqualTo(now.toEpochMilli());
    }

    @Test
    void noOpWrite_yieldsNoRecord_soEveryStampChangesSomething() { // R19
        region.put("a", "1", null);
        handleAll();
        region.update("a", "1");

        assertThat(region.stream).isEmpty();
        region.update("a", "2");
        assertThat(handleAll()).containsExactly(Outcome.STAMPED, Outcome.PUBLISHED);
    }

    @Test
    void duplicate_ofAnOvertakenWrite_isLeftToItsOwnRecord() { // R11
        region.put("a", "1", null);
        CapturedRecord first = Objects.requireNonNull(region.stream.poll());
        settlement.handle(first);

        assertThat(settlement.handle(first).outcome()).isEqualTo(Outcome.OVERTAKEN);
        assertThat(region.stream).hasSize(1);
    }

    @Test
    void twoOwners_settlingOneWrite_stampItOnce() { // R11
        region.put("a", "1", null);
        CapturedRecord record = Objects.requireNonNull(region.stream.poll());
        AtomicBoolean crossed = new AtomicBoolean();
        region.beforeStep = step -> {
            if (step.equals("stamp") && crossed.compareAndSet(false, true)) {
                assertThat(settlement(8).handle(record).outcome()).isEqualTo(Outcome.STAMPED);
            }
        };

        assertThat(settlement.handle(record).outcome()).isEqualTo(Outcome.OVERTAKEN);
        assertThat(handleAll()).containsExactly(Outcome.PUBLISHED);
    }

    @Test
    void twoOwners_settlingOneDelete_publishOneVersion() { // R11
        region.put("a", "1", null);
        handleAll();
        region.published.clear();
        region.delete("a");
        CapturedRecord record = Objects.requireNonNull(region.stream.poll());
        AtomicBoolean crossed = new AtomicBoolean();
        region.beforeStep = step -> {
            if (step.equals("replaceTombstone") && crossed.compareAndSet(false, true)) {
                assertThat(settlement(8).handle(record).outcome()).isEqualTo(Outcome.DELETED);
            }
        };

        assertThat(settlement.handle(record).outcome()).isEqualTo(Outcome.DELETE_REPEATED);
        assertThat(region.published).extracting(Change::version).containsOnly(region.tombstone("a"));
    }

    @Test
    void foreignPut_slippingInBeforeTheTombstone_isRemovedIfItLost() {
        region.put("a", "1", null);
        handleAll();
        Version late = foreign(Duration.ofMillis(-1));
        region.delete("a");
        AtomicBoolean crossed = new AtomicBoolean();
        region.beforeStep = step -> {
            if (step.equals("replaceTombstone") && crossed.compareAndSet(false, true)) {
                region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "late"), late);
            }
        };

        assertThat(handleNext()).isEqualTo(Outcome.DELETED);
        assertThat(region.stored("a")).isNull();
        handleAll();
        assertThat(region.stored("a")).isNull();
        assertThat(region.tombstone("a")).isGreaterThan(late);
    }

    @Test
    void foreignPut_slippingInBeforeTheTombstone_staysIfItWon() {
        region.put("a", "1", null);
        handleAll();
        Version newer = foreign(Duration.ofSeconds(30));
        region.delete("a");
        AtomicBoolean crossed = new AtomicBoolean();
        region.beforeStep = step -> {
            if (step.equals("replaceTombstone") && crossed.compareAndSet(false, true)) {
                region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "newer"), newer);
            }
        };

        handleAll();
        assertThat(RegionFixture.unmarked(region.stored("a")))
                .isEqualTo(new StoredItem(MemoryRegion.item("a", "newer"), newer));
    }

    @Test
    void localPut_crossingADelete_isSettledByItsOwnRecord() {
        region.put("a", "1", null);
        handleAll();
        region.delete("a");
        AtomicBoolean crossed = new AtomicBoolean();
        region.beforeStep = step -> {
            if (step.equals("replaceTombstone") && crossed.compareAndSet(false, true)) {
                region.put("a", "2", null);
            }
        };

        assertThat(handleAll()).containsExactly(Outcome.DELETED, Outcome.STAMPED, Outcome.PUBLISHED);
        assertThat(versionOf("a")).isGreaterThan(region.tombstone("a"));
    }

    @Test
    void itemThatNeverStandsStill_goesBackToTheQueue() {
        region.put("a", "1", null);
        CapturedRecord record = Objects.requireNonNull(region.stream.poll());
        AtomicInteger count = new AtomicInteger();
        region.beforeStep = step -> {
            if (step.equals("stamp")) {
                region.delete("a");
                region.put("a", "x" + count.incrementAndGet(), foreign(Duration.ofMillis(-count.get())));
            }
        };
        region.raise("table", MemoryRegion.key("a"), foreign(Duration.ofSeconds(30)));

        assertThatThrownBy(() -> settlement.handle(record)).isInstanceOf(RetriableStoreException.class);
    }

    @Test
    void removal_thatAnOlderForeignPutCrossed_staysARemoval() { // G4
        Version older = foreign(Duration.ofMillis(-500));
        region.put("a", "1", null);
        handleAll();
        region.delete("a");
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "late"), older);

        assertThat(handleNext()).isEqualTo(Outcome.DELETED);
        assertThat(region.stored("a")).isNull();
        assertThat(lastPublished().kind()).isEqualTo(Change.Kind.DELETE);
        assertThat(lastPublished().version()).isGreaterThan(older);
        handleAll();
        assertThat(region.stored("a")).isNull();
    }

    @Test
    void removal_ofAForeignPutThatCameAgain_staysARemoval() { // G4
        Version version = foreign(Duration.ofMillis(-500));
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), version);
        handleAll();
        region.delete("a");
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), version);

        assertThat(handleNext()).isEqualTo(Outcome.DELETED);
        assertThat(region.stored("a")).isNull();
    }

    @Test
    void removal_thatAnApplicationsPutWithAnOldStampCrossed_keepsThePut() { // R3
        Version version = foreign(Duration.ofMillis(-500));
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), version);
        handleAll();
        region.delete("a");
        region.put("a", "changed", version);

        handleAll();
        assertThat(Objects.requireNonNull(region.stored("a")).item()).isEqualTo(MemoryRegion.item("a", "changed"));
        assertThat(versionOf("a")).isGreaterThan(version);
    }

    @Test
    void itemBelowAForeignTombstone_isLeftToWhoeverDeletesIt_andStampedIfItStays() { // G4, R3
        Version put = foreign(Duration.ofMillis(-500));
        Version deleted = foreign(Duration.ofMillis(-400));
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "1"), put);
        region.raise("table", MemoryRegion.key("a"), deleted);
        CapturedRecord record = readNow(Objects.requireNonNull(region.stream.poll()));

        assertThatThrownBy(() -> settlement.handle(record)).isInstanceOf(RetriableStoreException.class);
        assertThat(versionOf("a")).isEqualTo(put);
        now = now.plusSeconds(6);
        assertThat(settlement.handle(record).outcome()).isEqualTo(Outcome.STAMPED);
        assertThat(versionOf("a")).isGreaterThan(deleted);
    }

    @Test
    void unchangedStamp_onAnItemThatWentOn_isLeftToTheNextRecord() {
        region.put("a", "1", null);
        handleAll();
        Version first = versionOf("a");
        region.update("a", "2");
        region.delete("a");
        region.putIfNewer(MemoryRegion.key("a"), MemoryRegion.item("a", "late"), foreign(Duration.ofMillis(-500)));

        assertThat(handleAll()).startsWith(Outcome.OVERTAKEN, Outcome.DELETED);
        assertThat(region.stored("a")).isNull();
        assertThat(region.tombstone("a")).isGreaterThan(first);
    }

    private CapturedRecord readNow(CapturedRecord record) {
        return new CapturedRecord(
                record.key(),
                record.keyAttributes(),
                record.oldItem(),
                record.newItem(),
                record.expired(),
                record.position(),
                record.written(),
                now);
    }
}

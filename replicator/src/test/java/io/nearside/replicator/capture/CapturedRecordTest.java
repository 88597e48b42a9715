package io.nearside.replicator.capture;

import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Which writes of an item may be captured as one. {@code ConvergenceSimulation} plays what comes of it. */
final class CapturedRecordTest {

    private static final StoredItem UNSTAMPED = item("u", null);
    private static final StoredItem LOW = item("low", new Version(100, 1, 1));
    private static final StoredItem HIGH = item("high", new Version(200, 1, 1));

    private static StoredItem item(String value, @Nullable Version version) {
        return new StoredItem(MemoryRegion.item("a", value), version);
    }

    private static CapturedRecord write(@Nullable StoredItem before, @Nullable StoredItem after) {
        return new CapturedRecord(
                MemoryRegion.key("a"), MemoryRegion.keys("a"), before, after, false, null, null, Instant.EPOCH);
    }

    @Test
    void writesWithoutVersions_areOne_fromTheFirstsBeforeToTheSecondsAfter() {
        StoredItem second = item("second", null);
        assertThat(write(LOW, UNSTAMPED).followedBy(write(UNSTAMPED, second))).isEqualTo(write(LOW, second));
        assertThat(write(null, UNSTAMPED).followedBy(write(UNSTAMPED, second))).isEqualTo(write(null, second));
    }

    @Test
    void writesThatLeaveTheVersionOrAnOlderOne_areOne() {
        StoredItem changed = item("changed", HIGH.version());
        assertThat(write(HIGH, changed).followedBy(write(changed, LOW))).isEqualTo(write(HIGH, LOW));
    }

    @Test
    void aVersionThatMayBeCommitted_staysByItself() {
        assertThat(write(LOW, HIGH).followedBy(write(HIGH, UNSTAMPED))).isNull();
        assertThat(write(LOW, UNSTAMPED).followedBy(write(UNSTAMPED, HIGH))).isNull();
        assertThat(write(null, HIGH).followedBy(write(HIGH, UNSTAMPED))).isNull();
    }

    @Test
    void removals_stayByThemselves() {
        assertThat(write(LOW, UNSTAMPED).followedBy(write(UNSTAMPED, null))).isNull();
        assertThat(write(LOW, null).followedBy(write(null, UNSTAMPED))).isNull();
    }

    @Test
    void writesThatDoNotFollowEachOther_stayByThemselves() {
        assertThat(write(LOW, UNSTAMPED).followedBy(write(LOW, UNSTAMPED))).isNull();
    }
}

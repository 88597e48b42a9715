package io.nearside.replicator.simulation;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.apply.Applier;
import io.nearside.replicator.apply.Lineage;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a change costs in requests to DynamoDB; each step on a table or on the tombstones is one. */
final class ApplierRequestsTest {
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.N("1")));
    private static final InstantSource WALL = () -> Instant.ofEpochMilli(1_000_000);

    private int requests;
    private final Interference counter = new Interference() {
        @Override
        public void before() {
            requests++;
        }

        @Override
        public void after() {}

        @Override
        public void tell(Supplier<String> line) {}
    };
    private final SimulatedTable table = new SimulatedTable(World.SCHEMA, 1, counter);
    private final Applier applier = new Applier(
            new SimulatedTombstones(counter, false), new VersionClock(WALL, 1, 1, Duration.ofDays(1)), new Lineage(10));

    private final SimulatedTable merging = new SimulatedTable(World.SCHEMA, 1, counter, true);

    private int requestsOf(Change.Kind kind, long version) {
        return requestsOf(table, kind, version);
    }

    private int requestsOf(SimulatedTable to, Change.Kind kind, long version) {
        requests = 0;
        applier.apply(
                to,
                new Change(
                        kind,
                        "t",
                        ItemKey.of(World.SCHEMA, KEY),
                        KEY,
                        kind.isDeletion() ? null : KEY.with("a", new AttributeValue.N(String.valueOf(version))),
                        new Version(version, 2, 1),
                        null,
                        null,
                        WALL.instant()));
        return requests;
    }

    @Test
    void requestsPerChange_areThese() {
        assertThat(requestsOf(Change.Kind.PUT, 1)).as("insert").isEqualTo(3);
        assertThat(requestsOf(Change.Kind.PUT, 2)).as("update").isEqualTo(2);
        assertThat(requestsOf(Change.Kind.PUT, 1)).as("older than the item").isEqualTo(2);
        assertThat(requestsOf(Change.Kind.DELETE, 3)).as("delete").isEqualTo(2);
        assertThat(requestsOf(Change.Kind.PUT, 2)).as("older than the deletion").isEqualTo(2);
    }

    @Test
    void requestsPerChange_whereAttributesAreMerged_areThese() {
        assertThat(requestsOf(merging, Change.Kind.PUT, 1)).as("an insert").isEqualTo(4);
        assertThat(requestsOf(merging, Change.Kind.UPDATE, 2)).as("an update").isEqualTo(3);
        assertThat(requestsOf(merging, Change.Kind.UPDATE, 2)).as("a duplicate").isEqualTo(2);
        assertThat(requestsOf(merging, Change.Kind.DELETE, 3)).as("a delete").isEqualTo(4);
    }
}

package io.nearside.replicator.verify;

import io.nearside.item.AttributeValue;
import io.nearside.item.ItemKey;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.VersionedTable;
import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class TableRowScanIT {

    private static final RegionFixture REGION = new RegionFixture(1);

    private final VersionedTable table = REGION.table();
    private final TableInfo info = new TableInfo(table.name(), "", RegionFixture.SCHEMA, List.of(), null);

    @AfterAll
    static void stop() {
        REGION.close();
    }

    @Test
    void read_isChargedToTheTablesBudget_andCounted() {
        for (int i = 0; i < 3; i++) {
            REGION.writeDirectly(table, RegionFixture.item("k" + i, "x".repeat(50_000)));
        }
        CapacityBudget budget = CapacityBudget.of(1, () -> 0);
        LongWork work = new LongWork();
        List<ItemKey> keys = new ArrayList<>();

        new TableRowScan(REGION.client(), Version.ATTRIBUTE, any -> budget)
                .read(info, List.of(), 1_000, work, (key, version) -> keys.add(key));

        assertThat(keys).hasSize(3);
        assertThat(work.done()).isEqualTo(3);
        // 150 KB, consistent, are 37 units or more.
        assertThat(budget.nanosUntilFree()).isGreaterThan(30_000_000_000L);
    }

    @Test
    void read_withFilters_handsOverWhatAllTakeIn() {
        REGION.writeDirectly(table, RegionFixture.item("eu#1", "a"));
        REGION.writeDirectly(table, RegionFixture.item("eu#2", "b"));
        REGION.writeDirectly(table, RegionFixture.item("us#1", "a").with("more", new AttributeValue.Bool(true)));
        List<ItemKey> keys = new ArrayList<>();

        new TableRowScan(REGION.client(), Version.ATTRIBUTE, any -> CapacityBudget.UNLIMITED)
                .read(
                        info,
                        List.of(new TableFilter("eu#", null, null), new TableFilter(null, "value", "a")),
                        1_000,
                        new LongWork(),
                        (key, version) -> keys.add(key));

        assertThat(keys).containsExactly(RegionFixture.key("eu#1"));
    }
}

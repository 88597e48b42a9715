package io.nearside.replicator.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PartitionFrontierTest {

    @Test
    void committable_laterRecordEndsFirst_waitsForTheEarlier() {
        PartitionFrontier frontier = new PartitionFrontier(5);
        PartitionFrontier.Entry first = frontier.begin(5, 100);
        PartitionFrontier.Entry second = frontier.begin(8, 200);
        second.done();
        assertThat(frontier.committable()).isEqualTo(5);
        assertThat(frontier.oldestMillis(0)).isEqualTo(100);
        first.done();
        first.done();
        assertThat(frontier.committable()).isEqualTo(9);
        assertThat(frontier.oldestMillis(0)).isZero();
        assertThat(frontier.size()).isZero();
    }

    @Test
    void begin_outOfOrder_isRefused() {
        PartitionFrontier frontier = new PartitionFrontier(5);
        frontier.begin(7, 0);
        assertThatThrownBy(() -> frontier.begin(6, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void committable_anyOrderOfEnds_isTheLowestOffsetNotEnded() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        PartitionFrontier frontier = new PartitionFrontier(0);
        TreeSet<Long> open = new TreeSet<>();
        List<PartitionFrontier.Entry> entries = new ArrayList<>();
        List<Long> offsets = new ArrayList<>();
        long next = 0;
        for (int step = 0; step < 10_000; step++) {
            if (entries.isEmpty() || random.nextInt(100) < 52) {
                next += random.nextInt(3);
                entries.add(frontier.begin(next, next));
                offsets.add(next);
                open.add(next++);
            } else {
                int chosen = random.nextInt(entries.size());
                entries.remove(chosen).done();
                open.remove(offsets.remove(chosen));
            }
            assertThat(frontier.committable()).as("seed %d", seed).isEqualTo(open.isEmpty() ? next : open.first());
        }
    }
}

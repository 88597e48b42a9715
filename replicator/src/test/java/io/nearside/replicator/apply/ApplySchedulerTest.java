package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.replicator.table.CapacityBudget;
import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.nearside.replicator.apply.Changes.ELSEWHERE;
import static io.nearside.replicator.apply.Changes.put;
import static io.nearside.replicator.apply.Changes.update;
import static io.nearside.replicator.apply.Changes.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

final class ApplySchedulerTest {

    private static final String TABLE = "orders";

    private final List<Change> handled = java.util.Collections.synchronizedList(new ArrayList<>());
    private final List<Change> overtaken = java.util.Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger ended = new AtomicInteger();
    private volatile BiConsumer<Change, Integer> behaviour = (change, attempt) -> {};
    private CapacityBudget budget = CapacityBudget.UNLIMITED;
    private final ApplyScheduler scheduler = new ApplyScheduler(
            new ApplyScheduler.Work() {
                @Override
                public void handle(Change change, int attempt) {
                    behaviour.accept(change, attempt);
                    handled.add(change);
                }

                @Override
                public void overtaken(Change change) {
                    overtaken.add(change);
                }
            },
            8,
            table -> budget);

    @AfterEach
    void close() {
        scheduler.close();
    }

    private void submit(Change change) {
        scheduler.submit(change.table(), change, 1, ended::incrementAndGet);
    }

    private static Change change(String id, long version) {
        return put(TABLE, id, "v" + version, version(ELSEWHERE, version));
    }

    @Test
    void submit_manyKeys_endsAllAndKeepsNothing() {
        for (int i = 0; i < 500; i++) {
            submit(change("k" + i, 1));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(500));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(scheduler.keys()).isZero());
        assertThat(handled).hasSize(500);
    }

    @Test
    void submit_severalOfOneKeyWhileItIsBusy_handlesTheNewestOnlyAndEndsAll() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        behaviour = (change, attempt) -> {
            running.countDown();
            awaitLatch(release);
        };
        submit(change("a", 1));
        assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
        submit(change("a", 2));
        submit(change("a", 4));
        submit(change("a", 3));
        release.countDown();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(4));
        assertThat(handled).extracting(Change::version).containsExactly(version(ELSEWHERE, 1), version(ELSEWHERE, 4));
        assertThat(overtaken)
                .extracting(Change::version)
                .containsExactlyInAnyOrder(version(ELSEWHERE, 2), version(ELSEWHERE, 3));
    }

    @Test
    void submit_updatesOfDifferentAttributesWhileTheKeyIsBusy_handlesAllThatNoneCovers() {
        CountDownLatch release = new CountDownLatch(1);
        behaviour = (change, attempt) -> awaitLatch(release);
        submit(change("a", 1));
        submit(update(TABLE, "a", "x", version(ELSEWHERE, 2)));
        submit(update(TABLE, "a", "y", version(ELSEWHERE, 3)));
        submit(update(TABLE, "a", "x", version(ELSEWHERE, 4)));
        submit(update(TABLE, "a", "z", version(ELSEWHERE, 5)));
        release.countDown();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(5));
        assertThat(handled)
                .extracting(Change::version)
                .contains(version(ELSEWHERE, 3), version(ELSEWHERE, 4), version(ELSEWHERE, 5));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(scheduler.keys()).isZero());
    }

    @Test
    void submit_updatesOfDifferentAttributes_whenTheFirstFails_areHandledAll() {
        behaviour = (change, attempt) -> {
            if (attempt < 2) {
                throw new RetriableStoreException(Reason.UNAVAILABLE, "not now", null);
            }
        };
        submit(update(TABLE, "a", "x", version(ELSEWHERE, 1)));
        submit(update(TABLE, "a", "y", version(ELSEWHERE, 2)));
        submit(update(TABLE, "a", "z", version(ELSEWHERE, 3)));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(3));
        assertThat(handled)
                .extracting(Change::version)
                .containsExactlyInAnyOrder(version(ELSEWHERE, 1), version(ELSEWHERE, 2), version(ELSEWHERE, 3));
        assertThat(overtaken).isEmpty();
    }

    @Test
    void handle_sameKey_neverTwiceAtATime() {
        Map<String, Boolean> busy = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        behaviour = (change, attempt) -> {
            String key = change.key().toString();
            if (busy.put(key, true) != null) {
                overlaps.incrementAndGet();
            }
            Thread.onSpinWait();
            busy.remove(key);
        };
        for (int i = 1; i <= 2_000; i++) {
            submit(change("k" + i % 5, i));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(2_000));
        assertThat(overlaps).hasValue(0);
    }

    @Test
    void handle_oneKeyFails_othersGoOnAndItIsTriedAgain() {
        behaviour = (change, attempt) -> {
            if (change.key().equals(change("bad", 1).key()) && attempt < 4) {
                throw new RetriableStoreException(Reason.UNAVAILABLE, "not now", null);
            }
        };
        submit(change("bad", 1));
        for (int i = 0; i < 100; i++) {
            submit(change("good" + i, 1));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValueGreaterThanOrEqualTo(100));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(101));
    }

    @Test
    void handle_throttled_lowersTheLimitAndRecovers() {
        AtomicBoolean throttling = new AtomicBoolean(true);
        behaviour = (change, attempt) -> {
            if (throttling.get()) {
                throw new RetriableStoreException(Reason.THROTTLED, "slow down", null);
            }
        };
        for (int i = 0; i < 100; i++) {
            submit(change("k" + i, 1));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(scheduler.limit(TABLE)).isLessThan(4));
        throttling.set(false);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(100));
        for (int i = 0; i < 300; i++) {
            submit(change("m" + i, 1));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(scheduler.limit(TABLE)).isEqualTo(8));
    }

    @Test
    void submit_overTheTablesBudget_waitsUntilItIsEarned() {
        AtomicLong nanos = new AtomicLong();
        budget = CapacityBudget.of(10, nanos::get);
        for (int i = 0; i < 50; i++) {
            submit(change("k" + i, 1));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(11));
        for (int second = 1; second <= 4; second++) {
            int earned = Math.min(50, 11 + 10 * second);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(ended).hasValue(earned));
        }
    }

    @Test
    void units_areBegunKilobytes() {
        assertThat(ApplyScheduler.units(0)).isEqualTo(1);
        assertThat(ApplyScheduler.units(1_024)).isEqualTo(1);
        assertThat(ApplyScheduler.units(1_025)).isEqualTo(2);
    }

    @Test
    void handle_tableAnswersNobody_doesNotDisturbAnotherTable() {
        behaviour = (change, attempt) -> {
            if (change.table().equals("dead")) {
                throw new RetriableStoreException(Reason.TABLE_MISSING, "no table", null);
            }
        };
        for (int i = 0; i < 200; i++) {
            submit(put("dead", "k" + i, "v", version(ELSEWHERE, 1)));
            submit(change("k" + i, 1));
        }
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(200));
        behaviour = (change, attempt) -> {};
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(ended).hasValue(400));
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

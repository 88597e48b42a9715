package io.nearside.replicator.table;

import io.nearside.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class DynamoTombstonesIT {

    private static final int KEYS = 250;

    private final RegionFixture region = new RegionFixture(0);
    private final ExecutorService threads = Executors.newFixedThreadPool(KEYS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        region.close();
    }

    private static @Nullable Version version(int key) {
        return key % 3 == 0 ? new Version(1_000 + key, 1, 1) : null;
    }

    @Test
    void read_ofManyKeysAtOnce_findsEachKeysOwn() throws Exception { // more than go into one request
        for (int key = 0; key < KEYS; key++) {
            Version version = version(key);
            if (version != null) {
                region.tombstones().raise("table", RegionFixture.key("key-" + key), version);
            }
        }
        CountDownLatch start = new CountDownLatch(1);
        List<Future<@Nullable Version>> reads = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            int key = i;
            reads.add(threads.submit(() -> {
                start.await();
                return region.tombstones().read("table", RegionFixture.key("key-" + key));
            }));
        }

        start.countDown();

        for (int key = 0; key < KEYS; key++) {
            assertThat(reads.get(key).get(1, TimeUnit.MINUTES)).isEqualTo(version(key));
        }
    }
}

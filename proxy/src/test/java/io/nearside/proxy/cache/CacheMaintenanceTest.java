package io.nearside.proxy.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

final class CacheMaintenanceTest {

    @Test
    void execute_runsOnItsOwnThread() throws Exception {
        try (CacheMaintenance maintenance = new CacheMaintenance()) {
            CompletableFuture<String> ranOn = new CompletableFuture<>();

            maintenance.execute(() -> ranOn.complete(Thread.currentThread().getName()));

            assertThat(ranOn.get(60, TimeUnit.SECONDS)).isEqualTo("cache-maintenance");
        }
    }

    @Test
    void execute_taskFails_laterOnesRunAllTheSame() throws Exception {
        try (CacheMaintenance maintenance = new CacheMaintenance()) {
            CompletableFuture<Boolean> ran = new CompletableFuture<>();

            maintenance.execute(() -> {
                throw new IllegalStateException("a broken task");
            });
            maintenance.execute(() -> ran.complete(true));

            assertThat(ran.get(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void execute_closed_isNoError() {
        CacheMaintenance maintenance = new CacheMaintenance();
        maintenance.close();

        assertThatCode(() -> maintenance.execute(() -> {})).doesNotThrowAnyException();
    }
}

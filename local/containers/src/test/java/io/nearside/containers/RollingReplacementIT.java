package io.nearside.containers;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a rolling update does to callers, with two proxies and a load balancer that does what a Service does. */
class RollingReplacementIT {

    private static final int CALLERS = 8;
    private static final long REQUESTS_BETWEEN_STEPS = 500;
    private static final int SIGKILL_EXIT = 137;

    @Test
    void proxies_replacedOneByOneUnderLoad_failNoRequest() throws Exception {
        Engine.requireOrSkip();
        try (Regions regions = new Regions()) {
            List<Backend> first = start(regions, regions.proxy(Regions.HERE), regions.proxy(Regions.HERE));
            first.get(0).table.create();
            LoadBalancer balancer = new LoadBalancer(first);
            ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(balancer::callUntilStopped);
            }

            for (Backend old : first) {
                balancer.awaitRequests(REQUESTS_BETWEEN_STEPS);
                start(regions, regions.proxy(Regions.HERE)).forEach(balancer::add);
                balancer.remove(old);
                ContainerState state = old.proxy.stopGracefully();
                assertThat(state.getExitCodeLong()).isNotEqualTo(SIGKILL_EXIT);
            }
            balancer.awaitRequests(REQUESTS_BETWEEN_STEPS);
            balancer.stop();
            callers.shutdown();

            assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            assertThat(balancer.failures).isEmpty();
            System.out.println("rolling replacement: " + balancer.requests.get() + " requests, none failed");
        }
    }

    private static List<Backend> start(Regions regions, ServiceContainer... proxies) {
        regions.start(proxies);
        return Stream.of(proxies)
                .map(proxy -> new Backend(proxy, new Table("carts", Regions.HERE, proxy.endpoint())))
                .toList();
    }

    private record Backend(ServiceContainer proxy, Table table) {}

    /** Sends each request to one of the proxies in the list; requests under way when one is removed go on. */
    private static final class LoadBalancer {

        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final AtomicLong requests = new AtomicLong();
        private volatile List<Backend> backends;
        private volatile boolean stopped;

        LoadBalancer(List<Backend> backends) {
            this.backends = List.copyOf(backends);
        }

        void add(Backend backend) {
            List<Backend> more = new ArrayList<>(backends);
            more.add(backend);
            backends = List.copyOf(more);
        }

        void remove(Backend backend) {
            backends = backends.stream().filter(other -> !other.equals(backend)).toList();
        }

        void stop() {
            stopped = true;
        }

        void awaitRequests(long more) {
            long until = requests.get() + more;
            await().atMost(Duration.ofMinutes(1)).until(() -> requests.get() >= until);
        }

        void callUntilStopped() {
            while (!stopped) {
                List<Backend> now = backends;
                int random = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
                call(now.get(random % now.size()).table, "key-" + random % 100, random % 5 == 0);
            }
        }

        private void call(Table table, String id, boolean write) {
            try {
                if (write) {
                    table.put(id, "value");
                } else {
                    table.get(id);
                }
            } catch (RuntimeException e) {
                failures.add(e);
            }
            requests.incrementAndGet();
        }
    }
}

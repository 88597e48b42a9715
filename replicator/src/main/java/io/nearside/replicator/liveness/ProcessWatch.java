package io.nearside.replicator.liveness;

import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives signs of life and takes processes of this region that give none any more out of the consumer groups that share its work.
 *
 * <p>Kafka does that too, but only after the session timeout, which brokers by default do not let be shorter than 6 seconds. Here a dead
 * process is noticed after {@value #PATIENCE} signs that this one gives at intervals of {@value #INTERVAL_MILLIS} ms; one that hears no
 * others gives one every {@value #ALONE_MILLIS} ms. It works because
 * the members of the groups are static ones whose instance id is the process, and any member may remove another. To be wrong is
 * harmless: who is removed while alive joins again, and for a moment two processes own the same work, which versions make
 * right. Kafka's own session timeout stands behind all this, for when nobody is left to watch.
 *
 * <p>One thread; failures of Kafka end nothing.
 */
public final class ProcessWatch implements AutoCloseable {

    static final int PATIENCE = 6;
    static final int INTERVAL_MILLIS = 400;
    static final int ALONE_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ProcessWatch.class);
    private static final Duration READ = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** So many signs are read again at the start, to hear of processes that died before. */
    private static final long LOOK_BACK = 200;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaCluster kafka;
    private final String region;
    private final int regionId;
    private final String process;
    private final Map<KafkaCluster, List<String>> groups;
    private final Supplier<@Nullable WorkShare> share;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private final Thread thread;

    private volatile @Nullable SignLog open;
    private volatile boolean closed;

    /** Watch thread only. */
    private @Nullable Future<?> underWay;

    private long lastSignNanos;

    private record Heard(@Nullable WorkShare share, long nanos) {}

    /**
     * A process of this region that gives signs of life.
     *
     * @param self whether it is this one
     * @param share what it has of the region's capture; null if it does not say
     * @param silence how long ago its last sign was heard
     */
    public record Member(
            String process, boolean self, @Nullable WorkShare share, Duration silence) {}

    /**
     * @param kafka where the region's control topic is
     * @param regionId the region's configured id, told to the other regions with every sign
     * @param process this process; the instance id of its members in all groups
     * @param groups the groups that the processes of this region form, by the Kafka that keeps them
     * @param share what this process has of the region's capture, null if it cannot tell now; must not block
     */
    public ProcessWatch(
            KafkaCluster kafka,
            String region,
            int regionId,
            String process,
            Map<KafkaCluster, List<String>> groups,
            Supplier<@Nullable WorkShare> share) {
        this.kafka = kafka;
        this.region = region;
        this.regionId = regionId;
        this.process = process;
        this.groups = Map.copyOf(groups);
        this.share = share;
        this.thread = new Thread(this::run, "nearside-process-watch");
        this.thread.setDaemon(true);
    }

    /** Begins as soon as the control topic is there; returns at once. */
    public void start() {
        thread.start();
    }

    /** The processes of this region, this one among them, as far as they are heard; by name. */
    public List<Member> members() {
        long now = System.nanoTime();
        return new TreeMap<>(heard)
                .entrySet().stream()
                        .map(entry -> new Member(
                                entry.getKey(),
                                entry.getKey().equals(process),
                                entry.getValue().share(),
                                Duration.ofNanos(
                                        Math.max(0, now - entry.getValue().nanos()))))
                        .toList();
    }

    private void run() {
        while (!closed) {
            try (SignLog log = new SignLog(kafka, region);
                    Producer<byte[], byte[]> producer = kafka.producer(settings())) {
                open = log;
                if (log.open(LOOK_BACK)) {
                    watch(log, producer);
                } else {
                    pause();
                }
            } catch (WakeupException e) {
                LOG.atDebug().log("watches the other processes no more");
            } catch (KafkaException e) {
                LOG.atDebug().setCause(e).log("signs of life cannot be read; it is tried again");
                pause();
            } finally {
                open = null;
            }
        }
    }

    /** Small, and quick to give up: the next sign is as good. */
    private static Map<String, String> settings() {
        return Map.of(
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "false",
                ProducerConfig.ACKS_CONFIG, "1",
                ProducerConfig.LINGER_MS_CONFIG, "0",
                ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(1 << 20),
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, String.valueOf(1 << 16),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000",
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "3000",
                ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
    }

    private void watch(SignLog log, Producer<byte[], byte[]> producer) {
        RollCall roll = new RollCall(process, PATIENCE);
        underWay = null;
        try {
            while (!closed) {
                giveSign(log, producer);
                for (Sign sign : log.read(READ)) {
                    note(sign);
                    roll.hear(sign).forEach(this::remove);
                }
            }
        } finally {
            if (closed) {
                var unused = producer.send(Sign.last(process).to(log.partition()));
            }
        }
    }

    private void note(Sign sign) {
        if (sign.last()) {
            heard.remove(sign.process());
        } else {
            heard.put(sign.process(), new Heard(sign.share(), System.nanoTime()));
        }
    }

    /** Never a second before the first is acknowledged, or an outage would make our own signs run ahead of the others'. */
    private void giveSign(SignLog log, Producer<byte[], byte[]> producer) {
        Future<?> before = underWay;
        long now = System.nanoTime();
        if ((before == null || before.isDone())
                && now - lastSignNanos >= TimeUnit.MILLISECONDS.toNanos(intervalMillis())) {
            lastSignNanos = now;
            underWay = producer.send(Sign.alive(process, share.get(), regionId).to(log.partition()));
        }
    }

    private int intervalMillis() {
        boolean alone = heard.size() == 1 && heard.containsKey(process);
        return alone ? ALONE_MILLIS : INTERVAL_MILLIS;
    }

    /** On threads of their own: a Kafka that does not answer must not keep us from giving signs. */
    private void remove(String dead) {
        heard.remove(dead);
        LOG.atWarn()
                .addKeyValue("process", dead)
                .log("a process of this region gives no sign of life; its work is shared out among the others");
        groups.forEach((cluster, names) -> {
            Thread remover = new Thread(() -> remove(dead, cluster, names), "nearside-remove-member");
            remover.setDaemon(true);
            remover.start();
        });
    }

    private static void remove(String dead, KafkaCluster cluster, List<String> names) {
        try (Admin admin = cluster.admin()) {
            for (String group : names) {
                remove(dead, admin, group);
            }
        } catch (KafkaException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("process", dead)
                    .log("a dead process could not be taken out of its groups");
        }
    }

    private static void remove(String dead, Admin admin, String group) {
        var options = new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(dead)));
        options.reason("no sign of life");
        try {
            admin.removeMembersFromConsumerGroup(group, options).all().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Another process was faster, or it was in no such group; else the session timeout does it.
            LOG.atDebug()
                    .setCause(e)
                    .addKeyValue("process", dead)
                    .addKeyValue("group", group)
                    .log("a dead process was not removed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause() {
        if (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(RETRY.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
    }

    /** Says good-bye, so that nobody removes what has left by itself. */
    @Override
    public void close() {
        closed = true;
        SignLog log = open;
        if (log != null) {
            log.wakeUp();
        }
        try {
            thread.join(ANSWER.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.replicator.capture.TableShare;
import io.nearside.replicator.kafka.GroupMember;
import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Shares out a region's tables among its replicators: an ordinary consumer group on the control topic, and a table belongs to whoever has
 * the partition that its name falls on.
 *
 * <p>Nothing is read from the topic here. A process that stops gives its tables away at once; one that dies loses them when
 * the others notice ({@link GroupMember}). For a moment two processes may own a table, which is harmless. One
 * thread of its own; while Kafka is away, what was owned stays owned, and the thread goes on trying.
 */
public final class KafkaTableShare implements TableShare, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTableShare.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int LOOKS_FOR_THE_TOPIC = 100;
    private static final long LOOK_MILLIS = 50;
    private static final long RETRY_MILLIS = 1_000;

    private final KafkaCluster cluster;
    private final String topic;
    private final GroupMember membership;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Set<Integer> owned = new HashSet<>();
    private final Thread thread;
    private volatile Ownership ownership = new Ownership(0, Set.of());
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile @Nullable String failure = "tables are not shared out yet";
    private volatile boolean closed;

    private record Ownership(int partitions, Set<Integer> owned) {
        boolean has(String table) {
            return partitions > 0
                    && owned.contains(Utils.toPositive(Utils.murmur2(table.getBytes(UTF_8))) % partitions);
        }
    }

    /**
     * Does nothing until {@link #start}.
     *
     * @param process this process, as its membership is known to the others
     */
    public KafkaTableShare(KafkaCluster cluster, String region, String process) {
        this.cluster = cluster;
        this.topic = Topics.control(region);
        this.membership = new GroupMember(group(region), process);
        this.thread = new Thread(this::run, "nearside-table-share");
        this.thread.setDaemon(true);
    }

    /** The group that the replicators of a region form. */
    public static String group(String region) {
        return "nearside-capture-" + region;
    }

    /** Joins the group; returns at once. */
    public void start() {
        thread.start();
    }

    @Override
    public boolean owns(String table) {
        return ownership.has(table);
    }

    @Override
    public void subscribe(Runnable changed) {
        listeners.add(changed);
        changed.run();
    }

    /** What stands in the way of sharing, in one sentence; null if nothing does. */
    public @Nullable String failure() {
        return failure;
    }

    /** Joins anew: the topic is another one than before, which an old member would notice only after minutes. */
    void rejoin() {
        Consumer<byte[], byte[]> member = consumer;
        if (member != null) {
            failure = "tables are shared out anew";
            member.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try {
                follow();
            } catch (WakeupException e) {
                LOG.atDebug().log("leaving the group that shares tables, or joining it anew");
            } catch (KafkaException e) {
                failure = "tables cannot be shared out: " + e.getMessage();
                LOG.atWarn()
                        .addKeyValue("topic", topic)
                        .addKeyValue("error", e.getMessage())
                        .log("tables cannot be shared out; it is tried again");
                pause(RETRY_MILLIS);
            }
        }
    }

    private void follow() {
        Consumer<byte[], byte[]> member =
                membership.join(cluster, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
        try {
            consumer = member;
            List<PartitionInfo> partitions = partitions(member);
            member.subscribe(List.of(topic), new Rebalance(member, partitions.size()));
            while (!closed) {
                member.poll(POLL);
                failure = null;
            }
        } finally {
            consumer = null;
            close(member);
        }
    }

    private void close(Consumer<byte[], byte[]> member) {
        if (closed) {
            GroupMember.leave(member);
        } else {
            member.close();
        }
    }

    /** A topic that was just made is not known to every broker at once. */
    private List<PartitionInfo> partitions(Consumer<byte[], byte[]> member) {
        for (int look = 0; look < LOOKS_FOR_THE_TOPIC && !closed; look++) {
            List<PartitionInfo> partitions = member.partitionsFor(topic, TIMEOUT);
            if (!partitions.isEmpty()) {
                return partitions;
            }
            pause(LOOK_MILLIS);
        }
        throw new KafkaException("there is no topic " + topic);
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** Leaves the group: others take the tables over at once. */
    @Override
    public void close() {
        closed = true;
        Consumer<byte[], byte[]> member = consumer;
        if (member != null) {
            member.wakeup();
        } else {
            thread.interrupt();
        }
        try {
            thread.join(TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs on the group's thread. */
    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> member;
        private final int partitions;

        private Rebalance(Consumer<byte[], byte[]> member, int partitions) {
            this.member = member;
            this.partitions = partitions;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            // What is on the topic is for others to read.
            member.pause(assigned);
            assigned.forEach(partition -> owned.add(partition.partition()));
            changed();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            revoked.forEach(partition -> owned.remove(partition.partition()));
            changed();
        }

        private void changed() {
            ownership = new Ownership(partitions, Set.copyOf(owned));
            LOG.atDebug().addKeyValue("partitions", owned).log("share of tables changed");
            listeners.forEach(KafkaTableShare::call);
        }
    }

    private static void call(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("a listener to the share of tables failed");
        }
    }
}

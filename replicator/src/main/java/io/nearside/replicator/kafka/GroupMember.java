package io.nearside.replicator.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;

/**
 * A process's membership in one of the consumer groups by which the processes of a region share their work.
 *
 * <p>A static member, named after its process, so that the others can take it out of the group when it dies
 * ({@link io.nearside.replicator.liveness.ProcessWatch}); the session timeout, the shortest that brokers allow by default, is for when
 * nobody does. A static member does not leave by merely closing: {@link #leave}.
 *
 * @param group the group's name
 * @param process different for each process and each of its starts
 */
public record GroupMember(String group, String process) {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A consumer that is this member once it subscribes; {@code settings} are added. */
    public Consumer<byte[], byte[]> join(KafkaCluster cluster, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, process);
        all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        all.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "6000");
        all.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "500");
        return cluster.consumer(all);
    }

    /** Closes the consumer for good: the others take over at once. */
    public static void leave(Consumer<byte[], byte[]> member) {
        member.close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(PATIENCE));
    }
}

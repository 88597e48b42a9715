package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.replicator.capture.PublishException;
import io.nearside.replicator.kafka.KafkaCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one region: made if they are missing, checked if they are there.
 *
 * <p>Where all topics are there, and take records large enough, no right to create or alter anything is needed.
 *
 * <p>A topic that was made is waited for until every partition has a leader at work. A producer that came earlier could see its first
 * batch refused and the one behind it taken; an idempotent producer then repeats the first in vain until its delivery times out, two
 * minutes by default.
 *
 * <p>What is checked is that they take the largest record there can be, an item at DynamoDB's limit; a topic that does not is set right
 * if the credentials allow it. Blocking, thread-safe.
 */
public final class RegionTopics {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration LEADER_PAUSE = Duration.ofMillis(20);
    private static final Duration INVALIDATIONS_RETENTION = Duration.ofHours(1);
    private static final Duration CONFLICTS_RETENTION = Duration.ofDays(30);

    private final Admin admin;
    private final String region;
    private final TopicSettings settings;

    /**
     * @param admin shared, not closed here
     */
    public RegionTopics(Admin admin, String region, TopicSettings settings) {
        this.admin = admin;
        this.region = region;
        this.settings = settings;
    }

    /**
     * Makes and checks the topics that do not depend on tables.
     *
     * @throws PublishException retriable if Kafka does not answer, hopeless if it refuses; with a sentence for an operator
     */
    public void ensureRegion() {
        ensure(ofRegion());
    }

    private List<NewTopic> ofRegion() {
        return List.of(
                deleting(Topics.invalidations(region), settings.invalidationsPartitions(), INVALIDATIONS_RETENTION),
                deleting(Topics.CONFLICTS, 1, CONFLICTS_RETENTION),
                compacted(Topics.PARKED),
                compacted(Topics.checkpoints(region)),
                compacted(Topics.tables(region)),
                deleting(Topics.control(region), settings.controlPartitions(), INVALIDATIONS_RETENTION));
    }

    /**
     * The ids of the topics that do not depend on tables, by name; missing ones are left out.
     *
     * @throws PublishException as with {@link #ensureRegion}
     */
    Map<String, String> regionIds() {
        return ids(ofRegion().stream().map(NewTopic::name).toList());
    }

    /** Which of the topics that do not depend on tables are not among these. */
    Set<String> missingOfRegion(Set<String> present) {
        return ofRegion().stream()
                .map(NewTopic::name)
                .filter(topic -> !present.contains(topic))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * The ids of the topics with these tables' changes, by topic; missing ones are left out.
     *
     * @throws PublishException as with {@link #ensureRegion}
     */
    Map<String, String> changesIds(Set<String> tables) {
        return ids(tables.stream().map(table -> Topics.changes(region, table)).toList());
    }

    private Map<String, String> ids(List<String> names) {
        Map<String, String> ids = new HashMap<>();
        admin.describeTopics(names).topicNameValues().forEach((topic, description) -> {
            if (exists(topic, description)) {
                ids.put(
                        topic,
                        await("topic " + topic + " cannot be described", description)
                                .topicId()
                                .toString());
            }
        });
        return ids;
    }

    /**
     * Makes and checks the topic of a table's changes.
     *
     * @return the topic's id: another one once the topic was deleted and created again
     * @throws PublishException as with {@link #ensureRegion}
     */
    public String ensureChanges(String table) {
        String topic = Topics.changes(region, table);
        return Objects.requireNonNull(
                ensure(List.of(deleting(topic, settings.changesPartitions(), settings.changesRetention())))
                        .get(topic));
    }

    /** The ids of the topics by name. */
    private Map<String, String> ensure(List<NewTopic> wanted) {
        List<NewTopic> missing = missing(wanted);
        List<String> existing =
                new ArrayList<>(wanted.stream().map(NewTopic::name).toList());
        if (!missing.isEmpty()) {
            existing.removeAll(create(missing));
        }
        if (!existing.isEmpty()) {
            checkLimits(existing);
        }
        return awaitLeaders(wanted);
    }

    /** Looks before anything is made: to look takes no right to create topics. */
    private List<NewTopic> missing(List<NewTopic> wanted) {
        var described = admin.describeTopics(wanted.stream().map(NewTopic::name).toList())
                .topicNameValues();
        return wanted.stream()
                .filter(topic -> !exists(topic.name(), Objects.requireNonNull(described.get(topic.name()))))
                .toList();
    }

    private static boolean exists(String topic, KafkaFuture<TopicDescription> description) {
        String failure = "topic " + topic + " cannot be described";
        return !(answer(failure, description) instanceof UnknownTopicOrPartitionException);
    }

    /** Which of them were made; the others were there after all. */
    private Set<String> create(List<NewTopic> missing) {
        Set<String> created = new HashSet<>();
        admin.createTopics(missing).values().forEach((topic, future) -> {
            String failure = "there is no topic " + topic + ", and it cannot be created";
            if (answer(failure, future) == null) {
                created.add(topic);
            }
        });
        return created;
    }

    private Map<String, String> awaitLeaders(List<NewTopic> topics) {
        List<String> names = topics.stream().map(NewTopic::name).toList();
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            try {
                return askLeaders(names);
            } catch (PublishException e) {
                if (e.isHopeless() || System.nanoTime() > deadline || !paused()) {
                    throw e;
                }
            }
        }
    }

    /** Only a leader at work says where its partition ends. */
    private Map<String, String> askLeaders(List<String> names) {
        String failure = "topics " + names + " have no leaders";
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        Map<String, String> ids = new HashMap<>();
        await(failure, admin.describeTopics(names).allTopicNames()).forEach((name, topic) -> {
            ids.put(name, topic.topicId().toString());
            topic.partitions()
                    .forEach(partition ->
                            ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest()));
        });
        await(failure, admin.listOffsets(ends).all());
        return ids;
    }

    private static boolean paused() {
        try {
            TimeUnit.NANOSECONDS.sleep(LEADER_PAUSE.toNanos());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void checkLimits(Collection<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<ConfigResource, Config> configs = await(
                "the limits of " + topics + " cannot be read",
                admin.describeConfigs(resources).all());
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        configs.forEach((resource, config) -> {
            ConfigEntry limit = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            if (limit != null
                    && limit.value() != null
                    && Integer.parseInt(limit.value()) < KafkaCluster.MAX_RECORD_BYTES) {
                changes.put(resource, List.of(raiseLimit()));
            }
        });
        if (!changes.isEmpty()) {
            await(
                    "these topics take less than " + KafkaCluster.MAX_RECORD_BYTES
                            + " bytes, set their max.message.bytes: "
                            + changes.keySet().stream()
                                    .map(ConfigResource::name)
                                    .toList(),
                    admin.incrementalAlterConfigs(changes).all());
        }
    }

    private static AlterConfigOp raiseLimit() {
        return new AlterConfigOp(
                new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(KafkaCluster.MAX_RECORD_BYTES)),
                AlterConfigOp.OpType.SET);
    }

    private static <T> T await(String what, KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw KafkaErrors.typed(what, KafkaErrors.cause(e));
        } catch (TimeoutException e) {
            throw PublishException.retriable(what + ": Kafka does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PublishException.retriable(what + ": interrupted", e);
        }
    }

    /** Whether a topic is there may be the answer itself; null if what was asked succeeded. */
    private static @Nullable ApiException answer(String what, KafkaFuture<?> future) {
        try {
            await(what, future);
            return null;
        } catch (PublishException e) {
            if (e.getCause() instanceof TopicExistsException exists) {
                return exists;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                return unknown;
            }
            throw e;
        }
    }

    private NewTopic deleting(String topic, int partitions, Duration retention) {
        return new NewTopic(topic, partitions, settings.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG, String.valueOf(retention.toMillis()),
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(KafkaCluster.MAX_RECORD_BYTES)));
    }

    private NewTopic compacted(String topic) {
        return new NewTopic(topic, 1, settings.replicationFactor())
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.SEGMENT_MS_CONFIG,
                        String.valueOf(Duration.ofHours(1).toMillis()),
                        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                        "0.2",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        String.valueOf(KafkaCluster.MAX_RECORD_BYTES)));
    }
}

package io.nearside.replicator.apply;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of the topics that a feed reads. A position means nothing in a topic of the same name that was created since: its first records
 * would be skipped in silence wherever it already has more than were read of the old one. For the thread that polls only.
 */
final class TopicIdentities implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicIdentities.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Admin admin;
    private final Map<String, String> known = new HashMap<>();
    private Map<String, KafkaFuture<TopicDescription>> asked = Map.of();

    /** @param admin closed with this */
    TopicIdentities(Admin admin) {
        this.admin = admin;
    }

    /** The id of a topic as last known; null if it is not. */
    @Nullable String id(String topic) {
        return known.get(topic);
    }

    /**
     * Learns the ids of topics that are taken up; blocks.
     *
     * @throws KafkaException if Kafka does not answer; a topic that is gone meanwhile is left out
     */
    void learn(Collection<String> topics) {
        ask(topics);
        long deadline = System.nanoTime() + ANSWER.toNanos();
        asked.forEach((topic, description) -> {
            try {
                known.put(
                        topic,
                        description
                                .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)
                                .topicId()
                                .toString());
            } catch (ExecutionException e) {
                LOG.atDebug().setCause(e).addKeyValue("topic", topic).log("a topic cannot be described");
            } catch (TimeoutException e) {
                throw new KafkaException("topic " + topic + " cannot be described: no answer", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted", e);
            }
        });
        asked = Map.of();
    }

    /**
     * Which of the topics are others than before, as the question of an earlier call was answered; asks anew if nothing is asked. Never
     * blocks.
     */
    Set<String> replaced(Collection<String> topics) {
        Set<String> replaced = new TreeSet<>();
        if (!asked.values().stream().allMatch(KafkaFuture::isDone)) {
            return replaced;
        }
        asked.forEach((topic, description) -> {
            if (!description.isCompletedExceptionally()) {
                String id = now(description);
                String before = known.put(topic, id);
                if (before != null && !before.equals(id)) {
                    replaced.add(topic);
                }
            }
        });
        known.keySet().retainAll(topics);
        ask(topics);
        return replaced;
    }

    private static String now(KafkaFuture<TopicDescription> description) {
        try {
            return description.getNow(null).topicId().toString();
        } catch (ExecutionException | InterruptedException e) {
            throw new KafkaException(e);
        }
    }

    private void ask(Collection<String> topics) {
        asked = topics.isEmpty()
                ? Map.of()
                : admin.describeTopics(Set.copyOf(topics)).topicNameValues();
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}

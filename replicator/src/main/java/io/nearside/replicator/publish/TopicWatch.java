package io.nearside.replicator.publish;

import io.nearside.change.Topics;
import io.nearside.replicator.capture.PublishException;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether a region's topics are there and are the ones they were, by their ids. A topic that is missing is alarmed and created again;
 * whoever works with one that was re-created is told, for what it held is gone.
 *
 * <p>Topics are not missed otherwise: the producer retries, the group on the control topic has an empty assignment, and a consumer that
 * finds fewer records than its position goes on as if it had read them. Used by one thread; the failure may be asked from any.
 */
final class TopicWatch {

    private static final Logger LOG = LoggerFactory.getLogger(TopicWatch.class);

    private final RegionTopics topics;
    private final String region;
    private final Supplier<Set<String>> tables;
    private final BiConsumer<String, String> changes;
    private final Consumer<String> recreated;
    private final ReplicatorMetrics metrics;
    private final Map<String, String> known = new HashMap<>();
    private volatile @Nullable String failure;

    /**
     * @param tables those that this process captures
     * @param changes told the id of the topic with a table's changes, at every look
     * @param recreated told the name of a topic of the region that is another one than before
     */
    TopicWatch(
            RegionTopics topics,
            String region,
            Supplier<Set<String>> tables,
            BiConsumer<String, String> changes,
            Consumer<String> recreated,
            ReplicatorMetrics metrics) {
        this.topics = topics;
        this.region = region;
        this.tables = tables;
        this.changes = changes;
        this.recreated = recreated;
        this.metrics = metrics;
    }

    /** Looks once; blocks. What cannot be looked at or created is tried again at the next look. */
    void look() {
        try {
            Set<String> captured = tables.get();
            regionTopics(topics.regionIds());
            changeTopics(captured, topics.changesIds(captured));
            failure = null;
        } catch (PublishException e) {
            if (!String.valueOf(e.getMessage()).equals(failure)) {
                LOG.atWarn()
                        .addKeyValue("error", e.getMessage())
                        .log("the topics cannot be looked after; it is tried again");
            }
            failure = e.getMessage();
        }
    }

    private void regionTopics(Map<String, String> found) {
        Map<String, String> ids = found;
        Set<String> missing = topics.missingOfRegion(ids.keySet());
        if (!missing.isEmpty()) {
            missing.forEach(this::lost);
            topics.ensureRegion();
            ids = topics.regionIds();
        }
        ids.forEach((topic, id) -> {
            String before = known.put(topic, id);
            if (before != null && !before.equals(id)) {
                if (!missing.contains(topic)) {
                    lost(topic);
                }
                recreated.accept(topic);
            }
        });
    }

    private void changeTopics(Set<String> captured, Map<String, String> ids) {
        Set<String> wanted =
                captured.stream().map(table -> Topics.changes(region, table)).collect(Collectors.toSet());
        known.keySet().removeIf(topic -> topic.startsWith(Topics.changesPrefix(region)) && !wanted.contains(topic));
        for (String table : captured) {
            String topic = Topics.changes(region, table);
            String id = ids.get(topic);
            if (id == null && !known.containsKey(topic)) {
                continue; // The table was taken up a moment ago: its capture is creating the topic.
            }
            if (id == null) {
                lost(topic);
                id = topics.ensureChanges(table);
            }
            known.put(topic, id);
            changes.accept(table, id);
        }
    }

    private void lost(String topic) {
        metrics.count(ReplicatorMetrics.TOPICS_LOST, topic);
        LOG.atError().addKeyValue("topic", topic).log("a topic was deleted while it is in use; it is created again");
    }

    /** What stands in the way of looking after the topics, in one sentence; null if nothing does. */
    @Nullable String failure() {
        return failure;
    }
}

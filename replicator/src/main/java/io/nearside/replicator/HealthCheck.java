package io.nearside.replicator;

import io.nearside.replicator.Replicator.Lifecycle;
import io.nearside.replicator.admin.Health;
import io.nearside.replicator.apply.ApplyFeedStatus;
import io.nearside.replicator.capture.CaptureStatus;
import io.nearside.replicator.capture.ChangeSource.ShardStatus;
import io.nearside.replicator.config.PeerConfig;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.kafka.KafkaProbe;
import io.nearside.replicator.table.TombstoneKeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts what every part says of itself into words for {@code /health/ready}.
 *
 * <p>Not ready: this process does not work, because it is starting, or its own DynamoDB or Kafka is away. What concerns a peer, one
 * table, one shard or one key is degraded: replacing the pod would mend none of it, and a pod that never becomes ready holds up the
 * roll-out of whatever would. It shows in the reasons, in {@code /api/status} and in the metrics that alerts are made of.
 */
record HealthCheck(
        ReplicatorConfig config,
        Lifecycle lifecycle,
        String waitingFor,
        Map<String, KafkaProbe> probes,
        @Nullable Replication replication) {

    /** So long may a frontier stand still with something in front of it before the replicator is not ready. */
    private static final Duration STUCK = Duration.ofMinutes(1);

    /** So long may tables belong to nobody while they change hands. */
    private static final Duration HANDOVER = Duration.ofSeconds(20);

    /** So long may no replicator of a peer give a sign of life before it is said; they give some twice a second. */
    private static final Duration SILENT = Duration.ofSeconds(5);

    Map<String, Health> components() {
        Map<String, Health> components = new LinkedHashMap<>();
        components.put("replicator", overall());
        probes.forEach((cluster, probe) -> components.put("kafka " + cluster, kafka(cluster, probe, isOwn(cluster))));
        Replication parts = replication;
        if (parts != null) {
            components.put("tables", tables(parts));
            components.put("tombstones", tombstones(parts.tombstoneKeeper()));
            components.put(
                    "capture",
                    capture(parts.capture().failure(), parts.capture().status()));
            components.put("share", share(parts.uncaptured(), parts.uncapturedFor()));
            config.peers().forEach(peer -> components.put("peer " + peer.region(), peer(parts, peer)));
            components.put("parked", parked(parts));
        }
        return components;
    }

    private Health overall() {
        return switch (lifecycle) {
            case RUNNING -> Health.ready("at work");
            case STARTING, REFUSED -> Health.notReady(waitingFor);
            case CLOSED -> Health.notReady("the replicator is shutting down");
        };
    }

    private boolean isOwn(String cluster) {
        return cluster.equals(config.kafka().bootstrapServers());
    }

    private static Health kafka(String cluster, KafkaProbe probe, boolean own) {
        return kafka(cluster, probe.problem(), own);
    }

    /** @param own whether it is this region's, without which this process has nothing to do; a peer's is not */
    static Health kafka(String cluster, @Nullable String problem, boolean own) {
        if (problem == null) {
            return Health.ready("Kafka at " + cluster + " answers");
        }
        return own ? Health.notReady(problem) : Health.degraded(problem);
    }

    private static Health tables(Replication parts) {
        Map<String, String> problems = new LinkedHashMap<>(parts.discovery().problems());
        String round = problems.remove("");
        if (round != null) {
            return Health.notReady(round);
        }
        if (!parts.discovery().isComplete()) {
            return Health.notReady("the region's tables have not been listed yet");
        }
        problems.putAll(parts.lifecycle().problems());
        Map<String, String> held = parts.lifecycle().held();
        if (!held.isEmpty()) {
            problems.putAll(held);
            return Health.notReady(String.join("; ", problems.values()));
        }
        return problems.isEmpty()
                ? Health.ready(parts.discovery().tables().size() + " tables are replicated")
                : Health.degraded(String.join("; ", problems.values()));
    }

    private static Health tombstones(TombstoneKeeper keeper) {
        String problem = keeper.problem();
        if (problem == null) {
            return Health.ready("the tombstone table is there");
        }
        return keeper.isMissing() ? Health.notReady(problem) : Health.degraded(problem);
    }

    /**
     * How capture does.
     *
     * @param failure what stands in the way of all tables; null if nothing does
     */
    static Health capture(@Nullable String failure, List<CaptureStatus> tables) {
        if (failure != null) {
            return Health.notReady(failure);
        }
        List<String> problems = new ArrayList<>();
        for (CaptureStatus table : tables) {
            if (table.failure() != null) {
                problems.add("table " + table.table() + ": " + table.failure());
            } else if (table.state() == CaptureStatus.State.RESYNCING) {
                problems.add("table " + table.table() + " is being compared as a whole after a gap: " + table.gap());
            }
            for (ShardStatus shard : table.shards()) {
                if (shard.stillMillis() > STUCK.toMillis()) {
                    problems.add("table " + table.table() + ", shard " + shard.shard()
                            + ": its frontier has stood still for " + shard.stillMillis() / 1000 + " s with "
                            + shard.inFlight() + " records read and not captured");
                }
            }
        }
        return problems.isEmpty()
                ? Health.ready(tables.size() + " tables are captured by this process")
                : Health.degraded(String.join("; ", problems));
    }

    /**
     * Whether every table of the region is captured, by whichever process.
     *
     * @param uncaptured how many are not; null if that cannot be told
     * @param since for how long some have not been
     */
    static Health share(@Nullable Integer uncaptured, Duration since) {
        if (uncaptured == null) {
            return Health.ready("what the other processes capture is not known at the moment");
        }
        if (uncaptured == 0 || since.compareTo(HANDOVER) <= 0) {
            return Health.ready("every table is captured by some process, or changes hands");
        }
        return Health.notReady(
                uncaptured + " tables of this region are captured by no process, for " + since.toSeconds() + " s");
    }

    private static Health peer(Replication parts, PeerConfig peer) {
        String mismatch = idMismatch(peer, parts.regionId(peer.region()));
        if (mismatch != null) {
            return Health.notReady(mismatch);
        }
        String problem = parts.feeds().problems().get(peer.region());
        if (problem != null) {
            return Health.degraded(problem);
        }
        ApplyFeedStatus status =
                Objects.requireNonNullElse(parts.feeds().status().get(peer.region()), ApplyFeedStatus.NONE);
        String failure = parts.feeds().failures(peer.region());
        String stuck = stuck(peer.region(), status, parts.feeds().silence(peer.region()));
        if (stuck != null) {
            return Health.degraded(stuck + (failure == null ? "" : ": " + failure));
        }
        if (failure != null) {
            return Health.degraded(failure);
        }
        String gap = parts.feeds().gap(peer.region());
        if (gap != null) {
            return Health.degraded(gap);
        }
        Duration silence = parts.silence(peer.region());
        if (silence != null && silence.compareTo(SILENT) > 0) {
            return Health.degraded("no replicator of region " + peer.region() + " has given a sign of life for "
                    + silence.toSeconds() + " s: what is written there does not get here");
        }
        Duration oldest = parts.feeds().oldest(peer.region());
        if (oldest.compareTo(STUCK) > 0 && !parts.feeds().isPaused()) {
            return Health.degraded("catching up: the oldest change of region " + peer.region()
                    + " has been waiting for " + oldest.toSeconds() + " s");
        }
        return parts.feeds().isPaused()
                ? Health.degraded("paused by an operator; resume with: nearside replication resume")
                : Health.ready(status.backlog() + " changes are under way");
    }

    /** What is wrong with the id that a peer is configured with, in a sentence; null if nothing is known to be. */
    static @Nullable String idMismatch(PeerConfig peer, @Nullable Integer told) {
        return told == null || told == peer.regionId()
                ? null
                : "region " + peer.region() + " has region-id " + peer.regionId() + " in this configuration and " + told
                        + " in that of its own replicators, which run: correct one of them";
    }

    /** What of a peer's changes does not move any more, in a sentence; null if all does. */
    static @Nullable String stuck(String peer, ApplyFeedStatus status, Duration silence) {
        if (silence.compareTo(STUCK) > 0) {
            return "changes of region " + peer + " have not been read for " + silence.toSeconds() + " s";
        }
        ApplyFeedStatus.Partition still = status.stillest();
        if (still == null || still.stillMillis() <= STUCK.toMillis()) {
            return null;
        }
        return "topic " + still.topic() + ", partition " + still.partition() + ": its frontier has stood still for "
                + still.stillMillis() / 1000 + " s with " + still.underWay() + " changes read and not ended, "
                + Math.max(0, still.unread()) + " not read";
    }

    private static Health parked(Replication parts) {
        int keys = parts.feeds().parkedKeys().size();
        return keys == 0
                ? Health.ready("no key is parked")
                : Health.degraded(keys + " keys are parked; see the topic nearside.parked");
    }
}

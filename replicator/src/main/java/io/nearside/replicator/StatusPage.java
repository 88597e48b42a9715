package io.nearside.replicator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.replicator.admin.AdminRoutes;
import io.nearside.replicator.apply.ApplyFeedStatus;
import io.nearside.replicator.capture.CaptureStatus;
import io.nearside.replicator.config.ReplicatorConfig;
import io.nearside.replicator.liveness.ProcessWatch;
import io.nearside.replicator.table.TableInfo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** {@code /api/status}: every table, every shard, every peer's partition, with what is not out or not in yet. */
final class StatusPage implements AdminRoutes.Handler {

    private final ReplicatorConfig config;
    private final Replicator replicator;
    private final InstantSource wall;

    StatusPage(ReplicatorConfig config, Replicator replicator, InstantSource wall) {
        this.config = config;
        this.replicator = replicator;
        this.wall = wall;
    }

    @Override
    public JsonNode handle(Map<String, String> parameters) {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        page.put("region", config.region());
        page.put("region-id", config.regionId());
        page.put("lifecycle", replicator.lifecycle().name());
        Replication parts = replicator.replication();
        if (parts != null) {
            page.put("paused", parts.feeds().isPaused());
            page.put("uncaptured", parts.uncaptured());
            tables(parts, page.putArray("tables"));
            members(parts, page.putArray("processes"));
            ArrayNode peers = page.putArray("peers");
            parts.feeds().status().forEach((peer, status) -> peer(parts, peer, status, peers.addObject()));
            page.put("parked-keys", parts.feeds().parkedKeys().size());
        }
        return page;
    }

    private static void members(Replication parts, ArrayNode processes) {
        for (ProcessWatch.Member member : parts.members()) {
            ObjectNode node = processes.addObject();
            node.put("process", member.process());
            node.put("self", member.self());
            node.put("tables", member.share() == null ? null : member.share().tables());
            node.put("behind", member.share() == null ? null : member.share().behind());
            node.put("silent-millis", member.silence().toMillis());
        }
    }

    private static void tables(Replication parts, ArrayNode tables) {
        Map<String, CaptureStatus> captures = new TreeMap<>();
        parts.capture().status().forEach(capture -> captures.put(capture.table(), capture));
        for (TableInfo table : new TreeMap<>(parts.discovery().tables()).values()) {
            ObjectNode node = tables.addObject();
            node.put("table", table.name());
            node.put("stream", table.streamArn() != null);
            ObjectNode names = node.putObject("names");
            parts.rules().rule(table.name()).names().forEach(names::put);
            node.set("filter", FilterJson.of(parts.rules().rule(table.name()).filter()));
            Integer incarnation = parts.lifecycle().of(table);
            node.put("incarnation", incarnation);
            node.put("held", parts.lifecycle().held().get(table.name()));
            CaptureStatus capture = captures.get(table.name());
            if (capture == null) {
                node.put("capture", "elsewhere");
            } else {
                capture(capture, node);
            }
        }
    }

    private static void capture(CaptureStatus capture, ObjectNode node) {
        node.put("capture", capture.state().label());
        node.put("behind", capture.isBehind());
        node.put("capture-lag-millis", capture.lagMillis());
        node.put("end-seen", capture.isEndSeen());
        node.put("scanned-segments", capture.scanned());
        node.put("scan-segments", capture.scanSegments());
        node.put("gap", capture.gap());
        node.put("failure", capture.failure());
        ArrayNode shards = node.putArray("shards");
        capture.shards()
                .forEach(shard -> shards.addObject()
                        .put("shard", shard.shard())
                        .put("frontier", shard.frontier())
                        .put("in-flight", shard.inFlight())
                        .put("lag-millis", shard.lagMillis())
                        .put("end-seen", shard.endSeen())
                        .put("still-millis", shard.stillMillis())
                        .put("checkpoint-age-millis", shard.checkpointAgeMillis())
                        .put("failure", shard.failure()));
    }

    private void peer(Replication parts, String peer, ApplyFeedStatus status, ObjectNode node) {
        node.put("peer", peer);
        node.put("problem", parts.feeds().problems().get(peer));
        node.put("failure", parts.feeds().failures(peer));
        node.put("gap", parts.feeds().gap(peer));
        node.put("backlog", status.backlog());
        node.put("keys-under-way", status.keysUnderWay());
        node.put("oldest-age-millis", parts.feeds().oldest(peer).toMillis());
        Duration silence = parts.silence(peer);
        node.put("silent-millis", silence == null ? null : silence.toMillis());
        ArrayNode partitions = node.putArray("partitions");
        for (ApplyFeedStatus.Partition partition : status.partitions()) {
            ObjectNode row = partitions.addObject();
            row.put("topic", partition.topic());
            row.put("partition", partition.partition());
            row.put("unread", partition.unread());
            row.put("under-way", partition.underWay());
            row.put("still-millis", partition.stillMillis());
            row.put(
                    "oldest-age-millis",
                    partition.oldestMillis() == 0 ? 0 : Math.max(0, wall.millis() - partition.oldestMillis()));
        }
    }
}

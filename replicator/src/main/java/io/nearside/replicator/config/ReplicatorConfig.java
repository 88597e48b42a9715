package io.nearside.replicator.config;

import io.nearside.config.AwsRegion;
import io.nearside.config.ServiceConfig;
import io.nearside.config.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The whole configuration of one replicator. */
@ServiceConfig("replicator")
public record ReplicatorConfig(
        @Setting("The AWS region that the replicator serves, such as `us-east-1`.")
        String region,

        @Setting(
                value =
                        "The number of this region in versions: the same everywhere, never used again for another region.",
                min = "0",
                max = "65535")
        int regionId,

        @Setting("The region's DynamoDB.") DynamoDbConfig dynamodb,

        @Setting("The region's Kafka: its changes and invalidations go there.")
        KafkaConfig kafka,

        @Setting(value = "The other regions.", byDefault = "[]")
        List<PeerConfig> peers,

        @Setting(
                value =
                        "Which tables are replicated, and how; the first entry that fits a table counts. Tables whose names"
                                + " begin with `nearside-` never are.",
                byDefault = "[{name: \"*\"}]")
        List<TableConfig> tables,

        @Setting("The streams of the tables.") StreamsConfig streams,

        @Setting(
                value = "Whether to create tables that a peer replicates and this region does not have: same key and"
                        + " indexes, billed on demand.",
                byDefault = "false")
        boolean tablesCreateMissing,

        @Setting(
                value =
                        "Whether a table that is deleted in one region is deleted in this one too, and the other way round, if a running"
                                + " replicator saw it happen. Without it, a table that"
                                + " was deleted here and is there again is held until `replication accept` says whose content stands.",
                byDefault = "false")
        boolean tablesDeleteRemoved,

        @Setting("Reading the region's own changes.") CaptureConfig capture,
        @Setting("Writing the peers' changes.") ApplyConfig apply,
        @Setting("The memory of deleted items.") TombstonesConfig tombstones,

        @Setting(
                value = "How long Kafka keeps changes. The longest outage that a peer can catch up on by itself.",
                byDefault = "7d",
                min = "1h",
                max = "365d")
        Duration changeRetention,

        @Setting(
                value = "How far ahead of the wall clock a version may be; a change that is further ahead is parked.",
                byDefault = "60s",
                min = "1s",
                max = "1h")
        Duration maxDrift,

        @Setting(value = "The attribute that carries an item's version.", byDefault = "nearside:v")
        String versionAttribute,

        @Setting("The admin port: metrics, health, status.") AdminConfig admin) {

    /** What DynamoDB keeps of a stream, and an hour for clocks and restarts. */
    private static final Duration STREAM_RETENTION_AND_MARGIN = Duration.ofHours(25);

    private static final int MAX_ATTRIBUTE_LENGTH = 255;

    public ReplicatorConfig {
        peers = List.copyOf(peers);
        tables = List.copyOf(tables);
        requireRegion("region", region);
        if (dynamodb.endpoint().isEmpty()) {
            AwsRegion.require(region, "dynamodb.endpoint");
        }
        requireDistinct(region, regionId, peers);
        requireKnownRegions(region, peers, tables);
        requireDistinctNames(tables);
        if (!peers.isEmpty() && !capture.changes()) {
            throw new IllegalArgumentException(
                    "capture.changes: must be true where there are peers, since what they write is compared with what is written here");
        }
        if (versionAttribute.isEmpty() || versionAttribute.length() > MAX_ATTRIBUTE_LENGTH) {
            throw new IllegalArgumentException("version-attribute: must have 1 to 255 characters");
        }
        Duration least = changeRetention.plus(STREAM_RETENTION_AND_MARGIN);
        if (tombstones.ttl().compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "tombstones.ttl must be at least " + least.toHours()
                            + "h: change-retention, plus 24h of stream retention, plus 1h; a deleted item could come back otherwise");
        }
    }

    static void requireRegion(String key, String region) {
        if (!region.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException(key + ": must be lower-case letters, digits and dashes");
        }
    }

    private static void requireDistinct(String region, int regionId, List<PeerConfig> peers) {
        Map<Integer, String> byId = new HashMap<>(Map.of(regionId, region));
        Set<String> names = new HashSet<>(Set.of(region));
        for (PeerConfig peer : peers) {
            String other = byId.putIfAbsent(peer.regionId(), peer.region());
            if (other != null) {
                throw new IllegalArgumentException("peers: region-id " + peer.regionId() + " belongs to " + other
                        + ", so " + peer.region() + " needs another");
            }
            if (!names.add(peer.region())) {
                throw new IllegalArgumentException("peers: region " + peer.region() + " is named twice");
            }
        }
    }

    private static void requireKnownRegions(String region, List<PeerConfig> peers, List<TableConfig> tables) {
        Set<String> others = new HashSet<>();
        peers.forEach(peer -> others.add(peer.region()));
        for (TableConfig table : tables) {
            for (String named : table.regions()) {
                if (!named.equals(region) && !others.contains(named)) {
                    throw new IllegalArgumentException("tables: " + table.name() + " names the region " + named
                            + ", which is neither this one nor a peer");
                }
            }
            for (String named : table.names().keySet()) {
                if (!others.contains(named)) {
                    throw new IllegalArgumentException("tables: " + table.name() + " has a name in " + named
                            + ", which is not a peer; its name here is `name`");
                }
            }
        }
    }

    /** Two tables here cannot both be one table there. */
    private static void requireDistinctNames(List<TableConfig> tables) {
        Map<String, String> taken = new HashMap<>();
        for (TableConfig table : tables) {
            table.names().forEach((region, there) -> {
                String other = taken.putIfAbsent(region + "/" + there, table.name());
                if (other != null && !other.equals(table.name())) {
                    throw new IllegalArgumentException(
                            "tables: " + other + " and " + table.name() + " are both " + there + " in " + region);
                }
            });
        }
    }

    /** The Kafka that carries a peer's changes. */
    public KafkaConfig kafkaOf(PeerConfig peer) {
        return peer.kafka().orElse(kafka);
    }
}

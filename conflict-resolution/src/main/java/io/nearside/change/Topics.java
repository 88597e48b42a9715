package io.nearside.change;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The names of Nearside's Kafka topics. */
public final class Topics {
    /** Discarded concurrent versions, from all regions that share the cluster. */
    public static final String CONFLICTS = "nearside.conflicts";

    /** Changes that could not be applied, from all regions that share the cluster. */
    public static final String PARKED = "nearside.parked";

    private static final String CHANGES = "nearside.changes.";

    /** Kafka's limit for the name of a topic. */
    private static final int MAX_LENGTH = 249;

    private static final int DIGEST_BYTES = 6;

    private Topics() {}

    /**
     * The change records of one table of one region: {@code nearside.changes.<region>.<table>}.
     *
     * <p>Kafka takes topics that differ only in {@code .} and {@code _} for one, and has shorter names than DynamoDB. So a table whose name
     * has a point, or is too long, gets a digest of its name at the end. The records themselves say which table they are about.
     */
    public static String changes(String region, String table) {
        String prefix = changesPrefix(region);
        String topic = prefix + table;
        if (table.indexOf('.') < 0 && topic.length() <= MAX_LENGTH) {
            return topic;
        }
        String digest = "-" + digest(table);
        int kept = Math.min(table.length(), MAX_LENGTH - prefix.length() - digest.length());
        return prefix + table.substring(0, kept) + digest;
    }

    /** What the names of all topics with change records of a region begin with. */
    public static String changesPrefix(String region) {
        return CHANGES + region + ".";
    }

    /** The invalidations for the caches of a region. */
    public static String invalidations(String region) {
        return "nearside.invalidations." + region;
    }

    /** How far a region's capture has read each shard. */
    public static String checkpoints(String region) {
        return "nearside.checkpoints." + region;
    }

    /** By whose partitions a region's replicators share out the tables. */
    public static String control(String region) {
        return "nearside.control." + region;
    }

    /** The tables that a region replicates, with their definitions. */
    public static String tables(String region) {
        return "nearside.tables." + region;
    }

    private static String digest(String table) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(table.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

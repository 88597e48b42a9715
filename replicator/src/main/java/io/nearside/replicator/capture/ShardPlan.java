package io.nearside.replicator.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a listing of a stream's shards means, given how far each was captured.
 *
 * <p>A shard may be read once its parent was read to its end or is no longer there. A shard without a checkpoint is read from its
 * beginning, always: starting at the latest record would lose what came before. A shard that vanished before its end was read, or a child
 * whose parent was never seen, is a gap; a stream seen for the first time has none, whatever its history.
 *
 * @param readable shards to read now, if nobody does yet
 * @param gaps what was lost
 * @param forgettable finished shards that no listing will mention again and no child needs
 * @param abandoned unfinished shards that are gone; part of a gap
 */
record ShardPlan(Set<String> readable, List<Lost> gaps, Set<String> forgettable, Set<String> abandoned) {

    /** One thing that was lost. */
    record Lost(Gap.Reason reason, String shard) {}

    /**
     * A shard as the stream lists it.
     *
     * @param parent the shard it continues; null if there is none
     * @param closed nothing is written to it any more
     */
    record Listed(String id, @Nullable String parent, boolean closed) {}

    static ShardPlan of(List<Listed> listing, Map<String, Checkpoint> checkpoints) {
        Map<String, Listed> listed = new HashMap<>();
        listing.forEach(shard -> listed.put(shard.id(), shard));
        Set<String> readable = new HashSet<>();
        List<Lost> gaps = new ArrayList<>();
        for (Listed shard : listing) {
            if (checkpoints.get(shard.id()) instanceof Checkpoint.Done) {
                continue;
            }
            if (isOrphan(shard, listed, checkpoints)) {
                gaps.add(new Lost(Gap.Reason.LINEAGE_BROKEN, shard.id()));
            }
            if (mayBeRead(shard, listed, checkpoints)) {
                readable.add(shard.id());
            }
        }
        Set<String> abandoned = abandoned(listed, checkpoints);
        abandoned.forEach(shard -> gaps.add(new Lost(Gap.Reason.SHARD_VANISHED, shard)));
        return new ShardPlan(readable, gaps, forgettable(listed, checkpoints), abandoned);
    }

    private static boolean isOrphan(Listed shard, Map<String, Listed> listed, Map<String, Checkpoint> checkpoints) {
        return !checkpoints.isEmpty()
                && !checkpoints.containsKey(shard.id())
                && shard.parent() != null
                && !listed.containsKey(shard.parent())
                && !checkpoints.containsKey(shard.parent());
    }

    private static boolean mayBeRead(Listed shard, Map<String, Listed> listed, Map<String, Checkpoint> checkpoints) {
        return shard.parent() == null
                || !listed.containsKey(shard.parent())
                || checkpoints.get(shard.parent()) instanceof Checkpoint.Done;
    }

    private static Set<String> abandoned(Map<String, Listed> listed, Map<String, Checkpoint> checkpoints) {
        Set<String> abandoned = new HashSet<>();
        checkpoints.forEach((shard, checkpoint) -> {
            if (!(checkpoint instanceof Checkpoint.Done) && !listed.containsKey(shard)) {
                abandoned.add(shard);
            }
        });
        return abandoned;
    }

    private static Set<String> forgettable(Map<String, Listed> listed, Map<String, Checkpoint> checkpoints) {
        Set<String> needless = new HashSet<>();
        for (Listed child : listed.values()) {
            String parent = child.parent();
            if (parent != null
                    && !listed.containsKey(parent)
                    && checkpoints.containsKey(child.id())
                    && checkpoints.get(parent) instanceof Checkpoint.Done) {
                needless.add(parent);
            }
        }
        return needless;
    }
}

package io.nearside.replicator.table;

import java.util.Map;

/**
 * Which region each known region id belongs to.
 *
 * @param names region names by id
 */
public record RegionIds(Map<Integer, String> names) {

    public RegionIds {
        names = Map.copyOf(names);
    }

    /** Whether the id is known to belong to another region than this one. */
    public boolean isAnothers(int id, String region) {
        String owner = names.get(id);
        return owner != null && !owner.equals(region);
    }
}

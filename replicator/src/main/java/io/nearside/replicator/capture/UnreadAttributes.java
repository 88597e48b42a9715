package io.nearside.replicator.capture;

import java.util.Set;

/**
 * The attributes of a stream record's images that could not be read. DynamoDB Local's streams write an empty map as a value without a type;
 * a type that DynamoDB will have one day looks the same. Keys and versions of such a record are known.
 *
 * @param old what the old image lacks
 * @param fresh what the new image lacks
 */
public record UnreadAttributes(Set<String> old, Set<String> fresh) {
    public UnreadAttributes {
        old = Set.copyOf(old);
        fresh = Set.copyOf(fresh);
    }
}

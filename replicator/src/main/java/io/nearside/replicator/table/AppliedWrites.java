package io.nearside.replicator.table;

import io.nearside.version.Stamp;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * How the writes of a region's appliers go out.
 *
 * @param client sends each request once: were one repeated by itself, an item that an application removed in between would be put there
 *     again with the same write id, and taken for the application's own
 * @param region marks them; see {@link Stamp}
 */
public record AppliedWrites(DynamoDbClient client, int region) {

    long newId() {
        return Stamp.writeId(region, ThreadLocalRandom.current().nextLong());
    }
}

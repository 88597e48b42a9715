package io.nearside.local;

import io.nearside.local.embedded.WriteListener;
import java.util.List;
import java.util.Set;

/**
 * Tells each region's replicator of the writes that its DynamoDB Local sees, so that nothing has to be polled while nobody writes, and the
 * first write after that is seen at once.
 */
final class HintReplicators implements WriteListener {
    private final List<LocalRegion> regions;

    HintReplicators(List<LocalRegion> regions) {
        this.regions = regions;
    }

    @Override
    public void written(int region, Set<String> tables) {
        regions.get(region).replicator().hintWrites(tables);
    }

    @Override
    public void tablesChanged(int region) {
        regions.get(region).replicator().hintTables();
    }
}

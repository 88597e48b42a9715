package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.change.Invalidation;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.replicator.capture.ChangeLog;
import io.nearside.replicator.table.TableInfo;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the region's caches of an applied change at once, instead of after the region's own stream has been read.
 *
 * <p>The stream record of the same write announces it again, so a notice that gets lost costs only time.
 */
public final class CacheNotice {

    private static final Logger LOG = LoggerFactory.getLogger(CacheNotice.class);

    private final ChangeLog log;
    private final String source;
    private final InstantSource wall;

    /** @param source who says so, for the readers' diagnostics: {@code apply/} and the region */
    public CacheNotice(ChangeLog log, String source, InstantSource wall) {
        this.log = log;
        this.source = source;
        this.wall = wall;
    }

    /** The item with the change; of an update that lost in part, an item that is in the same partitions or in ones of the old item. */
    private static @Nullable Item after(@Nullable Item old, Change change) {
        Item image = change.image();
        if (image == null || old == null || change.kind() != Change.Kind.UPDATE) {
            return image;
        }
        Map<String, AttributeValue> attributes = new HashMap<>(old.attributes());
        attributes.putAll(image.attributes());
        attributes.keySet().removeAll(change.removed());
        return new Item(attributes);
    }

    void applied(TableInfo table, Change change, @Nullable Item old) {
        Invalidation invalidation = new Invalidation(
                Invalidation.Scope.ITEM,
                table.name(),
                table.id(),
                change.key(),
                table.indexes().stream()
                        .map(index -> index.touched(old, after(old, change)))
                        .toList(),
                source,
                wall.instant(),
                change.version());
        var unused = log.invalidate(invalidation).exceptionally(failure -> {
            LOG.atDebug().setCause(failure).addKeyValue("table", table.name()).log("a cache notice was not written");
            return null;
        });
    }
}

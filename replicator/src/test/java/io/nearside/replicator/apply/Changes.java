package io.nearside.replicator.apply;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.replicator.table.RegionFixture;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes as another region would publish them. */
final class Changes {

    static final int HERE = 1;
    static final int ELSEWHERE = 2;
    static final int THIRD = 3;

    private Changes() {}

    /** A version of the region, made so many milliseconds after a moment in the recent past. */
    static Version version(int region, long after) {
        return new Version(
                (Instant.now().minusSeconds(3_600).toEpochMilli() / 3_600_000 * 3_600_000 + after) << 16, region, 1);
    }

    static Change put(String table, String id, String value, Version version) {
        return put(table, id, value, version, null);
    }

    static Change put(String table, String id, String value, Version version, @Nullable Version previous) {
        return new Change(
                Change.Kind.PUT,
                table,
                RegionFixture.key(id),
                RegionFixture.keyAttributes(id),
                RegionFixture.item(id, value),
                version,
                previous,
                null,
                Instant.now());
    }

    static Change update(String table, String id, String attribute, Version version) {
        return new Change(
                Change.Kind.UPDATE,
                table,
                RegionFixture.key(id),
                RegionFixture.keyAttributes(id),
                RegionFixture.keyAttributes(id).with(attribute, new AttributeValue.S(version.toString())),
                Set.of(),
                version,
                null,
                null,
                Instant.now());
    }

    static Change delete(String table, String id, Version version) {
        return deletion(Change.Kind.DELETE, table, id, version);
    }

    static Change deletion(Change.Kind kind, String table, String id, Version version) {
        return new Change(
                kind,
                table,
                RegionFixture.key(id),
                RegionFixture.keyAttributes(id),
                null,
                version,
                null,
                null,
                Instant.now());
    }
}

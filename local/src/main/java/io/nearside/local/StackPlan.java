package io.nearside.local;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link LocalStack} is to be.
 *
 * @param regions names, first the one with the lowest ports
 * @param data keeps tables, log and region ids; null keeps nothing
 */
record StackPlan(
        List<String> regions, Ports ports, @Nullable Path data) {
    /** @throws StartException if the names are no names of regions */
    StackPlan {
        regions = RegionNames.check(regions);
    }
}

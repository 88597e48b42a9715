package io.nearside.local;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The names that {@code --regions} may have. */
final class RegionNames {
    /** What a strong machine can still hold; also keeps the ports of regions and Kafka apart. */
    private static final int MAX_REGIONS = 16;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{1,30}[a-z0-9]");

    private RegionNames() {}

    /**
     * Checks the names and returns them.
     *
     * @throws StartException for the first one that cannot be
     */
    static List<String> check(List<String> names) {
        if (names.isEmpty() || names.size() > MAX_REGIONS) {
            throw StartException.wrongUsage("--regions takes 1 to " + MAX_REGIONS + " names, not " + names.size());
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw StartException.wrongUsage(
                        "'" + name
                                + "' is not the name of a region: lower-case letters, digits and '-' as in us-east-1, separated by commas");
            }
            if (!seen.add(name)) {
                throw StartException.wrongUsage("region " + name + " is named twice in --regions");
            }
        }
        return List.copyOf(names);
    }
}

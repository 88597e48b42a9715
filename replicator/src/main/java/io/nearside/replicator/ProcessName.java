package io.nearside.replicator;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The name of one replicator process among those of its region, in heartbeats, status and log: it leads an operator to the pod.
 *
 * <p>The suffix is another one at every start, since a restarted container keeps its host's name and is another member all the same.
 */
final class ProcessName {

    private static final int SUFFIX = 8;
    private static final int LONGEST_HOST = 100;

    private ProcessName() {}

    /** @param host what the environment calls this host, a pod's name on Kubernetes; null where it says nothing */
    static String of(String region, @Nullable String host) {
        String suffix = UUID.randomUUID().toString().substring(0, SUFFIX);
        if (host == null || host.isBlank()) {
            return region + "-" + suffix;
        }
        // Kafka takes it for a client's name.
        String legal = host.replaceAll("[^A-Za-z0-9._-]", "_");
        return region + "-" + legal.substring(0, Math.min(LONGEST_HOST, legal.length())) + "-" + suffix;
    }
}

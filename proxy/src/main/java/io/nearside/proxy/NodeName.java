package io.nearside.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** What a proxy is called in spans and invalidations: {@code node-id}, or else the name of its host. */
final class NodeName {

    private static final String NAMELESS = "proxy";

    private NodeName() {}

    /** @param environment container runtimes set {@code HOSTNAME} to the container's, in Kubernetes the pod's name */
    static String of(Optional<String> configured, Map<String, String> environment) {
        return configured
                .or(() -> Optional.ofNullable(environment.get("HOSTNAME")).filter(name -> !name.isBlank()))
                .orElseGet(NodeName::ofHost);
    }

    private static String ofHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return NAMELESS;
        }
    }
}

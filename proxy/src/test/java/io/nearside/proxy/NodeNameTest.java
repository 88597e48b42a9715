package io.nearside.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NodeNameTest {

    @Test
    void configuredName_comesFirst() {
        assertThat(NodeName.of(Optional.of("mine"), Map.of("HOSTNAME", "pod-7")))
                .isEqualTo("mine");
    }

    @Test
    void withoutOne_theContainersNameIsTaken() {
        assertThat(NodeName.of(Optional.empty(), Map.of("HOSTNAME", "pod-7"))).isEqualTo("pod-7");
    }

    @Test
    void outsideOfContainers_theHostsNameIsTaken() throws UnknownHostException {
        assertThat(NodeName.of(Optional.empty(), Map.of("HOSTNAME", " ")))
                .isEqualTo(InetAddress.getLocalHost().getHostName());
    }
}

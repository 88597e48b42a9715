package io.nearside.proxy.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CallerAddressesTest {

    private final CallerAddresses addresses = new CallerAddresses(2);

    @Test
    void address_atItsBound_isRefusedUntilAConnectionEnds_andOthersAreNot() throws UnknownHostException {
        InetAddress one = InetAddress.getByName("10.0.0.1");
        InetAddress other = InetAddress.getByName("10.0.0.2");
        assertThat(addresses.connected(one)).isTrue();
        assertThat(addresses.connected(one)).isTrue();

        assertThat(addresses.connected(one)).isFalse();
        assertThat(addresses.connected(other)).isTrue();

        addresses.disconnected(one);
        addresses.disconnected(one);
        assertThat(addresses.connected(one)).isTrue();
    }

    @Test
    void addressWithoutConnections_isForgotten() throws UnknownHostException {
        InetAddress one = InetAddress.getByName("2001:db8::1");
        addresses.connected(one);
        addresses.disconnected(one);

        assertThat(addresses.size()).isZero();
    }

    @Test
    void loopback_hasNoBound() {
        for (int i = 0; i < 100; i++) {
            assertThat(addresses.connected(InetAddress.getLoopbackAddress())).isTrue();
        }
        addresses.disconnected(InetAddress.getLoopbackAddress());

        assertThat(addresses.size()).isZero();
    }
}

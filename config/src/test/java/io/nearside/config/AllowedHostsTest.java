package io.nearside.config;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AllowedHostsTest {

    private final AllowedHosts hosts = new AllowedHosts(List.of("Metrics.example.com", "nearside-proxy-admin"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8002",
                "console.localhost:8002",
                "127.0.0.1",
                "10.1.2.3:8002",
                "[::1]",
                "[::1]:8002",
                "[fe80::1%eth0]:8002",
                "metrics.example.com",
                "METRICS.example.com.:8002",
                "nearside-proxy-admin:8002",
            })
    void host_thatNobodyCanRebindOrThatIsListed_isAllowed(String host) {
        assertThat(hosts.allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":8002",
                "evil.example",
                "evil.example:8002",
                "localhost.evil.example",
                "notlocalhost",
                "127.0.0.1.evil.example",
                "1.2.3.4.5",
                "evil.metrics.example.com",
                "[evil.example]",
                "[::1].evil.example",
                "127.0.0.1@evil.example",
                "localhost, evil.example",
            })
    void host_ofAnyOtherName_isRefused(String host) {
        assertThat(hosts.allows(host)).isFalse();
    }

    @Test
    void request_withoutHost_isNoBrowsers() {
        assertThat(hosts.allows(null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.example.com", "http://example.com", "example.com:80", "", "-"})
    void name_thatIsNone_isRefusedByItself(String name) {
        assertThatThrownBy(() -> new AllowedHosts(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " is not a host name");
    }
}

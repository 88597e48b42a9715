package io.nearside.version;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class VersionTest {
    @Property
    void ofBytes_anyTwelveBytes_roundTrip(@ForAll @Size(12) byte[] bytes) {
        assertThat(Version.ofBytes(bytes).toBytes()).isEqualTo(bytes);
    }

    @Property
    void compareTo_anyTwo_isTheUnsignedOrderOfTheirBytes(@ForAll @Size(12) byte[] a, @ForAll @Size(12) byte[] b) {
        int order = Version.ofBytes(a).compareTo(Version.ofBytes(b));

        assertThat(Integer.signum(order)).isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
    }

    @Example
    void ofBytes_otherLength_isRefused() {
        assertThatThrownBy(() -> Version.ofBytes(new byte[11])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Version.ofBytes(new byte[13])).isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void parts_ofAClock_areMillisecondsAndCounter() {
        Version version = new Version(1_700_000_000_000L << 16 | 7, 2, 3);

        assertThat(version.millis()).isEqualTo(1_700_000_000_000L);
        assertThat(version.counter()).isEqualTo(7);
        assertThat(version).hasToString("1700000000000.7@2/3");
    }
}

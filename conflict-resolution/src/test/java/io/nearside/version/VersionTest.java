package io.nearside.version;

import java.math.BigInteger;
import java.util.Arrays;
import net.jqwik.api.Assume;
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

    @Property
    void justBelow_any_isTheNextLower(@ForAll @Size(12) byte[] bytes) {
        Version version = Version.ofBytes(bytes);
        Assume.that(!version.equals(new Version(0, 0, 0)));

        BigInteger below = new BigInteger(1, version.justBelow().toBytes());

        assertThat(below).isEqualTo(new BigInteger(1, bytes).subtract(BigInteger.ONE));
    }

    @Example
    void justBelow_theLowest_isRefused() {
        assertThat(new Version(1, 0, 0).justBelow()).isEqualTo(new Version(0, 0xFFFF, 0xFFFF));
        assertThatThrownBy(() -> new Version(0, 0, 0).justBelow()).isInstanceOf(IllegalStateException.class);
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

package io.nearside.local;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RegionNamesTest {
    @Test
    void check_ofRealNames_returnsThemInOrder() {
        assertThat(RegionNames.check(List.of("us-east-1", "eu-west-1"))).containsExactly("us-east-1", "eu-west-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "US-EAST-1", "us_east_1", "1st", "../up", "x", "us-east-", "us east"})
    void check_ofWhatIsNoName_namesIt(String name) {
        assertThatThrownBy(() -> RegionNames.check(List.of(name)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void check_ofTooMany_saysHowMany() {
        List<String> names = IntStream.range(0, 17).mapToObj(i -> "region-" + i).toList();

        assertThatThrownBy(() -> RegionNames.check(names))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("17");
    }
}

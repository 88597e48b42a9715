package io.nearside.replicator.cli;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CountedTest {
    @Test
    void number_ofOne_isSingular_andAnyOtherPlural() {
        assertThat(Counted.of(0, "key")).isEqualTo("0 keys");
        assertThat(Counted.of(1, "key")).isEqualTo("1 key");
        assertThat(Counted.of(2, "key")).isEqualTo("2 keys");
        assertThat(Counted.of(1, "key differs", "keys differ")).isEqualTo("1 key differs");
        assertThat(Counted.of(11, "key differs", "keys differ")).isEqualTo("11 keys differ");
    }
}

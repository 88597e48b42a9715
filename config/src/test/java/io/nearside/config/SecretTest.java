package io.nearside.config;

import java.util.Optional;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SecretTest {
    @Test
    void toString_anywhere_isTheMask() {
        Secret secret = Secret.of("hush");

        assertThat(secret).hasToString("******");
        assertThat(new SampleConfig.Credentials("id", secret).toString()).doesNotContain("hush");
        assertThat(Optional.of(secret).toString()).doesNotContain("hush");
        assertThat(secret.reveal()).isEqualTo("hush");
    }

    @Test
    void equals_comparesTheSecrets() {
        assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a"));
        assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b")).isNotEqualTo("a");
    }
}

package io.nearside.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DataSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0B,0,0B",
        "512B,512,512B",
        "1024B,1024,1KiB",
        "64KiB,65536,64KiB",
        "1536KiB,1572864,1536KiB",
        "64 MiB,67108864,64MiB",
        "2GiB,2147483648,2GiB",
        "1TiB,1099511627776,1TiB",
        "9223372036854775807B,9223372036854775807,9223372036854775807B"
    })
    void parse_accepted_readsAndPrintsBack(String written, long bytes, String printed) {
        assertThat(DataSize.parse(written)).isEqualTo(new DataSize(bytes)).hasToString(printed);
        assertThat(DataSize.parse(printed)).isEqualTo(new DataSize(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1MB", "1mib", "-1B", "1.5MiB", "9223372036854775808B", "8388608TiB"})
    void parse_anythingElse_isRefused(String written) {
        assertThatThrownBy(() -> DataSize.parse(written)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void new_negative_isRefused() {
        assertThatThrownBy(() -> new DataSize(-1)).hasMessage("bytes must not be negative: -1");
    }

    @Test
    void compareTo_ordersByBytes() {
        assertThat(DataSize.ofMebibytes(1)).isGreaterThan(DataSize.parse("1023KiB"));
    }
}

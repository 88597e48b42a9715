package io.nearside.config;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AwsRegionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"us-east-1", "ap-southeast-7", "us-gov-west-1", "cn-north-1", "eu-central-99", "us-isob-east-1"})
    void region_thatAwsMayHave_isTaken(String region) {
        assertThatCode(() -> AwsRegion.require(region, "x.endpoint")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"xx-nowhere-9", "us-east", "useast1", "local", "us-east-1.example"})
    void region_thatAwsCannotHave_isRefusedWithTheWayOut(String region) {
        assertThatThrownBy(() -> AwsRegion.require(region, "x.endpoint"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("AWS has no region " + region, "x.endpoint");
    }
}

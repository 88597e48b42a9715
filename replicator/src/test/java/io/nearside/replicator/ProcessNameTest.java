package io.nearside.replicator;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class ProcessNameTest {

    @Test
    void process_ofAPod_bearsThePodsName_andIsAnotherAfterARestart() {
        String pod = "demo-nearside-replicator-us-east-1-6f7c9-x2x8p";

        String first = ProcessName.of("us-east-1", pod);
        String second = ProcessName.of("us-east-1", pod);

        assertThat(first).startsWith("us-east-1-" + pod + "-").isNotEqualTo(second);
    }

    @Test
    void process_ofAHostWithAnOddName_isLegalForKafka() {
        assertThat(ProcessName.of("r1", "über host/" + "x".repeat(300)))
                .matches("r1-_ber_host_x+-[0-9a-f]{8}")
                .hasSizeLessThan(130);
    }

    @Test
    void process_withoutAHostName_hasItsRegionAndASuffix() {
        assertThat(ProcessName.of("r1", null)).matches("r1-[0-9a-f]{8}");
    }
}

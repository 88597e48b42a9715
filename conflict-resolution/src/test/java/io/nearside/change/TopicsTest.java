package io.nearside.change;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TopicsTest {
    @Test
    void changes_ordinaryTable_isNamedAfterRegionAndTable() {
        assertThat(Topics.changes("us-east-1", "orders_v2")).isEqualTo("nearside.changes.us-east-1.orders_v2");
    }

    @Test
    void changes_tablesThatKafkaWouldConfuse_haveDifferentTopics() {
        String point = Topics.changes("us-east-1", "a.b").replace('.', '_');

        assertThat(point).isNotEqualTo(Topics.changes("us-east-1", "a_b").replace('.', '_'));
        assertThat(point).startsWith("nearside_changes_us-east-1_a_b-");
    }

    @Test
    void changes_longestTableNames_fitAndDiffer() {
        String a = Topics.changes("ap-southeast-1", "t".repeat(254) + "a");
        String b = Topics.changes("ap-southeast-1", "t".repeat(254) + "b");

        assertThat(a).hasSize(249).isNotEqualTo(b);
        assertThat(b).hasSize(249);
    }

    @Test
    void names_ofARegion_carryTheRegion() {
        assertThat(Topics.invalidations("eu-west-1")).isEqualTo("nearside.invalidations.eu-west-1");
        assertThat(Topics.checkpoints("eu-west-1")).isEqualTo("nearside.checkpoints.eu-west-1");
        assertThat(Topics.control("eu-west-1")).isEqualTo("nearside.control.eu-west-1");
        assertThat(Topics.tables("eu-west-1")).isEqualTo("nearside.tables.eu-west-1");
    }
}

package io.nearside.replicator.publish;

import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class KafkaErrorsTest {

    /** Kafka counts them as invalid configuration; a record that was refused for want of a right is not to be parked. */
    @Test
    void typed_missingRightOrWrongCredentials_isRetriable() {
        assertThat(KafkaErrors.typed("send", new TopicAuthorizationException("no"))
                        .isHopeless())
                .isFalse();
        assertThat(KafkaErrors.typed("send", new ClusterAuthorizationException("no"))
                        .isHopeless())
                .isFalse();
        assertThat(KafkaErrors.typed("send", new SaslAuthenticationException("no"))
                        .isHopeless())
                .isFalse();
    }

    @Test
    void typed_recordThatNoTopicTakes_isHopeless() {
        assertThat(KafkaErrors.typed("send", new RecordTooLargeException("4 MB"))
                        .isHopeless())
                .isTrue();
        assertThat(KafkaErrors.typed("send", new RecordBatchTooLargeException("4 MB"))
                        .isHopeless())
                .isTrue();
        assertThat(KafkaErrors.typed("send", new InvalidTopicException("a b")).isHopeless())
                .isTrue();
    }

    @Test
    void typed_noAnswer_isRetriable() {
        assertThat(KafkaErrors.typed("send", new TimeoutException("no answer")).isHopeless())
                .isFalse();
    }
}

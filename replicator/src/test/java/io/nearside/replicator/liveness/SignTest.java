package io.nearside.replicator.liveness;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

final class SignTest {

    private static final TopicPartition LOG = new TopicPartition("control", 0);

    private static Sign read(String value) {
        return Sign.of(new ConsumerRecord<>(LOG.topic(), 0, 1, "p".getBytes(UTF_8), value.getBytes(UTF_8)));
    }

    private static Sign readBack(Sign sign) {
        ProducerRecord<byte[], byte[]> written = sign.to(LOG);
        return Sign.of(new ConsumerRecord<>(LOG.topic(), 0, 1, written.key(), written.value()));
    }

    @Test
    void sign_writtenAndRead_isTheSame() {
        for (Sign sign : new Sign[] {
            Sign.alive("p", new WorkShare(12, 3), 65_535),
            Sign.alive("p", new WorkShare(12, 3), null),
            Sign.alive("p", null, 1),
            Sign.alive("p", null, null),
            Sign.last("p"),
        }) {
            assertThat(readBack(sign)).isEqualTo(sign);
        }
    }

    @Test
    void sign_ofAnotherVersion_isOneOfLifeAndSaysNoMore() {
        assertThat(read("alive")).isEqualTo(Sign.alive("p", null, null));
        assertThat(read("alive and more than we know")).isEqualTo(Sign.alive("p", null, null));
    }
}

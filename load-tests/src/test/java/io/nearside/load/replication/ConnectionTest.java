package io.nearside.load.replication;

import io.nearside.load.replication.Connection.Answer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class ConnectionTest {

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    @Test
    void read_twoAnswersInARow_endsEachWhereItsLengthSays() throws IOException {
        var in = bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: s\r\n\r\n{}"
                + "HTTP/1.1 400 Bad Request\r\ncontent-length:3\r\n\r\nnö");

        assertThat(Connection.read(in)).isEqualTo(new Answer(200, "{}"));
        assertThat(Connection.read(in)).isEqualTo(new Answer(400, "nö"));
    }

    @Test
    void read_answerThatIsCutOff_fails() {
        assertThatThrownBy(() -> Connection.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}")))
                .isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> Connection.read(bytes("HTTP/1.1 200"))).isInstanceOf(EOFException.class);
    }
}

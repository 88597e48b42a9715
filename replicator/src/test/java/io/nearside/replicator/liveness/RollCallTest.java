package io.nearside.replicator.liveness;

import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class RollCallTest {

    private final RollCall roll = new RollCall("self", 3);

    private List<String> hear(String process) {
        return roll.hear(Sign.alive(process, null, null));
    }

    @Test
    void process_silentForSoManyOfOurSigns_isNamedOnce() {
        hear("a");
        assertThat(hear("self")).isEmpty();
        assertThat(hear("self")).isEmpty();
        assertThat(hear("self")).containsExactly("a");
        assertThat(hear("self")).isEmpty();
    }

    @Test
    void process_heardInBetween_isAlive() {
        hear("a");
        hear("self");
        hear("self");
        hear("a");
        assertThat(hear("self")).isEmpty();
        assertThat(hear("self")).isEmpty();
        assertThat(hear("self")).containsExactly("a");
    }

    @Test
    void process_whileWeGiveNoSigns_isAlive() {
        hear("a");
        for (int i = 0; i < 100; i++) {
            assertThat(hear("b")).isEmpty();
        }
        assertThat(hear("self")).isEmpty();
    }

    @Test
    void process_thatSaidGoodBye_isNotMissed() {
        hear("a");
        roll.hear(Sign.last("a"));
        for (int i = 0; i < 5; i++) {
            assertThat(hear("self")).isEmpty();
        }
    }

    @Test
    void process_takenForDeadAndHeardAgain_isWatchedAgain() {
        hear("a");
        hear("self");
        hear("self");
        hear("self");
        hear("a");
        hear("self");
        hear("self");
        assertThat(hear("self")).containsExactly("a");
    }
}

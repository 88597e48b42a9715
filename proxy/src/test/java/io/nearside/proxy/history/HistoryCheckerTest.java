package io.nearside.proxy.history;

import io.nearside.proxy.history.History.Read;
import io.nearside.proxy.history.History.Write;
import io.nearside.proxy.history.HistoryChecker.Violation;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** The checker finds what is wrong with histories written by hand, and nothing in those that are right. */
class HistoryCheckerTest {

    private static final int KEY = 7;

    private final History history = new History();
    private final Landings landings = new Landings();
    private final HistoryChecker checker = new HistoryChecker(history, landings);

    @Test
    void readThatStartsAfterTheAnswer_andReturnsTheOlderValue_violates() {
        write(0, 1, 0, 10);
        write(0, 2, 20, 30);
        read(0, 1, 31, 40);

        assertThat(checker.readsThatMissOwnWrites())
                .extracting(Violation::place, Violation::owed)
                .containsExactly(tuple(0, 1));
    }

    @Test
    void readThatStartsBeforeTheAnswer_mayReturnEither() {
        write(0, 1, 0, 10);
        write(0, 2, 20, 30);
        read(0, 1, 29, 40);
        read(0, 2, 29, 40);
        read(0, 1, 30, 40);

        assertThat(checker.readsThatMissOwnWrites()).isEmpty();
    }

    @Test
    void readThatReturnsSomethingNewer_isRight() {
        write(0, 1, 0, 10);
        landings.landed(KEY, 9, false, 15);
        read(0, 9, 20, 30);

        assertThat(checker.readsThatMissOwnWrites()).isEmpty();
    }

    @Test
    void overlappingWrites_areOrderedByTheirEffectNotByTheirAnswers() {
        landings.landed(KEY, 2, false, 5);
        landings.landed(KEY, 1, false, 6);
        history.add(new Write(0, KEY, 1, 0, 10, Instant.EPOCH, Instant.EPOCH));
        history.add(new Write(0, KEY, 2, 0, 20, Instant.EPOCH, Instant.EPOCH));
        read(0, 1, 30, 40);
        read(0, 2, 30, 40);

        assertThat(checker.readsThatMissOwnWrites())
                .extracting(violation -> violation.read().value())
                .containsExactly(2L);
    }

    @Test
    void absenceAfterAWrite_violatesUnlessSomebodyDeleted() {
        write(0, 1, 0, 10);
        read(0, History.ABSENT, 11, 12);
        landings.landed(KEY, 2, true, 13);
        read(0, History.ABSENT, 14, 15);

        assertThat(checker.readsThatMissOwnWrites())
                .extracting(violation -> violation.read().invoked())
                .containsExactly(11L);
    }

    @Test
    void valueThatNobodyWrote_violates() {
        read(0, 99, 0, 10);

        assertThat(checker.readsThatMissOwnWrites()).hasSize(1);
    }

    @Test
    void writeThroughAnotherNode_isOwedOnceItWasHeard() {
        write(0, 1, 0, 10);
        write(0, 2, 20, 30);
        read(1, 1, 31, 40);

        assertThat(checker.readsThatMissOwnWrites()).isEmpty();
        assertThat(checker.readsThatMissHeardWrites(w -> w.answered() + 5, r -> 35))
                .isEmpty();
        assertThat(checker.readsThatMissHeardWrites(w -> w.answered() + 5, r -> 36))
                .hasSize(1);
        assertThat(checker.readsThatMissHeardWrites(w -> HistoryChecker.NEVER, r -> 36))
                .isEmpty();
        assertThat(checker.readsThatOwe(w -> w.answered(), r -> 11)).isEqualTo(1);
        assertThat(checker.readsThatOwe(w -> w.answered(), r -> 10)).isZero();
    }

    private void write(int node, long id, long invoked, long answered) {
        landings.landed(KEY, id, false, (invoked + answered) / 2);
        history.add(new Write(node, KEY, id, invoked, answered, Instant.EPOCH, Instant.EPOCH));
    }

    private void read(int node, long value, long invoked, long answered) {
        history.add(List.of(new Read(node, KEY, "GetItem", value, invoked, answered)));
    }
}

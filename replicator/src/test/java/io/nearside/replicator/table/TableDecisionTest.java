package io.nearside.replicator.table;

import io.nearside.replicator.table.TableDecision.Action;
import io.nearside.replicator.table.TableDecision.Here;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static io.nearside.replicator.table.TableDecision.Action.ANNOUNCE;
import static io.nearside.replicator.table.TableDecision.Action.ANNOUNCE_DELETED;
import static io.nearside.replicator.table.TableDecision.Action.CREATE;
import static io.nearside.replicator.table.TableDecision.Action.DELETE;
import static io.nearside.replicator.table.TableDecision.Action.GONE;
import static io.nearside.replicator.table.TableDecision.Action.HELD;
import static io.nearside.replicator.table.TableDecision.Action.NOTHING;
import static io.nearside.replicator.table.TableDecision.Action.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

class TableDecisionTest {

    private static final Here GONE_HERE = new Here(true, false, null, true, 0);
    private static final Here BEING_MADE = new Here(true, true, null, true, 0);
    private static final Here FIRST = new Here(true, true, "first", true, 0);
    private static final Here SECOND = new Here(true, true, "second", true, 0);

    private boolean follows;

    @Test
    void table_thatNobodyKnows_isTheFirst() {
        decides(ANNOUNCE, 1, FIRST, null);
        decides(NOTHING, 0, BEING_MADE, null);
    }

    @Test
    void table_thatOthersHave_isTheirs() {
        decides(ANNOUNCE, 3, FIRST, null, present("theirs", 3), deleted(2));
        decides(ANNOUNCE, 3, FIRST, null, deleted(2));
    }

    @Test
    void table_thatWasAnnounced_isSettledWhereverItsFormerOnesAre() {
        decides(SETTLED, 2, FIRST, present("first", 2));
        decides(SETTLED, 2, FIRST, present("first", 2), present("theirs", 2), present("late", 1), deleted(1));
    }

    @Test
    void table_madeAgainHere_isHeldOrAnotherOne() {
        decides(HELD, 1, SECOND, present("first", 1), present("theirs", 1));
        follows = true;
        decides(ANNOUNCE, 2, SECOND, present("first", 1), present("theirs", 1));
        decides(ANNOUNCE, 4, SECOND, present("first", 1), present("theirs", 4));
    }

    @Test
    void table_madeAgainElsewhere_isHeldOrDeletedHere() {
        decides(HELD, 1, FIRST, present("first", 1), present("theirs", 2));
        follows = true;
        decides(DELETE, 1, FIRST, present("first", 1), present("theirs", 2));
    }

    @Test
    void table_deletedElsewhere_staysOrIsDeletedHere() {
        decides(SETTLED, 1, FIRST, present("first", 1), deleted(1));
        follows = true;
        decides(DELETE, 1, FIRST, present("first", 1), deleted(1));
        decides(SETTLED, 2, FIRST, present("first", 2), deleted(1));
    }

    @Test
    void table_deletedHere_isToldOrNamed() {
        decides(GONE, 1, GONE_HERE, present("first", 1), present("theirs", 1));
        follows = true;
        decides(ANNOUNCE_DELETED, 1, GONE_HERE, present("first", 1), present("theirs", 1));
    }

    @Test
    void table_deletedAndTold_isNotTakenBackFromAPeerThatHasNotFollowedYet() {
        follows = true;
        decides(NOTHING, 0, GONE_HERE, deleted(1), present("theirs", 1));
        decides(CREATE, 2, GONE_HERE, deleted(1), present("theirs", 2));
        decides(ANNOUNCE, 2, SECOND, deleted(1), present("theirs", 1));
        decides(ANNOUNCE, 2, SECOND, deleted(1), present("theirs", 2));
    }

    @Test
    void table_thatOnlyOthersHave_isCreatedWhereThatIsWanted() {
        decides(CREATE, 2, GONE_HERE, null, present("theirs", 2));
        assertThat(TableDecision.of("t", GONE_HERE, null, Map.of("a", present("theirs", 2)), false, false)
                        .action())
                .isEqualTo(NOTHING);
    }

    @Test
    void table_thatIsNotSelectedAnyMore_isLeftAloneEverywhere() {
        Here deselected = new Here(false, false, null, true, 0);
        for (boolean follow : new boolean[] {false, true}) {
            follows = follow;
            decides(NOTHING, 0, deselected, present("first", 1), present("theirs", 1));
            decides(NOTHING, 0, deselected, null, present("theirs", 1));
            decides(NOTHING, 0, deselected, present("first", 1), deleted(1));
        }
    }

    /** A start at a wrong endpoint, or at an account with other tables, must delete nothing in the other regions. */
    @Test
    void table_whoseDeletionNobodyHereSaw_waitsForAnOperatorWhereDeletionsAreFollowedToo() {
        follows = true;
        decides(GONE, 1, new Here(true, false, null, false, 0), present("first", 1), present("theirs", 1));
        decides(HELD, 1, new Here(true, true, "second", false, 0), present("first", 1), present("theirs", 1));
        // What others say of theirs is another matter.
        decides(DELETE, 1, new Here(true, true, "first", false, 0), present("first", 1), present("theirs", 2));
    }

    @Test
    void table_createdHereForAPeerThatDeletesItAgain_doesNotComeBack() {
        Here createdForThem = new Here(true, true, "first", false, 1);
        decides(ANNOUNCE, 1, createdForThem, null, deleted(1));
        decides(ANNOUNCE, 3, new Here(true, true, "first", false, 3), deleted(2), deleted(3));
        follows = true;
        decides(DELETE, 1, createdForThem, present("first", 1), deleted(1));
    }

    private void decides(
            Action action, int incarnation, Here here, @Nullable TableAnnouncement own, TableAnnouncement... others) {
        Map<String, TableAnnouncement> peers = new java.util.TreeMap<>();
        for (TableAnnouncement other : others) {
            peers.put("peer-" + peers.size(), other);
        }
        TableDecision decision = TableDecision.of("t", here, own, peers, follows, true);
        assertThat(decision.action()).isEqualTo(action);
        assertThat(decision.incarnation()).isEqualTo(incarnation);
        assertThat(decision.because() != null).isEqualTo(action == HELD || action == GONE);
    }

    private static TableAnnouncement present(String identity, int incarnation) {
        TableDefinition definition = new TableDefinition("t", List.of(), List.of(), List.of(), List.of());
        return TableAnnouncement.present(definition, identity, incarnation);
    }

    private static TableAnnouncement deleted(int incarnation) {
        return TableAnnouncement.deleted("t", incarnation);
    }
}

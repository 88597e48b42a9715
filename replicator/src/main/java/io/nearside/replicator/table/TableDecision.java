package io.nearside.replicator.table;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a region does about one table, from what it said of it last, what is there now, and what the other regions say of theirs.
 *
 * <pre>
 *  here            said last         elsewhere                    then
 *  ───────────────────────────────────────────────────────────────────────────────────────────
 *  there           nothing           present at m                 ANNOUNCE m
 *                                    all deleted, last at d       ANNOUNCE d + 1
 *  there, same id  present at k      nothing newer                SETTLED k
 *                                    present at m &gt; k             DELETE, or HELD
 *                                    deleted at d &gt;= k            DELETE, or SETTLED k
 *  there, other id present at k                                   ANNOUNCE max(k + 1, m), or HELD
 *  there           deleted at k                                   ANNOUNCE max(k + 1, m)
 *  gone            present at k                                   ANNOUNCE_DELETED, or GONE
 *  gone            none, deleted k   present at m &gt; k             CREATE, or nothing
 * </pre>
 *
 * <p>Where two answers stand, the first is that of a region that follows deletions ({@code tables-delete-removed}), as far as one of its
 * processes saw the deletion here happen: a table that is merely not found may be another endpoint's or account's. A table that is not
 * selected any more is nobody's business. The other holds what nobody
 * may decide but an operator: whose content stands when a table was deleted in one region only and is there again.
 *
 * @param action what to do
 * @param incarnation the number that goes with it; 0 where none does
 * @param because one sentence for people where an operator has to act, else null
 */
record TableDecision(
        Action action, int incarnation, @Nullable String because) {

    /** What is to be done. */
    enum Action {
        /** The table here is the one that was announced: it is captured and applied to. */
        SETTLED,
        /** The table here is to be announced under a number. */
        ANNOUNCE,
        /** The table here is gone, which is to be announced. */
        ANNOUNCE_DELETED,
        /** The table here is to be deleted, as it was elsewhere. */
        DELETE,
        /** The table is to be created as it is elsewhere. */
        CREATE,
        /** Nothing of the table is replicated until an operator says whose content stands. */
        HELD,
        /** The table is gone here and nowhere else. */
        GONE,
        /** There is nothing to do. */
        NOTHING
    }

    /**
     * The table here, as far as deciding needs to know it.
     *
     * @param selected whether the configuration says that it is replicated
     * @param listed whether DynamoDB lists it
     * @param id what tells it from others of its name, once it is active and described; null before
     * @param seen whether this process has had the announced table before its eyes: only then has it seen a deletion happen, and does not
     *     merely look at another endpoint or account than the one before
     * @param createdAs the incarnation as which this process created it and has not announced it yet; 0 if it did not
     */
    record Here(boolean selected, boolean listed, @Nullable String id, boolean seen, int createdAs) {}

    /**
     * Decides.
     *
     * @param own what this region said last; null if it never said anything
     * @param peers what the other regions said last, by region
     * @param follows whether deletions elsewhere are followed here, and told
     * @param creates whether tables that are missing here are created
     */
    static TableDecision of(
            String table,
            Here here,
            @Nullable TableAnnouncement own,
            Map<String, TableAnnouncement> peers,
            boolean follows,
            boolean creates) {
        if (!here.selected()) {
            return nothing();
        }
        int present = highest(peers.values(), true);
        int said = own == null ? 0 : own.incarnation();
        if (!here.listed()) {
            return gone(table, own, present, said, follows && here.seen(), creates);
        }
        if (here.id() == null) {
            return nothing();
        }
        if (own == null) {
            int fresh = present > 0 ? present : highest(peers.values(), false) + 1;
            return new TableDecision(Action.ANNOUNCE, here.createdAs() > 0 ? here.createdAs() : fresh, null);
        }
        int next = Math.max(said + 1, present);
        if (!own.isPresent()) {
            return new TableDecision(Action.ANNOUNCE, here.createdAs() > said ? here.createdAs() : next, null);
        }
        if (!sameTable(own, here.id())) {
            return follows && here.seen()
                    ? new TableDecision(Action.ANNOUNCE, next, null)
                    : held(said, "table " + table + " was deleted and created again here", table);
        }
        if (present > said) {
            return follows
                    ? new TableDecision(Action.DELETE, said, null)
                    : held(
                            said,
                            "table " + table + " was deleted and created again in region " + who(peers, present),
                            table);
        }
        if (follows && highest(peers.values(), false) >= said) {
            return new TableDecision(Action.DELETE, said, null);
        }
        return new TableDecision(Action.SETTLED, said, null);
    }

    private static TableDecision gone(
            String table, @Nullable TableAnnouncement own, int present, int said, boolean tells, boolean creates) {
        if (own != null && own.isPresent()) {
            return tells
                    ? new TableDecision(Action.ANNOUNCE_DELETED, said, null)
                    : new TableDecision(
                            Action.GONE,
                            said,
                            "table " + table
                                    + " was deleted here and is there elsewhere: create it, or take it from a region with"
                                    + " nearside replication accept --table " + table + " --truth REGION");
        }
        return creates && present > said ? new TableDecision(Action.CREATE, present, null) : nothing();
    }

    private static TableDecision held(int said, String what, String table) {
        return new TableDecision(
                Action.HELD,
                said,
                what + ": it is not replicated until nearside replication accept --table " + table
                        + " --truth REGION says whose content stands");
    }

    private static TableDecision nothing() {
        return new TableDecision(Action.NOTHING, 0, null);
    }

    private static boolean sameTable(TableAnnouncement own, String id) {
        return TableInfo.isSame(own.identity(), id);
    }

    private static int highest(Collection<TableAnnouncement> peers, boolean present) {
        return peers.stream()
                .filter(peer -> peer.isPresent() == present)
                .mapToInt(TableAnnouncement::incarnation)
                .max()
                .orElse(0);
    }

    private static String who(Map<String, TableAnnouncement> peers, int incarnation) {
        return peers.entrySet().stream()
                .filter(peer -> peer.getValue().isPresent() && peer.getValue().incarnation() == incarnation)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}

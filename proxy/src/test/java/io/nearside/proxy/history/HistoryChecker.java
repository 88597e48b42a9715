package io.nearside.proxy.history;

import io.nearside.proxy.history.History.Read;
import io.nearside.proxy.history.History.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Holds a history against the promises. Both say "this read must return that write or something newer"; they differ in
 * which writes a read owes.
 */
final class HistoryChecker {

    /** A moment that never comes: nobody is owed this write. */
    static final long NEVER = Long.MAX_VALUE;

    /**
     * A read that returned something older than it owed.
     *
     * @param place of what was returned, among the key's writes in the order in which they took effect
     * @param owed the place of what was owed
     */
    record Violation(Read read, int place, int owed) {}

    private final History history;
    private final Landings landings;

    HistoryChecker(History history, Landings landings) {
        this.history = history;
        this.landings = landings;
    }

    /** P2: a read owes every write through its node that was answered before it was sent. */
    List<Violation> readsThatMissOwnWrites() {
        return violations(Write::node, Write::answered, Read::node, Read::invoked);
    }

    /**
     * P3: a read owes every write of the region that was known to its node before it was sent.
     *
     * @param announced when a write had certainly been announced, or {@link #NEVER}
     * @param heard up to when everything announced had certainly been heard by a read's node before the read was sent
     */
    List<Violation> readsThatMissHeardWrites(ToLongFunction<Write> announced, ToLongFunction<Read> heard) {
        return violations(write -> 0, announced, read -> 0, heard);
    }

    /** How many reads owe at least one write of their key by P3. */
    long readsThatOwe(ToLongFunction<Write> announced, ToLongFunction<Read> heard) {
        Map<Owner, Debts> debts = debts(write -> 0, announced);
        return history.reads().stream()
                .filter(read -> owed(debts.get(new Owner(read.key(), 0)), heard.applyAsLong(read)) >= 0)
                .count();
    }

    private List<Violation> violations(
            Function<Write, Integer> writtenFor,
            ToLongFunction<Write> owedFrom,
            Function<Read, Integer> readBy,
            ToLongFunction<Read> owing) {
        Map<Owner, Debts> debts = debts(writtenFor, owedFrom);
        List<Violation> violations = new ArrayList<>();
        for (Read read : history.reads()) {
            int owed = owed(debts.get(new Owner(read.key(), readBy.apply(read))), owing.applyAsLong(read));
            int place = landings.newestPlace(read.key(), read.value(), read.answered());
            if (place < owed || place == Landings.NOWHERE) {
                violations.add(new Violation(read, place, owed));
            }
        }
        return violations;
    }

    private Map<Owner, Debts> debts(Function<Write, Integer> writtenFor, ToLongFunction<Write> owedFrom) {
        Map<Owner, List<Debt>> lists = new HashMap<>();
        for (Write write : history.writes()) {
            Owner owner = new Owner(write.key(), writtenFor.apply(write));
            lists.computeIfAbsent(owner, o -> new ArrayList<>())
                    .add(new Debt(owedFrom.applyAsLong(write), landings.place(write.id())));
        }
        Map<Owner, Debts> debts = new HashMap<>();
        lists.forEach((owner, list) -> debts.put(owner, Debts.of(list)));
        return debts;
    }

    private static int owed(@Nullable Debts debts, long moment) {
        return debts == null ? Landings.BEFORE_ALL : debts.owedBefore(moment);
    }

    /** Whom a write is owed to: the readers of its key through its node, or through any (node 0). */
    private record Owner(int key, int node) {}

    private record Debt(long from, int place) {}

    /** The writes of one key in the order in which they became owed, each with the newest place so far. */
    private static final class Debts {

        private final long[] from;
        private final int[] newest;

        private Debts(long[] from, int[] newest) {
            this.from = from;
            this.newest = newest;
        }

        static Debts of(List<Debt> debts) {
            List<Debt> sorted =
                    debts.stream().sorted(Comparator.comparingLong(Debt::from)).toList();
            long[] from = new long[sorted.size()];
            int[] newest = new int[sorted.size()];
            int max = Landings.BEFORE_ALL;
            for (int i = 0; i < from.length; i++) {
                max = Math.max(max, sorted.get(i).place);
                from[i] = sorted.get(i).from;
                newest[i] = max;
            }
            return new Debts(from, newest);
        }

        int owedBefore(long moment) {
            int found = Arrays.binarySearch(from, moment);
            int at = found >= 0 ? found : -found - 1;
            // Equal moments do not say which came first, so they owe nothing.
            while (at > 0 && from[at - 1] >= moment) {
                at--;
            }
            return at == 0 ? Landings.BEFORE_ALL : newest[at - 1];
        }
    }
}

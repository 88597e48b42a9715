package io.nearside.proxy.cache;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One incarnation of a table: its name and the id that DynamoDB gave it when it was created.
 *
 * <p>Entries belong to an incarnation, so a table that is deleted and created again never meets what was cached of the
 * old one. Within an incarnation they belong to a generation: forgetting everything of a table means starting the next
 * generation, in constant time, and what the old one held is evicted as it is no longer asked for. Compared by identity.
 */
public final class CachedTable {

    private final String name;
    private final String id;
    private final int nameHash;
    private final Set<String> pagedLocalIndexes = ConcurrentHashMap.newKeySet();
    private final Set<String> pagedGlobalIndexes = ConcurrentHashMap.newKeySet();
    private final AtomicInteger generation = new AtomicInteger();
    private final TableLookups lookups;
    private final GenerationEnd generationEnd;
    private volatile TablePolicy policy;
    private volatile boolean suspect;

    /** Told that a generation of a table ended: nobody will ask for its entries any more. Must not block. */
    @FunctionalInterface
    interface GenerationEnd {
        void accept(CachedTable table, int ended);
    }

    /**
     * @param name the table's name, never its ARN
     * @param id DynamoDB's {@code TableId}, or what stands for it where a compatible endpoint gives none
     * @param policy what may be kept of it, until another one is applied
     * @param lookups where look-ups in it are counted
     * @param generationEnd told of every generation that ended
     */
    CachedTable(String name, String id, TablePolicy policy, TableLookups lookups, GenerationEnd generationEnd) {
        this.generationEnd = Objects.requireNonNull(generationEnd, "generationEnd");
        this.name = Objects.requireNonNull(name, "name");
        this.id = Objects.requireNonNull(id, "id");
        this.policy = Objects.requireNonNull(policy, "policy");
        this.lookups = Objects.requireNonNull(lookups, "lookups");
        this.nameHash = name.hashCode();
    }

    /** The table's name. */
    public String name() {
        return name;
    }

    /** What tells this incarnation from others of the same name. */
    public String id() {
        return id;
    }

    /** What look-ups in the table found, those in its earlier incarnations included. */
    public TableLookups lookups() {
        return lookups;
    }

    /** What may be kept of the table now; a reloaded configuration may change it at any time. */
    public TablePolicy policy() {
        return policy;
    }

    /** Whether somebody announced a change of the table that may have made it another one. */
    public boolean isSuspect() {
        return suspect;
    }

    /** DynamoDB described the table, and it still is this one. */
    public void confirm() {
        suspect = false;
    }

    /** Puts another policy in force. What a table kept that is to keep nothing any more is forgotten. */
    void apply(TablePolicy next) {
        boolean forget = policy.cached() && !next.cached();
        policy = next;
        if (forget) {
            nextGeneration();
        }
    }

    void suspect() {
        suspect = true;
    }

    /** Indexes of the table of which pages may be cached; bounded by the indexes that a table can have. */
    Set<String> pagedIndexes(boolean global) {
        return global ? pagedGlobalIndexes : pagedLocalIndexes;
    }

    /** Whether pages of this index may be cached. */
    public boolean isPaged(String index, boolean global) {
        return pagedIndexes(global).contains(index);
    }

    int nameHash() {
        return nameHash;
    }

    int generation() {
        return generation.get();
    }

    /** Atomic, because a generation that came back would bring its entries back. */
    void nextGeneration() {
        int ended = generation.getAndIncrement();
        generationEnd.accept(this, ended);
    }

    @Override
    public String toString() {
        return name + "/" + id;
    }
}

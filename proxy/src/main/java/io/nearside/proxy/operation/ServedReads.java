package io.nearside.proxy.operation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The read request units that answers from memory would have consumed in DynamoDB, per table and operation, by its rounding
 * rules: every half unit is an eventually consistent read of 4 KB. And the reads that cost double because of the cache.
 *
 * <p>Counts at most {@value #MOST_TABLES} tables by name and the others as one, {@value #OTHERS}. Safe from any thread; counting
 * takes no lock and makes nothing.
 */
public final class ServedReads {

    static final int MOST_TABLES = 1000;

    /** No table can have this name. */
    static final String OTHERS = "(others)";

    private static final List<Operation> OPERATIONS =
            List.of(Operation.GET_ITEM, Operation.BATCH_GET_ITEM, Operation.QUERY, Operation.SCAN);

    private final Map<String, TableReads> tables = new ConcurrentHashMap<>();
    private final Map<Operation, LongAdder> upgrades = new EnumMap<>(Operation.class);
    private volatile Consumer<TableReads> observer = table -> {};

    private static final List<Operation> UPGRADED =
            List.of(Operation.GET_ITEM, Operation.BATCH_GET_ITEM, Operation.QUERY);

    /** The half units of one table. */
    public static final class TableReads {

        private final String table;
        private final Map<Operation, LongAdder> halfUnits = new EnumMap<>(Operation.class);

        private TableReads(String table) {
            this.table = table;
            for (Operation operation : operations()) {
                halfUnits.put(operation, new LongAdder());
            }
        }

        /** The table's name. */
        public String table() {
            return table;
        }

        /** Read request units of one of {@link #operations}. */
        public double units(Operation operation) {
            return adder(operation).sum() / 2.0;
        }

        /** Read request units of all operations. */
        public double units() {
            return halfUnits.values().stream().mapToLong(LongAdder::sum).sum() / 2.0;
        }

        private LongAdder adder(Operation operation) {
            return Objects.requireNonNull(halfUnits.get(operation), "operation");
        }
    }

    ServedReads() {
        for (Operation operation : UPGRADED) {
            upgrades.put(operation, new LongAdder());
        }
    }

    /** The operations that may be sent as strongly consistent reads although their callers asked for eventually consistent ones. */
    public static List<Operation> upgradedOperations() {
        return UPGRADED;
    }

    /** How often that was done, at double the read units. */
    public long upgrades(Operation operation) {
        return Objects.requireNonNull(upgrades.get(operation), "operation").sum();
    }

    /** An eventually consistent read is sent as a strongly consistent one. */
    void upgraded(Operation operation) {
        Objects.requireNonNull(upgrades.get(operation), "operation").increment();
    }

    /** The operations that memory answers. */
    public static List<Operation> operations() {
        return OPERATIONS;
    }

    /** Tells the observer of every table counted so far, and of every one from now on, when it is first counted. */
    public synchronized void observe(Consumer<TableReads> newObserver) {
        observer = newObserver;
        tables.values().forEach(newObserver);
    }

    /** Memory answered instead of DynamoDB. */
    void served(String table, Operation operation, int halfUnits) {
        TableReads counted = tables.get(table);
        if (counted == null) {
            counted = add(tables.size() < MOST_TABLES ? table : OTHERS);
        }
        counted.adder(operation).add(halfUnits);
    }

    private synchronized TableReads add(String table) {
        TableReads known = tables.get(table);
        if (known != null) {
            return known;
        }
        TableReads fresh = new TableReads(table);
        tables.put(table, fresh);
        observer.accept(fresh);
        return fresh;
    }
}

package io.nearside.replicator.apply;

import io.nearside.replicator.table.RetriableStoreException;
import io.nearside.replicator.table.RetriableStoreException.Reason;
import io.nearside.replicator.table.TableCatalog;
import io.nearside.replicator.table.TableFilter;
import io.nearside.replicator.table.TableIncarnations;
import io.nearside.replicator.table.TableInfo;
import io.nearside.replicator.table.TableRules;
import io.nearside.replicator.table.VersionedTable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The tables here that other regions' changes go to. Safe for use from any thread. */
public final class Destinations {

    /** A table, what is known of it, which of those that had its name it is, and what it takes in. */
    record Destination(TableInfo info, int incarnation, VersionedTable table, TableFilter filter) {}

    private final TableCatalog catalog;
    private final TableIncarnations incarnations;
    private final Function<TableInfo, VersionedTable> opener;
    private final TableRules rules;
    private final Map<String, Destination> open = new ConcurrentHashMap<>();

    /** @param opener makes the table of which the catalogue knows; called again when the table was created anew */
    public Destinations(
            TableCatalog catalog,
            TableIncarnations incarnations,
            Function<TableInfo, VersionedTable> opener,
            TableRules rules) {
        this.catalog = catalog;
        this.incarnations = incarnations;
        this.opener = opener;
        this.rules = rules;
    }

    /**
     * The table of that name here.
     *
     * @throws RetriableStoreException if it is not (yet) there, or not settled which of the tables of this name it is
     */
    Destination find(String table) {
        TableInfo info = catalog.table(table);
        if (info == null) {
            open.remove(table);
            throw new RetriableStoreException(Reason.TABLE_MISSING, "table " + table + " is not here", null);
        }
        Integer incarnation = incarnations.of(info);
        if (incarnation == null) {
            throw new RetriableStoreException(
                    Reason.TABLE_MISSING, "table " + table + " is not settled between the regions", null);
        }
        Destination destination = open.get(table);
        if (destination == null
                || destination.incarnation() != incarnation
                || !destination.info().equals(info)) {
            destination = new Destination(
                    info, incarnation, opener.apply(info), rules.rule(table).filter());
            open.put(table, destination);
        }
        return destination;
    }
}

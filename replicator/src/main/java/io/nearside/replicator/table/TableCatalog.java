package io.nearside.replicator.table;

import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tables of this region that are to be replicated, as last seen. Safe for use from any thread. */
public interface TableCatalog {

    /** The active tables that the configuration selects, by name: never our own, never AWS Global Tables. */
    Map<String, TableInfo> tables();

    /** One of {@link #tables()}; null if it is not (yet) there. */
    default @Nullable TableInfo table(String name) {
        return tables().get(name);
    }

    /**
     * Calls the listener now and after every change with all tables, one call at a time, on the thread that discovers: the
     * listener must not block it for long. An exception is logged, and the next call still comes.
     */
    void subscribe(Consumer<Map<String, TableInfo>> listener);
}

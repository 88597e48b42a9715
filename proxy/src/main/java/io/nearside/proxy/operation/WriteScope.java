package io.nearside.proxy.operation;

import io.nearside.change.Invalidation.IndexPartitions;
import io.nearside.item.ItemKey;
import io.nearside.proxy.cache.CachedItem;
import io.nearside.proxy.cache.CachedTable;
import io.nearside.proxy.cache.IndexKeys;
import io.nearside.proxy.cache.ItemCache;
import io.nearside.proxy.cache.PageCache;
import io.nearside.proxy.cache.WriteGuard;
import io.nearside.proxy.coherence.Announcer;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one writing request may touch, from before it is sent until it is answered: item guards where keys are
 * known, whole tables where they are not, and all tables where not even the table is.
 */
final class WriteScope {

    private final ItemCache cache;
    private final PageCache pages;
    private final Announcer announcer;
    private final CacheFaults faults;
    private final List<WriteGuard> guards = new ArrayList<>(1);
    private final Set<String> tables = new LinkedHashSet<>(1);
    private boolean everything;

    private WriteScope(ItemCache cache, PageCache pages, Announcer announcer, CacheFaults faults) {
        this.cache = cache;
        this.pages = pages;
        this.announcer = announcer;
        this.faults = faults;
    }

    /** Bumps the counters of all targets. Tables that the directory does not know, and ARNs that it cannot tell, count as tables written whole. */
    static WriteScope begin(
            List<WriteTarget> targets,
            TableDirectory directory,
            ItemCache cache,
            PageCache pages,
            Announcer announcer,
            CacheFaults faults) {
        WriteScope scope = new WriteScope(cache, pages, announcer, faults);
        targets.forEach(target -> scope.begin(target, directory));
        return scope;
    }

    private void begin(WriteTarget target, TableDirectory directory) {
        if (target.isAnything()) {
            everything = true;
            return;
        }
        TableDescription description = directory.known(target.table());
        JsonSlice holder = target.holder();
        if (description == null
                || holder == null
                || !target.isOwn()
                || !guarded(target.table(), description, holder, target.item())) {
            cache.tables().beginWrite(target.table());
            tables.add(target.table());
        }
    }

    private boolean guarded(String target, TableDescription description, JsonSlice holder, boolean item) {
        try {
            ItemKey key =
                    item ? KeyReader.keyOfItem(holder, description.key()) : KeyReader.key(holder, description.key());
            guards.add(cache.beginWrite(description.table(), key));
            pages.beginWrite(target, key);
            return true;
        } catch (NotUnderstoodException e) {
            return false;
        }
    }

    /** The table, if the scope is one item of it. */
    @Nullable CachedTable table() {
        return guards.size() == 1 ? guards.get(0).table() : null;
    }

    /**
     * DynamoDB carried the write out, or part of it.
     *
     * @param learned what it left behind, if it is a write of one item
     */
    void landed(Learned learned) {
        boolean one = guards.size() == 1 && tables.isEmpty() && !everything;
        CachedItem item = one ? learned.item() : null;
        List<IndexKeys> indexes = one ? learned.indexes() : null;
        endGuards(guard -> {
            if (indexes == null) {
                pages.endWrite(guard.table().name(), guard.itemKey(), false);
            } else {
                pages.endWrite(guard.table().name(), guard.itemKey(), indexes);
            }
            if (item == null) {
                cache.endWrite(guard);
            } else {
                cache.endWriteInstalling(guard, item);
            }
        });
        endTables(cache.tables()::endWrite);
        if (everything) {
            cache.tables().endWriteOfAll();
        }
        announce(indexes == null ? List.of() : indexes);
    }

    /** DynamoDB refused: nothing was written. That a condition failed proves nothing good about our copies. */
    void refused() {
        endGuards(cache::endWrite);
    }

    /** Nobody knows whether the write happened, or whether it is still to happen. */
    void uncertain() {
        endGuards(guard -> {
            pages.endWrite(guard.table().name(), guard.itemKey(), true);
            cache.endWriteUncertain(guard);
        });
        endTables(cache.tables()::endWriteUncertain);
        if (everything) {
            cache.tables().endWriteOfAllUncertain();
        }
        announce(List.of());
    }

    /** The write never left. */
    void unsent() {
        endGuards(cache::endWriteUnsent);
    }

    /** DynamoDB does not know a table that the request names. */
    void tableNotFound() {
        refused();
        guards.forEach(guard -> cache.tables().forget(guard.table().name()));
        endTables(cache.tables()::forget);
    }

    /** Ends every guard, come what may; what goes wrong with one costs its table's entries and nothing else. */
    private void endGuards(Consumer<WriteGuard> end) {
        for (WriteGuard guard : guards) {
            try {
                end.accept(guard);
            } catch (Throwable e) {
                faults.met(e);
                cache.tables().endWrite(guard.table().name());
                cache.endWriteUnsent(guard);
            }
        }
    }

    private void endTables(Consumer<String> end) {
        tables.forEach(end);
    }

    private void announce(List<IndexKeys> indexes) {
        List<IndexPartitions> places =
                indexes.stream().map(IndexKeys::announcement).toList();
        guards.forEach(guard -> announcer.itemWritten(guard.table(), guard.itemKey(), places));
        tables.forEach(announcer::tableChanged);
        if (everything) {
            cache.tables().all().forEach(table -> announcer.tableChanged(table.name()));
        }
    }
}

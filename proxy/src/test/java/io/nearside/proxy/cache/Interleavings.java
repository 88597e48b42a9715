package io.nearside.proxy.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.proxy.json.JsonSlice;
import io.nearside.proxy.json.NotUnderstoodException;
import io.nearside.proxy.query.PageRequest;
import io.nearside.proxy.query.QueryRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * What two threads may do to one key, or to the pages of one partition, at the same time: one class each, for jcstress. {@link
 * InterleavingsTest} runs them.
 *
 * <p>DynamoDB is a number that only grows. A result of {@value #NOTHING} says that the cache held nothing, 0 that it held what was
 * there before anybody wrote. Every state has keys of its own in caches that all states share; two that meet in a stripe only
 * cost each other an entry. All windows are closed: what is tried here is the order of steps, not the passing of time.
 */
final class Interleavings {

    static final int NOTHING = -1;

    /** What starts the names of those that break the protocol on purpose. */
    static final String BROKEN = "Broken";

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration NONE = Duration.ZERO;
    private static final long WEIGHT = 16 << 20;
    private static final int TRAVEL = 20;
    private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("p", KeyType.S), null);

    private static final ItemCache ITEMS = new ItemCache(
            new ItemCacheSettings(
                    WEIGHT,
                    TablePolicies.same(TablePolicy.ofTtls(LONG, LONG, LONG).withScans(true)),
                    NONE,
                    NONE),
            Ticker.systemTicker(),
            Runnable::run);
    private static final PageCache PAGES = new PageCache(
            new PageCacheSettings(WEIGHT, NONE, NONE, NONE), ITEMS.tables(), Ticker.systemTicker(), Runnable::run);
    private static final CachedTable TABLE = ITEMS.tables().open("orders", "id-1");
    private static final AtomicLong STATES = new AtomicLong();

    private Interleavings() {}

    /** One item, and all that may happen to it. */
    abstract static class OneItem {

        private final ItemKey key = ItemCacheFixture.key("k" + STATES.incrementAndGet());
        private final AtomicInteger stored = new AtomicInteger();

        CachedTable table() {
            return TABLE;
        }

        /** A miss. */
        final void fill(boolean strong) {
            Fill fill = ITEMS.beginFill(table(), key);
            CachedItem said = item(stored.get(), strong);
            travel();
            ITEMS.install(fill, said);
        }

        /** A miss as it must not be: the counters are noted when the answer is there. */
        final void fillNotingTooLate() {
            CachedItem said = item(stored.get(), true);
            travel();
            ITEMS.install(ITEMS.beginFill(table(), key), said);
        }

        final void write() {
            WriteGuard guard = ITEMS.beginWrite(table(), key);
            land();
            ITEMS.endWrite(guard);
        }

        final void writeInstalling() {
            WriteGuard guard = ITEMS.beginWrite(table(), key);
            CachedItem written = item(land(), true);
            travel();
            ITEMS.endWriteInstalling(guard, written);
        }

        final void writeWithoutAnswer() {
            WriteGuard guard = ITEMS.beginWrite(table(), key);
            land();
            ITEMS.endWriteUncertain(guard);
        }

        final void writeElsewhere() {
            land();
            ITEMS.invalidate(table().name(), "", key, null);
        }

        final void writeElsewhereForgettingPartition() {
            land();
            ITEMS.invalidatePartition(table().name(), "", key.partitionOnly(), "operator");
        }

        /** Somebody committed a version, and says which. */
        final void commitElsewhere() {
            int value = land();
            ITEMS.invalidate(table().name(), "", key, ItemCacheFixture.version(value + 1));
        }

        /** An announcement as it must not be: of what is still to come. */
        final void writeElsewhereAnnouncedTooEarly() {
            ITEMS.invalidate(table().name(), "", key, null);
            travel();
            land();
        }

        final void writeWholeTable() {
            ITEMS.tables().beginWrite(table().name());
            land();
            ITEMS.tables().endWrite(table().name());
        }

        final Fill begin() {
            return ITEMS.beginFill(table(), key);
        }

        final void install(Fill fill, int value, boolean strong) {
            ITEMS.install(fill, item(value, strong));
        }

        final int held() {
            CachedItem item = ITEMS.get(table(), key);
            return item == null ? NOTHING : item.body()[0];
        }

        final void forget() {
            ITEMS.invalidate(table().name(), "", key, null);
        }

        private int land() {
            travel();
            int value = stored.incrementAndGet();
            travel();
            return value;
        }

        private static CachedItem item(int value, boolean strong) {
            byte[] body = {(byte) value};
            return CachedItem.present(body, ItemCacheFixture.version(value + 1), strong, System.nanoTime());
        }
    }

    /** One partition with an item in it, and a page of a query over all of it. */
    abstract static class OnePartition {

        private final String name = "k" + STATES.incrementAndGet();
        private final ItemKey key = ItemCacheFixture.key(name);
        private final PageRequest page = request(name);
        private final AtomicInteger stored = new AtomicInteger();
        private final CachedTable table;

        /** @param own whether it takes a table of its own, because more than the partition is dropped */
        OnePartition(boolean own) {
            this.table = own ? ITEMS.tables().open("t" + name, "id-1") : TABLE;
        }

        final void close() {
            ITEMS.tables().forget(table.name());
        }

        /** A miss; of the table if the index's name is empty. */
        final void fill(String index, boolean global) {
            install(PAGES.beginFill(table, index, global, key), page);
        }

        final void fillScan() {
            install(PAGES.beginScan(table, "", false, false), page);
        }

        private void install(PageFill fill, PageRequest request) {
            CachedPage said = new CachedPage(new byte[] {(byte) stored.get()}, true, System.nanoTime());
            travel();
            try {
                boolean scan = fill.partition() == null;
                PAGES.install(
                        fill,
                        request.key(),
                        scan ? null : request.covered(JsonSlice.of(utf8("{}"))).orElseThrow(),
                        said);
            } catch (NotUnderstoodException e) {
                throw new IllegalStateException(e);
            }
        }

        /** A write whose places in the indexes are known: in each of those named it is the same partition. */
        final void write(List<IndexKeys> places) {
            PAGES.beginWrite(table.name(), key);
            land();
            PAGES.endWrite(table.name(), key, places);
        }

        final void writeWithoutAnswer() {
            PAGES.beginWrite(table.name(), key);
            land();
            PAGES.endWrite(table.name(), key, true);
        }

        final void writeElsewhere() {
            land();
            PAGES.invalidate(table.name(), key, List.of());
        }

        final List<IndexKeys> places(String index, boolean global) {
            return List.of(new IndexKeys(index, global, List.of(key), false));
        }

        final int held(String index) {
            return held(index, key);
        }

        final int heldOfScan() {
            return held("", null);
        }

        private int held(String index, @Nullable ItemKey partition) {
            CachedPage kept = PAGES.get(table, index, partition, page.key());
            return kept == null ? NOTHING : kept.body()[0];
        }

        private void land() {
            travel();
            stored.incrementAndGet();
            travel();
        }

        private static PageRequest request(String partition) {
            String body = """
                    {"TableName":"orders","KeyConditionExpression":"p=:p","ExpressionAttributeValues":{":p":{"S":"%s"}}}""".formatted(partition);
            try {
                return QueryRequest.read(QueryRequest.Kind.QUERY, JsonSlice.of(utf8(body)))
                        .page(SCHEMA, null);
            } catch (NotUnderstoodException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Makes room for the other thread. */
    private static void travel() {
        for (int i = 0; i < TRAVEL; i++) {
            Thread.onSpinWait();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, -1", "-1, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class FillAndWrite extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void writer(II_Result r) {
            write();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "what was written, or nothing if somebody was in between")
    @Outcome(
            id = {"-1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "read after the write")
    @Outcome(
            id = ".*",
            expect = Expect.FORBIDDEN,
            desc = "what was there before the write, or an entry that comes and goes")
    public static class FillAndInstallingWrite extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void writer(II_Result r) {
            writeInstalling();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    /** An entry is there, and is renewed: by {@code no-cache}, a strong read, or ahead of its time. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, -1", "-1, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class RefreshAndWrite extends OneItem {
        public RefreshAndWrite() {
            fill(false);
        }

        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void writer(II_Result r) {
            write();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, -1", "-1, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class FillAndWriteWithoutAnswer extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void writer(II_Result r) {
            writeWithoutAnswer();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, -1", "-1, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the announced write")
    public static class FillAndInvalidation extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void bus(II_Result r) {
            writeElsewhere();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    /** An entry that reflects the version announced may stay. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "-1, 1", "1, 1", "1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was committed")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the commit")
    public static class FillAndCommit extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void bus(II_Result r) {
            commitElsewhere();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written last")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was written first")
    public static class WriteAndWrite extends OneItem {
        @Actor
        public void one() {
            writeInstalling();
        }

        @Actor
        public void another() {
            writeInstalling();
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written last")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was written first")
    public static class WriteAndInvalidation extends OneItem {
        @Actor
        public void writer() {
            writeInstalling();
        }

        @Actor
        public void bus() {
            writeElsewhere();
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = held();
            forget();
        }
    }

    /** Of two answers of one moment, the one of a replica that lags does not stay. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "what the strong read said")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what the lagging replica said")
    public static class StrongAndLaggingFill extends OneItem {

        private final Fill strong = begin();
        private final Fill lagging = begin();

        @Actor
        public void one() {
            install(strong, 1, true);
        }

        @Actor
        public void another() {
            install(lagging, 0, false);
        }

        @Arbiter
        public void after(I_Result r) {
            // Another key of the stripe may have ended the strong read's right to stay; then the lagging one may be
            // alone.
            r.r1 = ITEMS.isCurrent(strong) ? held() : NOTHING;
            forget();
        }
    }

    /** The table is its own, because everything that is cached of it goes. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, -1", "-1, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class FillAndWriteOfTable extends OneItem {

        private final CachedTable own = ITEMS.tables().open("t" + STATES.incrementAndGet(), "id-1");

        @Override
        CachedTable table() {
            return own;
        }

        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void writer(II_Result r) {
            writeWholeTable();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
            ITEMS.tables().forget(own.name());
        }
    }

    /** An operator has the partition forgotten, which looks for entries without their locks. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class FillAndInvalidationOfPartition extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void operator() {
            writeElsewhereForgettingPartition();
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "1, -1", "-1, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class BrokenFillNotingTooLate extends OneItem {
        @Actor
        public void reader() {
            fillNotingTooLate();
        }

        @Actor
        public void writer(II_Result r) {
            write();
            r.r1 = held();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r2 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1", "1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before the write")
    public static class BrokenAnnouncementTooEarly extends OneItem {
        @Actor
        public void reader() {
            fill(true);
        }

        @Actor
        public void bus() {
            writeElsewhereAnnouncedTooEarly();
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = held();
            forget();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class PageFillAndWrite extends OnePartition {
        public PageFillAndWrite() {
            super(false);
        }

        @Actor
        public void reader() {
            fill("", false);
        }

        @Actor
        public void writer(III_Result r) {
            write(List.of());
            r.r1 = held("");
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = held("");
            write(List.of());
            r.r3 = held("");
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class PageFillAndInvalidation extends OnePartition {
        public PageFillAndInvalidation() {
            super(false);
        }

        @Actor
        public void reader() {
            fill("", false);
        }

        @Actor
        public void writer(III_Result r) {
            writeElsewhere();
            r.r1 = held("");
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = held("");
            writeElsewhere();
            r.r3 = held("");
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class PageFillAndWriteWithoutAnswer extends OnePartition {
        public PageFillAndWriteWithoutAnswer() {
            super(true);
        }

        @Actor
        public void reader() {
            fill("", false);
        }

        @Actor
        public void writer(III_Result r) {
            writeWithoutAnswer();
            r.r1 = held("");
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = held("");
            writeWithoutAnswer();
            r.r3 = held("");
            close();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class LocalIndexFillAndWrite extends OnePartition {
        public LocalIndexFillAndWrite() {
            super(false);
        }

        @Actor
        public void reader() {
            fill("local", false);
        }

        @Actor
        public void writer(III_Result r) {
            write(places("local", false));
            r.r1 = held("local");
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = held("local");
            write(places("local", false));
            r.r3 = held("local");
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class GlobalIndexFillAndWrite extends OnePartition {
        public GlobalIndexFillAndWrite() {
            super(false);
        }

        @Actor
        public void reader() {
            fill("global", true);
        }

        @Actor
        public void writer(III_Result r) {
            write(places("global", true));
            r.r1 = held("global");
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = held("global");
            write(places("global", true));
            r.r3 = held("global");
        }
    }

    /** All pages of the table's global indexes go. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class GlobalIndexFillAndWriteOfUnknownPlace extends OnePartition {
        public GlobalIndexFillAndWriteOfUnknownPlace() {
            super(true);
        }

        @Actor
        public void reader() {
            fill("global", true);
        }

        @Actor
        public void writer(III_Result r) {
            write(List.of());
            r.r1 = held("global");
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = held("global");
            write(List.of());
            r.r3 = held("global");
            close();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1, -1", "1, -1, -1", "-1, 1, -1", "1, 1, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing, or what was written, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "what was there before a write")
    public static class ScanFillAndWrite extends OnePartition {
        public ScanFillAndWrite() {
            super(true);
        }

        @Actor
        public void reader() {
            fillScan();
        }

        @Actor
        public void writer(III_Result r) {
            write(List.of());
            r.r1 = heldOfScan();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = heldOfScan();
            write(List.of());
            r.r3 = heldOfScan();
            close();
        }
    }

    /** Whichever of two equal pages stays, the next write finds it. */
    @JCStressTest
    @State
    @Outcome(
            id = {"-1, -1", "0, -1"},
            expect = Expect.ACCEPTABLE,
            desc = "a page, and the next write finds it")
    @Outcome(id = ".*", expect = Expect.FORBIDDEN, desc = "a page that no write finds")
    public static class PageFillAndPageFill extends OnePartition {
        public PageFillAndPageFill() {
            super(false);
        }

        @Actor
        public void one() {
            fill("", false);
        }

        @Actor
        public void another() {
            fill("", false);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = held("");
            write(List.of());
            r.r2 = held("");
        }
    }
}

package io.nearside.replicator.verify;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.replicator.verify.PastItems.Source;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

final class PastItemsTest {

    private static final KeySchema SCHEMA = new KeySchema(new KeyAttribute("id", KeyType.N), null);
    private static final int AS_OF = 50;

    private final PastItems past = new PastItems(Instant.ofEpochMilli(AS_OF));

    private static Item keyAttributes(int id) {
        return new Item(Map.of("id", new AttributeValue.N(String.valueOf(id))));
    }

    private static ItemKey key(int id) {
        return ItemKey.of(SCHEMA, keyAttributes(id));
    }

    private static Version version(long millis) {
        return new Version(millis << 16, 1, 1);
    }

    private static Change change(Change.Kind kind, int id, Version version, long capturedMillis) {
        Item image = kind == Change.Kind.PUT ? keyAttributes(id) : null;
        return new Change(
                kind,
                "t",
                key(id),
                keyAttributes(id),
                image,
                version,
                null,
                null,
                Instant.ofEpochMilli(capturedMillis));
    }

    private static Change put(int id, long millis) {
        return change(Change.Kind.PUT, id, version(millis), millis);
    }

    private void hear(Change change) {
        past.captured(change.captured());
        past.change(change, change.image() != null);
    }

    private Map<ItemKey, Source> told(boolean nothingDropped) {
        Map<ItemKey, Source> told = new HashMap<>();
        past.forEach(nothingDropped, told::put);
        return told;
    }

    @Test
    void rowThatHasNotChanged_isTheItem() {
        assertThat(past.row(key(1), version(50))).isTrue();
        assertThat(told(false)).containsExactly(Map.entry(key(1), Source.ROW));
    }

    @Test
    void rowThatHasChanged_isWhatTheLogSays() {
        assertThat(past.row(key(1), version(70))).isFalse();
        hear(put(1, 70));
        hear(put(1, 40));
        hear(put(1, 30));
        assertThat(told(false)).containsExactly(Map.entry(key(1), Source.LOG));
        assertThat(past.take(put(1, 30))).isFalse();
        assertThat(past.take(put(1, 40))).isTrue();
        assertThat(past.take(put(1, 40))).isFalse();
    }

    @Test
    void keyOfWhichOnlyNewerIsKnown_isUnknown_unlessTheLogsReachBack() {
        past.row(key(1), version(70));
        hear(put(1, 70));
        assertThat(told(true)).containsExactly(Map.entry(key(1), Source.UNKNOWN));
        hear(put(2, 45));
        assertThat(told(true)).containsEntry(key(1), Source.NOTHING);
        assertThat(told(false)).containsEntry(key(1), Source.UNKNOWN);
    }

    @Test
    void itemThatWasDeletedSince_isWhatTheLogSays() {
        hear(put(1, 20));
        hear(change(Change.Kind.DELETE, 1, version(60), 60));
        hear(change(Change.Kind.DELETE, 2, version(60), 60));
        assertThat(told(false)).isEqualTo(Map.of(key(1), Source.LOG, key(2), Source.UNKNOWN));
    }

    @Test
    void itemThatWasDeletedBefore_isNothing() {
        hear(put(1, 20));
        hear(change(Change.Kind.DELETE, 1, version(30), 30));
        past.row(key(2), version(20));
        hear(change(Change.Kind.DELETE, 2, version(30), 30));
        assertThat(told(false)).isEqualTo(Map.of(key(1), Source.NOTHING, key(2), Source.NOTHING_AFTER_ALL));
    }

    @Test
    void itemThatExpiredSince_wasThere() {
        hear(put(1, 20));
        Version tick = new Version((20L << 16) + 1, 1, 1);
        hear(change(Change.Kind.TTL, 1, tick, 80));
        assertThat(told(false)).containsExactly(Map.entry(key(1), Source.LOG));
        hear(change(Change.Kind.TTL, 1, tick, 45));
        assertThat(told(false)).containsExactly(Map.entry(key(1), Source.NOTHING));
    }

    @Test
    void anyHistory_isWhatANaiveReplaySays() {
        for (long seed = 0; seed < 2_000; seed++) {
            assertThat(rebuilt(new Random(seed))).as("seed %d", seed).isTrue();
        }
    }

    private static boolean rebuilt(Random random) {
        PastItems past = new PastItems(Instant.ofEpochMilli(AS_OF));
        List<Change> history = new ArrayList<>();
        @Nullable Change then = null;
        @Nullable Change now = null;
        long millis = 0;
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            millis += 1 + random.nextInt(20);
            Change.Kind kind = random.nextInt(3) == 0 ? Change.Kind.DELETE : Change.Kind.PUT;
            now = change(kind, 1, version(millis), millis);
            then = millis <= AS_OF ? now : then;
            history.add(now);
        }
        if (now != null && now.image() != null) {
            past.row(key(1), now.version());
        }
        List<Change> delivered = new ArrayList<>(history);
        delivered.addAll(history.subList(0, random.nextInt(history.size())));
        Collections.shuffle(delivered, random);
        delivered.forEach(change -> past.change(change, change.image() != null));
        Source[] told = new Source[1];
        past.forEach(false, (key, source) -> told[0] = source);
        if (then == null) {
            return told[0] == Source.UNKNOWN;
        }
        if (then.image() == null) {
            return told[0] == Source.NOTHING;
        }
        return told[0] == Source.ROW ? then.equals(now) : told[0] == Source.LOG && past.take(then);
    }
}

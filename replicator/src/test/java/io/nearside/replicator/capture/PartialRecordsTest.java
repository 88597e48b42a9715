package io.nearside.replicator.capture;

import io.nearside.change.StreamPosition;
import io.nearside.conflict.AttributeVersions;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.replicator.capture.Settled.Outcome;
import io.nearside.replicator.table.FatalStoreException;
import io.nearside.replicator.table.StoredItem;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

final class PartialRecordsTest {

    private static final Version OLD = new Version(1L << 16, 0, 1);
    private static final Version FRESH = new Version(2L << 16, 0, 1);
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.S("a")));
    private static final AttributeValue TEXT = new AttributeValue.S("x");
    private static final AttributeValue EMPTY = new AttributeValue.M(Map.of());

    private final List<CapturedRecord> settled = new ArrayList<>();
    private @Nullable StoredItem inTable;
    private final PartialRecords records = new PartialRecords(
            record -> {
                settled.add(record);
                return Settled.silently(Outcome.STAMPED);
            },
            key -> inTable);

    @Test
    void newImageReadInPart_isReplacedByTheItem() {
        inTable = item(FRESH, Map.of("strange", EMPTY));

        records.handle(record(null, item(FRESH, Map.of()), Set.of(), Set.of("strange")));

        assertThat(onlySettled().newItem()).isEqualTo(inTable);
        assertThat(onlySettled().unread()).isNull();
    }

    @Test
    void newImageReadInPart_ofAnItemThatIsGone_isLeftToTheRecordOfItsRemoval() {
        Settled result = records.handle(record(null, item(FRESH, Map.of()), Set.of(), Set.of("strange")));

        assertThat(result).isEqualTo(Settled.silently(Outcome.OVERTAKEN));
        assertThat(settled).isEmpty();
    }

    @Test
    void itemThatCannotBeReadEither_isFatal_soThatTheRecordIsParked() {
        PartialRecords unreadable = new PartialRecords(record -> Settled.silently(Outcome.STAMPED), key -> {
            throw new FatalStoreException("a type that this version does not know", null);
        });

        assertThatThrownBy(() -> unreadable.handle(record(null, item(FRESH, Map.of()), Set.of(), Set.of("strange"))))
                .isInstanceOf(FatalStoreException.class);
    }

    @Test
    void removal_isSettledWithoutAReadOfTheItem() {
        inTable = item(FRESH, Map.of("strange", EMPTY));

        records.handle(record(item(OLD, Map.of()), null, Set.of("strange"), Set.of()));

        assertThat(onlySettled().newItem()).isNull();
        assertThat(onlySettled().oldVersion()).isEqualTo(OLD);
    }

    @Test
    void writeThatLeftTheVersions_countsAsOneOfEveryUnreadAttribute() {
        inTable = item(OLD, Map.of("known", TEXT, "kept", EMPTY));

        records.handle(record(
                item(OLD, Map.of("known", TEXT)),
                item(OLD, Map.of("known", TEXT)),
                Set.of("kept", "removed"),
                Set.of("kept")));

        assertThat(doubted()).containsExactlyInAnyOrder("kept", "removed");
    }

    /** Otherwise the stamp would be stamped, without end. */
    @Test
    void writeThatRaisedTheVersions_leavesUnreadAttributesAsTheyWere() {
        inTable = item(FRESH, Map.of("known", TEXT, "kept", EMPTY));

        records.handle(record(
                item(OLD, Map.of("known", TEXT)), item(FRESH, Map.of("known", TEXT)), Set.of("kept"), Set.of("kept")));

        assertThat(doubted()).isEmpty();
    }

    @Test
    void recordsReadInPart_areNotTakenTogether() {
        CapturedRecord partial = record(item(OLD, Map.of()), item(OLD, Map.of()), Set.of(), Set.of("strange"));
        CapturedRecord whole = record(item(OLD, Map.of()), item(OLD, Map.of()), Set.of(), Set.of());

        assertThat(whole.followedBy(whole)).isNotNull();
        assertThat(whole.followedBy(partial)).isNull();
        assertThat(partial.followedBy(whole)).isNull();
    }

    private CapturedRecord onlySettled() {
        assertThat(settled).hasSize(1);
        return settled.get(0);
    }

    private Set<String> doubted() {
        AttributeVersions after = Objects.requireNonNull(
                Objects.requireNonNull(onlySettled().newItem()).versions());
        return Doubt.of(onlySettled(), after, null).attributes().keySet();
    }

    private static StoredItem item(Version version, Map<String, AttributeValue> more) {
        Map<String, AttributeValue> attributes = new HashMap<>(KEY.attributes());
        attributes.putAll(more);
        return new StoredItem(new Item(attributes), version);
    }

    private static CapturedRecord record(
            @Nullable StoredItem old, @Nullable StoredItem fresh, Set<String> oldUnread, Set<String> freshUnread) {
        boolean whole = oldUnread.isEmpty() && freshUnread.isEmpty();
        return new CapturedRecord(
                ItemKey.of(MemoryRegion.SCHEMA, KEY),
                KEY,
                old,
                fresh,
                false,
                new StreamPosition("shard", "1"),
                null,
                Instant.EPOCH,
                whole ? null : new UnreadAttributes(oldUnread, freshUnread));
    }
}

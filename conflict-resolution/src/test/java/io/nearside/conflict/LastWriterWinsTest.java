package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.conflict.Decision.Apply;
import io.nearside.conflict.Decision.Cause;
import io.nearside.conflict.Decision.Conflict;
import io.nearside.conflict.Decision.Outcome;
import io.nearside.conflict.Decision.Superseded;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.version.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

class LastWriterWinsTest {
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.N("1")));
    private final Resolver resolver = new LastWriterWins();

    @Provide
    Arbitrary<List<Change>> histories() {
        return Histories.changes(resolver);
    }

    @Property
    void resolve_anyOrderGroupingAndRepetition_endsWithTheHighestVersion(
            @ForAll("histories") List<Change> changes, @ForAll Random random) {
        List<Change> deliveries = new ArrayList<>(changes);
        deliveries.addAll(changes);
        Collections.shuffle(deliveries, random);
        Histories.Holder holder = new Histories.Holder(resolver, 9, 0);

        deliveries.forEach(holder::hear);

        Change highest =
                changes.stream().max(Comparator.comparing(Change::version)).orElseThrow();
        assertThat(holder.held()).isEqualTo(Revision.of(highest));
    }

    @Property
    void resolve_everyPair_isDecidedTheSameFromBothSides(@ForAll("histories") List<Change> changes) {
        for (Change a : changes) {
            for (Change b : changes) {
                Decision there = resolver.resolve(Revision.of(a), b);
                Decision here = resolver.resolve(Revision.of(b), a);
                if (there instanceof Conflict conflict) {
                    assertThat(here).isInstanceOfSatisfying(Conflict.class, other -> {
                        assertThat(other.winner()).isEqualTo(conflict.winner());
                        assertThat(other.loser()).isEqualTo(conflict.loser());
                        assertThat(other.outcome()).isNotEqualTo(conflict.outcome());
                    });
                }
            }
        }
    }

    private static Change put(long millis, int region, @Nullable Version previous) {
        return new Change(
                Change.Kind.PUT,
                "t",
                ItemKey.of(new KeySchema(new KeyAttribute("id", KeyType.N), null), KEY),
                KEY,
                KEY,
                new Version(millis << 16, region, 1),
                previous,
                null,
                Instant.EPOCH);
    }

    @Example
    void resolve_nothingHeld_applies() {
        assertThat(resolver.resolve(null, put(5, 1, null))).isEqualTo(new Apply());
    }

    @Example
    void resolve_sameVersion_isADuplicate() {
        Change change = put(5, 1, null);

        assertThat(resolver.resolve(Revision.of(change), change)).isEqualTo(new Superseded(Cause.DUPLICATE));
    }

    @Example
    void resolve_changeMadeOnWhatIsHeld_appliesWithoutConflict() {
        Change first = put(5, 1, null);
        Change second = put(6, 2, first.version());

        assertThat(resolver.resolve(Revision.of(first), second)).isEqualTo(new Apply());
        assertThat(resolver.resolve(Revision.of(second), first)).isEqualTo(new Superseded(Cause.ANCESTOR));
    }

    @Example
    void resolve_changesMadeWithoutKnowledgeOfEachOther_areAConflict() {
        Change here = put(5, 1, null);
        Change there = put(6, 2, null);

        assertThat(resolver.resolve(Revision.of(here), there))
                .isEqualTo(new Conflict(Outcome.TAKE_CHANGE, there.version(), here.version()));
        assertThat(resolver.resolve(Revision.of(there), here))
                .isEqualTo(new Conflict(Outcome.KEEP_HELD, there.version(), here.version()));
    }

    @Example
    void resolve_laterWriteOfTheSameRegion_isNoConflict() {
        Change first = put(5, 1, null);
        Change second = put(6, 1, null);

        assertThat(resolver.resolve(Revision.of(first), second)).isEqualTo(new Apply());
    }
}

package io.nearside.conflict;

import io.nearside.change.Change;
import io.nearside.item.AttributeValue;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.item.KeyAttribute;
import io.nearside.item.KeySchema;
import io.nearside.item.KeyType;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one item as regions would really make them: each region writes on top of what it holds, hears of some of the others' changes
 * in between and resolves them, with clocks that lag. So versions and predecessors fit together.
 */
final class Histories {
    private static final Item KEY = new Item(Map.of("id", new AttributeValue.N("1")));
    private static final ItemKey ITEM_KEY = ItemKey.of(new KeySchema(new KeyAttribute("id", KeyType.N), null), KEY);

    private final Random random;
    private final List<Change> changes = new ArrayList<>();
    private final List<Holder> holders = new ArrayList<>();

    private Histories(Resolver resolver, long seed) {
        this.random = new Random(seed);
        for (int region = 1; region <= 3; region++) {
            holders.add(new Holder(resolver, region, -random.nextInt(200)));
        }
    }

    /** The changes of histories in which tables use the resolver. */
    static Arbitrary<List<Change>> changes(Resolver resolver) {
        return Arbitraries.longs().map(seed -> new Histories(resolver, seed).play());
    }

    private List<Change> play() {
        int writes = 1 + random.nextInt(6);
        for (int i = 0; i < writes; i++) {
            Holder holder = holders.get(random.nextInt(holders.size()));
            for (Change change : List.copyOf(changes)) {
                if (random.nextInt(3) == 0) {
                    holder.hear(change);
                }
            }
            changes.add(holder.write(image(holder.image(), i)));
        }
        return List.copyOf(changes);
    }

    /** An item after the next write; null if it deletes it. */
    private @Nullable Item image(@Nullable Item before, int write) {
        if (before != null && random.nextInt(5) == 0) {
            return null;
        }
        Item image = before == null ? KEY : before;
        for (String name : List.of("a", "b", "c")) {
            switch (random.nextInt(4)) {
                case 0 -> image = image.with(name, new AttributeValue.N(String.valueOf(write)));
                case 1 -> image = image.without(name);
                default -> {}
            }
        }
        return image;
    }

    /** One region's view of the item. */
    static final class Holder {
        private final Resolver resolver;
        private final VersionClock clock;
        private @Nullable Revision held;
        private @Nullable Item image;

        Holder(Resolver resolver, int region, int errorMillis) {
            this.resolver = resolver;
            this.clock = new VersionClock(
                    () -> Instant.ofEpochMilli(1_700_000_000_000L + errorMillis),
                    region,
                    region,
                    Duration.ofMinutes(1));
        }

        @Nullable Item image() {
            return image;
        }

        @Nullable Revision held() {
            return held;
        }

        Change write(@Nullable Item after) {
            Version previous = held == null ? null : held.version();
            Change change = new Change(
                    after == null ? Change.Kind.DELETE : Change.Kind.PUT,
                    "t",
                    ITEM_KEY,
                    KEY,
                    after,
                    clock.next(previous),
                    previous,
                    null,
                    Instant.EPOCH);
            take(change);
            return change;
        }

        private void take(Change change) {
            held = Revision.of(change);
            image = change.image();
        }

        /** Takes a change in, if it is to stand. */
        void hear(Change change) {
            clock.observe(change.version());
            Decision decision = resolver.resolve(held, change);
            if (decision instanceof Decision.Apply
                    || (decision instanceof Decision.Conflict conflict
                            && conflict.outcome() == Decision.Outcome.TAKE_CHANGE)) {
                take(change);
            }
        }
    }
}

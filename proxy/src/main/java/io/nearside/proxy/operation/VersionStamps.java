package io.nearside.proxy.operation;

import io.nearside.version.Stamp;
import io.nearside.version.Version;
import io.nearside.version.VersionClock;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The version attribute of replicated tables, and the versions that this proxy puts into writes of them, if it does: then
 * the replicator need not write them a second time. A version is only an offer, under no condition: what is wrong with it
 * (a lagging clock, a write that could not be stamped) the replicator's capture mends. Safe from any thread.
 */
public final class VersionStamps {

    private static final String NAME_PLACEHOLDER = "#nearside_v";
    private static final String VALUE_PLACEHOLDER = ":nearside_v";

    private final String attribute;
    private final @Nullable VersionClock clock;
    private final Predicate<String> tables;

    private VersionStamps(String attribute, @Nullable VersionClock clock, Predicate<String> tables) {
        this.attribute = Objects.requireNonNull(attribute, "attribute");
        this.clock = clock;
        this.tables = tables;
    }

    /** Stamps nothing: the replicator does. */
    public static VersionStamps none(String attribute) {
        return new VersionStamps(attribute, null, table -> false);
    }

    /**
     * Stamps writes.
     *
     * @param clock makes the versions
     * @param tables tells by its name whether a table is replicated
     */
    public static VersionStamps inline(String attribute, VersionClock clock, Predicate<String> tables) {
        return new VersionStamps(attribute, clock, tables);
    }

    /** The attribute's name. */
    String attribute() {
        return attribute;
    }

    /** A version for a write of this table that is about to be sent; null if it is not to be stamped. */
    @Nullable Version next(String table) {
        return clock != null && tables.test(table) ? clock.next(null) : null;
    }

    /** Takes note of a version that an answer carried: what is written after it was seen gets a higher one. */
    void observe(Version seen) {
        if (clock != null) {
            // One too far ahead is not believed, and the replicator raises the alarm about it.
            clock.observe(seen);
        }
    }

    String namePlaceholder() {
        return NAME_PLACEHOLDER;
    }

    String valuePlaceholder() {
        return VALUE_PLACEHOLDER;
    }

    /** {@code "nearside:v":{"B":"..."},} */
    byte[] asAttribute(Version version) {
        return utf8('"' + attribute + "\":" + value(version) + ',');
    }

    /** {@code "#nearside_v":"nearside:v"} */
    String asName() {
        return '"' + NAME_PLACEHOLDER + "\":\"" + attribute + '"';
    }

    /** {@code ":nearside_v":{"B":"..."}} */
    String asValue(Version version) {
        return '"' + VALUE_PLACEHOLDER + "\":" + value(version);
    }

    private static String value(Version version) {
        return "{\"B\":\""
                + Base64.getEncoder().encodeToString(Stamp.of(version).toBytes()) + "\"}";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

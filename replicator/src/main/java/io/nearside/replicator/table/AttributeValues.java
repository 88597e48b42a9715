package io.nearside.replicator.table;

import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/** The SDK's items and attribute values as ours, and back. */
public final class AttributeValues {

    private AttributeValues() {}

    /** The SDK's form of an item, in a map that the caller may add to. */
    public static Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> toSdk(Item item) {
        Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> sdk = new LinkedHashMap<>();
        item.attributes().forEach((name, value) -> sdk.put(name, toSdk(value)));
        return sdk;
    }

    /** A version as the Binary value of a tombstone. */
    public static software.amazon.awssdk.services.dynamodb.model.AttributeValue toSdk(Version version) {
        return software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                SdkBytes.fromByteArrayUnsafe(version.toBytes()));
    }

    /** A stamp as the Binary value that stands on an item. */
    static software.amazon.awssdk.services.dynamodb.model.AttributeValue toSdk(Stamp stamp) {
        return software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                SdkBytes.fromByteArrayUnsafe(stamp.toBytes()));
    }

    /** What the stamps of a version are compared with. */
    static software.amazon.awssdk.services.dynamodb.model.AttributeValue prefix(Version version) {
        return software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB(
                SdkBytes.fromByteArrayUnsafe(Stamp.prefix(version)));
    }

    /** Splits an item as the SDK returns it into the item and the version it carries. */
    public static StoredItem fromSdk(
            Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> sdk, String versionAttribute) {
        Map<String, AttributeValue> attributes = new LinkedHashMap<>();
        sdk.forEach((name, value) -> {
            if (!name.equals(versionAttribute)) {
                attributes.put(name, fromSdk(value));
            }
        });
        var value = sdk.get(versionAttribute);
        Stamp stamp = stamp(value);
        return new StoredItem(
                new Item(attributes),
                stamp,
                stamp == null && value != null && value.b() != null ? fromSdk(value.b()) : null);
    }

    /**
     * As {@link #fromSdk}, of an item that has attributes of types that this version does not know: these are left out.
     *
     * @param unread takes the names of the attributes that are left out
     */
    public static StoredItem fromSdkInPart(
            Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> sdk,
            String versionAttribute,
            Set<String> unread) {
        Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> readable = new LinkedHashMap<>(sdk);
        sdk.forEach((name, value) -> {
            if (!name.equals(versionAttribute) && !isReadable(value)) {
                unread.add(name);
                readable.remove(name);
            }
        });
        return fromSdk(readable, versionAttribute);
    }

    private static boolean isReadable(software.amazon.awssdk.services.dynamodb.model.AttributeValue value) {
        try {
            var unused = fromSdk(value);
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The stamp in an item's version attribute; null if the attribute is missing or holds anything else. */
    public static @Nullable Stamp stamp(software.amazon.awssdk.services.dynamodb.model.@Nullable AttributeValue value) {
        return value == null || value.b() == null
                ? null
                : Stamp.ofBytes(value.b().asByteArrayUnsafe());
    }

    /** The version in a tombstone's attribute; null if the attribute is missing or holds anything but 12 bytes. */
    static @Nullable Version version(software.amazon.awssdk.services.dynamodb.model.@Nullable AttributeValue value) {
        if (value == null || value.b() == null) {
            return null;
        }
        byte[] bytes = value.b().asByteArrayUnsafe();
        return bytes.length == Version.LENGTH ? Version.ofBytes(bytes) : null;
    }

    static software.amazon.awssdk.services.dynamodb.model.AttributeValue toSdk(AttributeValue value) {
        var sdk = software.amazon.awssdk.services.dynamodb.model.AttributeValue.builder();
        if (value instanceof AttributeValue.S s) {
            sdk.s(s.value());
        } else if (value instanceof AttributeValue.N n) {
            sdk.n(n.value());
        } else if (value instanceof AttributeValue.B b) {
            sdk.b(toSdk(b.value()));
        } else if (value instanceof AttributeValue.Bool bool) {
            sdk.bool(bool.value());
        } else if (value instanceof AttributeValue.Null) {
            sdk.nul(true);
        } else if (value instanceof AttributeValue.SS ss) {
            sdk.ss(ss.values());
        } else if (value instanceof AttributeValue.NS ns) {
            sdk.ns(ns.values());
        } else if (value instanceof AttributeValue.BS bs) {
            sdk.bs(bs.values().stream().map(AttributeValues::toSdk).toList());
        } else if (value instanceof AttributeValue.L l) {
            sdk.l(l.values().stream().map(AttributeValues::toSdk).toList());
        } else if (value instanceof AttributeValue.M m) {
            sdk.m(toSdk(new Item(m.values())));
        }
        return sdk.build();
    }

    static AttributeValue fromSdk(software.amazon.awssdk.services.dynamodb.model.AttributeValue sdk) {
        return switch (sdk.type()) {
            case S -> new AttributeValue.S(sdk.s());
            case N -> new AttributeValue.N(sdk.n());
            case B -> new AttributeValue.B(fromSdk(sdk.b()));
            case BOOL -> new AttributeValue.Bool(sdk.bool());
            case NUL -> new AttributeValue.Null();
            case SS -> new AttributeValue.SS(sdk.ss());
            case NS -> new AttributeValue.NS(sdk.ns());
            case BS ->
                new AttributeValue.BS(
                        sdk.bs().stream().map(AttributeValues::fromSdk).toList());
            case L ->
                new AttributeValue.L(
                        sdk.l().stream().map(AttributeValues::fromSdk).toList());
            case M -> new AttributeValue.M(fromSdkMap(sdk.m()));
            case UNKNOWN_TO_SDK_VERSION ->
                throw new FatalStoreException(
                        "DynamoDB returned an attribute of a type that this version does not know", null);
        };
    }

    private static Map<String, AttributeValue> fromSdkMap(
            Map<String, software.amazon.awssdk.services.dynamodb.model.AttributeValue> sdk) {
        Map<String, AttributeValue> values = new LinkedHashMap<>();
        sdk.forEach((name, value) -> values.put(name, fromSdk(value)));
        return values;
    }

    static SdkBytes toSdk(Bytes bytes) {
        return SdkBytes.fromByteArrayUnsafe(bytes.toByteArray());
    }

    static Bytes fromSdk(SdkBytes bytes) {
        return Bytes.wrap(bytes.asByteArrayUnsafe());
    }
}

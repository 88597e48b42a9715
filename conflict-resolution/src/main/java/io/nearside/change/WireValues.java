package io.nearside.change;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.nearside.change.wire.Value;
import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.item.ItemKey;
import io.nearside.version.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What both codecs share: values, keys and versions to and from Protobuf messages. */
final class WireValues {
    /**
     * Messages inside messages: DynamoDB nests values up to 32 levels deep, each a value, its map, and the map's entry; Protobuf's own
     * default of 100 would be just too small.
     */
    private static final int RECURSION_LIMIT = 160;

    private WireValues() {}

    /** The message's bytes; equal messages have equal bytes. */
    static byte[] bytes(MessageLite message) {
        byte[] bytes = new byte[message.getSerializedSize()];
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization();
        try {
            message.writeTo(output);
        } catch (IOException e) {
            throw new IllegalStateException("writing to an array of the message's own size", e);
        }
        output.checkNoSpaceLeft();
        return bytes;
    }

    static CodedInputStream input(byte[] record) {
        CodedInputStream input = CodedInputStream.newInstance(record);
        input.setRecursionLimit(RECURSION_LIMIT);
        return input;
    }

    static io.nearside.change.wire.Map map(Map<String, AttributeValue> attributes) {
        var map = io.nearside.change.wire.Map.newBuilder();
        attributes.forEach((name, value) -> map.putEntries(name, value(value)));
        return map.build();
    }

    static Item item(io.nearside.change.wire.Map map) {
        return new Item(attributes(map));
    }

    static ByteString bytes(ItemKey key) {
        return UnsafeByteOperations.unsafeWrap(key.asByteBuffer());
    }

    static ItemKey key(ByteString bytes) {
        return ItemKey.ofBytes(bytes.toByteArray());
    }

    static ByteString bytes(@Nullable Version version) {
        return version == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(version.toBytes());
    }

    static @Nullable Version versionIfAny(ByteString bytes) {
        return bytes.isEmpty() ? null : version(bytes);
    }

    static Version version(ByteString bytes) {
        return Version.ofBytes(bytes.toByteArray());
    }

    private static Value value(AttributeValue value) {
        Value.Builder wire = Value.newBuilder();
        if (value instanceof AttributeValue.S s) {
            wire.setS(s.value());
        } else if (value instanceof AttributeValue.N n) {
            wire.setN(n.value());
        } else if (value instanceof AttributeValue.B b) {
            wire.setB(bytes(b.value()));
        } else if (value instanceof AttributeValue.Bool bool) {
            wire.setBool(bool.value());
        } else if (value instanceof AttributeValue.Null) {
            wire.setNull(true);
        } else if (value instanceof AttributeValue.SS ss) {
            wire.setSs(Value.StringSet.newBuilder().addAllValues(ss.values()));
        } else if (value instanceof AttributeValue.NS ns) {
            wire.setNs(Value.StringSet.newBuilder().addAllValues(ns.values()));
        } else if (value instanceof AttributeValue.BS bs) {
            var set = Value.BytesSet.newBuilder();
            bs.values().forEach(element -> set.addValues(bytes(element)));
            wire.setBs(set);
        } else if (value instanceof AttributeValue.L l) {
            var list = Value.List.newBuilder();
            l.values().forEach(element -> list.addValues(value(element)));
            wire.setL(list);
        } else if (value instanceof AttributeValue.M m) {
            wire.setM(map(m.values()));
        }
        return wire.build();
    }

    private static AttributeValue value(Value wire) {
        return switch (wire.getKindCase()) {
            case S -> new AttributeValue.S(wire.getS());
            case N -> new AttributeValue.N(wire.getN());
            case B -> new AttributeValue.B(bytes(wire.getB()));
            case BOOL -> new AttributeValue.Bool(wire.getBool());
            case NULL -> new AttributeValue.Null();
            case SS -> new AttributeValue.SS(wire.getSs().getValuesList());
            case NS -> new AttributeValue.NS(wire.getNs().getValuesList());
            case BS ->
                new AttributeValue.BS(wire.getBs().getValuesList().stream()
                        .map(WireValues::bytes)
                        .toList());
            case L -> new AttributeValue.L(list(wire.getL()));
            case M -> new AttributeValue.M(attributes(wire.getM()));
            case KIND_NOT_SET -> throw new IllegalArgumentException("an attribute value of a type not known here");
        };
    }

    private static List<AttributeValue> list(Value.List list) {
        List<AttributeValue> values = new ArrayList<>(list.getValuesCount());
        list.getValuesList().forEach(element -> values.add(value(element)));
        return values;
    }

    private static Map<String, AttributeValue> attributes(io.nearside.change.wire.Map map) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        map.getEntriesMap().forEach((name, value) -> attributes.put(name, value(value)));
        return attributes;
    }

    private static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.asByteBuffer());
    }

    private static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }
}

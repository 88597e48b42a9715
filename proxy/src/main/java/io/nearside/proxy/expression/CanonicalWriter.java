package io.nearside.proxy.expression;

import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes values, paths, conditions and projections so that what means the same becomes the same bytes: placeholders are
 * replaced, numbers and sets have one spelling, operands whose order does not matter are sorted, and nothing written can be
 * taken for anything else (each part says its kind and length). The bytes are for comparing only; nobody reads them back.
 *
 * <p>An expression of 4 KiB may name one long value hundreds of times, so what is written ends at {@value #MAX_BYTES} bytes: more
 * is {@link InvalidExpressionException}, and nothing that is worth keeping. Not safe for use from several threads.
 */
public final class CanonicalWriter {
    /** More than any page is worth being known by. */
    static final int MAX_BYTES = 64 * 1024;

    private static final Comparator<byte[]> UNSIGNED = Arrays::compareUnsigned;

    private byte[] buffer = new byte[256];
    private int length;

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(buffer, length);
    }

    /** One byte that says what follows. */
    public CanonicalWriter tag(char tag) {
        ensureRoom(1);
        buffer[length++] = (byte) tag;
        return this;
    }

    /** A number from 0; small ones take one byte. */
    public CanonicalWriter count(long count) {
        ensureRoom(10);
        long rest = count;
        while ((rest & ~0x7FL) != 0) {
            buffer[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[length++] = (byte) rest;
        return this;
    }

    /** A string, with its length in UTF-8. One in ASCII, as most are, is copied as it is. */
    public CanonicalWriter string(String text) {
        int start = length;
        count(text.length());
        ensureRoom(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length = start;
                return bytes(text.getBytes(UTF_8));
            }
            buffer[length++] = (byte) c;
        }
        return this;
    }

    /** Bytes, with their length. */
    public CanonicalWriter bytes(byte[] bytes) {
        count(bytes.length);
        return raw(bytes);
    }

    private CanonicalWriter raw(byte[] bytes) {
        ensureRoom(bytes.length);
        System.arraycopy(bytes, 0, buffer, length, bytes.length);
        length += bytes.length;
        return this;
    }

    /** A value of any type. */
    public CanonicalWriter value(AttributeValue value) {
        if (value instanceof AttributeValue.S string) {
            return tag('s').string(string.value());
        } else if (value instanceof AttributeValue.N number) {
            return tag('n').string(number.value());
        } else if (value instanceof AttributeValue.B binary) {
            return tag('b').bytes(binary.value().toByteArray());
        } else if (value instanceof AttributeValue.Bool bool) {
            return tag(bool.value() ? 't' : 'f');
        } else if (value instanceof AttributeValue.L list) {
            tag('l').count(list.values().size());
            list.values().forEach(this::value);
            return this;
        } else if (value instanceof AttributeValue.M map) {
            tag('m').count(map.values().size());
            map.values().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(this::entry);
            return this;
        }
        return set(value);
    }

    private void entry(Map.Entry<String, AttributeValue> entry) {
        string(entry.getKey()).value(entry.getValue());
    }

    private CanonicalWriter set(AttributeValue value) {
        if (value instanceof AttributeValue.SS strings) {
            tag('S').count(strings.values().size());
            strings.values().forEach(this::string);
        } else if (value instanceof AttributeValue.NS numbers) {
            tag('N').count(numbers.values().size());
            numbers.values().forEach(this::string);
        } else if (value instanceof AttributeValue.BS binaries) {
            tag('B').count(binaries.values().size());
            binaries.values().stream().map(Bytes::toByteArray).forEach(this::bytes);
        } else {
            tag('0');
        }
        return this;
    }

    /** A document path. */
    public CanonicalWriter path(DocumentPath path) {
        tag('p').count(path.elements().size());
        for (PathElement element : path.elements()) {
            if (element instanceof PathElement.Index index) {
                tag('i').count(index.index());
            } else {
                tag('a').string(((PathElement.Attribute) element).name());
            }
        }
        return this;
    }

    /** A projection: the order of its paths does not matter. */
    public CanonicalWriter projection(Projection projection) {
        return sorted(projection.paths().stream()
                .map(path -> apart().path(path).toBytes())
                .toList());
    }

    /** A condition. */
    public CanonicalWriter condition(Condition condition) {
        if (condition instanceof Condition.And and) {
            return joined('&', and);
        } else if (condition instanceof Condition.Or or) {
            return joined('|', or);
        } else if (condition instanceof Condition.Not not) {
            return not.condition() instanceof Condition.Not twice
                    ? condition(twice.condition())
                    : tag('!').condition(not.condition());
        } else if (condition instanceof Condition.Comparison comparison) {
            return comparison(comparison);
        } else if (condition instanceof Condition.Between between) {
            return tag('~').operand(between.operand()).operand(between.low()).operand(between.high());
        } else if (condition instanceof Condition.In in) {
            tag('@').operand(in.operand());
            return sorted(in.candidates().stream().map(CanonicalWriter::apart).toList());
        }
        Condition.Test test = (Condition.Test) condition;
        tag('(').string(test.function().label());
        test.operands().forEach(this::operand);
        return this;
    }

    /** A chain of one kind of junction, flattened: neither grouping, order nor repetition matters. */
    private CanonicalWriter joined(char tag, Condition junction) {
        List<byte[]> parts = new ArrayList<>();
        collect(tag, junction, parts);
        List<byte[]> distinct = distinct(parts);
        return distinct.size() == 1 ? raw(distinct.get(0)) : tag(tag).sorted(distinct);
    }

    private static void collect(char tag, Condition condition, List<byte[]> parts) {
        if (tag == '&' && condition instanceof Condition.And and) {
            collect(tag, and.left(), parts);
            collect(tag, and.right(), parts);
        } else if (tag == '|' && condition instanceof Condition.Or or) {
            collect(tag, or.left(), parts);
            collect(tag, or.right(), parts);
        } else {
            parts.add(apart().condition(condition).toBytes());
        }
    }

    private CanonicalWriter comparison(Condition.Comparison comparison) {
        Relation relation = comparison.relation();
        byte[] left = apart(comparison.left());
        byte[] right = apart(comparison.right());
        boolean mirror = relation.isOrdering()
                ? relation == Relation.GT || relation == Relation.GE
                : UNSIGNED.compare(left, right) > 0;
        String symbol = (mirror ? relation.mirrored() : relation).symbol();
        tag('?').string(symbol);
        return mirror ? raw(right).raw(left) : raw(left).raw(right);
    }

    private CanonicalWriter operand(Operand operand) {
        if (operand instanceof Operand.Path path) {
            return path(path.path());
        } else if (operand instanceof Operand.Value value) {
            return tag(':').value(value.value());
        } else if (operand instanceof Operand.Size size) {
            return tag('#').operand(size.of());
        }
        Operand.Computed computed = (Operand.Computed) operand;
        tag('+').string(computed.operator()).count(computed.operands().size());
        computed.operands().forEach(this::operand);
        return this;
    }

    private CanonicalWriter sorted(List<byte[]> parts) {
        List<byte[]> distinct = distinct(parts);
        count(distinct.size());
        distinct.forEach(this::bytes);
        return this;
    }

    private static List<byte[]> distinct(List<byte[]> parts) {
        List<byte[]> result = new ArrayList<>();
        for (byte[] part : parts.stream().sorted(UNSIGNED).toList()) {
            if (result.isEmpty() || !Arrays.equals(result.get(result.size() - 1), part)) {
                result.add(part);
            }
        }
        return result;
    }

    private static byte[] apart(Operand operand) {
        return apart().operand(operand).toBytes();
    }

    private static CanonicalWriter apart() {
        return new CanonicalWriter();
    }

    private void ensureRoom(int room) {
        if (room > MAX_BYTES - length) {
            throw new InvalidExpressionException("too long to be remembered by");
        }
        if (buffer.length - length < room) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + room));
        }
    }
}

package io.nearside.proxy.operation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@code ConsumedCapacity} of answers from memory, in DynamoDB's shape: what is served from there consumes nothing. */
final class ZeroCapacity {

    private static final byte[] MEMBER = "\"ConsumedCapacity\":".getBytes(StandardCharsets.US_ASCII);

    private ZeroCapacity() {}

    /**
     * The value for one table.
     *
     * @param capacity {@link Capacity#TOTAL} or {@link Capacity#INDEXES}
     * @param index the index that was read; null for the table itself
     * @param global whether that is a global index
     */
    static byte[] of(String table, Capacity capacity, @Nullable String index, boolean global) {
        StringBuilder consumed =
                new StringBuilder("{\"TableName\":\"").append(table).append("\",\"CapacityUnits\":0.0");
        if (capacity == Capacity.INDEXES) {
            consumed.append(",\"Table\":{\"CapacityUnits\":0.0}");
            if (index != null) {
                consumed.append(global ? ",\"GlobalSecondaryIndexes\":{\"" : ",\"LocalSecondaryIndexes\":{\"")
                        .append(index)
                        .append("\":{\"CapacityUnits\":0.0}}");
            }
        }
        return consumed.append('}').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** An answer with the value as its last member. */
    static byte[] appended(byte[] answer, byte[] consumed) {
        boolean empty = answer.length == 2;
        int kept = answer.length - 1;
        int comma = empty ? 0 : 1;
        byte[] longer = Arrays.copyOf(answer, kept + comma + MEMBER.length + consumed.length + 1);
        if (!empty) {
            longer[kept] = ',';
        }
        System.arraycopy(MEMBER, 0, longer, kept + comma, MEMBER.length);
        System.arraycopy(consumed, 0, longer, kept + comma + MEMBER.length, consumed.length);
        longer[longer.length - 1] = '}';
        return longer;
    }
}

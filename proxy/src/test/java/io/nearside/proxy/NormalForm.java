package io.nearside.proxy;

import io.nearside.proxy.operation.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Answers without what may differ between two databases: ids, moments, amounts of capacity, orders that are not promised. */
final class NormalForm {

    private static final Pattern VARYING = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z?"
            + "|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
            + "|shardId-[0-9a-f-]+"
            + "|127\\.0\\.0\\.1:\\d+"
            + "|io\\.vertx\\S+");

    /** Ids and moments. */
    private static final Set<String> OPAQUE = Set.of(
            "TableId",
            "CreationDateTime",
            "CreationRequestDateTime",
            "ApproximateCreationDateTime",
            "LastUpdateToPayPerRequestDateTime",
            "LastIncreaseDateTime",
            "LastDecreaseDateTime",
            "LatestRestorableDateTime",
            "EarliestRestorableDateTime",
            "StartingSequenceNumber",
            "EndingSequenceNumber",
            "SequenceNumber",
            "ShardIterator",
            "NextShardIterator",
            "NextToken",
            "eventID");

    private NormalForm() {}

    /** What an operation answered, as {@link JsonTree} has it. */
    static String of(Operation operation, Object answer) {
        Object normal = of(answer);
        if (operation == Operation.BATCH_GET_ITEM && JsonTree.at(normal, "Responses") instanceof Map<?, ?> tables) {
            // Items come in no particular order.
            for (Object items : tables.values()) {
                if (items instanceof List<?> list) {
                    list.sort(Comparator.comparing(Object::toString));
                }
            }
        }
        return normal.toString();
    }

    /** Any tree. */
    static Object of(Object value) {
        if (value instanceof Map<?, ?> members) {
            Map<String, Object> normal = new TreeMap<>();
            members.forEach((name, member) -> normal.put((String) name, of((String) name, member)));
            return normal;
        }
        if (value instanceof List<?> elements) {
            return new ArrayList<>(elements.stream().map(NormalForm::of).toList());
        }
        return value instanceof String text ? VARYING.matcher(text).replaceAll("*") : value;
    }

    private static Object of(String name, Object member) {
        if (OPAQUE.contains(name)) {
            return "*";
        }
        return switch (name) {
            case "ConsumedCapacity" -> withoutAmounts(of(member));
            case "SS", "NS", "BS" ->
                member instanceof List<?> set
                        ? set.stream().map(Object::toString).sorted().toList()
                        : member;
            default -> of(member);
        };
    }

    private static Object withoutAmounts(Object capacity) {
        if (capacity instanceof Map<?, ?> members) {
            Map<String, Object> without = new TreeMap<>();
            members.forEach((name, member) -> without.put((String) name, withoutAmounts(member)));
            return without;
        }
        if (capacity instanceof List<?> elements) {
            return elements.stream().map(NormalForm::withoutAmounts).toList();
        }
        return capacity instanceof JsonTree.Scalar ? "amount" : capacity;
    }
}

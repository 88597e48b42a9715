package io.nearside.proxy.operation;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How many reads memory had no say in, by operation and reason. Safe from any thread; counting takes no lock. */
public final class Bypasses {

    private static final List<Operation> READS = Arrays.stream(Operation.values())
            .filter(operation -> operation.effect() == Effect.READ)
            .toList();

    private final Map<Operation, Map<BypassReason, LongAdder>> counts = new EnumMap<>(Operation.class);

    Bypasses() {
        for (Operation operation : READS) {
            Map<BypassReason, LongAdder> reasons = new EnumMap<>(BypassReason.class);
            BypassReason.of(operation).forEach(reason -> reasons.put(reason, new LongAdder()));
            counts.put(operation, reasons);
        }
    }

    /** The operations that only read. */
    public static List<Operation> operations() {
        return READS;
    }

    /** Reads of one of {@link #operations} that went to DynamoDB for one of its {@link BypassReason#of reasons}. */
    public long count(Operation operation, BypassReason reason) {
        return adder(operation, reason).sum();
    }

    void met(Operation operation, BypassReason reason) {
        adder(operation, reason).increment();
    }

    private LongAdder adder(Operation operation, BypassReason reason) {
        Map<BypassReason, LongAdder> reasons = counts.get(operation);
        LongAdder adder = reasons == null ? null : reasons.get(reason);
        if (adder == null) {
            throw new IllegalArgumentException("reason: " + operation + " is not passed on for " + reason);
        }
        return adder;
    }
}

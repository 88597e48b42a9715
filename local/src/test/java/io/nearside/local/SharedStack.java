package io.nearside.local;

import java.util.List;

/** Two regions as {@code nearside up} makes them, on free ports, started once for all tests of this JVM. */
final class SharedStack {
    private static final LocalStack STACK =
            new LocalStack(new StackPlan(List.of("us-east-1", "eu-west-1"), Ports.free(), null));

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(STACK::close, "stop-stack"));
        STACK.start();
    }

    private SharedStack() {}

    static LocalStack get() {
        return STACK;
    }

    static LocalRegion region(int index) {
        return STACK.regions().get(index);
    }
}

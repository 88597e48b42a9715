package io.nearside.local;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two regions as {@code nearside up} makes them, on free ports, started once for all tests of a class, by the first that asks. They end
 * with the class: even at rest they take a quarter of a processor, which the tests after it would go without.
 */
final class SharedStack implements AfterAllCallback {
    private static @Nullable LocalStack running;

    static LocalStack get() {
        LocalStack stack = running;
        if (stack == null) {
            stack = new LocalStack(new StackPlan(List.of("us-east-1", "eu-west-1"), Ports.free(), null));
            running = stack;
            stack.start();
        }
        return stack;
    }

    static LocalRegion region(int index) {
        return get().regions().get(index);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        LocalStack stack = running;
        running = null;
        if (stack != null) {
            stack.close();
        }
    }
}

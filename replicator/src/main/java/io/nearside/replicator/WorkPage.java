package io.nearside.replicator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nearside.replicator.admin.AdminRoutes;
import io.nearside.replicator.verify.LongWork;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code /api/work?name=NAME}: how far the long request is that was made with {@code work=NAME}.
 *
 * <p>Holds an entry per long request under way, of which the admin port serves few at a time.
 */
final class WorkPage implements AdminRoutes.Handler {

    private final Map<String, LongWork> underWay = new ConcurrentHashMap<>();

    @Override
    public JsonNode handle(Map<String, String> parameters) {
        LongWork work = underWay.get(parameters.getOrDefault("name", ""));
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        if (work != null) {
            node.put("done", work.done());
            node.put("total", work.total());
        }
        return node;
    }

    /** Does long work that can be asked after under the name in its request, if it has one. */
    <T> T watched(Map<String, String> parameters, Function<LongWork, T> task) {
        LongWork work = new LongWork();
        @Nullable String name = parameters.get("work");
        if (name == null) {
            return task.apply(work);
        }
        underWay.put(name, work);
        try {
            return task.apply(work);
        } finally {
            underWay.remove(name);
        }
    }
}

package io.nearside.proxy.operation;

import io.nearside.proxy.json.JsonSlice;
import org.jspecify.annotations.Nullable;

/**
 * Answers that need nothing but to be written: the short way of a GetItem that memory answers. Safe from any thread; asks
 * nobody, never blocks, never fails.
 */
@FunctionalInterface
public interface ReadyAnswers {

    /**
     * The answer to a GetItem request, which now counts as given. Null, with nothing counted, for whatever needs more than to be
     * looked up: then the request is for {@link Operations}.
     *
     * @param request its body, which may change once this has returned
     */
    @Nullable ReadyAnswer getItem(JsonSlice request);
}

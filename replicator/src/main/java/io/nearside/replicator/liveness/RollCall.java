package io.nearside.replicator.liveness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Who of a region's processes still gives signs of life, judged by nothing but the order of the signs in their common log.
 *
 * <p>Our own signs are the clock: a process is silent when so many of ours stand in the log after its last one. A pause of this process
 * therefore makes nobody look dead, for while it lasts it gives no sign either; nor does an outage of the log, provided that no sign
 * is sent before the one before is acknowledged. A process is named once and forgotten until it is heard again. Not thread-safe.
 */
final class RollCall {
    private final String self;
    private final int patience;
    private final Map<String, Integer> missed = new HashMap<>();

    /**
     * @param self this process
     * @param patience so many of our own signs in a row make a silent process a dead one; at least 1
     */
    RollCall(String self, int patience) {
        this.self = self;
        this.patience = patience;
    }

    /** Takes the next sign of the log; returns the processes that are taken for dead with it. */
    List<String> hear(Sign sign) {
        if (sign.process().equals(self)) {
            return count();
        }
        if (sign.last()) {
            missed.remove(sign.process());
        } else {
            missed.put(sign.process(), 0);
        }
        return List.of();
    }

    private List<String> count() {
        List<String> silent = new ArrayList<>();
        for (Iterator<Map.Entry<String, Integer>> all = missed.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Integer> process = all.next();
            process.setValue(process.getValue() + 1);
            if (process.getValue() >= patience) {
                silent.add(process.getKey());
                all.remove();
            }
        }
        return silent;
    }
}

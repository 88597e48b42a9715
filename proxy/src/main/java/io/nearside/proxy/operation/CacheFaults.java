package io.nearside.proxy.operation;

import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what goes wrong inside the cache. A fault of ours must be seen, in the log and in a metric, but never by the
 * caller whose request DynamoDB has answered.
 */
final class CacheFaults {

    private static final Logger LOG = LoggerFactory.getLogger(CacheFaults.class);

    private final LongAdder count = new LongAdder();

    void met(Throwable fault) {
        count.increment();
        LOG.atError()
                .setCause(fault)
                .log("The cache failed; the entry is dropped and the caller gets DynamoDB's answer");
    }

    long count() {
        return count.sum();
    }
}

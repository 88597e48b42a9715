package io.nearside.load.soak;

import io.nearside.load.workload.Requests;
import java.time.Duration;

/** What goes wrong in a phase; each lasts as long as the phase and is over when it ends. */
enum Fault {
    NONE("no fault") {
        @Override
        void happen(Stand stand, Duration phase) {
            stand.pause(phase);
        }
    },
    /** Nobody hears announcements: what is read meanwhile goes to DynamoDB, what is announced waits. */
    KAFKA_RESTART("Kafka down and up again") {
        @Override
        void happen(Stand stand, Duration phase) {
            stand.kafka().stop();
            stand.pause(phase.dividedBy(2));
            stand.kafka().restart();
        }
    },
    THROTTLING("DynamoDB throttles") {
        @Override
        void happen(Stand stand, Duration phase) {
            stand.upstreamFor(FaultyUpstream.Mode.THROTTLING, phase);
        }
    },
    SLOWNESS("DynamoDB is slow") {
        @Override
        void happen(Stand stand, Duration phase) {
            stand.upstreamFor(FaultyUpstream.Mode.SLOW, phase);
        }
    },
    CUT_CONNECTIONS("connections to DynamoDB are cut") {
        @Override
        void happen(Stand stand, Duration phase) {
            stand.upstreamFor(FaultyUpstream.Mode.CUTTING, phase);
        }
    },
    /** Writes that go around the proxies, and writes through another node, whose announcements arrive here. */
    OTHER_WRITERS("direct writes and writes through another node") {
        @Override
        void happen(Stand stand, Duration phase) {
            long end = System.nanoTime() + phase.toNanos();
            for (int number = 0; System.nanoTime() - end < 0; number++) {
                var put = Requests.putItem(number * 7 % stand.keys(), stand.itemBytes());
                stand.backend().send("PutItem", put);
                stand.sendToOtherNode("PutItem", put);
                stand.pause(Duration.ofMillis(2));
            }
        }
    };

    private final String label;

    Fault(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Blocks for about the phase. */
    abstract void happen(Stand stand, Duration phase);
}

package io.nearside.load.workload;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** The kinds of work a generator can send; each draws keys from a {@link KeyDistribution} and precomputes its requests. */
public enum Workload {
    /** GetItem, eventually consistent: what a warm cache answers. */
    HIT {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            return space.precomputed(draw, key -> Requests.http("GetItem", Requests.getItem(key), space.port()));
        }
    },
    /** GetItem with ConsistentRead: what a cache must always pass on. */
    MISS {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            return space.precomputed(
                    draw, key -> Requests.http("GetItem", Requests.consistentGetItem(key), space.port()));
        }
    },
    /** PutItem: the write-through path. */
    WRITE {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            return space.precomputed(
                    draw, key -> Requests.http("PutItem", Requests.putItem(key, space.itemBytes()), space.port()));
        }
    },
    /** Nineteen reads to one write. */
    MIXED {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            var reads = HIT.over(space, draw, random);
            var writes = WRITE.over(space, draw, random);
            return () -> random.nextInt(20) == 0 ? writes.next() : reads.next();
        }
    },
    /** Query for one page of a partition. */
    QUERY {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            return space.precomputed(draw, key -> Requests.http("Query", Requests.query(key, PAGE), space.port()));
        }
    },
    /** BatchGetItem of ten keys. */
    BATCH {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            return space.precomputed(
                    draw,
                    key -> Requests.http(
                            "BatchGetItem", Requests.batchGetItem(key, space.keys(), BATCH_KEYS), space.port()));
        }
    },
    /** Redis GET of the same keys. */
    REDIS {
        @Override
        public Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random) {
            return space.precomputed(draw, Requests::redisGet);
        }
    };

    /** Items on one page of {@link #QUERY}. */
    public static final int PAGE = 10;

    /** Keys in one request of {@link #BATCH}. */
    public static final int BATCH_KEYS = 10;

    /** A stream of whole requests; the arrays are shared and must not be changed. Used by one thread. */
    @FunctionalInterface
    public interface Source {
        byte[] next();
    }

    /**
     * What the requests range over.
     *
     * @param keys how many different keys, at least 1
     * @param itemBytes the size of a written item
     * @param port the port named in the Host header
     */
    public record Space(int keys, int itemBytes, int port) {
        public Space {
            if (keys < 1) {
                throw new IllegalArgumentException("keys must be at least 1, not " + keys);
            }
        }

        Source precomputed(KeyDistribution.Draw draw, java.util.function.IntFunction<byte[]> request) {
            var requests = new byte[keys][];
            return () -> {
                int key = draw.next();
                var bytes = requests[key];
                if (bytes == null) {
                    bytes = request.apply(key);
                    requests[key] = bytes;
                }
                return bytes;
            };
        }
    }

    public abstract Source over(Space space, KeyDistribution.Draw draw, RandomGenerator random);

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

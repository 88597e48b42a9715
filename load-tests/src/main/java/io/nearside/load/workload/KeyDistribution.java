package io.nearside.load.workload;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** Which of {@code keys} keys is asked for next. Each draw needs a generator of its own per thread. */
public enum KeyDistribution {
    /** Every key as often as any other. */
    UNIFORM {
        @Override
        public Draw over(int keys, RandomGenerator random) {
            return () -> random.nextInt(keys);
        }
    },
    /** Zipf with exponent 0.99, as in YCSB: about half of the requests go to a hundredth of the keys. */
    ZIPF {
        @Override
        public Draw over(int keys, RandomGenerator random) {
            var zipf = new Zipf(keys, ZIPF_EXPONENT);
            return () -> scatter(zipf.rank(random.nextDouble()), keys);
        }
    },
    /** Nine of ten requests for one key, the rest uniform. */
    HOT_KEY {
        @Override
        public Draw over(int keys, RandomGenerator random) {
            return () -> random.nextInt(10) < 9 ? 0 : random.nextInt(keys);
        }
    },
    /** Zipf, with every fourth request from somebody walking through all keys in order. */
    SCAN_POLLUTED {
        @Override
        public Draw over(int keys, RandomGenerator random) {
            var zipf = ZIPF.over(keys, random);
            return new Draw() {
                private int walker;

                @Override
                public int next() {
                    if (random.nextInt(4) != 0) {
                        return zipf.next();
                    }
                    walker = (walker + 1) % keys;
                    return walker;
                }
            };
        }
    };

    private static final double ZIPF_EXPONENT = 0.99;

    /** A stream of key numbers, from 0 to below the number of keys. */
    @FunctionalInterface
    public interface Draw {
        int next();
    }

    public abstract Draw over(int keys, RandomGenerator random);

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Spreads popular ranks over the key space, so that popularity says nothing about order. */
    private static int scatter(int rank, int keys) {
        return (int) Math.floorMod((rank * 0x9E3779B97F4A7C15L) >>> 16, (long) keys);
    }

    /** Inversion by the approximation of Gray et al., "Quickly generating billion-record synthetic databases" (1994). */
    private static final class Zipf {
        private final int items;
        private final double alpha;
        private final double zeta;
        private final double eta;
        private final double secondShare;

        Zipf(int items, double exponent) {
            this.items = items;
            alpha = 1 / (1 - exponent);
            zeta = zeta(items, exponent);
            secondShare = 1 + Math.pow(0.5, exponent);
            eta = (1 - Math.pow(2.0 / items, 1 - exponent)) / (1 - zeta(2, exponent) / zeta);
        }

        int rank(double uniform) {
            double share = uniform * zeta;
            if (share < 1) {
                return 0;
            }
            if (share < secondShare) {
                return Math.min(1, items - 1);
            }
            return Math.min(items - 1, (int) (items * Math.pow(eta * uniform - eta + 1, alpha)));
        }

        private static double zeta(int items, double exponent) {
            double sum = 0;
            for (int i = 1; i <= items; i++) {
                sum += 1 / Math.pow(i, exponent);
            }
            return sum;
        }
    }
}

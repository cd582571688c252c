package dk.vandvagt.simulator;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers by position instead of by sequence: the same (seed, stream, index) always gives the same number, so
 * any instant of a storm can be computed without those before it. The mixer is SplitMix64's (Steele, Lea, Flood 2014).
 */
final class Noise {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long key;

    Noise(long seed, String stream) {
        long mixed = mix(seed + GOLDEN_GAMMA);
        for (byte b : stream.getBytes(StandardCharsets.UTF_8)) {
            mixed = mix(mixed + b * GOLDEN_GAMMA);
        }
        key = mixed;
    }

    /** Even in [0, 1). */
    double uniform(long index) {
        return (mix(key + index * GOLDEN_GAMMA) >>> 11) * 0x1.0p-53;
    }

    /** Even in [low, high). */
    double between(long index, double low, double high) {
        return low + (high - low) * uniform(index);
    }

    /** Mean 0, standard deviation 1, within ±3.5: four even numbers added up, which needs no logarithm. */
    double bell(long index) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += uniform(4 * index + i);
        }
        return (sum - 2) * StrictMath.sqrt(3);
    }

    /** {@link #bell} drawn at whole numbers and smoothly joined between them. */
    double wave(double position) {
        double knot = StrictMath.floor(position);
        double s = position - knot;
        double blend = s * s * (3 - 2 * s);
        return (1 - blend) * bell((long) knot) + blend * bell((long) knot + 1);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

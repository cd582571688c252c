package dk.vandvagt.wire;

import java.util.Random;

/** Random tests print the seed they ran on; {@code -Dvandvagt.seed=…} plays it again. */
final class Seed {
    private Seed() {}

    static Random random(String test) {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println(test + ": -Dvandvagt.seed=" + seed);
        return new Random(seed);
    }
}

package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackOffTest {
    @Test
    void shouldDoubleUpToHalfAMinuteScatteredOverTheUpperHalf() {
        BackOff backOff = new BackOff(new Random(1));
        for (long bound = 200; bound < 100_000; bound *= 2) {
            assertThat(backOff.nextMs()).isBetween(Math.min(bound, 30_000) / 2, Math.min(bound, 30_000));
        }
        backOff.reset();
        assertThat(backOff.nextMs()).isBetween(100L, 200L);
    }
}

package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final RateLimit limit = new RateLimit(3, 60_000);

    @Test
    void shouldGiveSoManyAtOnceAndThenOneEachPeriod() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.takeOrWaitMs("a", 1_000)).isZero();
        }
        assertThat(limit.takeOrWaitMs("a", 1_000)).isEqualTo(60_000);
        assertThat(limit.takeOrWaitMs("a", 31_000)).isEqualTo(30_000);
        assertThat(limit.takeOrWaitMs("b", 31_000)).as("another key").isZero();
        assertThat(limit.takeOrWaitMs("a", 61_000)).isZero();
        assertThat(limit.takeOrWaitMs("a", 61_000)).isEqualTo(60_000);
    }

    @Test
    void shouldHaveTheWholeAllowanceAgainAfterARestAndNoMore() {
        for (int i = 0; i < 3; i++) {
            limit.takeOrWaitMs("a", 0);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(limit.takeOrWaitMs("a", 86_400_000)).isZero();
        }
        assertThat(limit.takeOrWaitMs("a", 86_400_000)).isPositive();
    }

    @Test
    void shouldHoldNoMoreKeysThanFitHoweverManyCome() {
        for (int i = 0; i < 3; i++) {
            limit.takeOrWaitMs("often", 0);
        }
        for (int i = 0; i < 30_000; i++) {
            limit.takeOrWaitMs("once-" + i, 0);
            // asked for meanwhile, so it is not the least lately used
            assertThat(limit.takeOrWaitMs("often", 0)).isPositive();
        }
    }
}

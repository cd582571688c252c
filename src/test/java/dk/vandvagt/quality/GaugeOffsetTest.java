package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaugeOffsetTest {
    private static final long MIN = 60_000;
    private static final long NOON = 1_697_803_200_000L;

    private static GaugeCheck read(double levelM) {
        return new GaugeCheck(1, "HAVN", NOON, levelM, "Anna", "", NOON);
    }

    private static GaugeOffset of(double levelM, double... minuteAndLevel) {
        long[] at = new long[minuteAndLevel.length / 2];
        double[] level = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = NOON + Math.round(minuteAndLevel[2 * i] * MIN);
            level[i] = minuteAndLevel[2 * i + 1];
        }
        return GaugeOffset.of(read(levelM), at, level, 30 * MIN);
    }

    @Test
    void shouldTakeTheLevelBetweenTheReadingsBeforeAndAfter() {
        GaugeOffset offset = of(1.20, -12, 1.10, -2, 1.20, 8, 1.30, 18, 1.40);
        assertThat(offset.how()).isEqualTo(GaugeOffset.How.INTERPOLATED);
        assertThat(offset.recordedM()).isEqualTo(1.22, within(1e-9));
        assertThat(offset.offsetM()).as("it shows too much").isEqualTo(0.02, within(1e-9));
        assertThat(offset.readingAtMs()).isEqualTo(NOON - 2 * MIN);
    }

    @Test
    void shouldTakeAReadingOfTheVeryInstantAsItIs() {
        GaugeOffset offset = of(1.20, -10, 1.10, 0, 1.17, 10, 1.30);
        assertThat(offset.how()).isEqualTo(GaugeOffset.How.INTERPOLATED);
        assertThat(offset.recordedM()).isEqualTo(1.17);
        assertThat(offset.offsetM()).as("it shows too little").isEqualTo(-0.03, within(1e-9));
    }

    @Test
    void shouldTakeTheNearestWhereThereIsNoneOnTheOtherSide() {
        assertThat(of(1.20, -25, 1.0, -5, 1.1).how()).isEqualTo(GaugeOffset.How.NEAREST);
        assertThat(of(1.20, -25, 1.0, -5, 1.1).recordedM()).isEqualTo(1.1);
        assertThat(of(1.20, 5, 1.1, 15, 1.2).recordedM()).isEqualTo(1.1);
        assertThat(of(1.20, -5, 1.1, 31, 1.2).how())
                .as("the one after is too far away")
                .isEqualTo(GaugeOffset.How.NEAREST);
        assertThat(of(1.20, -30, 1.1, 30, 1.3).how())
                .as("both just near enough")
                .isEqualTo(GaugeOffset.How.INTERPOLATED);
    }

    @Test
    void shouldSayThatItIsMissingRatherThanTakeOneFromLongBefore() {
        assertThat(of(1.20, -31, 1.2, 40, 1.2)).isEqualTo(GaugeOffset.MISSING);
        assertThat(of(1.20)).isEqualTo(GaugeOffset.MISSING);
    }

    @Test
    void shouldPassOverWhatIsNotToBeUsed() {
        assertThat(of(1.20, -10, 1.2, -1, Double.NaN, 10, 1.2).recordedM()).isEqualTo(1.2, within(1e-9));
        assertThat(of(1.20, -1, Double.NaN)).isEqualTo(GaugeOffset.MISSING);
    }

    @ParameterizedTest
    @CsvSource({"1.30, false", "1.24, false", "1.3002, true", "1.2398, true"})
    void shouldCallOnlyWhatIsMoreThanTheToleranceBeyondIt(double recorded, boolean beyond) {
        assertThat(of(1.27, 0, recorded).isBeyond(0.03)).isEqualTo(beyond);
    }

    @Test
    void shouldNotCallWhatIsMissingBeyondAnything() {
        assertThat(GaugeOffset.MISSING.isBeyond(0.03)).isFalse();
    }
}

package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.MIN;
import static dk.vandvagt.analysis.RainGauges.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.station.RainDefinition;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.RainIntensity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RainIntensityTest {
    @ParameterizedTest
    @CsvSource({
        "0, NONE",
        "0.1, LIGHT",
        "2.4999, LIGHT",
        "2.5, MODERATE",
        "9.99, MODERATE",
        "10, HEAVY",
        "49.9, HEAVY",
        "50, VIOLENT",
        "300, VIOLENT"
    })
    void shouldClassByTheGuide(double mmPerHour, RainIntensity expected) {
        assertThat(RainIntensity.of(mmPerHour)).isEqualTo(expected);
    }

    @Test
    void shouldClassNothingThatIsNotKnown() {
        assertThatThrownBy(() -> RainIntensity.of(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldTellTheIntensityOfTheShortestWindowTheIntervalFitsInto() {
        Rain rain = RainGauges.rain(RainGauge.USUAL, 10 * MIN, 5 * MIN, 10 * MIN, 30 * MIN);
        rain.add(0, T0, 4, false);
        assertThat(RainIntensity.of(rain.intensityMmPerHour(0))).isEqualTo(RainIntensity.HEAVY);
        rain.add(0, T0 + 10 * MIN, 4, true);
        assertThat(rain.intensityMmPerHour(0)).isNaN();
    }

    @Test
    void shouldBeStrictAsDmiIs() {
        assertThat(RainDefinition.CLOUDBURST.isMetBy(15)).isFalse();
        assertThat(RainDefinition.CLOUDBURST.isMetBy(15.1)).isTrue();
        assertThat(RainDefinition.DOUBLE_CLOUDBURST.isMetBy(30)).isFalse();
        assertThat(RainDefinition.TRIPLE_CLOUDBURST.isMetBy(45.2)).isTrue();
        assertThat(RainDefinition.HEAVY_RAIN.isMetBy(24)).isFalse();
    }
}

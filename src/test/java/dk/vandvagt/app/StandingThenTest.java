package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.layer.KnownState.Reading;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingThenTest {
    private static final long T0 = 1_697_800_000_000L;
    private static final long MIN = 60_000;
    private static final Catalogue CATALOGUE = catalogue("""
            version: 1
            place: {id: here, name: Here, timeZone: Europe/Copenhagen}
            stations:
              - id: H
                name: Havn
                lon: 9.9
                lat: 55.3
                datum: DVR90
                gaugeZero: [{zero: -0.50}, {from: "2023-10-20T11:13:21Z", zero: -0.40}]
                sensors:
                  - id: H-W
                    parameter: level
                    unit: m
                    interval: 10min
                    thresholds:
                      - {name: kajer, severity: yellow, kind: level, raiseAt: 1.00, clearBelow: 0.95, datum: DVR90}
                      - {name: low, severity: yellow, kind: level, direction: falling, raiseAt: -1.00, clearAbove: -0.95, datum: DVR90}
                      - {name: fast, severity: yellow, kind: rise, window: 1h, raiseAt: 0.2, clearBelow: 0.15}
                  - id: H-B
                    parameter: battery
                    unit: V
                    interval: 10min
                    thresholds:
                      - {name: weak, severity: yellow, kind: level, direction: falling, raiseAt: 3.3, clearAbove: 3.4}
            """);
    /** Told at T0, with 1.31 as its peak. */
    private static final Alert HIGH = Shore.alert("a", "H", T0, 1);

    private static Catalogue catalogue(String text) {
        return ((Read.Good) SettingsReader.read(text, "a test", null)).catalogue();
    }

    private static Reading reading(int minutes, double value, int flag) {
        long atMs = T0 + minutes * MIN;
        return new Reading("H-W", atMs, atMs + 1000, value, flag, flag == 2 ? QualityTest.LATE.code() : 0);
    }

    /** With the reading that bears the told peak, on the zero of T0. */
    private static Alert then(Alert alert, Reading... since) {
        boolean level = alert.last().sensorId().equals("H-W");
        List<Reading> readings = new ArrayList<>(List.of(reading(0, alert.peak() + (level ? 0.50 : 0), 1)));
        readings.addAll(List.of(since));
        return StandingThen.withPeak(CATALOGUE, alert, readings);
    }

    private static void assertPeak(Alert alert, double value, int minutes) {
        assertThat(alert.peak()).isCloseTo(value, within(1e-9));
        assertThat(alert.peakAtMs()).isEqualTo(T0 + minutes * MIN);
    }

    @Test
    void shouldPeakWhereTheHighestReadingWas() {
        assertPeak(then(HIGH), 1.31, 0);
        assertPeak(then(HIGH, reading(1, 1.80, 1)), 1.31, 0);
        assertPeak(then(HIGH, reading(1, 1.85, 1), reading(2, 1.90, 3), reading(3, 1.90, 1)), 1.40, 2);
        assertPeak(then(HIGH, reading(1, 1.85, 1), reading(2, 7.50, 4), reading(3, Double.NaN, 1)), 1.35, 1);
        assertPeak(then(HIGH, reading(1, 1.85, 1), reading(2, 7.50, 2)), 1.35, 1);
        // before what was told, and judged with it
        assertPeak(then(HIGH, reading(-1, 2.50, 1)), 1.31, 0);
    }

    @Test
    void shouldStandOnTheZeroThatEachReadingStoodOn() {
        // the new zero holds from T0 + 6 min 41 s
        assertPeak(then(HIGH, reading(6, 1.90, 1), reading(7, 1.85, 1)), 1.45, 7);
    }

    @Test
    void shouldPeakWhereTheLowestReadingWasWhenFalling() {
        Alert low = Shore.of("H-W.level.falling", "H-W", "m", HIGH).withPeak(-1.1, T0);
        assertPeak(then(low, reading(1, -0.70, 1), reading(2, -0.80, 1), reading(3, 1.90, 1)), -1.3, 2);
        Alert weak = Shore.of("H-B.level.falling", "H-B", "V", HIGH).withPeak(3.2, T0);
        assertPeak(then(weak, reading(1, 3.1, 1)), 3.1, 1);
    }

    @Test
    void shouldNotSayWhatIsNotKnown() {
        Alert fast = Shore.of("H-W.rise.1h", "H-W", "m/h", HIGH);
        assertThat(then(fast).peak()).isNaN();
        assertThat(then(fast).peakAtMs()).isZero();
        assertThat(then(Shore.of("gone", "H-W", "m", HIGH)).peak()).isNaN();
        for (List<Reading> readings : List.of(
                List.<Reading>of(),
                List.of(reading(1, 1.90, 1)),
                List.of(reading(0, 1.81, 4), reading(1, 1.90, 1)),
                List.of(reading(0, 1.60, 1), reading(1, 1.90, 1)))) {
            assertThat(StandingThen.withPeak(CATALOGUE, HIGH, readings).peak())
                    .as("the told peak is not there, has failed, or was corrected: " + readings)
                    .isNaN();
        }
    }

    @Test
    void shouldLeaveWhatIsOverAsItsEndToldIt() {
        Alert over = Shore.cleared(HIGH, T0 + 60 * MIN);
        assertThat(then(over, reading(70, 2.5, 1))).isEqualTo(over);
    }
}

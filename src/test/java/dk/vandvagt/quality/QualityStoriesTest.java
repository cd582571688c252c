package dk.vandvagt.quality;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.shard.Command;
import dk.vandvagt.shard.Rooms;
import dk.vandvagt.shard.SavedState;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.AttenuatedSignal;
import dk.vandvagt.station.QualityLimits.FlatLine;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.QualityLimits.SpikeMethod;
import dk.vandvagt.station.QualityLimits.Spread;
import dk.vandvagt.station.Season;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Level series in, flags out. */
class QualityStoriesTest {
    private static final long T0 = 1_700_000_400_000L;
    private static final FlatLine FLAT = new FlatLine(0.01, 6 * HOUR, 12 * HOUR);
    private static final Threshold QUAY = Catalogues.level("quay", 1, 1.00, 0, 30 * MIN);

    private static long at(int reading) {
        return T0 + reading * 10 * MIN;
    }

    private static void feed(Rooms rooms, String sensorId, int from, double... levels) {
        for (int i = 0; i < levels.length; i++) {
            rooms.read(sensorId, at(from + i), levels[i]);
        }
    }

    private static void hold(Rooms rooms, String sensorId, int from, int to, double level) {
        for (int i = from; i < to; i++) {
            rooms.read(sensorId, at(i), level);
        }
    }

    private static String flag(Rooms rooms, int reading) {
        return flag(rooms, "W", reading);
    }

    private static String flag(Rooms rooms, String sensorId, int reading) {
        Flags.Observed observed = Flags.of(rooms, sensorId, at(reading));
        return observed.flag() + " " + observed.test().tag();
    }

    private static Catalogue gauge(FlatLine flat, Threshold... thresholds) {
        return Catalogues.of(Stations.level("W", Stations.flatLine(flat), thresholds));
    }

    @Test
    void shouldSuspectAndThenFailAGaugeThatStandsStillByDuration() {
        try (Rooms rooms = new Rooms(gauge(FLAT, QUAY), 1)) {
            rooms.read("W", at(-1), 0.5);
            hold(rooms, "W", 0, 100, 0.4);
            assertThat(flag(rooms, 35)).isEqualTo("1 gross_range");
            assertThat(flag(rooms, 36)).isEqualTo("3 flat_line");
            assertThat(flag(rooms, 71)).isEqualTo("3 flat_line");
            assertThat(flag(rooms, 72)).isEqualTo("4 flat_line");
            rooms.read("W", at(100), 0.42);
            assertThat(flag(rooms, 100)).isEqualTo("1 gross_range");
        }
    }

    @Test
    void shouldTakeFlickerOfOneStepForStandingStill() {
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            for (int i = 0; i < 60; i++) {
                rooms.read("W", at(i), i % 3 == 0 ? 0.41 : 0.40);
            }
            assertThat(flag(rooms, 40)).isEqualTo("3 flat_line");
        }
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            for (int i = 0; i < 60; i++) {
                rooms.read("W", at(i), 0.40 + 0.01 * (i % 3));
            }
            assertThat(flag(rooms, 40)).isEqualTo("1 gross_range");
        }
    }

    @Test
    void shouldOnlySuspectAGaugeThatStandsStillAboveItsRaisingPoint() {
        try (Rooms rooms = new Rooms(gauge(FLAT, QUAY), 1)) {
            feed(rooms, "W", 0, 0.90, 0.97, 1.04, 1.09);
            hold(rooms, "W", 4, 300, 1.09);
            assertThat(flag(rooms, 38)).isEqualTo("1 gross_range");
            assertThat(flag(rooms, 39)).isEqualTo("3 flat_line");
            assertThat(flag(rooms, 299)).isEqualTo("3 flat_line");
            assertThat(rooms.told())
                    .singleElement()
                    .satisfies(told -> assertThat(told.kind()).isEqualTo(Transition.Kind.RAISED));
        }
    }

    @Test
    void shouldOnlySuspectAGaugeThatStandsStillBelowAFallingRaisingPoint() {
        Threshold low = new Threshold(
                "low",
                QUAY.title(),
                1,
                Threshold.Kind.LEVEL,
                Threshold.Direction.FALLING,
                Threshold.Comparison.AT_OR_BEYOND,
                -1.0,
                -0.95,
                Catalogues.DVR90,
                0,
                0,
                0,
                Double.NaN,
                "test",
                true,
                QUAY.action(),
                "",
                "");
        try (Rooms rooms = new Rooms(gauge(FLAT, low), 1)) {
            hold(rooms, "W", 0, 100, -1.2);
            assertThat(flag(rooms, 99)).isEqualTo("3 flat_line");
        }
    }

    @Test
    void shouldEndAFlatRunAtASilenceNobodyKnowsAnythingOf() {
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            hold(rooms, "W", 0, 35, 0.4);
            hold(rooms, "W", 40, 60, 0.4);
            assertThat(flag(rooms, 59)).isEqualTo("1 gross_range");
        }
    }

    @Test
    void shouldNotLetAWildValueHideThatTheGaugeIsStuck() {
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            hold(rooms, "W", 0, 30, 0.4);
            rooms.read("W", at(30), 16.71);
            hold(rooms, "W", 31, 50, 0.4);
            assertThat(flag(rooms, 30)).isEqualTo("4 gross_range");
            assertThat(flag(rooms, 37)).isEqualTo("3 flat_line");
        }
    }

    @Test
    void shouldJudgeAgainWhenALateReadingEndsAFlatRun() {
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            hold(rooms, "W", 0, 38, 0.4);
            assertThat(flag(rooms, 37)).isEqualTo("3 flat_line");
            rooms.read("W", at(30) + MIN, 0.5);
            assertThat(flag(rooms, 37)).isEqualTo("1 gross_range");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20, 50, 71, 90})
    void shouldRememberSinceWhenAGaugeStandsStillOverARestart(int cut) {
        SavedState saved;
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            hold(rooms, "W", 0, cut, 0.4);
            saved = rooms.save();
        }
        try (Rooms rooms = new Rooms(gauge(FLAT), 2, saved)) {
            hold(rooms, "W", cut, 100, 0.4);
            assertThat(flag(rooms, 99)).isEqualTo("4 flat_line");
            if (cut <= 71) {
                assertThat(flag(rooms, 71)).isEqualTo("3 flat_line");
                assertThat(flag(rooms, 72)).isEqualTo("4 flat_line");
            }
        }
    }

    @Test
    void shouldRememberSinceWhenAGaugeStandsStillOverAReload() {
        try (Rooms rooms = new Rooms(gauge(FLAT), 1)) {
            hold(rooms, "W", 0, 60, 0.4);
            rooms.command(new Command.UseCatalogue(gauge(new FlatLine(0.01, 8 * HOUR, 11 * HOUR))));
            hold(rooms, "W", 60, 70, 0.4);
            assertThat(flag(rooms, 65)).isEqualTo("3 flat_line");
            assertThat(flag(rooms, 66)).isEqualTo("4 flat_line");
        }
    }

    /** Version 1 of a shard's part knew neither flat runs nor neighbours. */
    @Test
    void shouldSuspectWhatTheSeasonDoesNotHave() {
        Catalogue seasons = Catalogues.of(Stations.level(
                "W",
                Stations.limits(
                        SpikeMethod.DIFFERENTIAL,
                        List.of(new Season(1101, 331, -1.5, 2), new Season(401, 930, -0.8, 1.2)),
                        FlatLine.OFF,
                        AttenuatedSignal.OFF,
                        Neighbour.NONE)));
        try (Rooms rooms = new Rooms(seasons, 1)) {
            long lastOfMarch = Instant.parse("2024-03-31T23:50:00Z").toEpochMilli();
            long october = Instant.parse("2024-10-15T00:00:00Z").toEpochMilli();
            rooms.read("W", lastOfMarch, 1.5);
            rooms.read("W", lastOfMarch + 10 * MIN, 1.5);
            rooms.read("W", october, 2.5);
            assertThat(Flags.of(rooms, "W", lastOfMarch).flag()).isEqualTo(Flag.PASS);
            assertThat(Flags.of(rooms, "W", lastOfMarch + 10 * MIN).is(Flag.SUSPECT, QualityTest.CLIMATOLOGY))
                    .isTrue();
            assertThat(Flags.of(rooms, "W", october).flag()).isEqualTo(Flag.PASS);
        }
    }

    @Test
    void shouldFindASignalThatHasWeakened() {
        QualityLimits limits = Stations.limits(
                SpikeMethod.DIFFERENTIAL,
                List.of(),
                FlatLine.OFF,
                new AttenuatedSignal(6 * HOUR, Spread.RANGE, 0.2, 0.1),
                Neighbour.NONE);
        try (Rooms rooms = new Rooms(Catalogues.of(Stations.level("W", limits, QUAY)), 1)) {
            for (int i = 0; i < 300; i++) {
                double amplitude = i < 100 ? 0.3 : i < 200 ? 0.08 : 0.04;
                rooms.read("W", at(i), Math.round(100 * amplitude * Math.sin(i / 6.0)) / 100.0);
            }
            assertThat(flag(rooms, 20)).as("too few readings yet").isEqualTo("1 gross_range");
            assertThat(flag(rooms, 99)).isEqualTo("1 gross_range");
            assertThat(flag(rooms, 190)).isEqualTo("3 attenuated_signal");
            assertThat(flag(rooms, 290)).isEqualTo("4 attenuated_signal");
        }
        try (Rooms rooms = new Rooms(Catalogues.of(Stations.level("W", limits, QUAY)), 1)) {
            for (int i = 0; i < 60; i++) {
                rooms.read("W", at(i), 1.1 + 0.01 * (i % 3));
            }
            assertThat(flag(rooms, 59)).as("above its raising point").isEqualTo("3 attenuated_signal");
        }
    }

    @Test
    void shouldJudgeSpikesByTheMeanWhereThatIsSet() {
        QualityLimits limits =
                Stations.limits(SpikeMethod.AVERAGE, List.of(), FlatLine.OFF, AttenuatedSignal.OFF, Neighbour.NONE);
        try (Rooms rooms = new Rooms(Catalogues.of(Stations.level("W", limits)), 1)) {
            feed(rooms, "W", 0, 0.2, 0.2, 1.8, 0.2, 0.2);
            assertThat(flag(rooms, 1)).as("the foot").isEqualTo("4 spike");
            assertThat(flag(rooms, 2)).isEqualTo("4 spike");
            assertThat(flag(rooms, 3)).isEqualTo("1 gross_range");
        }
    }

    @Test
    void shouldNotJudgeASpikeAcrossMoreThanTwoIntervals() {
        try (Rooms rooms = new Rooms(gauge(FlatLine.OFF), 1)) {
            rooms.read("W", at(0), 0.2);
            rooms.read("W", at(1), 0.75);
            rooms.read("W", at(3) + MIN, 0.2);
            rooms.read("W", at(4), 0.2);
            assertThat(flag(rooms, 1)).isEqualTo("3 rate_of_change");
        }
        try (Rooms rooms = new Rooms(gauge(FlatLine.OFF), 1)) {
            rooms.read("W", at(0), 0.2);
            rooms.read("W", at(1), 0.75);
            rooms.read("W", at(3), 0.2);
            assertThat(flag(rooms, 1)).isEqualTo("4 spike");
        }
    }

    private static Catalogue neighbours(double limitSuspect, double limitFail) {
        Sensor w = Stations.level("W", Stations.neighbour(new Neighbour("N", limitSuspect, limitFail)), QUAY);
        Sensor n = Stations.level("N", QualityLimits.NONE);
        Sensor other = Stations.level("X", QualityLimits.NONE);
        List<Station> stations = new ArrayList<>();
        for (Sensor sensor : List.of(w, other, n)) {
            // the neighbour's gauge has its zero 5 m below the datum
            double zeroM = sensor == n ? -5 : 0;
            stations.add(new Station(
                    sensor.stationId(),
                    sensor.stationId(),
                    9.9,
                    55.3,
                    Catalogues.DVR90,
                    List.of(new GaugeZero(Long.MIN_VALUE, zeroM, "test")),
                    "",
                    List.of(sensor)));
        }
        return Catalogue.of("neighbours", "Test", Judging.USUAL, stations, null);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldCompareLevelsWithTheNeighbouringStationWhicheverShardOwnsIt(int shards) {
        try (Rooms rooms = new Rooms(neighbours(0.3, 0.8), shards)) {
            feed(rooms, "N", 0, 5.4, 5.4, 5.4);
            feed(rooms, "W", 0, 0.5, 0.8, 0.99);
            feed(rooms, "N", 3, 4.1, 4.1);
            feed(rooms, "W", 3, 0.99, 1.05);
            assertThat(flag(rooms, 0)).isEqualTo("1 gross_range");
            assertThat(flag(rooms, 1)).isEqualTo("3 neighbor");
            assertThat(flag(rooms, 2)).isEqualTo("3 neighbor");
            assertThat(flag(rooms, 3)).as("below the raising point").isEqualTo("4 neighbor");
            assertThat(flag(rooms, 4)).as("above it").isEqualTo("3 neighbor");
            assertThat(rooms.told()).extracting(Transition::kind).containsExactly(Transition.Kind.RAISED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldJudgeAgainWhenTheNeighbourReportsLater(int shards) {
        try (Rooms rooms = new Rooms(neighbours(0.3, 0.8), shards)) {
            feed(rooms, "W", 0, 0.5, 0.5, 0.5);
            assertThat(flag(rooms, 1)).isEqualTo("1 gross_range");
            feed(rooms, "N", 0, 5.5, 6.0, 5.5);
            assertThat(flag(rooms, 1)).isEqualTo("3 neighbor");
            rooms.read("N", at(1), 5.5);
            assertThat(flag(rooms, 1)).as("corrected").isEqualTo("1 gross_range");
        }
    }

    @Test
    void shouldGoOnComparingAfterARestartWithAnotherNumberOfShards() {
        SavedState saved;
        try (Rooms rooms = new Rooms(neighbours(0.3, 0.8), 3)) {
            feed(rooms, "N", 0, 5.0, 5.0);
            saved = rooms.save();
        }
        for (int shards = 1; shards <= 3; shards++) {
            try (Rooms rooms = new Rooms(neighbours(0.3, 0.8), shards, saved)) {
                rooms.read("W", at(1), 0.5);
                assertThat(flag(rooms, 1)).isEqualTo("3 neighbor");
            }
        }
    }

    @Test
    void shouldSayNothingWhenTheNeighbourIsSilent() {
        try (Rooms rooms = new Rooms(neighbours(0.3, 0.8), 2)) {
            rooms.read("N", at(0), 5.0);
            rooms.read("W", at(2), 0.9);
            assertThat(flag(rooms, 2)).isEqualTo("1 gross_range");
        }
    }

    @Test
    void shouldSayNothingWhenTheNeighbourIsItselfBroken() {
        Catalogue two = Catalogues.of(
                Stations.level("W", Stations.neighbour(new Neighbour("N", 0.3, 0.8))), Catalogues.levelSensor("N"));
        try (Rooms rooms = new Rooms(two, 2)) {
            rooms.read("N", at(0), 16.71);
            rooms.read("W", at(0), 0.9);
            assertThat(flag(rooms, 0)).isEqualTo("1 gross_range");
            rooms.read("N", at(0), 1.71);
            assertThat(flag(rooms, 0)).as("corrected").isEqualTo("4 neighbor");
        }
    }

    @Test
    void shouldFailADryGaugeBesideAWetOneButNeverAWetOneBesideADry() {
        Catalogue gauges = Catalogues.of(
                Stations.rain("R", Stations.rainLimits("S")), Stations.rain("S", Stations.rainLimits("R")));
        try (Rooms rooms = new Rooms(gauges, 2)) {
            rooms.read("R", at(0), 0);
            rooms.read("S", at(0), 25);
            assertThat(flag(rooms, "R", 0)).isEqualTo("4 neighbor");
            assertThat(flag(rooms, "S", 0)).isEqualTo("3 neighbor");
        }
    }

    @Test
    void shouldCallTheOperatorOnceWhenThreeReadingsInARowFailAboveARaisingPoint() {
        try (Rooms rooms = new Rooms(gauge(FlatLine.OFF, QUAY), 2)) {
            feed(rooms, "W", 0, 0.5, 6, 6);
            assertThat(calls(rooms)).isZero();
            feed(rooms, "W", 3, 6, 6, 6);
            assertThat(calls(rooms)).isEqualTo(1);
            feed(rooms, "W", 6, 0.5, 0.5, 0.5, 6, 6, 0.5, 6, 0.5);
            assertThat(calls(rooms)).isEqualTo(1);
            feed(rooms, "W", 14, 7, 7, 7);
            assertThat(calls(rooms)).isEqualTo(2);
            assertThat(rooms.told()).isEmpty();
        }
        try (Rooms rooms = new Rooms(gauge(FlatLine.OFF, QUAY), 1)) {
            feed(rooms, "W", 0, 0.5, -6, -6, -6, -6);
            assertThat(calls(rooms)).as("failed, but at no raising point").isZero();
        }
    }

    private static long calls(Rooms rooms) {
        rooms.live();
        return rooms.shards().counts().operatorCalls();
    }

    @Test
    void shouldShowAReadingThatDidNotComeAsMissing() {
        try (Rooms rooms = new Rooms(gauge(FlatLine.OFF, QUAY), 1)) {
            feed(rooms, "W", 0, 0.5, 0.5);
            rooms.tick(at(1) + 35 * MIN);
            assertThat(rooms.live().flag()[0]).isEqualTo(Flag.PASS);
            rooms.tick(at(1) + 35 * MIN + 1);
            LiveState live = rooms.live();
            assertThat(live.flag()[0]).isEqualTo(Flag.MISSING);
            assertThat(live.test()[0]).isEqualTo(QualityTest.GAP.code());
            assertThat(Flags.of(rooms, "W", at(1)).flag())
                    .as("the one that came")
                    .isEqualTo(Flag.PASS);
            rooms.read("W", at(6), 0.5);
            assertThat(rooms.live().flag()[0]).isEqualTo(Flag.PASS);
        }
    }
}

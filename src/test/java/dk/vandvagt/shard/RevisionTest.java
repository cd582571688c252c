package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.analysis.Tide;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.YearPart;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was told rests on readings: when they turn out otherwise, it is taken back, corrected, or stands. */
class RevisionTest {
    private static final long T0 = 1_700_006_400_000L;

    private static long at(int minute) {
        return T0 + minute * MIN;
    }

    private static List<String> story(Rooms rooms) {
        return rooms.told().stream()
                .map(each -> each.kind() + " " + each.peak())
                .toList();
    }

    private static List<String> kinds(Rooms rooms) {
        return rooms.told().stream().map(each -> each.kind().name()).toList();
    }

    @Test
    void shouldWithdrawALevelOnceNoneOfItsReadingsIsLeft() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", level("quay", 1, 1.0, 0, 30 * MIN))), 1)) {
            rooms.read("W", at(0), 0.90);
            rooms.read("W", at(10), 1.02);
            rooms.read("W", at(20), 1.05);
            rooms.read("W", at(30), 0.98);
            rooms.read("W", at(10), 0.92);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("W", at(20), 0.95);
            assertThat(kinds(rooms)).containsExactly("RAISED", "WITHDRAWN");
        }
    }

    @Test
    void shouldLookUpThePeakAgainWhenItIsCorrected() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", level("quay", 1, 1.0, 0, 0))), 1)) {
            rooms.read("W", at(0), 1.02);
            rooms.read("W", at(10), 1.10);
            rooms.read("W", at(20), 1.20);
            rooms.read("W", at(30), 1.08);
            rooms.read("W", at(20), 1.09);
            rooms.read("W", at(40), 0.80);
            assertThat(story(rooms)).containsExactly("RAISED 1.02", "CLEARED 1.1");
        }
    }

    @Test
    void shouldWithdrawACloudburstThatWasAWrongReport() {
        Threshold cloudburst = threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, 30 * MIN, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(rainSensor("R", cloudburst)), 1)) {
            for (int minute = 0; minute <= 30; minute += 5) {
                rooms.read("R", at(minute), 0.2);
            }
            rooms.read("R", at(35), 16);
            rooms.read("R", at(40), 0.2);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("R", at(35), 1.6);
            assertThat(kinds(rooms)).containsExactly("RAISED", "WITHDRAWN");
        }
    }

    @Test
    void shouldKeepACloudburstOfWhichAnEarlierSumStands() {
        Threshold cloudburst = threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, 30 * MIN, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(rainSensor("R", cloudburst)), 1)) {
            rooms.read("R", at(0), 0);
            rooms.read("R", at(5), 16);
            rooms.read("R", at(10), 20);
            rooms.read("R", at(15), 0.2);
            rooms.read("R", at(10), 0.2);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            for (int minute = 20; minute <= 60; minute += 5) {
                rooms.read("R", at(minute), 0);
            }
            assertThat(story(rooms)).containsExactly("RAISED 16.0", "CLEARED 16.4");
        }
    }

    @Test
    void shouldWithdrawARiseThatWasWrongReadings() {
        Threshold fast = threshold("fast", 2, Threshold.Kind.RISE, 0.2, 0.1, 0, 0, HOUR, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", fast)), 1)) {
            for (int minute = 0; minute <= 60; minute += 10) {
                rooms.read("W", at(minute), 0.50);
            }
            rooms.read("W", at(70), 0.75);
            rooms.read("W", at(80), 0.77);
            rooms.read("W", at(90), 0.78);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            for (int minute = 70; minute <= 90; minute += 10) {
                rooms.read("W", at(minute), 0.50);
            }
            assertThat(kinds(rooms)).containsExactly("RAISED", "WITHDRAWN");
        }
    }

    @Test
    void shouldNotJudgeARiseByANewestReadingThatFailed() {
        Threshold fast = threshold("fast", 2, Threshold.Kind.RISE, 0.2, 0.1, 0, 0, HOUR, 0.50);
        // in calm water it rises, which harms nobody; in high water it stands
        for (double fromM : new double[] {0.10, 0.60}) {
            try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", fast)), 1)) {
                for (int minute = 0; minute <= 50; minute += 10) {
                    rooms.read("W", at(minute), fromM + 0.3 * minute / 60);
                }
                List<String> before = List.copyOf(kinds(rooms));
                assertThat(before).hasSize(fromM < 0.50 ? 0 : 1);
                // neither what the instrument can show
                rooms.read("W", at(70), fromM < 0.50 ? 9.0 : -9.99);
                rooms.read("W", at(60), fromM + 0.3);
                assertThat(kinds(rooms)).isEqualTo(before);
            }
        }
    }

    @Test
    void shouldNotCountTowardTheOffDelayWhatFailedAfterwards() {
        QualityLimits spikes = new QualityLimits(-3, 4, -3, 4, 0.2, 0.4, Double.NaN);
        Sensor gauge = Catalogues.with(levelSensor("W", level("quay", 1, 1.0, 0, 30 * MIN)), spikes);
        try (Rooms rooms = new Rooms(Catalogues.of(gauge), 1)) {
            rooms.read("W", at(0), 0.95);
            rooms.read("W", at(10), 1.02);
            rooms.read("W", at(20), 0.20);
            for (int minute = 30; minute <= 50; minute += 10) {
                // the first of them shows that it was a spike
                rooms.read("W", at(minute), 0.93);
            }
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("W", at(60), 0.93);
            assertThat(kinds(rooms)).containsExactly("RAISED", "CLEARED");
            assertThat(rooms.exceedances().getLast().endedAtMs()).isEqualTo(at(30));
        }
    }

    @Test
    void shouldKeepTheFarthestOfAnAlertWhenAHigherRungComesAgain() {
        try (Rooms rooms = new Rooms(
                Catalogues.of(levelSensor("W", level("quay", 1, 1.0, 0, 0), level("road", 2, 1.25, 0, 0))), 1)) {
            double[] levels = {0.95, 1.05, 1.28, 1.40, 1.10, 1.30, 1.35};
            for (int i = 0; i < levels.length; i++) {
                rooms.read("W", at(10 * i), levels[i]);
            }
            assertThat(rooms.live().alerts().getFirst().peak()).isEqualTo(1.40);
            // what bore it out turns out less
            rooms.read("W", at(30), 1.31);
            rooms.read("W", at(70), 0.60);
            rooms.read("W", at(80), 0.60);
            assertThat(story(rooms))
                    .containsExactly(
                            "RAISED 1.05", "ESCALATED 1.28", "DE_ESCALATED 1.4", "ESCALATED 1.4", "CLEARED 1.35");
        }
    }

    @Test
    void shouldKeepWhatALateReportRaisedWhileTheNewestHadFailed() {
        Threshold cloudburst = threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, 30 * MIN, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(rainSensor("R", cloudburst)), 1)) {
            rooms.read("R", at(0), 0);
            rooms.read("R", at(10), 99);
            rooms.read("R", at(5), 20);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("R", at(0), 0.2);
            assertThat(kinds(rooms)).containsExactly("RAISED");
        }
    }

    @Test
    void shouldConfirmWhatWasPossible() {
        // one report of two intervals: its 16 mm may have fallen in the last half hour, or before
        Threshold cloudburst = threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, 5 * MIN, Double.NaN);
        Threshold hour = threshold("hour", 1, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, HOUR, Double.NaN);
        Sensor plain = rainSensor("R", cloudburst, hour);
        try (Rooms rooms = new Rooms(Catalogues.of(Catalogues.counter(plain, Double.NaN)), 1)) {
            rooms.read("R", at(0), 10);
            rooms.read("R", at(5), 10);
            rooms.read("R", at(15), 26);
            List<Boolean> possible = edges(rooms);
            assertThat(possible).containsExactly(false, true);
        }
    }

    @Test
    void shouldRaiseWhatWasDueWhetherATickOrAReadingComesNext() {
        Threshold slow = level("quay", 1, 1.0, 15 * MIN, 0);
        try (Rooms ticking = new Rooms(Catalogues.of(levelSensor("W", slow)), 1);
                Rooms batched = new Rooms(Catalogues.of(levelSensor("W", slow)), 1)) {
            for (Rooms rooms : List.of(ticking, batched)) {
                rooms.read("W", at(0), 1.02);
                rooms.read("W", at(10), 1.04);
            }
            ticking.tick(at(15));
            for (Rooms rooms : List.of(ticking, batched)) {
                rooms.read("W", at(20), 0.90);
            }
            assertThat(kinds(ticking)).containsExactly("RAISED", "CLEARED");
            assertThat(batched.told())
                    .extracting(each -> each.kind() + " " + each.atMs())
                    .isEqualTo(ticking.told().stream()
                            .map(each -> each.kind() + " " + each.atMs())
                            .toList());
        }
    }

    @Test
    void shouldCountOnlyGoodReadingsTowardTheOffDelay() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", level("quay", 1, 1.0, 0, 30 * MIN))), 1)) {
            rooms.read("W", at(0), 1.05);
            rooms.read("W", at(10), 0.90);
            // out of the sensor's span: for two hours nobody knows
            for (int minute = 20; minute <= 120; minute += 10) {
                rooms.read("W", at(minute), 9.0 + minute / 1000.0);
            }
            rooms.read("W", at(130), 0.90);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("W", at(140), 0.90);
            rooms.read("W", at(150), 0.90);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("W", at(160), 0.90);
            assertThat(kinds(rooms)).containsExactly("RAISED", "CLEARED");
        }
    }

    @Test
    void shouldCountOnOverOneReadingThatFailed() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", level("quay", 1, 1.0, 0, 30 * MIN))), 1)) {
            rooms.read("W", at(0), 1.05);
            rooms.read("W", at(10), 0.90);
            rooms.read("W", at(20), 9.0);
            rooms.read("W", at(30), 0.90);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("W", at(40), 0.90);
            assertThat(kinds(rooms)).containsExactly("RAISED", "CLEARED");
        }
    }

    @Test
    void shouldBeginAnewWhenTheReadingThatBeganItIsCorrectedDuringTheOnDelay() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", level("quay", 1, 1.0, 30 * MIN, 0))), 1)) {
            rooms.read("W", at(0), 1.02);
            rooms.read("W", at(10), 1.04);
            rooms.read("W", at(20), 1.05);
            rooms.read("W", at(0), 0.95);
            rooms.tick(at(39));
            assertThat(kinds(rooms)).isEmpty();
            rooms.tick(at(40));
            assertThat(rooms.told()).extracting(Transition::beganAtMs).containsExactly(at(10));
        }
    }

    @Test
    void shouldRaiseByALateSumThoughTheNewestReportFailed() {
        Threshold cloudburst = threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, 30 * MIN, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(rainSensor("R", cloudburst)), 1)) {
            rooms.read("R", at(0), 0);
            rooms.read("R", at(10), 99);
            assertThat(kinds(rooms)).isEmpty();
            rooms.read("R", at(5), 20);
            assertThat(kinds(rooms)).containsExactly("RAISED");
        }
    }

    private static List<Boolean> edges(Rooms rooms) {
        // by rule id: the hour holds both intervals, the five minutes cut through them
        return rooms.told().stream()
                .sorted((a, b) -> b.ruleId().length() - a.ruleId().length())
                .map(Transition::possible)
                .toList();
    }

    @Test
    void shouldEndWhatStoodByAThresholdThatIsTakenOut() {
        Sensor two = levelSensor("W", level("quay", 1, 1.0, 0, 0), level("street", 2, 1.2, 0, 0));
        Sensor one = levelSensor("W", level("quay", 1, 1.0, 0, 0));
        Catalogue before = Catalogues.of(two);
        try (Rooms rooms = new Rooms(before, 1)) {
            rooms.read("W", at(0), 1.3);
            rooms.command(new Command.UseCatalogue(Catalogues.of(one)));
            List<Exceedance> log = rooms.exceedances();
            assertThat(log).hasSize(3);
            assertThat(log.getLast().threshold()).isEqualTo("street");
            assertThat(log.getLast().beganAtMs()).isEqualTo(at(0));
            assertThat(log.getLast().endedAtMs()).isEqualTo(at(0));
            rooms.read("W", at(10), 0.9);
            assertThat(rooms.exceedances().getLast().threshold()).isEqualTo("quay");
            assertThat(rooms.exceedances().getLast().endedAtMs()).isEqualTo(at(10));
        }
    }

    @Test
    void shouldBeginOnlyInSeasonAndEndWheneverItEnds() {
        Threshold all = level("quay", 1, 1.0, 0, 0);
        Threshold winter = new Threshold(
                all.name(),
                all.title(),
                1,
                all.kind(),
                all.direction(),
                all.comparison(),
                1.0,
                0.95,
                all.datum(),
                0,
                0,
                0,
                Double.NaN,
                new YearPart(1101, 331),
                "",
                true,
                all.action(),
                "",
                "");
        long endOfOctober = Instant.parse("2026-10-31T23:50:00Z").toEpochMilli();
        long endOfMarch = Instant.parse("2027-03-31T23:50:00Z").toEpochMilli();
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", winter)), 1)) {
            rooms.read("W", endOfOctober, 1.1);
            assertThat(kinds(rooms)).isEmpty();
            rooms.read("W", endOfOctober + 10 * MIN, 1.1);
            assertThat(kinds(rooms)).containsExactly("RAISED");
            rooms.read("W", endOfOctober + 20 * MIN, 0.9);
            rooms.read("W", endOfMarch, 1.1);
            rooms.read("W", endOfMarch + 10 * MIN, 1.1);
            rooms.read("W", endOfMarch + 20 * MIN, 0.9);
            rooms.read("W", endOfMarch + 30 * MIN, 1.1);
            assertThat(kinds(rooms).subList(1, kinds(rooms).size()))
                    .filteredOn(kind -> !kind.equals("STALE") && !kind.equals("BACK"))
                    .containsExactly("CLEARED", "RAISED", "CLEARED");
        }
    }

    @Test
    void shouldJudgeTheResidualAboveTheTide() {
        SeaTide tide = new SeaTide(
                0.05,
                Catalogues.DVR90,
                LocalDate.of(2010, 1, 1),
                LocalDate.of(2020, 1, 1),
                false,
                List.of(new SeaTide.Constant("M2", 0.40, 100)),
                "test");
        Sensor plain = levelSensor("W", threshold("surge", 2, Threshold.Kind.RESIDUAL, 0.5, 0.4, 0, 0, 0, Double.NaN));
        Sensor tidal = Catalogues.with(plain, new Reference(tide, null, null, null));
        Tide expected = Tide.of(tide);
        try (Rooms rooms = new Rooms(Catalogues.of(0.10, tidal), 1)) {
            for (int i = 0; i < 80; i++) {
                double surge = i < 40 ? 0.3 : i < 60 ? 0.6 : 0.2;
                long atMs = at(10 * i);
                rooms.read("W", atMs, expected.expectedLevelM(atMs) + surge - 0.10);
                LiveState live = rooms.live();
                assertThat(live.residualM()[0]).isCloseTo(surge, within(1e-9));
            }
            assertThat(rooms.told())
                    .extracting(each -> each.kind() + " " + (each.atMs() - T0) / MIN)
                    .containsExactly("RAISED 400", "CLEARED 600");
        }
    }
}

package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.analysis.Expectation;
import dk.vandvagt.layer.ForecastRefusal;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.ForecastErrors.Lead;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is expected is told before the water is there, says how sure it is, and never speaks for the level itself. */
class ExpectedAlertTest {
    private static final long T0 = 1_700_006_400_000L;
    private static final Threshold QUAY = level("quay", 2, 1.0, 0, 30 * MIN);
    private static final Threshold SOON =
            threshold("soon", 1, Threshold.Kind.EXPECTED, 1.0, 0.8, 0, 30 * MIN, 3 * HOUR, Double.NaN);

    private static Catalogue catalogue(int storms) {
        ForecastErrors errors = new ForecastErrors(
                3 * HOUR,
                List.of(new Lead(HOUR, -0.05, 0, 0.06), new Lead(3 * HOUR, -0.15, 0.01, 0.20)),
                storms,
                T0 - 1000 * HOUR,
                T0,
                "test");
        Sensor plain = levelSensor("W", QUAY, SOON);
        return Catalogues.of(Catalogues.with(plain, new Reference(null, null, null, errors)));
    }

    private static long at(int reading) {
        return T0 + reading * 10 * MIN;
    }

    /** Rises 20 cm an hour from 30 cm, stands at 1.10 m, falls. */
    private static double water(int reading) {
        double hours = reading / 6.0;
        return hours < 4 ? 0.30 + 0.2 * hours : hours < 6 ? 1.10 : 1.10 - 0.2 * (hours - 6);
    }

    @Test
    void shouldBeToldAheadAndLeaveTheLevelToItself() {
        try (Rooms rooms = new Rooms(catalogue(19), 1)) {
            int reached = -1;
            for (int i = 0; i < 60; i++) {
                rooms.read("W", at(i), water(i));
                LiveState live = rooms.live();
                LiveState.Crossings crossings = live.crossings();
                if (water(i) >= 1.0 && reached < 0) {
                    reached = i;
                }
                if (crossings.refusal()[0] == Expectation.NONE && water(i) < 1.0) {
                    assertThat(crossings.levelM()[0]).isEqualTo(1.0);
                    assertThat(crossings.earliestMs()[0])
                            .isBetween(0L, Math.max(crossings.centralMs()[0], at(60)));
                }
                // twenty minutes ahead the whole band gets there
                if (i == 19) {
                    assertThat(crossings.refusal()[0]).isEqualTo(Expectation.NONE);
                    assertThat(at(21))
                            .isBetween(crossings.earliestMs()[0], crossings.latestMs()[0]);
                }
            }
            assertThat(rooms.told())
                    .extracting(each -> each.kind() + " " + each.threshold())
                    .containsExactly("RAISED soon", "RAISED quay", "CLEARED quay", "CLEARED soon");
            long raisedSoon = rooms.told().getFirst().atMs();
            assertThat(raisedSoon).isBetween(at(reached) - 2 * HOUR, at(reached) - 30 * MIN);
            LiveState live = rooms.live();
            assertThat(live.crossings().scored()[0]).isPositive();
            assertThat(live.crossings().held()[0])
                    .isBetween(1L, live.crossings().scored()[0]);
        }
    }

    @Test
    void shouldSayNothingUntilEnoughStormsHaveCalibratedIt() {
        try (Rooms rooms = new Rooms(catalogue(18), 1)) {
            for (int i = 0; i < 21; i++) {
                rooms.read("W", at(i), water(i));
            }
            assertThat(rooms.live().crossings().refusal()[0]).isEqualTo(Expectation.TOO_FEW_STORMS);
            assertThat(rooms.told()).isEmpty();
        }
    }

    @Test
    void shouldSayNothingOfASensorThatIsSilent() {
        try (Rooms rooms = new Rooms(catalogue(30), 1)) {
            for (int i = 0; i < 20; i++) {
                rooms.read("W", at(i), water(i));
            }
            assertThat(rooms.live().crossings().refusal()[0]).isEqualTo(Expectation.NONE);
            rooms.tick(at(20) + HOUR);
            assertThat(rooms.live().crossings().refusal()[0]).isEqualTo(Expectation.STALE);
            assertThat(rooms.live().crossings().latestMs()[0]).isZero();
        }
    }

    @Test
    void shouldGiveTheReasonsThatLayersServe() {
        assertThat(List.of(
                        Expectation.NONE,
                        Expectation.NO_TABLE,
                        Expectation.TOO_FEW_STORMS,
                        Expectation.STALE,
                        Expectation.SUSPECT,
                        Expectation.SHORT,
                        Expectation.CALM,
                        Expectation.NOT_RISING,
                        Expectation.NOT_FALLING))
                .containsExactly(
                        ForecastRefusal.NONE.code(),
                        ForecastRefusal.NO_TABLE.code(),
                        ForecastRefusal.TOO_FEW_STORMS.code(),
                        ForecastRefusal.STALE.code(),
                        ForecastRefusal.SUSPECT.code(),
                        ForecastRefusal.SHORT.code(),
                        ForecastRefusal.CALM.code(),
                        ForecastRefusal.NOT_RISING.code(),
                        ForecastRefusal.NOT_FALLING.code());
    }

    @Test
    void shouldKeepItsScoreOverARestart() {
        Catalogue catalogue = catalogue(19);
        SavedState saved;
        long scored;
        try (Rooms rooms = new Rooms(catalogue, 1)) {
            for (int i = 0; i < 40; i++) {
                rooms.read("W", at(i), water(i));
            }
            scored = rooms.live().crossings().scored()[0];
            saved = rooms.save();
        }
        assertThat(scored).isPositive();
        try (Rooms rooms = new Rooms(catalogue, 2, saved)) {
            assertThat(rooms.live().crossings().scored()[0]).isEqualTo(scored);
        }
    }
}

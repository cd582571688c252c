package dk.vandvagt.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.data.BalticSurge;
import dk.vandvagt.data.BalticSurge.Row;
import dk.vandvagt.data.BalticSurge.Span;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The surge of October 2023, as seven gauges measured it, through the real rooms in virtual time. */
class FloodDayTest {
    private static final long OFF_DELAY_MS = 30 * 60_000;
    private static final double DEADBAND_M = 0.05;
    private static final double[] LEVELS = {1.0, 1.25, 1.5, 2.0};

    private final Catalogue catalogue = catalogue();
    private List<Row> rows = List.of();

    private static Catalogue catalogue() {
        return switch (SettingsFile.load(BalticSurge.CATALOGUE, null)) {
            case Read.Good good -> good.catalogue();
            case Read.Bad bad -> throw new AssertionError(bad.faults());
        };
    }

    @BeforeEach
    void readTheMeasuredRows() {
        rows = BalticSurge.rows();
    }

    private void replay(Rooms rooms, long untilMs) {
        for (Row row : rows) {
            if (row.observedAtMs() <= untilMs) {
                rooms.read(row.sensorId(), row.observedAtMs(), row.levelM());
            }
        }
    }

    private static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    @Test
    void shouldBeginAndEndEveryExceedanceWhereTheSeriesSays() {
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            replay(rooms, Long.MAX_VALUE);
            for (String gauge : BalticSurge.GAUGES) {
                List<Span> expected = new ArrayList<>();
                for (double level : LEVELS) {
                    expected.addAll(
                            BalticSurge.exceedances(BalticSurge.rows(gauge), level, level - DEADBAND_M, OFF_DELAY_MS));
                }
                List<Span> found = rooms.exceedances().stream()
                        .filter(each -> each.sensorId().equals(gauge + "-W") && each.endedAtMs() != 0)
                        .map(each -> new Span(each.raiseAt(), each.beganAtMs(), each.endedAtMs(), each.peak()))
                        .sorted(Comparator.comparingDouble(Span::raiseAt).thenComparingLong(Span::beganAtMs))
                        .toList();
                assertThat(found).as(gauge).isEqualTo(expected);
                assertThat(found).as(gauge).isNotEmpty();
            }
        }
    }

    @Test
    void shouldRaiseFlensburgAtTheHoursThatTheRecordShows() {
        try (Rooms rooms = new Rooms(catalogue, 1)) {
            replay(rooms, Long.MAX_VALUE);
            List<String> story = rooms.told().stream()
                    .filter(each -> each.sensorId().equals("Flensburg-W"))
                    .map(each -> each.kind() + " " + each.threshold() + " " + Instant.ofEpochMilli(each.atMs()))
                    .toList();
            assertThat(story).first().asString().isEqualTo("RAISED level-100 2023-10-19T05:40:00Z");
            assertThat(story).anyMatch(line -> line.startsWith("ESCALATED level-200 2023-10-20"));
            Transition cleared = rooms.told().stream()
                    .filter(each -> each.kind() == Transition.Kind.CLEARED && each.peak() == 2.27)
                    .findFirst()
                    .orElseThrow();
            assertThat(cleared.peakAtMs()).isEqualTo(at("2023-10-20T21:40:00Z"));
        }
    }

    @Test
    void shouldKeepKappelnsAlertWhileKappelnIsSilent() {
        try (Rooms rooms = new Rooms(catalogue, 1)) {
            long silentFrom = at("2023-10-20T12:20:00Z");
            replay(rooms, at("2023-10-23T07:10:00Z"));
            LiveState live = rooms.live();
            int kappeln = catalogue.sensorIndex("Kappeln-W");
            assertThat(live.observedAtMs()[kappeln]).isLessThanOrEqualTo(silentFrom);
            assertThat(live.stale()[kappeln]).isTrue();
            assertThat(live.severity()[kappeln]).isPositive();
            List<Transition> afterwards = rooms.told().stream()
                    .filter(each -> each.sensorId().equals("Kappeln-W") && each.atMs() > silentFrom)
                    .toList();
            assertThat(afterwards).extracting(Transition::kind).containsExactly(Transition.Kind.STALE);
            replay(rooms, Long.MAX_VALUE);
            assertThat(rooms.told().stream().filter(each -> each.sensorId().equals("Kappeln-W")))
                    .extracting(Transition::kind)
                    .contains(Transition.Kind.BACK, Transition.Kind.CLEARED);
        }
    }

    @Test
    void shouldFailNoReadingOfATrueSurge() {
        try (Rooms rooms = new Rooms(catalogue, 1)) {
            replay(rooms, Long.MAX_VALUE);
            long failed = 0;
            long suspect = 0;
            for (Verdicts verdicts : rooms.verdicts()) {
                for (int i = 0; i < verdicts.size(); i++) {
                    failed += verdicts.flag()[i] == Flag.FAIL ? 1 : 0;
                    suspect += verdicts.flag()[i] == Flag.SUSPECT ? 1 : 0;
                }
            }
            assertThat(failed).isZero();
            assertThat(suspect).isLessThan(rows.size() / 1000);
        }
    }

    @Test
    void shouldTellNothingNewWhenTheWholeStormIsSentTwice() {
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            replay(rooms, Long.MAX_VALUE);
            int told = rooms.told().size();
            replay(rooms, Long.MAX_VALUE);
            assertThat(rooms.told()).hasSize(told);
        }
    }
}

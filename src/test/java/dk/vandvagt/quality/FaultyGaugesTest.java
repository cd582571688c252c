package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Flags.Observed;
import dk.vandvagt.quality.SharedData.Row;
import dk.vandvagt.shard.Rooms;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.CanonicalJson;
import dk.vandvagt.wire.ReadingBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Ten real faults of gauges, in the settings of the replay, with thresholds from 1.0 m on: each is found, by the test that is
 * named for it, and none is told to the public. The provider's own flags are evidence, not truth.
 */
class FaultyGaugesTest {
    private static final long HOUR = 3_600_000L;

    private final Catalogue catalogue = catalogue();

    private static Catalogue catalogue() {
        return switch (SettingsFile.load(Path.of("config", "baltic-2023.yml"), null)) {
            case Read.Good good -> good.catalogue();
            case Read.Bad bad -> throw new AssertionError(bad.faults());
        };
    }

    /** What the rooms said of a month of one gauge, and what they told people of it. */
    private record Judged(Collection<Observed> all, List<Transition> told) {
        Observed at(String instant) {
            long atMs = Instant.parse(instant).toEpochMilli();
            return all.stream()
                    .filter(each -> each.observedAtMs() == atMs)
                    .findFirst()
                    .orElseThrow();
        }

        Set<String> failedBy(QualityTest test) {
            return timesOf(Flag.FAIL, test);
        }

        Set<String> suspectBy(QualityTest test) {
            return timesOf(Flag.SUSPECT, test);
        }

        private Set<String> timesOf(int flag, QualityTest test) {
            return all.stream()
                    .filter(each -> each.is(flag, test))
                    .map(each -> Instant.ofEpochMilli(each.observedAtMs()).toString())
                    .collect(Collectors.toSet());
        }

        long failed() {
            return all.stream().filter(each -> each.flag() == Flag.FAIL).count();
        }
    }

    private Judged judge(String file, String sensorId) {
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            for (Row row : rows(file)) {
                if (!Double.isNaN(row.level())) {
                    rooms.read(sensorId, row.observedAtMs(), row.level());
                }
            }
            return new Judged(Flags.all(rooms).values(), List.copyOf(rooms.told()));
        }
    }

    private static List<Row> rows(String file) {
        return SharedData.rows("baltic-qc-cases/" + file + ".csv");
    }

    @Test
    void shouldFailTheSpikeOfSeventeenMetresThatWasFlaggedGood() {
        Judged flensburg = judge("flensburg-2023-09-spikes", "Flensburg-W");
        assertThat(flensburg.failedBy(QualityTest.GROSS_RANGE)).containsExactly("2023-09-09T19:40:00Z");
        assertThat(flensburg.failedBy(QualityTest.SPIKE)).containsExactly("2023-09-06T17:10:00Z");
        assertThat(flensburg.failed()).isEqualTo(2);
        assertThat(flensburg.at("2023-09-09T19:50:00Z").flag()).isEqualTo(Flag.PASS);
        assertThat(flensburg.told()).isEmpty();
    }

    @Test
    void shouldFailAGaugeThatIsStuckForDays() {
        Judged flensburg = judge("flensburg-2020-11-stuck", "Flensburg-W");
        long stuckSince = Instant.parse("2020-11-19T18:00:00Z").toEpochMilli();
        long stuckUntil = Instant.parse("2020-11-23T07:20:00Z").toEpochMilli();
        assertThat(flensburg.all())
                .filteredOn(each -> each.observedAtMs() >= stuckSince && each.observedAtMs() <= stuckUntil)
                .hasSize(513)
                .allSatisfy(each -> {
                    long stuckMs = each.observedAtMs() - stuckSince;
                    if (stuckMs >= 24 * HOUR) {
                        assertThat(each.is(Flag.FAIL, QualityTest.FLAT_LINE))
                                .as("%s", each)
                                .isTrue();
                    } else if (stuckMs >= 8 * HOUR) {
                        assertThat(each.is(Flag.SUSPECT, QualityTest.FLAT_LINE))
                                .as("%s", each)
                                .isTrue();
                    }
                });
        // the two shorter stands of the days before
        assertThat(flensburg.at("2020-11-17T19:40:00Z").is(Flag.FAIL, QualityTest.FLAT_LINE))
                .isTrue();
        assertThat(flensburg.at("2020-11-19T07:10:00Z").is(Flag.FAIL, QualityTest.FLAT_LINE))
                .isTrue();
        assertThat(flensburg.told()).isEmpty();
    }

    @Test
    void shouldFindEverySpikeOfLuebeckAndFailNoGoodReading() {
        Judged luebeck = judge("luebeck-2017-05-spikes-qc4", "Luebeck-W");
        Set<String> bad = rows("luebeck-2017-05-spikes-qc4").stream()
                .filter(row -> row.flag() == 4)
                .map(row -> Instant.ofEpochMilli(row.observedAtMs()).toString())
                .collect(Collectors.toSet());
        Set<String> doubted = luebeck.all().stream()
                .filter(each -> each.flag() >= Flag.SUSPECT)
                .map(each -> Instant.ofEpochMilli(each.observedAtMs()).toString())
                .collect(Collectors.toSet());
        assertThat(bad).hasSize(31);
        // of several bad readings on end only the step up to the first is seen: what follows looks as calm as any
        assertThat(bad.stream().filter(time -> !doubted.contains(time)))
                .containsExactlyInAnyOrder(
                        "2017-04-22T00:10:00Z",
                        "2017-04-26T17:20:00Z",
                        "2017-04-26T17:30:00Z",
                        "2017-04-26T17:40:00Z",
                        "2017-04-26T17:50:00Z",
                        "2017-05-05T20:10:00Z",
                        "2017-05-05T20:50:00Z",
                        "2017-05-18T20:10:00Z");
        assertThat(bad).containsAll(luebeck.failedBy(QualityTest.SPIKE));
        assertThat(luebeck.at("2017-05-04T23:30:00Z").is(Flag.FAIL, QualityTest.SPIKE))
                .isTrue();
        assertThat(luebeck.told()).isEmpty();
    }

    @Test
    void shouldFailWhatLiesBelowWarnemuendesGauge() {
        Judged warnemuende = judge("warnemuende-2019-07-spikes", "Warnemuende-W");
        assertThat(warnemuende.failedBy(QualityTest.GROSS_RANGE))
                .containsExactlyInAnyOrder(
                        "2019-07-03T09:50:00Z",
                        "2019-07-03T10:00:00Z",
                        "2019-07-03T10:10:00Z",
                        "2019-07-03T10:20:00Z",
                        "2019-07-03T10:30:00Z");
        assertThat(warnemuende.suspectBy(QualityTest.GROSS_RANGE))
                .containsExactlyInAnyOrder(
                        "2019-07-03T10:40:00Z", "2019-07-03T10:50:00Z", "2019-07-03T11:00:00Z", "2019-07-03T11:10:00Z");
        assertThat(warnemuende.suspectBy(QualityTest.SPIKE)).containsExactly("2019-07-03T09:20:00Z");
        assertThat(warnemuende.told()).isEmpty();
    }

    @Test
    void shouldDoubtTheGaugeZeroThatKielReportedForTwoHours() {
        Judged kiel = judge("kiel-2018-01-minus5", "KielHoltenau-W");
        assertThat(kiel.all())
                .filteredOn(each -> each.value() < -4.9)
                .hasSize(12)
                .allMatch(each -> each.is(Flag.SUSPECT, QualityTest.GROSS_RANGE));
        assertThat(kiel.failed()).isZero();
        assertThat(kiel.told()).isEmpty();
    }

    @Test
    void shouldDoubtKielWhenItStandsStillForEightHours() {
        Judged kiel = judge("kiel-2018-05-flatline-qc3", "KielHoltenau-W");
        assertThat(kiel.suspectBy(QualityTest.FLAT_LINE)).hasSize(4);
        assertThat(kiel.failed()).isZero();
        assertThat(kiel.told()).isEmpty();
    }

    @Test
    void shouldDoubtWarnemuendeWhenItStandsStillForEightHours() {
        Judged warnemuende = judge("warnemuende-2020-07-qc3", "Warnemuende-W");
        assertThat(warnemuende.suspectBy(QualityTest.FLAT_LINE)).hasSize(62);
        assertThat(warnemuende.at("2020-07-07T07:10:00Z").is(Flag.SUSPECT, QualityTest.FLAT_LINE))
                .isTrue();
        assertThat(warnemuende.failed()).isZero();
        assertThat(warnemuende.told()).isEmpty();
    }

    @Test
    void shouldFailTheSpikesOfEckernfoerdeThatNobodyFlagged() {
        Judged eckernfoerde = judge("eckernfoerde-2025-01-spikes-unflagged", "Eckernfoerde-W");
        assertThat(eckernfoerde.failedBy(QualityTest.SPIKE))
                .containsExactlyInAnyOrder("2025-01-31T14:20:00Z", "2025-01-31T17:40:00Z", "2025-02-01T05:00:00Z");
        assertThat(eckernfoerde.failed()).isEqualTo(3);
        assertThat(eckernfoerde.told()).isEmpty();
    }

    /** The water really stood above 1.0 m for two days: that is told, and nothing of the spike to 2.0 m on top of it. */
    @Test
    void shouldFailASpikeOnTopOfARealSurgeAndTellOnlyTheSurge() {
        Judged eckernfoerde = judge("eckernfoerde-2024-02-spikes-unflagged", "Eckernfoerde-W");
        assertThat(eckernfoerde.failedBy(QualityTest.SPIKE)).containsExactly("2024-02-11T07:30:00Z");
        assertThat(eckernfoerde.failed()).isEqualTo(1);
        assertThat(eckernfoerde.told()).isNotEmpty().allSatisfy(told -> {
            assertThat(told.severity()).isLessThanOrEqualTo(1);
            assertThat(told.peak()).isLessThan(1.25);
        });
        assertThat(eckernfoerde.told()).extracting(Transition::threshold).containsOnly("level-100");
    }

    @Test
    void shouldRefuseValuesThatAreMissingAndSeeTheGap() {
        int sensor = catalogue.sensorIndex("Travemuende-W");
        CanonicalJson json = new CanonicalJson();
        ReadingBuffer buffer = new ReadingBuffer();
        for (String message :
                List.of("{\"t\":\"2023-03-03T09:20:00Z\",\"v\":null}", "{\"t\":\"2023-03-03T09:20:00Z\"}")) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            assertThat(json.decode(sensor, catalogue.sensor(sensor).unit(), bytes, 0, bytes.length, buffer))
                    .as(message)
                    .isNotNull();
        }
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            long lastBefore = 0;
            int refused = 0;
            for (Row row : rows("travemuende-2023-03-fill-values")) {
                if (Double.isNaN(row.level())) {
                    refused++;
                    // time goes on, though nothing was measured
                    rooms.tick(row.observedAtMs());
                    LiveState live = rooms.live();
                    assertThat(live.flag()[sensor]).isEqualTo(Flag.MISSING);
                    assertThat(live.test()[sensor]).isEqualTo(QualityTest.GAP.code());
                    assertThat(live.observedAtMs()[sensor]).isEqualTo(lastBefore);
                } else {
                    rooms.read("Travemuende-W", row.observedAtMs(), row.level());
                    lastBefore = row.observedAtMs();
                }
            }
            assertThat(refused).isEqualTo(10);
            assertThat(rooms.live().flag()[sensor]).isEqualTo(Flag.PASS);
            assertThat(rooms.told()).isEmpty();
        }
    }
}

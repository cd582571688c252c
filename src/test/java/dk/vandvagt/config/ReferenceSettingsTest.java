package dk.vandvagt.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.analysis.Constituent;
import dk.vandvagt.analysis.Tide;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.RainDefinition;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.ReturnDepths;
import dk.vandvagt.station.ReturnLevels;
import dk.vandvagt.station.ReturnPeriod;
import dk.vandvagt.station.ReturnSeries;
import dk.vandvagt.station.ReturnSource;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.VerticalDatum;
import dk.vandvagt.station.YearPart;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a sensor's readings are held against, from the file into the records that judging takes. */
class ReferenceSettingsTest {
    private static final VerticalDatum DVR90 = new VerticalDatum("DVR90");
    private static final String HEAD = """
            version: 1
            place: {id: here, name: Here}
            stations:
              - id: ST
                name: Somewhere
                lon: 9.89
                lat: 55.27
                datum: DVR90
                gaugeZero: 0.00
                sensors:
            """;
    private static final String TIDE = "tide: {meanLevel: 0.055, datum: DVR90, from: 2010-01-01, to: 2020-01-01, "
            + "yearlyCycle: inTide, source: \"Sea level office, 2021\", constituents: ["
            + "{name: M2, amplitude: 0.2586, phase: 112.9}, {name: ν2, amplitude: 0.01, phase: -12}, "
            + "{name: Sa, amplitude: 0.09, phase: 231.5}, {name: 2MS6, amplitude: 0.003, phase: 0}]}";
    private static final String ERRORS = "forecastErrors: {window: 3h, storms: 14, from: 2014-01-19, to: 2022-12-31, "
            + "source: own record, leads: [{lead: 30min, q05: -0.05, q50: 0.00, q95: 0.06}, "
            + "{lead: 3h, q05: -0.21, q50: -0.01, q95: 0.34}]}";

    private static Read read(String sensor) {
        return SettingsReader.read(HEAD + "      - {" + sensor + "}\n", "test.yml", null);
    }

    private static Read.Good good(String sensor) {
        if (read(sensor) instanceof Read.Good good) {
            return good;
        }
        throw new AssertionError(((Read.Bad) read(sensor)).faults());
    }

    private static Sensor sensor(String settings) {
        return good(settings).catalogue().sensor(0);
    }

    private static String level(String more) {
        return "id: ST-W, parameter: level, unit: m, interval: 10min, " + more;
    }

    private static String rain(String more) {
        return "id: ST-R, parameter: rain, unit: mm, interval: 5min, " + more;
    }

    private static Threshold threshold(Sensor sensor) {
        assertThat(sensor.thresholds()).hasSize(1);
        return sensor.thresholds().getFirst();
    }

    @Test
    void shouldHoldASensorAgainstNothingThatTheFileDoesNotName() {
        assertThat(sensor(level("resolution: 0.01")).reference()).isEqualTo(Reference.NONE);
    }

    @Test
    void shouldReadATide() {
        Read.Good read = good(level(TIDE));
        assertThat(read.warnings()).isEmpty();
        assertThat(read.catalogue().sensor(0).reference().tide())
                .isEqualTo(new SeaTide(
                        0.055,
                        DVR90,
                        LocalDate.of(2010, 1, 1),
                        LocalDate.of(2020, 1, 1),
                        true,
                        List.of(
                                new SeaTide.Constant("M2", 0.2586, 112.9),
                                new SeaTide.Constant("ν2", 0.01, -12),
                                new SeaTide.Constant("Sa", 0.09, 231.5),
                                new SeaTide.Constant("2MS6", 0.003, 0)),
                        "Sea level office, 2021"));
    }

    @Test
    void shouldWarnWhereTheTideIsHardlyAny() {
        Read.Good read = good(level(TIDE.replace("0.2586", "0.0986")));
        assertThat(read.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.message())
                        .isEqualTo(
                                "the tide's range is 0.20 m, less than 0.2 m: nearly tideless, the residual of sensor "
                                        + "ST-W is hardly other than its level"));
        assertThat(good(level(TIDE.replace("0.2586", "0.1"))).warnings())
                .as("2·√(0.1² + 0.01² + 0.003²) is just above")
                .isEmpty();
    }

    /** As whoever judges by it makes it of the settings. */
    private static Tide tide(SeaTide tide) {
        return new Tide(
                new Tide.MeanLevel(tide.meanLevelM(), tide.datum(), tide.from(), tide.to()),
                tide.yearlyCycleInTide() ? Tide.YearlyCycle.IN_TIDE : Tide.YearlyCycle.IN_RESIDUAL,
                tide.constants().stream()
                        .map(constant -> new Tide.Harmonic(
                                Constituent.named(constant.constituent()).orElseThrow(),
                                constant.amplitudeM(),
                                constant.phaseLagDeg()))
                        .toList());
    }

    @Test
    void shouldLetNoTideThroughThatJudgingWouldRefuse() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ReferenceSettingsTest.shouldLetNoTideThroughThatJudgingWouldRefuse: -Dseed=" + seed);
        Random random = new Random(seed);
        List<String> names = List.of(
                "M2",
                "m2",
                "S2",
                "N4",
                "2N4",
                "SA",
                "Sa",
                "SSA",
                "SA-IOS",
                "RHO",
                "RHO1",
                "ro1",
                "MSF",
                "2SN(MK)2",
                "(((",
                "2(2(M)2)2",
                "ν2",
                "NU2",
                "M99",
                "MM",
                "4",
                "\"\"",
                "H1",
                "ALPHA2",
                "MMMMMMMMMMMMMMMMMMMMMMMMM2");
        List<String> numbers = List.of(
                "0", "-0.0", "0.1", "99.99", "100", "-1e-9", "1e-320", "-360", "720", "720.1", "1e300", ".inf", "0.3",
                "45");
        List<String> days = List.of("2010-01-01", "2020-01-01", "0001-01-01", "9999-12-31", "2010-02-30");
        int good = 0;
        int bad = 0;
        for (int round = 0; round < 4_000; round++) {
            List<String> constants = new ArrayList<>();
            int n = 1 + random.nextInt(3);
            for (int i = 0; i < n; i++) {
                constants.add("{name: " + pick(names, random) + ", amplitude: " + pick(numbers, random) + ", phase: "
                        + pick(numbers, random) + "}");
            }
            String settings = level("tide: {meanLevel: " + pick(numbers, random) + ", datum: DVR90, from: "
                    + pick(days, random) + ", to: " + pick(days, random) + ", yearlyCycle: "
                    + (random.nextBoolean() ? "inTide" : "inResidual") + ", source: x, constituents: "
                    + constants + "}");
            switch (read(settings)) {
                case Read.Good ok -> {
                    good++;
                    SeaTide tide = Objects.requireNonNull(
                            ok.catalogue().sensor(0).reference().tide());
                    Tide judged = tide(tide);
                    assertThat(judged.tideM(1_700_000_000_000L))
                            .as("seed %d: %s", seed, settings)
                            .isFinite();
                    assertThat(tide.equivalentRangeM())
                            .as("seed %d: %s", seed, settings)
                            .isCloseTo(judged.equivalentRangeM(), within(1e-9));
                }
                case Read.Bad told -> {
                    bad++;
                    assertThat(told.faults()).isNotEmpty();
                }
            }
        }
        assertThat(good).as("some are well").isGreaterThan(20);
        assertThat(bad).as("many are not").isGreaterThan(1_000);
    }

    private static String pick(List<String> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    @Test
    void shouldReadReturnLevels() {
        ReturnLevels table = Objects.requireNonNull(sensor(
                        level(
                                "returnLevels: {source: Coast office, edition: \"2017\", referenceYear: 2017, datum: DVR90, "
                                        + "series: annualMaxima, points: [{years: 20, level: 1.66}, {years: 100, level: 1.80}]}"))
                .reference()
                .returnLevels());
        assertThat(table.source()).isEqualTo(new ReturnSource("Coast office", "2017", 2017));
        assertThat(table.datum()).isEqualTo(DVR90);
        assertThat(table.series()).isEqualTo(ReturnSeries.ANNUAL_MAXIMA);
        assertThat(table.levelM(20)).isEqualTo(1.66);
        assertThat(table.levelM(100)).isEqualTo(1.80);
    }

    @Test
    void shouldReadReturnDepths() {
        ReturnDepths table = Objects.requireNonNull(
                sensor(rain("returnDepths: {source: Water office, edition: third, referenceYear: 2014, "
                                + "series: partialDurations, years: [0.5, 1, 2], rows: [{duration: 10min, depths: [5, 7, 9]}, "
                                + "{duration: 1h, depths: [9, 12, 16.5]}]}"))
                        .reference()
                        .returnDepths());
        assertThat(table.source()).isEqualTo(new ReturnSource("Water office", "third", 2014));
        assertThat(table.series()).isEqualTo(ReturnSeries.PARTIAL_DURATION);
        assertThat(table.depthMm(2, 3_600_000)).isEqualTo(16.5);
        assertThat(table.depthMm(0.5, 600_000)).isEqualTo(5);
        assertThat(table.returnPeriod(4, 600_000)).isInstanceOf(ReturnPeriod.LessThan.class);
    }

    @Test
    void shouldReadForecastErrors() {
        assertThat(sensor(level(ERRORS)).reference().forecastErrors())
                .isEqualTo(new ForecastErrors(
                        3 * 3_600_000L,
                        List.of(
                                new ForecastErrors.Lead(1_800_000, -0.05, 0, 0.06),
                                new ForecastErrors.Lead(3 * 3_600_000L, -0.21, -0.01, 0.34)),
                        14,
                        Instant.parse("2014-01-19T00:00:00Z").toEpochMilli(),
                        Instant.parse("2022-12-31T00:00:00Z").toEpochMilli(),
                        "own record"));
    }

    @Test
    void shouldReadAResidualWithoutADatum() {
        Threshold threshold = threshold(sensor(level(TIDE
                + ", thresholds: [{name: surge, severity: orange, kind: residual, raiseAt: 0.8, clearBelow: 0.6, "
                + "season: {from: 09-01, to: 04-30}}]")));
        assertThat(threshold.kind()).isEqualTo(Threshold.Kind.RESIDUAL);
        assertThat(threshold.kind().hasDatum()).isFalse();
        assertThat(threshold.kind().unit(Parameter.LEVEL)).isEqualTo("m");
        assertThat(threshold.windowMs()).isZero();
        assertThat(threshold.season()).isEqualTo(new YearPart(901, 430));
    }

    @Test
    void shouldReadHowFarAheadALevelIsExpected() {
        Catalogue catalogue = good(level(ERRORS
                        + ", thresholds: [{name: soon, severity: yellow, kind: expected, horizon: 3h, raiseAt: 1.25, "
                        + "clearBelow: 1.2, datum: DVR90}, {name: near, severity: yellow, kind: expected, "
                        + "horizon: 90min, raiseAt: 1.25, clearBelow: 1.2, datum: DVR90}]"))
                .catalogue();
        assertThat(catalogue.rules())
                .extracting(Rule::id)
                .containsExactly("ST-W.expected.180min", "ST-W.expected.90min");
        Threshold soon = catalogue.rules().getFirst().rungs().getFirst();
        assertThat(soon.windowMs()).isEqualTo(3 * 3_600_000L);
        assertThat(soon.datum()).isEqualTo(DVR90);
    }

    @Test
    void shouldReadAFallAsANegativeRise() {
        Threshold fall = threshold(sensor(level("thresholds: [{name: fall, severity: yellow, kind: rise, direction: "
                + "falling, window: 1h, raiseAt: -0.5, clearAbove: -0.3}]")));
        assertThat(fall.direction()).isEqualTo(Threshold.Direction.FALLING);
        assertThat(fall.raiseAt()).isEqualTo(-0.5);
        assertThat(fall.clearBelow()).isEqualTo(-0.3);
    }

    @Test
    void shouldJudgeABatteryInVoltsAndWithoutADatum() {
        Read.Good read = good("id: ST-B, parameter: battery, unit: mV, interval: 1h, thresholds: [{name: battery-low, "
                + "severity: yellow, kind: level, direction: falling, raiseAt: 11.5, clearAbove: 12}]");
        Threshold low = threshold(read.catalogue().sensor(0));
        assertThat(low.datum().isNone()).isTrue();
        assertThat(low.kind().unit(Parameter.BATTERY)).isEqualTo("V");
        assertThat(low.kind().unit(Parameter.SIGNAL)).isEqualTo("dBm");
        assertThat(CheckConfig.text("f.yml", read))
                .contains("<= 11.50 V  > 12.00 V")
                .contains("ST-B.level.falling\n");
        assertThat(threshold(
                                sensor(
                                        "id: ST-S, parameter: signal, unit: dBm, interval: 1h, thresholds: [{name: weak, "
                                                + "severity: yellow, kind: level, direction: falling, raiseAt: -110, clearAbove: -105}]"))
                        .raiseAt())
                .isEqualTo(-110);
    }

    @Test
    void shouldTakeDmisDefinitionsAtTheirWord() {
        Catalogue catalogue = good(rain("thresholds: [{definition: kraftig-regn}, {definition: skybrud}, "
                        + "{definition: dobbelt-skybrud}, {definition: tredobbelt-skybrud}]"))
                .catalogue();
        List<Threshold> read = catalogue.sensor(0).thresholds();
        RainDefinition[] definitions = RainDefinition.values();
        assertThat(read).hasSameSizeAs(definitions);
        for (int i = 0; i < definitions.length; i++) {
            Threshold threshold = read.get(i);
            assertThat(threshold.raiseAt()).isEqualTo(definitions[i].aboveMm());
            assertThat(threshold.windowMs()).isEqualTo(definitions[i].windowMs());
            assertThat(threshold.title()).isEqualTo(definitions[i].title());
            assertThat(threshold.comparison()).isEqualTo(Threshold.Comparison.BEYOND);
            assertThat(threshold.kind()).isEqualTo(Threshold.Kind.ACCUMULATION);
            assertThat(threshold.verified()).isTrue();
            assertThat(threshold.offDelayMs()).isEqualTo(30 * 60_000L);
        }
        assertThat(read)
                .extracting(Threshold::name)
                .containsExactly("kraftig-regn", "skybrud", "dobbelt-skybrud", "tredobbelt-skybrud");
        assertThat(read).extracting(Threshold::severity).containsExactly(1, 2, 3, 3);
        assertThat(read).extracting(Threshold::clearBelow).containsExactly(20.0, 10.0, 25.0, 40.0);
        assertThat(read.get(1).source()).isEqualTo("DMI's definition of skybrud: more than 15 mm in 30 minutes.");
        assertThat(catalogue.rules())
                .extracting(Rule::id)
                .containsExactly("ST-R.accumulation.360min", "ST-R.accumulation.30min");
    }

    @Test
    void shouldLetADefinitionKeepWhatIsTheMunicipalitysOwn() {
        Threshold threshold = threshold(
                sensor(
                        rain(
                                "thresholds: [{definition: skybrud, name: cloudburst, severity: red, "
                                        + "clearBelow: 12, offDelay: 1h, onDelay: 5min, source: ours, verified: false, owner: us, contact: c, "
                                        + "season: {from: 05-01, to: 09-30}, title: {da: Vand, en: Water}, action: {da: Løb, en: Run}}]")));
        assertThat(threshold.name()).isEqualTo("cloudburst");
        assertThat(threshold.severity()).isEqualTo(3);
        assertThat(threshold.clearBelow()).isEqualTo(12);
        assertThat(threshold.offDelayMs()).isEqualTo(3_600_000);
        assertThat(threshold.onDelayMs()).isEqualTo(300_000);
        assertThat(threshold.source()).isEqualTo("ours");
        assertThat(threshold.verified()).isFalse();
        assertThat(threshold.owner()).isEqualTo("us");
        assertThat(threshold.contact()).isEqualTo("c");
        assertThat(threshold.title().da()).isEqualTo("Vand");
        assertThat(threshold.action().en()).isEqualTo("Run");
        assertThat(threshold.season()).isEqualTo(new YearPart(501, 930));
        assertThat(threshold.raiseAt()).isEqualTo(15);
    }

    @Test
    void shouldSayWhatAGoodFileHoldsASensorAgainst() {
        String text = CheckConfig.text(
                "f.yml",
                good(level(TIDE + ", " + ERRORS
                        + ", thresholds: [{name: w, title: {da: Vinter, en: Winter}, severity: red, kind: residual, "
                        + "raiseAt: 1, clearBelow: 0.9, season: {from: 11-01, to: 03-31}}]")));
        assertThat(text)
                .contains("    tide: 4 constituents about 0.06 m DVR90, range 0.52 m, Sea level office, 2021\n")
                .contains("    forecast errors: up to 3h ahead, of 14 storms, own record\n")
                .contains("Winter (11-01 to 03-31)\n");
        assertThat(text).doesNotContain("null");
    }
}

package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.ReturnDepths;
import dk.vandvagt.station.ReturnLevels;
import dk.vandvagt.station.ReturnSeries;
import dk.vandvagt.station.ReturnSource;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers say of a reading besides itself: its tide, how rare it is, what is expected; and nothing where nothing is known. */
class ReferenceLayerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TEN_MINUTES = 600_000;
    private static final int W_10_MIN = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(TEN_MINUTES);
    private static final int W_30_MIN = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(3 * TEN_MINUTES);
    private static final int W_1_H = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(6 * TEN_MINUTES);
    private static final int W_6_H = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(36 * TEN_MINUTES);

    private static final SeaTide TIDE = new SeaTide(
            0.05,
            Shore.DVR90,
            LocalDate.of(2010, 1, 1),
            LocalDate.of(2020, 1, 1),
            false,
            List.of(new SeaTide.Constant("M2", 0.0586, 112.9)),
            "Sea level office, 2021");
    private static final ReturnLevels LEVELS = new ReturnLevels(
            new ReturnSource("Coast office", "2017 edition", 2017),
            Shore.DVR90,
            ReturnSeries.ANNUAL_MAXIMA,
            List.of(
                    new ReturnLevels.Point(2, 1.2),
                    new ReturnLevels.Point(20, 1.66),
                    new ReturnLevels.Point(100, 1.80)));
    private static final ReturnDepths DEPTHS = new ReturnDepths(
            new ReturnSource("Water office", "third", 2014),
            ReturnSeries.PARTIAL_DURATION,
            new double[] {0.5, 2, 10},
            new double[] {10, 60},
            new double[][] {{4, 8, 12}, {8, 16, 24}});

    private final LiveState live = Shore.silent(Shore.catalogue("reference", stations()));

    private static List<Station> stations() {
        Sensor level = Shore.level("A");
        Sensor rain = Shore.rain("A");
        return List.of(
                Shore.station(
                        "A",
                        "With everything",
                        9.9,
                        55.2,
                        List.of(new GaugeZero(Long.MIN_VALUE, 0.1, "")),
                        with(level, level.unit(), RainGauge.USUAL, new Reference(TIDE, LEVELS, null, null)),
                        with(rain, rain.unit(), RainGauge.USUAL, new Reference(null, null, DEPTHS, null)),
                        Shore.battery("A"),
                        signal("A")),
                Shore.station(
                        "B",
                        "With nothing",
                        9.8,
                        55.2,
                        List.of(new GaugeZero(Long.MIN_VALUE, 0, "")),
                        Shore.level("B"),
                        Shore.rain("B")),
                Shore.station(
                        "C",
                        "With an intensity",
                        9.7,
                        55.2,
                        List.of(),
                        with(Shore.rain("C"), Unit.MM_PER_HOUR, gauge(RainGauge.Input.INTENSITY), Reference.NONE)),
                Shore.station(
                        "D",
                        "With a counter",
                        9.6,
                        55.2,
                        List.of(),
                        with(Shore.rain("D"), Unit.MM, gauge(RainGauge.Input.COUNTER), Reference.NONE)));
    }

    private static Sensor signal(String stationId) {
        return new Sensor(
                stationId + "-S",
                stationId,
                Text.NONE,
                Parameter.SIGNAL,
                Unit.DBM,
                6 * TEN_MINUTES,
                24 * TEN_MINUTES,
                1,
                QualityLimits.NONE,
                List.of(),
                false);
    }

    private static RainGauge gauge(RainGauge.Input input) {
        return new RainGauge(input, Double.NaN, RainGauge.Label.END, RainGauge.Reports.PERIODIC, 0, 0.9);
    }

    private static Sensor with(Sensor sensor, Unit unit, RainGauge rain, Reference reference) {
        return new Sensor(
                sensor.id(),
                sensor.stationId(),
                sensor.title(),
                sensor.parameter(),
                unit,
                sensor.intervalMs(),
                sensor.staleAfterMs(),
                sensor.resolution(),
                sensor.quality(),
                sensor.thresholds(),
                rain,
                reference,
                false);
    }

    private int sensor(String id) {
        return live.catalogue().sensorIndex(id);
    }

    private JsonNode observation(String id) {
        return properties(layers(List.of()).observations(), id);
    }

    private JsonNode station(String id) {
        return properties(layers(List.of()).stations(), id);
    }

    private Layers layers(List<Alert> alerts) {
        return Layers.of(Shore.at(live, 7, Shore.NOON, alerts));
    }

    private static JsonNode properties(Layer layer, String id) {
        try {
            return JSON.readTree(new String(layer.feature(layer.row(id)), StandardCharsets.UTF_8))
                    .get("properties");
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> notNull(JsonNode properties, String... names) {
        List<String> found = new ArrayList<>();
        for (String name : names) {
            assertThat(properties.has(name)).as(name).isTrue();
            if (!properties.get(name).isNull()) {
                found.add(name + "=" + properties.get(name));
            }
        }
        return found;
    }

    @Test
    void shouldSplitALevelIntoTideAndResidual() {
        Shore.hear(live, "A-W", Shore.NOON, 1.31);
        live.residualM()[sensor("A-W")] = 1.32;
        for (JsonNode found : List.of(observation("A-W"), station("A"))) {
            assertThat(found.get("levelM").asDouble()).isEqualTo(1.41);
            assertThat(found.get("residualM").asDouble()).isEqualTo(1.32);
            assertThat(found.get("tideM").asDouble()).isEqualTo(0.09);
            assertThat(found.get("tideNearlyTideless").asBoolean()).isTrue();
            assertThat(found.get("tideYearlyCycle").asText()).isEqualTo("in_residual");
            assertThat(found.get("tideMeanOf").asText()).isEqualTo("2010-01-01/2020-01-01");
            assertThat(found.get("tideSource").asText()).isEqualTo("Sea level office, 2021");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.09, < 2, 0.5, above",
        "1.10, about 2, 0.5, about",
        "1.56, about 20, 0.05, about",
        "1.60, about 32, 0.031569, about",
        "1.70, about 100, 0.01, about",
        "1.71, > 100, 0.01, below"
    })
    void shouldSayHowRareALevelIsWithItsSign(double stageM, String years, double probability, String side) {
        Shore.hear(live, "A-W", Shore.NOON, stageM);
        JsonNode observation = observation("A-W");
        assertThat(observation.get("returnPeriodYears").asText()).isEqualTo(years);
        assertThat(observation.get("annualExceedanceProbability").asDouble()).isEqualTo(probability);
        assertThat(observation.get("annualExceedanceProbabilityIs").asText()).isEqualTo(side);
        assertThat(observation.get("returnPeriodSource").asText()).isEqualTo("Coast office, 2017 edition, as of 2017");
        assertThat(station("A").get("levelReturnPeriodYears").asText()).isEqualTo(years);
        assertThat(station("A").get("levelAnnualExceedanceProbability").asDouble())
                .isEqualTo(probability);
    }

    @Test
    void shouldCallNoFailedLevelRare() {
        Shore.hear(live, "A-W", Shore.NOON, 3.9);
        live.flag()[sensor("A-W")] = Flag.FAIL;
        assertThat(notNull(
                        observation("A-W"),
                        "returnPeriodYears",
                        "annualExceedanceProbability",
                        "annualExceedanceProbabilityIs",
                        "returnPeriodSource"))
                .isEmpty();
    }

    @Test
    void shouldNameTheWindowOverWhichRainIsRarest() {
        Shore.hear(live, "A-R", Shore.NOON, 2);
        int i = sensor("A-R");
        live.accumulationMm()[W_10_MIN][i] = 3;
        live.accumulationMm()[W_1_H][i] = 7;
        live.accumulationMm()[W_6_H][i] = 100;
        assertThat(observation("A-R").get("returnPeriodYears").asText()).isEqualTo("< 0.5");
        assertThat(observation("A-R").get("returnPeriodWindow").isNull())
                .as("nothing is rarer than another")
                .isTrue();
        live.accumulationMm()[W_1_H][i] = 16;
        assertThat(observation("A-R").get("returnPeriodYears").asText()).isEqualTo("about 2");
        assertThat(observation("A-R").get("returnPeriodWindow").asText()).isEqualTo("1h");
        assertThat(observation("A-R").get("annualExceedanceProbability").asDouble())
                .isEqualTo(0.393469);
        live.accumulationMm()[W_30_MIN][i] = 25;
        live.accumulationMm()[W_1_H][i] = 25;
        for (JsonNode rain : List.of(observation("A-R"))) {
            assertThat(rain.get("returnPeriodYears").asText()).isEqualTo("> 10");
            assertThat(rain.get("returnPeriodWindow").asText())
                    .as("the shortest of those equally rare")
                    .isEqualTo("30min");
        }
        assertThat(station("A").get("rainReturnPeriodYears").asText()).isEqualTo("> 10");
        assertThat(station("A").get("rainReturnPeriodWindow").asText()).isEqualTo("30min");
        assertThat(station("A").get("rainAnnualExceedanceProbabilityIs").asText())
                .isEqualTo("below");
    }

    @Test
    void shouldSayWhatBoundsASumOfRain() {
        Shore.hear(live, "A-R", Shore.NOON, 2);
        int i = sensor("A-R");
        live.accumulationMm()[W_30_MIN][i] = 11.2;
        live.rain().atMostMm()[W_30_MIN][i] = 12.4;
        live.rain().coverage()[W_30_MIN][i] = 0.8333333333;
        live.rain().intensityMmPerHour()[i] = 24;
        live.rain().antecedentMm()[i] = 17.25;
        JsonNode rain = observation("A-R");
        assertThat(rain.get("accumulationAtMostMm30min").asDouble()).isEqualTo(12.4);
        assertThat(rain.get("accumulationCoverage30min").asDouble()).isEqualTo(0.833333);
        assertThat(rain.get("intensityMmPerHour").asDouble()).isEqualTo(24);
        assertThat(rain.get("intensityClass").asText()).isEqualTo("heavy");
        assertThat(rain.get("antecedentMm").asDouble()).isEqualTo(17.25);
        JsonNode station = station("A");
        assertThat(station.get("rainMm30min").asDouble()).isEqualTo(11.2);
        assertThat(station.get("rainAtMostMm30min").asDouble()).isEqualTo(12.4);
        assertThat(station.get("rainCoverage30min").asDouble()).isEqualTo(0.833333);
        assertThat(station.get("rainIntensityMmPerHour").asDouble()).isEqualTo(24);
        assertThat(station.get("rainIntensityClass").asText()).isEqualTo("heavy");
        assertThat(station.get("rainAntecedentMm").asDouble()).isEqualTo(17.25);
        live.rain().intensityMmPerHour()[i] = 0;
        assertThat(observation("A-R").get("intensityClass").asText()).isEqualTo("none");
    }

    @Test
    void shouldTellWhenTheNextLevelMayBeReached() {
        Shore.hear(live, "A-W", Shore.NOON, 1.0);
        int i = sensor("A-W");
        live.crossings().levelM()[i] = 1.25;
        live.crossings().earliestMs()[i] = Shore.NOON + 3 * TEN_MINUTES;
        live.crossings().centralMs()[i] = Shore.NOON + 6 * TEN_MINUTES;
        for (JsonNode found : List.of(observation("A-W"), station("A"))) {
            assertThat(found.get("nextLevelM").asDouble()).isEqualTo(1.25);
            assertThat(found.get("expectedEarliest").asText()).isEqualTo("2023-10-20T12:30:00.000Z");
            assertThat(found.get("expectedCentral").asText()).isEqualTo("2023-10-20T13:00:00.000Z");
            assertThat(found.get("expectedLatest").isNull())
                    .as("it may not be reached")
                    .isTrue();
            assertThat(found.get("expectedRefusal").isNull()).isTrue();
        }
        live.crossings().refusal()[i] = ForecastRefusal.TOO_FEW_STORMS.code();
        assertThat(observation("A-W").get("expectedRefusal").asText()).isEqualTo("too_few_storms");
    }

    @Test
    void shouldSayNothingOfWhatIsNotKnown() {
        assertThat(notNull(
                        observation("B-W"),
                        "levelM",
                        "residualM",
                        "tideM",
                        "tideNearlyTideless",
                        "tideYearlyCycle",
                        "tideMeanOf",
                        "tideSource",
                        "returnPeriodYears",
                        "annualExceedanceProbability",
                        "annualExceedanceProbabilityIs",
                        "returnPeriodSource",
                        "nextLevelM",
                        "expectedEarliest",
                        "expectedCentral",
                        "expectedLatest",
                        "expectedRefusal"))
                .isEmpty();
        assertThat(notNull(
                        observation("B-R"),
                        "accumulationMm30min",
                        "accumulationAtMostMm30min",
                        "accumulationCoverage30min",
                        "intensityMmPerHour",
                        "intensityClass",
                        "antecedentMm",
                        "returnPeriodYears",
                        "returnPeriodWindow",
                        "annualExceedanceProbability"))
                .isEmpty();
        assertThat(notNull(
                        station("A"),
                        "residualM",
                        "tideM",
                        "levelReturnPeriodYears",
                        "levelAnnualExceedanceProbability",
                        "rainMm30min",
                        "rainAtMostMm30min",
                        "rainCoverage30min",
                        "rainIntensityMmPerHour",
                        "rainIntensityClass",
                        "rainReturnPeriodYears",
                        "nextLevelM",
                        "expectedEarliest"))
                .as("a table and nothing heard")
                .isEmpty();
        Layers layers = layers(List.of());
        assertThat(layers.stations().toString() + layers.observations()).doesNotContain("NaN");
    }

    @Test
    void shouldGiveEachGaugesValueItsOwnUnit() {
        Shore.hear(live, "C-R", Shore.NOON, 12);
        Shore.hear(live, "D-R", Shore.NOON, 4711.2);
        assertThat(observation("C-R").get("unit").asText()).isEqualTo("mm/h");
        assertThat(observation("C-R").get("rainInput").asText()).isEqualTo("intensity");
        assertThat(observation("D-R").get("unit").asText()).isEqualTo("mm");
        assertThat(observation("D-R").get("rainInput").asText())
                .as("what it shows, not what fell")
                .isEqualTo("counter");
        assertThat(observation("B-R").get("rainInput").asText()).isEqualTo("increment");
        assertThat(observation("A-B").get("unit").asText()).isEqualTo("V");
    }

    @Test
    void shouldNotColourAStationByItsBattery() {
        Shore.hear(live, "A-W", Shore.NOON, 0.3);
        Shore.hear(live, "A-R", Shore.NOON, 0);
        Shore.hear(live, "A-B", Shore.NOON, 11.2);
        live.severity()[sensor("A-B")] = 1;
        JsonNode station = properties(layers(List.of(batteryAlert())).stations(), "A");
        assertThat(station.get("state").asText()).isEqualTo("normal");
        assertThat(station.get("severity").asInt()).isZero();
        assertThat(station.get("severityColor").asText()).isEqualTo("none");
        assertThat(station.get("deviceSeverity").asInt()).isEqualTo(1);
        assertThat(station.get("activeAlerts").asInt()).isZero();
        assertThat(station.get("worstAlertId").isNull()).isTrue();
        assertThat(observation("A-B").get("severity").asInt()).isEqualTo(1);
    }

    private static Alert batteryAlert() {
        Transition last = new Transition(
                "b/0",
                "b",
                0,
                Transition.Kind.RAISED,
                "live-1",
                "A-B.level.falling",
                "A",
                "A-B",
                40,
                Shore.NOON,
                Shore.NOON,
                Shore.NOON,
                1,
                "battery-low",
                11.5,
                12,
                "V",
                "",
                Shore.NOON,
                11.2,
                1,
                11.2,
                Shore.NOON,
                false,
                false,
                null,
                null,
                false,
                false,
                0,
                null,
                0);
        return new Alert("b", Alert.State.ACTIVE, last, 1, Shore.NOON, 0, 11.2, Shore.NOON, false, null, 0, null, null);
    }

    /** The description of the API names every property that is served, and no other. */
    @Test
    void shouldDescribeEveryPropertyThatIsServed() throws IOException {
        JsonNode schemas;
        try (InputStream openapi = Layers.class.getResourceAsStream("/web/openapi.json")) {
            schemas = JSON.readTree(openapi).get("components").get("schemas");
        }
        Layers layers = layers(List.of());
        assertThat(described(schemas.get("stationProperties"))).isEqualTo(served(layers.stations()));
        assertThat(described(schemas.get("observationProperties"))).isEqualTo(served(layers.observations()));
    }

    private static Set<String> described(JsonNode schema) {
        Set<String> names = new TreeSet<>();
        schema.get("properties").properties().forEach(property -> {
            assertThat(property.getValue().get("description").asText())
                    .as(property.getKey())
                    .isNotBlank();
            names.add(property.getKey());
        });
        return names;
    }

    private static Set<String> served(Layer layer) {
        Set<String> names = new TreeSet<>();
        for (int row = 0; row < layer.size(); row++) {
            properties(layer, layer.id(row)).fieldNames().forEachRemaining(names::add);
        }
        return names;
    }

    @Test
    void shouldKeepTheCodesOfRefusals() {
        assertThat(ForecastRefusal.values())
                .containsExactly(
                        ForecastRefusal.NONE,
                        ForecastRefusal.NO_TABLE,
                        ForecastRefusal.TOO_FEW_STORMS,
                        ForecastRefusal.STALE,
                        ForecastRefusal.SUSPECT,
                        ForecastRefusal.SHORT,
                        ForecastRefusal.CALM,
                        ForecastRefusal.NOT_RISING,
                        ForecastRefusal.NOT_FALLING,
                        ForecastRefusal.NOT_REACHED);
        for (ForecastRefusal refusal : ForecastRefusal.values()) {
            assertThat(refusal.code()).isEqualTo((byte) refusal.ordinal());
        }
    }
}

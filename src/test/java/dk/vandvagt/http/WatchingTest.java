package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchingTest {
    private static final String SERIES = "/stations/ASS-HAVN/series";

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    @BeforeEach
    void start() throws Exception {
        serving = new Serving(Serving.noon());
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    @Test
    void shouldListStandingAlertsBeforeEndedOnes() {
        serving.ended = List.of(
                Shore.cleared(Shore.alert("a-older", "ASS-TORO", Shore.NOON - 90_000_000, 1), Shore.NOON - 80_000_000),
                // in the copy of the live state too: told once
                Shore.cleared(Shore.alert("a-ended", "ASS-NEES", Shore.NOON - 9_000_000, 1), Shore.NOON - 8_000_000));
        JsonNode all = serving.json("/alerts");
        assertThat(Serving.texts(all.get("alerts"), "alertId")).containsExactly("a-stands", "a-ended", "a-older");
        assertThat(all.get("historyAvailable").asBoolean()).isTrue();
        assertThat(all.at("/alerts/0/threshold").asText()).isEqualTo("lukning");
        assertThat(all.at("/alerts/0/stationName").asText()).isEqualTo("Assens Havn");
        assertThat(Serving.texts(serving.json("/alerts?state=active").get("alerts"), "alertId"))
                .containsExactly("a-stands");
        assertThat(Serving.texts(serving.json("/alerts?state=past&limit=1").get("alerts"), "alertId"))
                .containsExactly("a-ended");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "severity=orange; a-stands a-older",
                "severity=red; a-older",
                "state=active&severity=red; ''",
                "station=ASS-NEES; a-ended",
                "bbox=9.88,55.26,9.90,55.28; a-stands",
                "bbox=9.88,55.26,9.90,55.28&station=ASS-NEES; ''",
                "from=2023-10-20T09:00:00Z; a-stands a-ended",
                "from=2023-10-20T10:00:00Z; a-stands",
                "to=2023-10-20T09:00:00Z; a-older",
                "from=2023-10-20T10:00:00Z&to=2023-10-20T11:00:00Z; ''",
                "from=2023-10-20T10:00:00Z&to=2023-10-20T11:00:00.001Z; a-stands"
            })
    void shouldFindAlertsByStateSeverityPlaceAndTime(String query, String expected) {
        serving.ended = List.of(
                Shore.cleared(Shore.alert("a-older", "ASS-TORO", Shore.NOON - 90_000_000, 3), Shore.NOON - 80_000_000));
        assertThat(String.join(
                        " ", Serving.texts(serving.json("/alerts?" + query).get("alerts"), "alertId")))
                .isEqualTo(expected);
    }

    @Test
    void shouldAskTheStoreForNoMoreThanWhatIsWanted() {
        serving.json("/alerts?severity=orange&bbox=9.88,55.26,9.90,55.28&from=2023-10-20T09:00:00Z&limit=7");
        assertThat(serving.endedAsked)
                .containsExactly(
                        new Past.EndedAlertsRequest(List.of("ASS-HAVN"), 2, Shore.NOON - 3 * 3_600_000, null, null, 7));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "severity=green; severity",
                "bbox=9.88,55.26,9.90; bbox",
                "from=noon; from",
                "from=2023-10-20T10:00:00Z&to=2023-10-20T10:00:00Z; from",
                "area=9.88; area"
            })
    void shouldSayWhatIsWrongWithAQuestionForAlerts(String query, String parameter) {
        assertThat(Serving.problem(serving.get("/alerts?" + query), 400)
                        .get("parameter")
                        .asText())
                .isEqualTo(parameter);
    }

    @Test
    void shouldServeLiveAlertsWhileTheStoreIsAway() {
        serving.storeAway = new IllegalStateException("database away");
        JsonNode all = serving.json("/alerts");
        assertThat(Serving.texts(all.get("alerts"), "alertId")).containsExactly("a-stands", "a-ended");
        assertThat(all.get("historyAvailable").asBoolean()).isFalse();
        JsonNode problem = Serving.problem(serving.get(SERIES), 503);
        assertThat(problem.get("detail").asText()).doesNotContain("database away");
        assertThat(serving.get("/threshold-events").headers().firstValue("retry-after"))
                .hasValue("5");
    }

    @Test
    void shouldGiveASeriesAsColumnsWithLevelsAndThresholds() {
        long newYear = java.time.Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
        double[] stage = {1.0, 1.0, Double.NaN};
        serving.series = new Past.Series(
                0,
                new long[] {newYear - 1, newYear, newYear + 600_000},
                new int[] {1, 1, 1},
                stage,
                stage,
                stage,
                new byte[] {1, 3, 9},
                new byte[] {2, 9, 1});
        JsonNode answer = serving.json(SERIES + "?from=2019-12-31T00:00:00Z&to=1577923200000&parameter=level");
        assertThat(answer.get("datum").asText()).isEqualTo("DVR90");
        JsonNode columns = answer.at("/series/0/columns");
        assertThat(columns.get("atMs").get(1).asLong()).isEqualTo(newYear);
        assertThat(columns.get("value").toString())
                .as("the gauge zero of each reading's own time")
                .isEqualTo("[1.12,1.0,null]");
        assertThat(columns.get("flag").toString()).isEqualTo("[1,3,9]");
        assertThat(columns.get("test").toString()).isEqualTo("[\"gross_range\",\"late\",\"gap\"]");
        assertThat(columns.has("min")).isFalse();
        assertThat(Serving.texts(answer.get("thresholds"), "name")).containsExactly("kajer", "lukning", "inderlinje");
        assertThat(answer.at("/thresholds/1/raiseAt").asDouble()).isEqualTo(1.25);
        Past.SeriesRequest asked = serving.seriesAsked.getFirst();
        assertThat(asked.sensorId()).isEqualTo("ASS-HAVN-W");
        assertThat(asked.toMs()).isEqualTo(1_577_923_200_000L);
        assertThat(asked.stepMs()).isZero();
    }

    @Test
    void shouldGiveBucketsWithMeanMinAndMaxAndRainAsSum() {
        serving.series = new Past.Series(
                3_600_000,
                new long[] {Shore.NOON},
                new int[] {4},
                new double[] {4.8},
                new double[] {1.1},
                new double[] {1.3},
                new byte[] {1});
        JsonNode answer = serving.json(SERIES + "?step=1h");
        assertThat(answer.get("stepMs").asLong()).isEqualTo(3_600_000);
        assertThat(answer.at("/series/0/columns/value/0").asDouble()).isEqualTo(1.2);
        assertThat(answer.at("/series/0/columns/min/0").asDouble()).isEqualTo(1.1);
        assertThat(answer.at("/series/0/columns/count/0").asInt()).isEqualTo(4);
        assertThat(answer.at("/series/1/parameter").asText()).isEqualTo("rain");
        assertThat(answer.at("/series/1/columns/value/0").asDouble()).isEqualTo(4.8);
        Past.SeriesRequest asked = serving.seriesAsked.getFirst();
        assertThat(asked.toMs() - asked.fromMs())
                .as("a day, by the service's clock")
                .isEqualTo(86_400_000);
        assertThat(asked.toMs()).isEqualTo(Shore.NOON + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "from; noon; RFC 3339",
                "from; 2023-10-20; RFC 3339",
                "from; 9999999999999999; RFC 3339",
                "to; 2023-10-20T25:00:00Z; RFC 3339",
                "from; 2030-01-01T00:00:00Z; before to",
                "step; ten; 10min",
                "step; 0s; 10min",
                "step; PT0.5S; 10min",
                "step; -PT1H; 10min",
                "step; 1s; longer step",
                "sensor; ASS-NEES-W; one of ASS-HAVN-W",
                "parameter; wind; level, rain, battery, signal"
            })
    void shouldTellWhatIsWrongWithASeriesQuery(String parameter, String found, String expected) {
        JsonNode problem = Serving.problem(serving.get(SERIES + "?" + parameter + "=" + found), 400);
        assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
        assertThat(problem.get("found").asText()).isEqualTo(found);
        assertThat(problem.get("expected").asText()).contains(expected);
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertThat(Serving.problem(serving.get("/stations/NO-SUCH/series"), 404)
                        .get("parameter")
                        .asText())
                .isEqualTo("stationId");
        assertThat(Serving.problem(serving.get("/alerts?state=open"), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("one of active, past, all");
        assertThat(Serving.problem(serving.get("/threshold-events?station=NO-SUCH"), 400)
                        .get("parameter")
                        .asText())
                .isEqualTo("station");
        assertThat(Serving.problem(serving.get("/no/such/place"), 404)
                        .get("found")
                        .asText())
                .isEqualTo("/no/such/place");
        Serving.problem(serving.post("/alerts", ""), 405);
    }

    @Test
    void shouldListTheAlertsAsTheyWereKnownAtAnInstant() {
        long atMs = Shore.NOON - 1_800_000;
        serving.known =
                new Serving.Known(List.of(), List.of(Shore.alert("a-then", "ASS-HAVN", Shore.NOON - 3_600_000, 1)));
        serving.ended = List.of(
                Shore.cleared(Shore.alert("a-before", "ASS-TORO", atMs - 9_000_000, 1), atMs),
                // it had not ended yet
                Shore.cleared(Shore.alert("a-then", "ASS-HAVN", Shore.NOON - 3_600_000, 2), atMs + 1));
        JsonNode then = serving.json("/alerts?asOf=2023-10-20T11:30:00Z");
        assertThat(then.get("asOf").asText()).isEqualTo("2023-10-20T11:30:00.000Z");
        assertThat(Serving.texts(then.get("alerts"), "alertId")).containsExactly("a-then", "a-before");
        assertThat(then.at("/alerts/0/state").asText()).isEqualTo("active");
        assertThat(then.at("/alerts/0/severity").asInt()).isEqualTo(1);
        assertThat(Serving.texts(serving.json("/alerts?state=past&asOf=" + atMs).get("alerts"), "alertId"))
                .containsExactly("a-before");
        assertThat(serving.knownAsked).containsOnly(atMs);
    }

    @Test
    void shouldAskTheStoreForASeriesAsItWasKnown() {
        serving.json(SERIES + "?asOf=2023-10-20T11:30:00Z");
        Past.SeriesRequest asked = serving.seriesAsked.getFirst();
        assertThat(asked.asOfMs()).isEqualTo(Shore.NOON - 1_800_000);
        assertThat(asked.toMs()).as("until then").isEqualTo(asked.asOfMs() + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/alerts?asOf=2023-10-20T12:00:01Z; asOf; an instant that is past",
                "/alerts?asOf=noon; asOf; RFC 3339",
                "/stations/ASS-HAVN/series?asOf=2023-10-20T12:00:01Z; asOf; an instant that is past",
                "/stations/ASS-HAVN/series?asOf=2023-10-20T11:00:00Z&step=1h; step; either a step or asOf"
            })
    void shouldRefuseToAskTheFutureAndForBucketsOfThePast(String path, String parameter, String expected) {
        JsonNode problem = Serving.problem(serving.get(path), 400);
        assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
        assertThat(problem.get("expected").asText()).contains(expected);
    }

    @Test
    void shouldSayWhenThePastOfTheAlertsCannotBeAsked() {
        serving.storeAway = new IllegalStateException("database away");
        Serving.problem(serving.get("/alerts?asOf=2023-10-20T11:00:00Z"), 503);
    }

    @Test
    void shouldListThresholdEvents() {
        serving.exceedances = List.of(new Exceedance(
                "live-1",
                "ASS-HAVN-W.level",
                "kajer",
                "ASS-HAVN",
                "ASS-HAVN-W",
                1,
                1.0,
                0.95,
                "m",
                "DVR90",
                Shore.NOON - 3_600_000,
                Shore.NOON,
                1.31,
                Shore.NOON - 60_000,
                1,
                false,
                false,
                true));
        JsonNode event = serving.json("/threshold-events?station=ASS-HAVN").at("/events/0");
        assertThat(event.get("beganAt").asText()).isEqualTo("2023-10-20T11:00:00.000Z");
        assertThat(event.get("durationMs").asLong()).isEqualTo(3_600_000);
        assertThat(event.get("peak").asDouble()).isEqualTo(1.31);
        assertThat(event.get("possible").asBoolean()).isFalse();
        assertThat(event.get("outOfService").asBoolean()).isTrue();
        assertThat(event.get("falseRaise").asBoolean()).isFalse();

        JsonNode features = serving.json("/threshold-events?f=geojson&severity=yellow");
        assertThat(features.get("type").asText()).isEqualTo("FeatureCollection");
        assertThat(features.at("/features/0/geometry/coordinates/0").asDouble()).isBetween(9.0, 10.0);
        assertThat(features.at("/features/0/properties/threshold").asText()).isEqualTo("kajer");

        HttpResponse<String> table = serving.get("/threshold-events?f=csv");
        assertThat(table.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8");
        assertThat(table.body().lines().skip(1).findFirst().orElseThrow())
                .startsWith("ASS-HAVN,Assens Havn,ASS-HAVN-W,ASS-HAVN-W.level,kajer,1,1.0,0.95,m,DVR90,"
                        + "2023-10-20T11:00:00.000Z,2023-10-20T12:00:00.000Z,3600000,1.31,");
        assertThat(Serving.problem(serving.get("/threshold-events?severity=purple"), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("yellow, orange or red: that and worse");
    }

    @Test
    void shouldAddUpTheThresholdEvents() {
        serving.statistics = List.of(new ExceedanceStatistics(
                "ASS-HAVN",
                "ASS-HAVN-W.level",
                "kajer",
                1,
                "m",
                "DVR90",
                3,
                1,
                0,
                7_200_000,
                3_600_000,
                1.31,
                Shore.NOON,
                Shore.NOON - 3_600_000,
                Shore.NOON));
        JsonNode kajer =
                serving.json("/threshold-events/statistics?station=ASS-HAVN").at("/thresholds/0");
        assertThat(kajer.get("count").asInt()).isEqualTo(3);
        assertThat(kajer.get("falseRaises").asInt()).isEqualTo(1);
        assertThat(kajer.get("totalDurationMs").asLong()).isEqualTo(7_200_000);
        assertThat(serving.get("/threshold-events/statistics?f=csv")
                        .body()
                        .lines()
                        .count())
                .isEqualTo(2);
        Serving.problem(serving.get("/threshold-events/statistics?limit=1"), 400);
        serving.storeAway = new IllegalStateException("away");
        Serving.problem(serving.get("/threshold-events/statistics"), 503);
    }

    /** RFC 4180, and nothing that a spreadsheet would run. */
    @Test
    void shouldQuoteWhatATableCannotHold() {
        assertThat(new CsvText("a", "b")
                        .text("x,\"y\"")
                        .text("=1+1")
                        .end()
                        .buffer()
                        .toString())
                .isEqualTo("a,b\r\n\"x,\"\"y\"\"\",'=1+1\r\n");
    }

    @Test
    void shouldTellItsHealthByNamedChecks() {
        JsonNode well = serving.json("/health/ready");
        assertThat(well.get("status").asText()).isEqualTo("ok");
        assertThat(Serving.texts(well.get("checks"), "name")).containsExactly("journal", "layers");
        serving.ready = List.of(new Health.Check("store", Health.Check.State.DEGRADED, "database away since 12:00"));
        assertThat(serving.json("/health/ready").get("status").asText()).isEqualTo("degraded");
        serving.ready = List.of(new Health.Check("journal", Health.Check.State.FAILED, "disk full"));
        HttpResponse<String> sick = serving.get("/health/ready");
        assertThat(sick.statusCode()).isEqualTo(503);
        assertThat(sick.body()).contains("disk full");
        assertThat(serving.json("/health/live").get("status").asText()).isEqualTo("ok");
    }

    @Test
    void shouldGivePrometheusItsText() {
        HttpResponse<String> metrics = serving.get("/metrics");
        assertThat(metrics.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body()).contains("vandvagt_readings_received_total 6.0");
    }
}

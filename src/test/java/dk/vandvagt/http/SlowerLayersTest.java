package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.KnownState;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Schema;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.layer.Stamp;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.station.Text;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The collections that take longer than an encoding, as they are served. */
final class SlowerLayersTest {
    private static final String EVENTS = "/collections/threshold-events/items";
    private static final String FLOODS = "/collections/flood-extent/items";
    private static final long HOUR = 3_600_000;

    private static Exceedance event(String threshold, long beganAtMs, long endedAtMs, long peakAtMs) {
        return new Exceedance(
                "live-1",
                "ASS-HAVN-W.level",
                threshold,
                "ASS-HAVN",
                "ASS-HAVN-W",
                2,
                1.0,
                0.95,
                "m",
                "DVR90",
                beganAtMs,
                endedAtMs,
                1.31,
                peakAtMs,
                4,
                false,
                true,
                false);
    }

    @Test
    void shouldServeThresholdEventsNewestFirstAndAsTheyWereKnown() throws Exception {
        try (Serving serving = Serving.withAllLayers(Serving.noon())) {
            serving.exceedances = List.of(
                    event("road", Shore.NOON - 2 * HOUR, 0, Shore.NOON - HOUR),
                    event("quays", Shore.NOON - 5 * HOUR, Shore.NOON - 3 * HOUR, Shore.NOON - 4 * HOUR));
            LiveState live = serving.live;
            // what is there already was read before: other alerts make it be read again
            serving.live = Shore.at(live, live.sequence() + 1, live.clockMs() + 1, List.of());
            await().until(() -> serving.status(EVENTS) == 200
                    && serving.json(EVENTS).get("numberMatched").asInt() == 2);
            JsonNode features = serving.json(EVENTS).get("features");
            JsonNode lasts = features.get(0).get("properties");
            assertThat(lasts.get("threshold").asText()).isEqualTo("road");
            assertThat(lasts.get("endedAt").isNull()).isTrue();
            assertThat(lasts.get("durationMs").isNull()).isTrue();
            assertThat(lasts.get("time_end").isNull()).isTrue();
            assertThat(lasts.get("peak").asDouble()).isEqualTo(1.31);
            JsonNode over = features.get(1).get("properties");
            assertThat(over.get("durationMs").asLong()).isEqualTo(2 * HOUR);
            assertThat(over.get("falseRaise").asBoolean()).isTrue();
            assertThat(over.get("possible").asBoolean()).isTrue();
            assertThat(over.get("stationName").asText()).isEqualTo("Assens Havn");
            assertThat(features.get(1).get("geometry").get("coordinates").get(0).asDouble())
                    .isEqualTo(9.8869);
            assertThat(Serving.texts(
                            serving.json(EVENTS + "?datetime=2023-10-20T08:00:00Z")
                                    .get("features"),
                            "id"))
                    .containsExactly("ASS-HAVN-W.level:quays:" + (Shore.NOON - 5 * HOUR));

            // the same for whoever asks by its id, which holds colons
            assertThat(serving.json(EVENTS + "/ASS-HAVN-W.level:quays:" + (Shore.NOON - 5 * HOUR))
                            .get("properties")
                            .get("severity")
                            .asInt())
                    .isEqualTo(2);

            // half past eight: it had begun, and neither its peak nor its end was known
            serving.exceedances =
                    List.of(event("quays", Shore.NOON - 5 * HOUR, Shore.NOON - 3 * HOUR, Shore.NOON - 3 * HOUR));
            serving.known = new Serving.Known(List.<KnownState.Reading>of(), List.of());
            JsonNode then = serving.json(EVENTS + "?asOf=2023-10-20T08:30:00Z").at("/features/0/properties");
            assertThat(then.get("endedAt").isNull()).isTrue();
            assertThat(then.get("peak").isNull()).isTrue();
            assertThat(then.get("peakAt").isNull()).isTrue();
            assertThat(then.get("beganAt").asText()).isEqualTo("2023-10-20T07:00:00.000Z");
        }
    }

    @Test
    void shouldKeepTheEventsItReadWhileTheDatabaseIsAway() throws Exception {
        try (Serving serving = Serving.withAllLayers(Serving.noon())) {
            serving.exceedances = List.of(event("road", Shore.NOON - 2 * HOUR, 0, Shore.NOON - HOUR));
            LiveState live = serving.live;
            serving.live = Shore.at(live, live.sequence() + 1, live.clockMs() + 1, List.of());
            await().until(() -> serving.status(EVENTS) == 200
                    && serving.json(EVENTS).get("numberMatched").asInt() == 1);
            serving.storeAway = new IllegalStateException("away");
            serving.live = Shore.at(live, live.sequence() + 2, live.clockMs() + HOUR, live.alerts());
            await().until(() ->
                    serving.json("/collections/stations/items").get("sequence").asLong() == live.sequence() + 2);
            assertThat(serving.json(EVENTS).get("numberMatched").asInt()).isEqualTo(1);
            assertThat(serving.json(EVENTS).get("sequence").asLong())
                    .as("it says of which moment it is")
                    .isEqualTo(live.sequence() + 1);
        }
    }

    @Test
    void shouldSayWhatFloodsNowAndAtALevelThatIsAskedFor() throws Exception {
        try (Serving serving = Serving.withAllLayers(Serving.noon())) {
            await().until(() -> serving.status(FLOODS) == 200);
            JsonNode now = serving.json(FLOODS);
            assertThat(now.at("/about/levels").get("all.current").asDouble()).isEqualTo(1.31);
            assertThat(Serving.texts(now.get("features"), "id"))
                    .containsExactly("all.current.defended.over_1_m", "all.current.defended.up_to_50_cm");
            JsonNode asked = serving.json(FLOODS + "?level=2.02");
            assertThat(Serving.texts(asked.get("features"), "id")).containsExactly("all.asked-202cm.defended.over_1_m");
            JsonNode page = serving.json(FLOODS + "?level=2.02&limit=1&depthClass=1-");
            assertThat(page.get("links").get(0).get("href").asText()).contains("level=2.02");
            for (String wrong : List.of("high", "1e1", "101", "")) {
                JsonNode problem = Serving.problem(serving.get(FLOODS + "?level=" + wrong), 400);
                assertThat(problem.get("parameter").asText()).isEqualTo("level");
                assertThat(problem.get("expected").asText()).contains("up to 100");
            }
            assertThat(Serving.problem(serving.get(FLOODS + "?level=2&asOf=2023-10-20T08:00:00Z"), 400)
                            .get("expected")
                            .asText())
                    .isEqualTo("either a level or asOf");
            assertThat(Serving.problem(serving.get("/collections/stations/items?level=2"), 400)
                            .get("parameter")
                            .asText())
                    .isEqualTo("level");
            assertThat(Serving.problem(serving.get(FLOODS + "?colour=red"), 400)
                            .get("expected")
                            .asText())
                    .contains("level, levelM, limit");
        }
    }

    /** Computes only when it is let. */
    private static final class Slow implements LayerMaker.AtLevel {
        private final CountDownLatch letGo = new CountDownLatch(1);

        @Override
        public LayerInfo info() {
            return new LayerInfo(
                    "slow", new Text("sl", "sl"), new Text("sl", "sl"), new Schema(Schema.Shape.ANY, List.of()));
        }

        @Override
        public Layer make(LiveState live, Stamp stamp) {
            return new Layer.Writer(info(), stamp).done();
        }

        @Override
        public double highestLevelM() {
            return 9;
        }

        @Override
        public Layer at(double levelM, Stamp stamp) {
            try {
                letGo.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new Layer.Writer(info(), stamp).done();
        }
    }

    @Test
    void shouldPushBackWhoeverAsksForTooManyLevels() throws Exception {
        Slow slow = new Slow();
        try (Serving serving = Serving.with(Serving.noon(), any -> List.of(slow))) {
            await().until(() -> serving.status("/collections/slow/items") == 200);
            List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                asked.add(serving.client.sendAsync(
                        HttpRequest.newBuilder(serving.uri("/collections/slow/items?level=" + i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            await().until(() -> asked.stream().filter(CompletableFuture::isDone).count() == 1);
            slow.letGo.countDown();
            List<Integer> statuses = asked.stream()
                    .map(each -> each.join().statusCode())
                    .sorted()
                    .toList();
            assertThat(statuses).containsExactly(200, 200, 200, 200, 200, 200, 200, 200, 503);
            assertThat(serving.status("/collections/slow/items?level=8.5")).isEqualTo(200);
        }
    }
}

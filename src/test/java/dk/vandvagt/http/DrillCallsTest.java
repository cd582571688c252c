package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Shore;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrillCallsTest {
    private static final Drills.Order ORDER =
            new Drills.Order("drill-1", Shore.NOON, Shore.NOON + 3_600_000, "Anna", "øvelse");

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    private final Serving.Trail trail = new Serving.Trail();

    @BeforeEach
    void start() throws Exception {
        serving = new Serving(Serving.noon());
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    private HttpResponse<String> begin(String body) {
        return serving.post(
                "/drill", body, "Authorization", "Bearer " + Serving.TOKEN, "Content-Type", "application/json");
    }

    private HttpResponse<String> end(String query) {
        return serving.send(HttpRequest.newBuilder(serving.uri("/drill" + query))
                .DELETE()
                .header("Authorization", "Bearer " + Serving.TOKEN)
                .build());
    }

    private void run() {
        LiveState live = Shore.at(Serving.noon(), 9, Shore.NOON, List.of());
        serving.exercise =
                new Drills.View(ORDER, () -> CompletableFuture.completedFuture(Shore.ofRun("drill-1", live)), trail);
        await().until(() -> serving.status("/exercise/collections") == 200);
    }

    @Test
    void shouldLetOnlyAnOperatorBeginAndEndOne() {
        HttpResponse<String> stranger =
                serving.post("/drill", "{\"by\":\"Anna\",\"note\":\"x\"}", "Content-Type", "application/json");
        Serving.problem(stranger, 401);
        Serving.problem(
                serving.send(HttpRequest.newBuilder(serving.uri("/drill?by=Anna"))
                        .DELETE()
                        .build()),
                401);
        assertThat(serving.called).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"by\":\"Anna\"}",
                "{\"by\":\"Anna\",\"note\":\"\"}",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"4d\"}",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"1h\",\"until\":\"2100-01-01T00:00:00Z\"}",
                "{\"by\":\"Anna\",\"note\":\"x\",\"until\":\"2001-01-01T00:00:00Z\"}",
                "{\"by\":\"Anna\",\"note\":\"x\",\"storm\":\"2023\"}"
            })
    void shouldSayWhatIsWrongWithAnOrder(String body) {
        Serving.problem(begin(body), 400);
        assertThat(serving.called).isEmpty();
    }

    @Test
    void shouldBeginOneThatEndsByItself() {
        serving.begun = new Drills.Begun.Running(ORDER);
        long beforeMs = System.currentTimeMillis();
        HttpResponse<String> answer = begin("{\"by\":\"Anna\",\"note\":\"øvelse\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        JsonNode order = Serving.json(answer);
        assertThat(order.get("runId").asText()).isEqualTo("drill-1");
        assertThat(order.get("status").asText()).isEqualTo("exercise");
        assertThat(Instant.parse(order.get("until").asText()).toEpochMilli()).isEqualTo(ORDER.untilMs());
        String asked = serving.called.getFirst();
        assertThat(asked).startsWith("begin Anna øvelse ");
        long untilMs = Long.parseLong(asked.substring(asked.lastIndexOf(' ') + 1));
        assertThat(untilMs - beforeMs)
                .as("eight hours where nobody says otherwise")
                .isBetween(8 * 3_600_000L, 8 * 3_600_000L + 60_000);
    }

    @Test
    void shouldSayWhyNoneCanBegin() {
        serving.begun = new Drills.Begun.Refused("a real alert stands (ST-W.level)");
        JsonNode problem = Serving.problem(begin("{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"30min\"}"), 409);
        assertThat(problem.get("detail").asText()).contains("ST-W.level");
    }

    @Test
    void shouldEndTheOneThatRuns() {
        Serving.problem(end(""), 400);
        Serving.problem(end("?by=Anna"), 409);
        run();
        assertThat(serving.json("/drill").get("running").asBoolean()).isTrue();
        HttpResponse<String> answer = end("?by=Anna");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Serving.json(answer).get("running").asBoolean()).isFalse();
        assertThat(serving.json("/drill").get("running").asBoolean()).isFalse();
        assertThat(serving.called).contains("end Anna");
    }

    @Test
    void shouldShowADrillApartFromWhatIsReal() {
        Serving.problem(serving.get("/exercise/alerts"), 404);
        run();
        JsonNode exercise = serving.json("/exercise/collections/stations/items");
        assertThat(exercise.get("status").asText()).isEqualTo("exercise");
        exercise.get("features")
                .forEach(each ->
                        assertThat(each.at("/properties/status").asText()).isEqualTo("exercise"));
        assertThat(exercise.at("/links/0/href").asText()).contains("/exercise/collections/stations/items");
        assertThat(serving.json("/exercise/alerts").get("historyAvailable").asBoolean())
                .as("a drill has no database")
                .isFalse();
        JsonNode real = serving.json("/collections/stations/items");
        assertThat(real.get("status").asText()).isEqualTo("actual");
        assertThat(real.toString()).doesNotContain("drill-1", "exercise");
        assertThat(serving.json("/alerts").get("alerts")).hasSize(2);
    }

    @Test
    void shouldStreamADrillToWhoeverListensToItUntilItEnds() {
        run();
        List<String> exercise = new CopyOnWriteArrayList<>();
        List<String> real = new CopyOnWriteArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        listen("/exercise/live", exercise).thenRun(() -> over.set(true));
        listen("/live", real);
        await().until(() -> exercise.stream().anyMatch(line -> line.startsWith("event: state"))
                && real.stream().anyMatch(line -> line.startsWith("event: state")));
        List<Transition> steps = List.of(
                Shore.ofRun("drill-1", Shore.transition("d", 0, Transition.Kind.RAISED, "ASS-HAVN", Shore.NOON, 2)));
        trail.add(steps);
        serving.room.onExercise(steps);
        await().until(() -> exercise.stream().anyMatch(line -> line.contains("\"transitionId\":\"d/0\"")));
        assertThat(exercise.stream().filter(line -> line.contains("d/0")).findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains("\"status\":\"exercise\""));
        serving.exercise = null;
        await().untilTrue(over);
        assertThat(real).noneMatch(line -> line.contains("d/0"));
    }

    private CompletableFuture<Void> listen(String path, List<String> lines) {
        return serving.client
                .sendAsync(HttpRequest.newBuilder(serving.uri(path)).build(), HttpResponse.BodyHandlers.ofLines())
                .thenAccept(answer -> answer.body().forEach(lines::add));
    }
}

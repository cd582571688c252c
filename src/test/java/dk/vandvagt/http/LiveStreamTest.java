package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Shore;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveStreamTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Event(String name, String id, JsonNode data) {}

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

    private List<Event> listen() {
        return listen("/live");
    }

    private List<Event> listen(String path, String... headers) {
        List<Event> events = new CopyOnWriteArrayList<>();
        HttpRequest.Builder asking = HttpRequest.newBuilder(serving.uri(path)).header("Accept-Encoding", "gzip");
        if (headers.length > 0) {
            asking.headers(headers);
        }
        serving.client
                .sendAsync(asking.build(), HttpResponse.BodyHandlers.ofLines())
                .thenAccept(answer -> {
                    assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
                    String[] open = {"", ""};
                    answer.body().forEach(line -> {
                        if (line.startsWith("event: ")) {
                            open[0] = line.substring(7);
                            open[1] = "";
                        } else if (line.startsWith("id: ")) {
                            open[1] = line.substring(4);
                        } else if (line.startsWith("data: ")) {
                            try {
                                events.add(new Event(open[0], open[1], JSON.readTree(line.substring(6))));
                            } catch (Exception e) {
                                throw new AssertionError(line, e);
                            }
                        }
                    });
                });
        return events;
    }

    private static List<Event> named(List<Event> events, String name) {
        return events.stream().filter(event -> event.name.equals(name)).toList();
    }

    @Test
    void shouldSendTheStateFirstAndThenWhatChanges() {
        List<Event> events = listen();
        await().until(() -> named(events, "clock").size() >= 2);
        assertThat(events.getFirst().name).isEqualTo("state");
        JsonNode state = events.getFirst().data;
        assertThat(state.get("placeName").asText()).isEqualTo("Assens");
        assertThat(state.get("clock").asText()).isEqualTo("stream");
        assertThat(state.get("stations")).hasSize(4);
        JsonNode clock = named(events, "clock").getFirst().data;
        assertThat(clock.get("clockMs").asLong()).isEqualTo(Shore.NOON);
        assertThat(clock.get("sequence").asLong()).isEqualTo(7);
        assertThat(clock.get("newestObservedAtMs").asLong()).isEqualTo(Shore.NOON);
        assertThat(clock.get("wallLagMs").asLong()).isPositive();
        assertThat(named(events, "station")).as("nothing changed").isEmpty();

        LiveState next = Serving.noon();
        Shore.hear(next, "ASS-NEES-W", Shore.NOON + 60_000, 0.9);
        serving.live = Shore.at(next, 8, Shore.NOON + 60_000, next.alerts());
        await().until(() -> !named(events, "station").isEmpty());
        assertThat(named(events, "station")).hasSize(1);
        JsonNode station = named(events, "station").getFirst().data;
        assertThat(station.get("id").asText()).isEqualTo("ASS-NEES");
        assertThat(station.at("/properties/levelM").asDouble()).isEqualTo(0.9);
        await().until(() -> named(events, "clock").stream()
                .anyMatch(event -> event.data.get("sequence").asLong() == 8));
    }

    @Test
    void shouldLeaveTheStationsToTheCollectionForWhoeverWants() {
        List<Event> events = listen("/live?stations=false");
        await().until(() -> !named(events, "clock").isEmpty());
        JsonNode state = events.getFirst().data;
        assertThat(state.has("stations")).isFalse();
        assertThat(state.get("placeName").asText()).isEqualTo("Assens");
        assertThat(serving.json("/collections/stations/items").get("sequence").asLong())
                .isGreaterThanOrEqualTo(state.get("sequence").asLong());

        LiveState next = Serving.noon();
        Shore.hear(next, "ASS-NEES-W", Shore.NOON + 60_000, 0.9);
        serving.live = Shore.at(next, 8, Shore.NOON + 60_000, next.alerts());
        await().until(() -> named(events, "station").size() == 1);
        serving.live = Shore.at(
                Shore.silent(Shore.catalogue("fewer", Shore.stations().subList(0, 1))), 9, Shore.NOON, List.of());
        await().until(() -> named(events, "state").size() == 2);
        assertThat(named(events, "state").getLast().data.has("stations"))
                .as("after other settings")
                .isFalse();
        assertThat(serving.get("/live?stations=perhaps").body()).contains("true or false");
    }

    @Test
    void shouldSendTransitionsInTheirOrderWithTheirIds() {
        List<Event> events = listen();
        await().until(() -> !events.isEmpty());
        serving.decide(List.of(
                Shore.transition("b", 0, Transition.Kind.RAISED, "ASS-HAVN", Shore.NOON, 1),
                Shore.transition("b", 1, Transition.Kind.ESCALATED, "ASS-HAVN", Shore.NOON + 1, 2)));
        serving.decide(List.of(Shore.transition("b", 2, Transition.Kind.CLEARED, "ASS-HAVN", Shore.NOON + 2, 0)));
        await().until(() -> named(events, "alert").size() == 3);
        assertThat(named(events, "alert"))
                .extracting(event -> event.data.get("transitionId").asText())
                .containsExactly("b/0", "b/1", "b/2");
        assertThat(named(events, "alert"))
                .extracting(Event::id)
                .as("places in the log")
                .containsExactly("live-0a1b.2", "live-0a1b.4", "live-0a1b.6");
        assertThat(named(events, "alert"))
                .extracting(event -> event.data.get("transition").asText())
                .containsExactly("raised", "escalated", "cleared");
        assertThat(named(events, "alert").getFirst().data.get("stationName").asText())
                .isEqualTo("Assens Havn");
    }

    private static List<Transition> steps(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Shore.transition("b", i, Transition.Kind.ESCALATED, "ASS-HAVN", Shore.NOON + i, 2))
                .toList();
    }

    private static List<String> alerts(List<Event> events) {
        return named(events, "alert").stream()
                .map(event -> event.data.get("transitionId").asText())
                .toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "b/" + i).toList();
    }

    @Test
    void shouldSendWhatWasMissedBeforeTheStateAndThenGoOn() {
        serving.decide(steps(0, 3));
        List<Event> first = listen();
        await().until(() -> !first.isEmpty());
        assertThat(first.getFirst().id).as("what came before is in the state").isEqualTo("live-0a1b.6");
        serving.decide(steps(3, 5));
        await().until(() -> named(first, "alert").size() == 2);
        String last = named(first, "alert").getFirst().id;
        serving.decide(steps(5, 700));

        List<Event> back = listen("/live", "Last-Event-ID", last);
        await().until(() -> !named(back, "state").isEmpty());
        serving.decide(steps(700, 702));
        await().until(() -> alerts(back).size() >= 698);

        assertThat(alerts(back)).containsExactlyElementsOf(ids(4, 702));
        int state = back.indexOf(named(back, "state").getFirst());
        assertThat(named(back.subList(0, state), "alert"))
                .as("before the state")
                .hasSize(696);
        assertThat(named(back, "gap")).isEmpty();
    }

    @Test
    void shouldTakeTheLastEventIdFromTheAddressWhereThereIsNoHeader() {
        serving.decide(steps(0, 4));
        List<Event> byAddress = listen("/live?lastEventId=live-0a1b.4");
        List<Event> byBoth = listen("/live?lastEventId=live-0a1b.4", "Last-Event-ID", "live-0a1b.6");
        await().until(() ->
                !named(byAddress, "state").isEmpty() && !named(byBoth, "state").isEmpty());
        assertThat(alerts(byAddress)).containsExactly("b/2", "b/3");
        assertThat(alerts(byBoth))
                .as("the header is newer: a browser comes back to the address it had")
                .containsExactly("b/3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"live-0a1b.4", "live-0a1b.22", "another-log.8", "b/3", "live-0a1b.-1", "\u00e6"})
    void shouldSayThatThereIsAGapWhereItCannotKnowWhatWasMissed(String lastEventId) {
        serving.decide(steps(0, 10));
        serving.trail.dropTo(6);
        List<Event> events = listen("/live?lastEventId=" + URLEncoder.encode(lastEventId, StandardCharsets.UTF_8));
        await().until(() -> !named(events, "state").isEmpty());
        assertThat(events.getFirst().name).isEqualTo("gap");
        assertThat(events.getFirst().data.get("lastEventId").asText()).isEqualTo(lastEventId);
        assertThat(alerts(events)).isEmpty();
        serving.decide(steps(10, 11));
        await().until(() -> alerts(events).equals(List.of("b/10")));
    }

    @Test
    void shouldSendNoneTwiceAndMissNoneWhileManyComeAndGo() {
        List<List<Event>> listeners = new java.util.ArrayList<>();
        for (int i = 0; i < 40; i++) {
            serving.decide(steps(i * 10, i * 10 + 10));
            listeners.add(listen("/live?lastEventId=live-0a1b." + 2 * i));
        }
        for (int i = 0; i < 40; i++) {
            List<Event> events = listeners.get(i);
            int missed = i;
            await().until(() -> alerts(events).size() >= 400 - missed);
            assertThat(alerts(events)).containsExactlyElementsOf(ids(missed, 400));
        }
    }

    @Test
    void shouldSendTheWholeStateAgainWhenTheSettingsChange() {
        List<Event> events = listen();
        await().until(() -> !events.isEmpty());
        serving.live = Shore.at(
                Shore.silent(Shore.catalogue("fewer", Shore.stations().subList(0, 1))), 9, Shore.NOON, List.of());
        await().until(() -> named(events, "state").size() == 2);
        assertThat(named(events, "state").getLast().data.get("stations")).hasSize(1);
    }

    @Test
    void shouldCutAClientThatDoesNotReadInsteadOfKeepingAllForIt() throws Exception {
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new java.net.InetSocketAddress("127.0.0.1", serving.room.port()));
            slow.getOutputStream()
                    .write("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            InputStream in = slow.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            List<Event> quick = listen();
            await().until(() -> !quick.isEmpty());
            Transition any = Shore.transition("c", 0, Transition.Kind.RAISED, "ASS-HAVN", Shore.NOON, 1);
            List<Transition> many = java.util.Collections.nCopies(2000, any);
            // some of it fits into the buffers of the two sockets; read on only once all was said
            for (int i = 0; i < 20; i++) {
                int said = (i + 1) * many.size();
                serving.decide(many);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> named(quick, "alert").size() >= said);
            }
            slow.setSoTimeout(20_000);
            long taken = in.readAllBytes().length;
            assertThat(taken).as("bytes before it was cut").isLessThan(40_000L * 400);
        }
    }
}

package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.FloodLayer;
import dk.vandvagt.layer.Footprints;
import dk.vandvagt.layer.KnownState;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Plan;
import dk.vandvagt.layer.Plans;
import dk.vandvagt.layer.RainfallLayer;
import dk.vandvagt.layer.RainfallSettings;
import dk.vandvagt.layer.RiskGridLayer;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.layer.TerrainBuildings;
import dk.vandvagt.layer.Toy;
import dk.vandvagt.layer.Zone;
import dk.vandvagt.layer.ZoneLayer;
import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.shard.AlertTrail;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The room, started for real on a free port; behind its ports stands what a test puts there. */
final class Serving implements AutoCloseable, Past, Operator, Health, Checks {
    static final String TOKEN = "high-water-0123";
    private static final ObjectMapper JSON = new ObjectMapper();

    final Vertx vertx = Vertx.vertx();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final HttpRoom room;
    volatile LiveState live;
    volatile @Nullable RuntimeException storeAway;
    volatile Series series =
            new Series(0, new long[0], new int[0], new double[0], new double[0], new double[0], new byte[0]);
    volatile List<Exceedance> exceedances = List.of();
    volatile List<ExceedanceStatistics> statistics = List.of();
    volatile List<Alert> ended = List.of();
    volatile List<String> faults = List.of();
    volatile InstantSource clock = InstantSource.system();
    volatile List<Check> ready = List.of(new Check("journal", Check.State.OK, "writes"));
    volatile Known known = new Known(List.of(), List.of());
    final List<Long> knownAsked = new CopyOnWriteArrayList<>();
    final List<SeriesRequest> seriesAsked = new CopyOnWriteArrayList<>();
    final List<EndedAlertsRequest> endedAsked = new CopyOnWriteArrayList<>();
    final List<DeliveriesRequest> deliveriesAsked = new CopyOnWriteArrayList<>();
    volatile List<SettledLetter> letters = List.of();
    final List<Checked> checks = new CopyOnWriteArrayList<>();
    final List<String> acknowledged = new CopyOnWriteArrayList<>();
    final List<String> called = new CopyOnWriteArrayList<>();
    final Trail trail = new Trail();
    final Drawn zones = new Drawn();
    static final String PLANNER_TOKEN = "blue-pencil-4567";

    /** What was known at any instant of the past. */
    record Known(List<KnownState.Reading> readings, List<Alert> alerts) {}

    /** Zones, kept nowhere. */
    static final class Drawn implements Zones, Plans {
        private final Map<String, Zone> byId = new ConcurrentHashMap<>();
        private volatile Footprints buildings = Footprints.NONE;

        @Override
        public Plan now() {
            return new Plan(all(), buildings);
        }

        @Override
        public Plan asOf(long atMs) {
            return now();
        }

        @Override
        public Footprints buildings() {
            return buildings;
        }

        @Override
        public CompletionStage<Void> putBuildings(Footprints put) {
            buildings = put;
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public BearerToken plannerToken() {
            return BearerToken.of(PLANNER_TOKEN);
        }

        @Override
        public List<Zone> all() {
            return List.copyOf(byId.values());
        }

        @Override
        public CompletionStage<Boolean> put(List<Zone> zones) {
            zones.forEach(zone -> byId.put(zone.id(), zone));
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletionStage<Boolean> remove(String id, long atMs) {
            return CompletableFuture.completedFuture(byId.remove(id) != null);
        }
    }

    /** A log of transitions whose beginning may go. */
    static final class Trail implements AlertTrail {
        private final List<Step> steps = new ArrayList<>();
        private long last;
        private long gone;

        synchronized void add(List<Transition> transitions) {
            // other things lie in the log between them
            transitions.forEach(each -> steps.add(new Step(last += 2, each)));
        }

        synchronized void dropTo(long place) {
            gone = place;
            steps.removeIf(each -> each.place() <= place);
        }

        @Override
        public String id() {
            return "live-0a1b";
        }

        @Override
        public synchronized Steps after(long place, int most) {
            return new Steps(
                    place >= gone && place <= last,
                    steps.stream()
                            .filter(each -> each.place() > place)
                            .limit(most)
                            .toList(),
                    last);
        }
    }

    /** A drill, where a test has one run. */
    volatile Drills.@Nullable View exercise;

    volatile Drills.Begun begun = new Drills.Begun.Refused("no test has one begin");
    volatile @Nullable Bulletins exerciseBulletins;

    private final class Exercises implements Drills {
        @Override
        public @Nullable View running() {
            return exercise;
        }

        @Override
        public CompletionStage<Begun> begin(String by, String note, long untilMs) {
            called.add("begin %s %s %d".formatted(by, note, untilMs));
            return CompletableFuture.completedFuture(begun);
        }

        @Override
        public CompletionStage<@Nullable Order> end(String by) {
            called.add("end " + by);
            View running = exercise;
            exercise = null;
            return CompletableFuture.completedFuture(running == null ? null : running.order());
        }

        @Override
        public @Nullable Bulletins bulletins() {
            return exerciseBulletins;
        }
    }

    /** They are durable, and the room hears of them. */
    void decide(List<Transition> transitions) {
        trail.add(transitions);
        room.onTransitions(transitions);
    }

    Serving(LiveState live) throws Exception {
        this(
                live,
                new HttpSettings(
                        "127.0.0.1",
                        0,
                        Set.of("vandvagt.example"),
                        null,
                        null,
                        BearerToken.of(TOKEN),
                        HttpSettings.ClockKind.STREAM,
                        null,
                        "https://creativecommons.org/licenses/by/4.0/", null));
    }

    Serving(LiveState live, HttpSettings settings) throws Exception {
        this(live, settings, null);
    }

    Serving(LiveState live, HttpSettings settings, @Nullable Intake intake) throws Exception {
        this(live, settings, intake, null, null);
    }

    Serving(
            LiveState live,
            HttpSettings settings,
            @Nullable Intake intake,
            @Nullable Bulletins bulletins,
            @Nullable Subscribers subscribers)
            throws Exception {
        this(live, settings, intake, bulletins, subscribers, serving -> List.of());
    }

    /** With the collection of zones, which needs a maker. */
    static Serving withZones(LiveState live) throws Exception {
        return with(live, serving -> List.of(new ZoneLayer(serving.zones, null)));
    }

    /** With all collections, and a terrain five cells long: two of sea, a metre of ground behind them. */
    static Serving withAllLayers(LiveState live) throws Exception {
        return with(
                live,
                serving -> List.of(
                        new ThresholdEventMaker(serving),
                        new ZoneLayer(serving.zones, null),
                        new RainfallLayer(RainfallSettings.USUAL),
                        new RiskGridLayer(500, serving.zones, null),
                        new FloodLayer(
                                Toy.drawn("~~111", "~~111").terrain(),
                                List.of(new FloodLayer.Gauges("all", List.of("ASS-HAVN-W"))),
                                UnaryOperator.identity(),
                                new TerrainBuildings(Toy.drawn("~~111", "~~111").terrain(), UnaryOperator.identity()),
                                serving.zones)));
    }

    static Serving with(LiveState live, Function<Serving, List<LayerMaker>> makers) throws Exception {
        HttpSettings settings = HttpSettings.onLoopback(0, BearerToken.of(TOKEN), HttpSettings.ClockKind.STREAM);
        return new Serving(live, settings, null, null, null, makers);
    }

    private Serving(
            LiveState live,
            HttpSettings settings,
            @Nullable Intake intake,
            @Nullable Bulletins bulletins,
            @Nullable Subscribers subscribers,
            Function<Serving, List<LayerMaker>> makers)
            throws Exception {
        this.live = live;
        room = HttpRoom.start(
                        vertx,
                        settings,
                        new Ports(
                                () -> CompletableFuture.completedFuture(this.live),
                                this,
                                this,
                                this,
                                () -> "vandvagt_readings_received_total 6.0\n",
                                () -> clock.instant(),
                                intake,
                                bulletins,
                                subscribers,
                                trail,
                                new Exercises(),
                                this,
                                makers.apply(this),
                                zones))
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        org.awaitility.Awaitility.await().until(() -> status("/health/ready") == 200);
    }

    @Override
    public CompletionStage<Series> series(SeriesRequest request) {
        seriesAsked.add(request);
        return storeAway == null ? CompletableFuture.completedFuture(series) : away();
    }

    @Override
    public CompletionStage<List<Exceedance>> exceedances(ExceedanceRequest request) {
        return storeAway == null ? CompletableFuture.completedFuture(exceedances) : away();
    }

    @Override
    public CompletionStage<List<ExceedanceStatistics>> exceedanceStatistics(ExceedanceRequest request, long nowMs) {
        return storeAway == null ? CompletableFuture.completedFuture(statistics) : away();
    }

    @Override
    public CompletionStage<LiveState> knownAt(long atMs) {
        knownAsked.add(atMs);
        RuntimeException failure = storeAway;
        return failure == null
                ? CompletableFuture.completedFuture(
                        KnownState.of(live.catalogue(), live.runId(), atMs, known.readings, known.alerts))
                : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<List<Alert>> endedAlerts(EndedAlertsRequest request) {
        endedAsked.add(request);
        return storeAway == null ? CompletableFuture.completedFuture(ended) : away();
    }

    @Override
    public CompletionStage<Deliveries> deliveries(DeliveriesRequest request) {
        deliveriesAsked.add(request);
        return storeAway == null ? CompletableFuture.completedFuture(new Deliveries(letters.size(), letters)) : away();
    }

    private <T> CompletionStage<T> away() {
        RuntimeException why = storeAway;
        return CompletableFuture.failedFuture(why == null ? new IllegalStateException() : why);
    }

    @Override
    public CompletionStage<Void> acknowledge(String alertId, String by, String note) {
        acknowledged.add(alertId + " " + by + " " + note);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> shelve(String ruleId, long untilMs, String by, String note) {
        return done("shelve %s %d %s %s".formatted(ruleId, untilMs, by, note));
    }

    @Override
    public CompletionStage<Void> unshelve(String ruleId, String by, String note) {
        return done("unshelve %s %s %s".formatted(ruleId, by, note));
    }

    @Override
    public CompletionStage<Void> takeOutOfService(String sensorId, String by, String note) {
        return done("out %s %s %s".formatted(sensorId, by, note));
    }

    @Override
    public CompletionStage<Void> maintain(List<String> sensorIds, long untilMs, String by, String note) {
        return done("maintain %s %d %s %s".formatted(sensorIds, untilMs, by, note));
    }

    @Override
    public CompletionStage<Void> putInService(String sensorId, String by, String note) {
        return done("in %s %s %s".formatted(sensorId, by, note));
    }

    @Override
    public CompletionStage<Checked> add(
            String sensorId, long observedAtMs, double levelM, String by, String note, long recordedAtMs) {
        GaugeCheck check = new GaugeCheck(checks.size() + 1, sensorId, observedAtMs, levelM, by, note, recordedAtMs);
        Checked added = new Checked(check, null, false);
        checks.add(added);
        return CompletableFuture.completedFuture(added);
    }

    @Override
    public CompletionStage<List<Checked>> of(String sensorId) {
        return CompletableFuture.completedFuture(List.copyOf(checks));
    }

    private CompletionStage<Void> done(String call) {
        called.add(call);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Reload> reload() {
        return CompletableFuture.completedFuture(new Reload("abc", true, faults));
    }

    @Override
    public List<Check> live() {
        return List.of(new Check("threads", Check.State.OK, "all run"));
    }

    @Override
    public List<Check> ready() {
        return ready;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + room.port() + path);
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(request.uri() + ": " + e, e);
        }
    }

    int status(String path) {
        return get(path).statusCode();
    }

    JsonNode json(String path, String... headers) {
        HttpResponse<String> answer = get(path, headers);
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return json(answer);
    }

    static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    static JsonNode problem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotBlank();
        return problem;
    }

    static List<String> texts(JsonNode list, String member) {
        List<String> texts = new ArrayList<>();
        list.forEach(node -> texts.add(node.get(member).asText()));
        return texts;
    }

    @Override
    public void close() throws Exception {
        room.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** A rule is shelved, a sensor out of service. */
    static LiveState putAside() {
        LiveState noon = noon();
        Alert stands = noon.alerts().getFirst();
        Shelving shelving =
                new Shelving("ASS-HAVN-W.level", 2, Shore.NOON - 600_000, Shore.NOON + 3_600_000, "Anna", "sluseprøve");
        Alert shelved = new Alert(
                stands.id(),
                stands.state(),
                stands.last(),
                stands.highestSeverity(),
                stands.raisedAtMs(),
                0,
                stands.peak(),
                stands.peakAtMs(),
                false,
                null,
                0,
                null,
                shelving);
        noon.severity()[noon.catalogue().sensorIndex("ASS-NEES-W")] = 1;
        return noon.with(
                List.of(shelved),
                List.of(shelving),
                List.of(new OutOfService("ASS-NEES-W", Shore.NOON - 60_000, 0, "Bo", "rengøring")),
                List.of(
                        new OperatorCall(
                                OperatorCall.Kind.CLOCK_OFF,
                                "ASS-NEES",
                                "ASS-NEES-W",
                                "",
                                "",
                                Shore.NOON - 3_600_000,
                                Shore.NOON - 600_000,
                                Shore.NOON,
                                3),
                        new OperatorCall(
                                OperatorCall.Kind.FLOOD, "", "", "", "", 0, Shore.NOON - 60_000, Shore.NOON, 14)));
    }

    static LiveState noon() {
        LiveState live = Shore.silent(Shore.assens());
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.31);
        live.severity()[live.catalogue().sensorIndex("ASS-HAVN-W")] = 2;
        Shore.hear(live, "ASS-NEES-W", Shore.NOON - 600_000, 0.8);
        return Shore.at(
                live,
                7,
                Shore.NOON,
                List.of(
                        Shore.alert("a-stands", "ASS-HAVN", Shore.NOON - 3_600_000, 2),
                        Shore.cleared(
                                Shore.alert("a-ended", "ASS-NEES", Shore.NOON - 9_000_000, 1),
                                Shore.NOON - 8_000_000)));
    }
}

package dk.vandvagt.http;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dk.vandvagt.data.Browser;
import dk.vandvagt.data.Browser.Look;
import dk.vandvagt.data.Browser.Viewer;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Shore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page weighs and when it shows something, with few stations and with many; and what may lie under them on the map. */
@Timeout(180)
class PageAtSizeTest {
    /** Of all that is loaded on a first visit, compressed, without the live stream: with 10,000 stations it measures two thirds of it. */
    private static final long MOST_BYTES = 400_000;

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @BeforeAll
    static void start() {
        browser = Browser.start();
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    private static LiveState heard(int stations) {
        LiveState live = Shore.silent(Shore.catalogue("many", Shore.many(stations)));
        for (int i = 0; i < stations; i++) {
            // one in fifty is silent, one in a hundred alarms
            if (i % 50 != 7) {
                Shore.hear(live, "S%05d-W".formatted(i), Shore.NOON - 60_000, i % 100 == 3 ? 1.31 : 0.2);
            }
            live.severity()[i] = (byte) (i % 100 == 3 ? 2 : 0);
        }
        return Shore.at(live, 1, Shore.NOON, List.of(Shore.alert("a-3", "S00003", Shore.NOON - 3_600_000, 2)));
    }

    private static Viewer open(Serving serving, Look look) {
        Viewer viewer = browser.viewer(look);
        viewer.page.navigate(serving.uri("/").toString());
        // ten thousand on a busy machine
        assertThat(viewer.page.locator("body:not(.waiting)"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
        return viewer;
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 300, 10_000})
    void shouldShowFewAndManyStations(int stations) throws Exception {
        try (Serving serving = new Serving(heard(stations));
                Viewer viewer = open(serving, Look.DESK)) {
            Page page = viewer.page;
            assertThat(page.locator("#stations li").first()).containsText("Station 3");
            assertThat(page.locator(".land").first()).isAttached();
            page.waitForFunction("() => performance.getEntriesByName('stations-shown').length > 0");
            double paintedMs = number(page, "performance.getEntriesByName('first-contentful-paint')[0].startTime");
            double shownMs = number(page, "performance.getEntriesByName('stations-shown')[0].startTime");
            System.out.printf(
                    "page with %,d stations, nothing cached: %,d bytes; first paint %.0f ms, stations shown %.0f ms%n",
                    stations, viewer.bytes(), paintedMs, shownMs);
            assertThat(viewer.bytes()).as("bytes").isLessThan(MOST_BYTES);
            assertThat((int) number(page, "document.querySelectorAll('#map .place').length"))
                    .as("elements on the map, whatever the number of stations")
                    .isBetween(1, 301);
            assertThat((int) number(page, "document.querySelectorAll('#stations li').length"))
                    .isBetween(1, 150);

            if (stations > 12) {
                page.locator("#search").fill("Station " + (stations - 1));
                assertThat(page.locator("#stations li")).hasCount(1);
                page.locator("#stations li button").click();
                assertThat(page.locator("#station-name")).hasText("Station " + (stations - 1));
            }
            assertThat(viewer.wrong()).isEmpty();
            assertThat(viewer.foreign()).isEmpty();
        }
    }

    private static double number(Page page, String expression) {
        return ((Number) page.evaluate(expression)).doubleValue();
    }

    @Test
    void shouldOfferTheLayersThatHoldSomethingAndFloodTheCoastAtAChosenLevel() throws Exception {
        try (Serving serving = Serving.withAllLayers(Serving.noon());
                Viewer viewer = open(serving, Look.DESK)) {
            Page page = viewer.page;
            Locator layers = page.locator("#layers");
            layers.locator("summary").click();
            assertThat(layers).containsText("Flooding from the sea");
            assertThat(layers.locator("[name=zones]")).hasCount(0);
            layers.locator("[name=flood-extent]").check();
            assertThat(layers).containsText("It is not a forecast.");
            layers.locator("[name=levelM]").fill("1.5");
            assertThat(layers.locator("output")).hasText("1.50 m");
            assertThat(layers.locator(".key li")).hasText(new String[] {
                "0.0–0.2 m", "0.2–0.5 m", "0.5–1.0 m", "over 1.0 m", "lower than the sea, behind higher ground"
            });
            assertThat(page.locator(".leaflet-areas-pane path").first()).isAttached();
            assertThat(viewer.barriers()).isEmpty();
            assertThat(viewer.wrong()).isEmpty();
            // a level that cannot be had leaves nothing of the one before
            page.route(
                    Pattern.compile("level=3\\b"), route -> route.fulfill(new Route.FulfillOptions().setStatus(503)));
            layers.locator("[name=levelM]").fill("3");
            assertThat(layers).containsText("cannot be loaded just now");
            assertThat(page.locator(".leaflet-areas-pane path")).hasCount(0);
            assertThat(viewer.wrong()).as("the refusal").hasSize(1);
            layers.locator("[name=levelM]").fill("1.5");
            assertThat(page.locator(".leaflet-areas-pane path").first()).isAttached();
            layers.locator("[name=flood-extent]").uncheck();
            assertThat(page.locator(".leaflet-areas-pane path")).hasCount(0);
            assertThat(viewer.wrong()).isEmpty();
        }
    }

    /** A 304 leaves the browser with what it had of an earlier batch: it is what is so, and has to be shown. */
    @Test
    void shouldShowStationsAgainWhereOnlyTheClockHasMoved() throws Exception {
        LiveState noon = Serving.noon();
        try (Serving serving = new Serving(noon);
                Viewer viewer = open(serving, Look.DESK)) {
            Page page = viewer.page;
            assertThat(page.locator("#stations li").first()).containsText("1.31 m");
            serving.live = Shore.at(noon, 20, Shore.NOON, noon.alerts());
            org.awaitility.Awaitility.await()
                    .until(() -> serving.json("/alerts").get("sequence").asLong() == 20);
            page.reload();
            assertThat(page.locator("body:not(.waiting)")).isVisible();
            assertThat(page.locator("#stations li").first()).containsText("1.31 m");
            assertThat(page.locator("#freshness")).containsText("Connected");
            assertThat(viewer.wrong()).isEmpty();
        }
    }

    /** What the stream says while the stations are on their way is put over them, but nothing older than they are. */
    @Test
    void shouldPutWhatTheStreamSaysMeanwhileOverTheStationsItFetched() throws Exception {
        try (Serving serving = new Serving(Serving.noon());
                Viewer viewer = browser.viewer(Look.DESK)) {
            Page page = viewer.page;
            List<Route> held = new ArrayList<>();
            page.route(Pattern.compile("stations/items"), held::add);
            page.navigate(serving.uri("/").toString());
            page.waitForCondition(() -> !held.isEmpty());
            APIResponse old = held.getFirst().fetch();
            LiveState next = Serving.noon();
            Shore.hear(next, "ASS-HAVN-W", Shore.NOON + 60_000, 1.44);
            serving.live = Shore.at(next, 8, Shore.NOON + 60_000, next.alerts());
            assertThat(page.locator("#clock")).containsText("14:01");
            assertThat(page.locator("body.waiting")).isVisible();
            held.getFirst().fulfill(new Route.FulfillOptions().setResponse(old));
            assertThat(page.locator("#stations li").first()).containsText("1.44 m");

            // refused at first, then answered
            page.unroute(Pattern.compile("stations/items"));
            AtomicInteger refused = new AtomicInteger();
            page.route(Pattern.compile("stations/items"), route -> {
                if (refused.getAndIncrement() < 2) {
                    route.fulfill(new Route.FulfillOptions().setStatus(503));
                } else {
                    route.resume();
                }
            });
            page.reload();
            assertThat(page.locator("#stations li").first()).containsText("1.44 m");
            assertThat(refused.get()).isGreaterThan(2);
        }
    }

    @Test
    void shouldListWhatAPersonMustLookAtAndWhatRaisesNoAlarm() throws Exception {
        try (Serving serving = new Serving(Serving.putAside());
                Viewer viewer = open(serving, Look.DESK);
                Viewer danish = open(serving, Look.DESK.in("da-DK").dark())) {
            assertThat(viewer.page.locator(".aside.calls li")).containsText(new String[] {
                "ASS-NEES-W its clock is an hour or two off", "more alerts than anybody can read: look at the map"
            });
            assertThat(viewer.page.locator(".aside.calls li").first()).containsText("3 ×");
            // what is shelved has an alert that stands, and says so itself
            assertThat(viewer.page.locator(".aside.quiet li")).hasCount(1);
            assertThat(viewer.page.locator(".aside.quiet li")).containsText("ASS-NEES-W Out of service");
            assertThat(viewer.page.locator(".aside.quiet li")).containsText("Bo: rengøring");
            assertThat(danish.page.locator("#standing")).containsText("urets tid er en time eller to forkert");
            assertThat(viewer.barriers()).isEmpty();
            assertThat(danish.barriers()).isEmpty();
            assertThat(viewer.wrong()).isEmpty();
        }
    }

    @Test
    void shouldMarkDoubtfulReadingsDrawWhatIsExpectedAndAskForBucketsWhereTheSpanIsLong() throws Exception {
        LiveState live = Serving.noon();
        int harbour = live.catalogue().sensorIndex("ASS-HAVN-W");
        live.crossings().levelM()[harbour] = 1.8;
        live.crossings().earliestMs()[harbour] = Shore.NOON + 3_600_000;
        live.crossings().centralMs()[harbour] = Shore.NOON + 2 * 3_600_000;
        try (Serving serving = new Serving(live)) {
            int n = 100;
            long[] atMs = new long[n];
            double[] stageM = new double[n];
            int[] ones = new int[n];
            byte[] flag = new byte[n];
            byte[] test = new byte[n];
            for (int i = 0; i < n; i++) {
                atMs[i] = Shore.NOON - (n - 1 - i) * 600_000L;
                stageM[i] = 0.3 + i * 0.01;
                ones[i] = 1;
                flag[i] = (byte) (i == 50 ? 3 : i == 60 ? 4 : i == 70 ? 2 : 1);
                test[i] = (byte) (i == 70 ? 9 : 2);
            }
            stageM[60] = 30;
            serving.series = new Past.Series(0, atMs, ones, stageM, stageM, stageM, flag, test);
            try (Viewer viewer = open(serving, Look.DESK)) {
                Page page = viewer.page;
                Locator note = page.locator("#chart-note");
                assertThat(note).containsText("ring: suspect reading");
                assertThat(note).containsText("cross: failed reading");
                assertThat(note).containsText("box: came late");
                assertThat(note).containsText("fan and bar: extrapolation with its interval");
                assertThat(page.locator("#figures")).containsText("15:00–may not be reached");
                // a failed reading of 30 m does not stretch the axis, so that 1.5 m is still told from 1.6 m
                page.locator("#charts").focus();
                page.keyboard().press("Shift+ArrowLeft");
                assertThat(page.locator("#read-out")).containsText("1.29 m");

                page.locator("[data-span='720']").click();
                org.awaitility.Awaitility.await()
                        .until(() -> serving.seriesAsked.getLast().stepMs() == 3_600_000);
                page.locator("#level-chart .u-over").hover();
                page.mouse().wheel(0, -600);
                org.awaitility.Awaitility.await().until(() -> {
                    Past.SeriesRequest asked = serving.seriesAsked.getLast();
                    return asked.toMs() - asked.fromMs() < 29 * 86_400_000L;
                });
                assertThat(page.locator("#reset")).isEnabled();
                page.locator("#reset").click();
                assertThat(page.locator("#reset")).isDisabled();
                assertThat(viewer.wrong()).isEmpty();
            }
        }
    }

    @Test
    void shouldAskAnotherServerForTilesOnlyWhereTheSettingsNameOne() throws Exception {
        HttpSettings plain = HttpSettings.onLoopback(0, BearerToken.NONE, HttpSettings.ClockKind.WALL);
        HttpSettings named = new HttpSettings(
                plain.bind(),
                0,
                plain.allowedHosts(),
                null,
                null,
                BearerToken.NONE,
                HttpSettings.ClockKind.WALL,
                null,
                null,
                new HttpSettings.Tiles("http://127.0.0.1:9/tiles/{z}/{x}/{y}.png", "© Tile makers"));
        try (Serving serving = new Serving(Serving.noon(), named);
                Viewer viewer = browser.viewer(Look.DESK)) {
            assertThat(serving.get("/").headers().firstValue("content-security-policy"))
                    .hasValueSatisfying(
                            policy -> assertThat(policy).contains("img-src 'self' data: http://127.0.0.1:9;"));
            viewer.page.waitForRequest(
                    Pattern.compile("http://127\\.0\\.0\\.1:9/tiles/\\d+/\\d+/\\d+\\.png"),
                    () -> viewer.page.navigate(serving.uri("/").toString()));
            assertThat(viewer.page.locator("#credit")).hasText("© Tile makers");
            assertThat(viewer.page.locator(".land")).hasCount(0);
        }
    }
}

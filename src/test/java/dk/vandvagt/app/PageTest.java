package dk.vandvagt.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.data.Browser;
import dk.vandvagt.data.Browser.Look;
import dk.vandvagt.data.Browser.Viewer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One storm, seen in a browser: the service is the real one, on a clock of the test's. The tests are its chapters, in order. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PageTest {
    private static final long MINUTE = 60_000;
    private static final long STEP = 10 * MINUTE;
    private static final long BEGAN = Instant.parse("2023-10-20T06:00:00Z").toEpochMilli();
    private static final String CONFIG = """
            version: 1
            place: {id: here, name: Lillebælt, timeZone: Europe/Copenhagen}
            service:
              run: live
              clock: wall
              http: {bind: 127.0.0.1, port: 0}
              mqtt: {embedded: true, port: 0}
              database: {embedded: true, port: 0}
            stations:
              - id: HAVN
                name: Assens Havn
                area: by
                lon: 9.8897
                lat: 55.2706
                datum: DVR90
                gaugeZero: 0.00
                sensors:
                  - id: HAVN-W
                    parameter: level
                    unit: m
                    interval: 10min
                    staleAfter: 35min
                    resolution: 0.01
                    title: {da: Vandstand, en: Water level}
                    thresholds:
                      - {name: quays, title: {da: Vand på kajerne, en: Water on the quays}, severity: yellow, kind: level, raiseAt: 1.00, clearBelow: 0.95, datum: DVR90}
                      - {name: road, title: {da: Luk vejen, en: Close the road}, severity: orange, kind: level, raiseAt: 1.25, clearBelow: 1.20, datum: DVR90, action: {da: Luk Havnevej., en: Close Havnevej.}}
                      - {name: line, title: {da: Indre linje, en: Inner line}, severity: red, kind: level, raiseAt: 1.80, clearBelow: 1.75, datum: DVR90}
                  - id: HAVN-R
                    parameter: rain
                    unit: mm
                    interval: 10min
                    staleAfter: 35min
                    title: {da: Nedbør, en: Rain}
                    rain: {input: increment}
              - id: TORO
                name: Torø Huse
                lon: 9.8935
                lat: 55.2415
                datum: DVR90
                gaugeZero: 0.00
                sensors:
                  - id: TORO-W
                    parameter: level
                    unit: m
                    interval: 10min
                    staleAfter: 35min
                    title: {da: Vandstand, en: Water level}
                    thresholds:
                      - {name: quays, title: {da: Vand på broen, en: Water on the bridge}, severity: yellow, kind: level, raiseAt: 1.00, clearBelow: 0.95, datum: DVR90}
            """;

    private static final AtomicLong NOW = new AtomicLong(BEGAN);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @SuppressWarnings("NullAway.Init")
    private static Service service;

    @SuppressWarnings("NullAway.Init")
    private static String deviceToken;

    @SuppressWarnings("NullAway.Init")
    private static String operatorToken;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        browser = Browser.start();
        Path config = Files.writeString(folder.resolve("here.yml"), CONFIG);
        if (!(SettingsFile.load(config, null) instanceof Read.Good good)) {
            throw new AssertionError(SettingsFile.load(config, null));
        }
        Path data = folder.resolve("data");
        service = Service.start(good.settings(), config, data, Progress.SILENT, NOW::get);
        deviceToken = Files.readString(data.resolve("secrets/device-token")).strip();
        operatorToken = Files.readString(service.operatorTokenFile()).strip();
        // twelve calm hours
        for (int i = 0; i < 72; i++) {
            pass(0.30, 0.1);
        }
    }

    @AfterAll
    static void stop() {
        browser.close();
        service.close();
    }

    /** Ten minutes pass; then the gauges report. */
    private static void pass(double harbourM, double rainMm) throws IOException, InterruptedException {
        NOW.addAndGet(STEP);
        post("HAVN-W", harbourM);
        post("HAVN-R", rainMm);
        post("TORO-W", harbourM * 0.7);
    }

    private static void post(String sensorId, double value) throws IOException, InterruptedException {
        call("POST", "/readings/" + sensorId, "{\"t\":%d,\"v\":%s}".formatted(NOW.get(), value), deviceToken);
    }

    private static void call(String method, String path, String body, String token)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(service.address() + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
    }

    private static Viewer open(Look look) {
        return open(look, service.address());
    }

    private static Viewer open(Look look, String address) {
        Viewer viewer = browser.viewer(look);
        viewer.page.navigate(address + "/");
        assertThat(viewer.page.locator("body:not(.waiting)")).isVisible();
        return viewer;
    }

    private static Locator alert(Page page, String words) {
        return page.locator("#alerts .standing .alert").filter(new Locator.FilterOptions().setHasText(words));
    }

    private static Pattern looking(String look) {
        return Pattern.compile("\\b" + look + "\\b");
    }

    /** Nothing on the console, nothing asked of another machine. */
    private static void allWasWell(Viewer viewer) {
        assertThat(viewer.wrong()).as("errors and warnings").isEmpty();
        assertThat(viewer.foreign()).as("requests to other machines").isEmpty();
    }

    private static Locator marker(Page page, String station) {
        return page.locator("#map [aria-label^='" + station + "']");
    }

    @Test
    @Order(1)
    void shouldMarkADrillAsOneForWhoeverLooksAtIt() throws Exception {
        call("POST", "/drill", "{\"by\":\"Anna\",\"note\":\"efterårsøvelse\",\"for\":\"1h\"}", operatorToken);
        try (Viewer viewer = open(Look.DESK)) {
            Page page = viewer.page;
            assertThat(page.locator("#drill")).containsText("An exercise is running");
            assertThat(page.locator("#drill")).containsText("Anna: efterårsøvelse");
            page.locator("#drill button").click();
            assertThat(page.locator("body.exercise:not(.waiting)")).isVisible();
            assertThat(page).hasTitle(Pattern.compile("^EXERCISE"));
            assertThat(page.locator("#drill")).containsText("You see the exercise, not the real thing");
            assertThat(page.locator("#past-open")).isDisabled();
            page.locator("#drill button").click();
            assertThat(page.locator("body:not(.exercise):not(.waiting)")).isVisible();
            assertThat(page.locator("#figures")).containsText("0.30 m");
            allWasWell(viewer);
        }
        call("DELETE", "/drill?by=Anna", "", operatorToken);
    }

    @Test
    @Order(2)
    void shouldTurnTheMapAndTellTheAlertWhileTheWaterRises() throws Exception {
        try (Viewer viewer = open(Look.DESK)) {
            Page page = viewer.page;
            assertThat(marker(page, "Assens Havn")).hasClass(looking("normal"));
            assertThat(page.locator("#alerts .standing .alert")).hasCount(0);
            for (double level : new double[] {0.60, 0.90, 1.08}) {
                pass(level, 1.2);
            }
            assertThat(marker(page, "Assens Havn")).hasClass(looking("severity-1"));
            assertThat(alert(page, "Water on the quays")).hasCount(1);
            pass(1.31, 2.4);
            assertThat(marker(page, "Assens Havn")).hasClass(looking("severity-2"));
            assertThat(alert(page, "Close Havnevej.")).containsText("peak 1.31 m DVR90");
            assertThat(page.locator("#summary")).containsText("1 active alert");
            assertThat(page.locator("#lead"))
                    .containsText(Pattern.compile("Assens Havn Close the road · 1.31 m ↗ .+ cm/h · since"));
            assertThat(page.locator("#stations li").first()).containsText("1.31 m ↗");
            allWasWell(viewer);
        }
    }

    @Test
    @Order(3)
    void shouldPutNoBarrierInAnybodysWayInLightAndInDark() {
        for (Look look : List.of(Look.DESK, Look.DESK.dark(), Look.DESK.phone().in("da-DK"))) {
            try (Viewer viewer = open(look)) {
                assertThat(viewer.page.locator("#alerts .standing .alert")).hasCount(1);
                assertThat(viewer.barriers()).as(look.toString()).isEmpty();
                allWasWell(viewer);
            }
        }
    }

    @Test
    @Order(4)
    void shouldAcknowledgeOnceAndShowItToASecondViewer() {
        try (Viewer operator = open(Look.DESK);
                Viewer second = open(Look.DESK.in("da-DK"))) {
            Page page = operator.page;
            assertThat(alert(second.page, "Luk vejen")).hasCount(1);
            alert(page, "Close the road").locator("[data-act=acknowledge]").click();
            Locator dialog = page.locator("#operator");
            assertThat(dialog).containsText("Close the road");
            assertThat(operator.barriers()).as("with the dialog open").isEmpty();
            dialog.locator("[name=by]").fill("Havnevagten");
            dialog.locator("[name=note]").fill("på <b>vej</b>");
            dialog.locator("[name=token]").fill("guessed");
            dialog.locator("[type=submit]").click();
            assertThat(dialog.locator(".trouble")).containsText("The token is not the operator’s");
            assertThat(dialog.locator("[name=note]")).hasValue("på <b>vej</b>");
            // the refusal is on the console, as every 401 is
            assertThat(operator.wrong()).singleElement().asString().contains("401");
            dialog.locator("[name=token]").fill(operatorToken);
            dialog.locator("[type=submit]").click();
            assertThat(dialog).isHidden();
            assertThat(alert(page, "Close the road")).containsText("acknowledged by Havnevagten: på <b>vej</b>");
            assertThat(alert(second.page, "Luk vejen")).containsText("kvitteret af Havnevagten: på <b>vej</b>");
            assertThat(page.url()).doesNotContain(operatorToken);
            assertThat((String) page.evaluate("JSON.stringify(localStorage) + document.cookie"))
                    .doesNotContain(operatorToken);

            // the token is not asked for again in this window
            alert(page, "Close the road").locator("[data-act=shelve]").click();
            assertThat(dialog.locator("[name=token]")).hasCount(0);
            dialog.locator("[name=note]").fill("sluseprøve");
            dialog.locator("[type=submit]").click();
            assertThat(alert(second.page, "Luk vejen")).containsText("Havnevagten: sluseprøve");
            allWasWell(operator);
            allWasWell(second);
        }
    }

    @Test
    @Order(5)
    void shouldShowThePastAsItWasKnownAndComeBackFromIt() throws Exception {
        long calmMs = NOW.get() - 5 * STEP;
        for (double level : new double[] {1.55, 1.86, 1.92, 1.90}) {
            pass(level, 4.0);
        }
        try (Viewer viewer = open(Look.DESK)) {
            Page page = viewer.page;
            assertThat(marker(page, "Assens Havn")).hasClass(looking("severity-3"));
            page.locator("#past-open").click();
            assertThat(page.locator("#past")).containsText("PAST");
            assertThat(page.locator("body.past")).isVisible();
            page.locator("#past [name=instant]").fill(local(calmMs));
            assertThat(marker(page, "Assens Havn")).hasClass(looking("normal"));
            assertThat(page.locator("#figures")).containsText("0.30 m");
            assertThat(page.locator("#alerts .standing .alert")).hasCount(0);
            assertThat(page.locator("#past")).containsText("You see what was known");
            assertThat(rows(page))
                    .as("a table that knows nothing of what came later")
                    .allSatisfy(row ->
                            assertThat(Instant.parse(row[5]).toEpochMilli()).isLessThanOrEqualTo(calmMs));
            assertThat(viewer.barriers()).as("in the past").isEmpty();

            // an hour on, the storm is there, and nobody can acknowledge in the past
            page.locator("[data-past=on-hour]").click();
            assertThat(marker(page, "Assens Havn")).hasClass(looking("severity-2"));
            assertThat(alert(page, "Close the road")).hasCount(1);
            assertThat(page.locator("#alerts [data-act]")).hasCount(0);
            page.locator("[data-past=back-ten]").click();
            page.locator("[data-past=back-ten]").click();
            assertThat(marker(page, "Assens Havn")).hasClass(looking("severity-1"));
            page.locator("[data-past=play]").click();
            assertThat(marker(page, "Assens Havn")).hasClass(looking("severity-3"));
            page.locator("[data-past=leave]").click();
            assertThat(page.locator("body:not(.past)")).isVisible();
            assertThat(page.locator("#figures")).containsText("1.90 m");
            allWasWell(viewer);
        }
    }

    private static String local(long atMs) {
        return Instant.ofEpochMilli(atMs)
                .atZone(ZoneId.of("Europe/Copenhagen"))
                .toLocalDateTime()
                .truncatedTo(ChronoUnit.MINUTES)
                .toString();
    }

    /** Of the table that is offered for download. */
    private static List<String[]> rows(Page page) throws IOException {
        assertThat(page.locator("#csv")).isEnabled();
        Download table = page.waitForDownload(() -> page.locator("#csv").click());
        List<String> lines = Files.readAllLines(table.path());
        assertThat(lines.getFirst()).isEqualTo("station,sensor,parameter,unit,datum,at,value,flag,test");
        assertThat(lines).hasSizeGreaterThan(50);
        return lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
    }

    @Test
    @Order(6)
    void shouldSayThatTheConnectionIsGoneAndShowTheNewestWhenItIsBack() throws Exception {
        try (Line line = new Line(service.httpPort());
                Viewer viewer = open(Look.DESK, "http://127.0.0.1:" + line.port())) {
            Page page = viewer.page;
            assertThat(page.locator("#freshness")).containsText("Connected");
            assertThat(page.locator("#stations li").first()).containsText("1.90 m");
            line.down(true);
            assertThat(page.locator("#banner")).containsText("Connection lost. What you see is from");
            assertThat(page.locator("body.lost")).isVisible();
            pass(1.82, 0);
            line.down(false);
            assertThat(page.locator("#banner")).isHidden();
            assertThat(page.locator("#stations li").first()).containsText("1.82 m");
            assertThat(page.locator("#freshness")).containsText("Connected");
            assertThat(viewer.foreign()).isEmpty();

            // one that stands still is noticed too, though nothing is cut
            line.stall(true);
            assertThat(page.locator("#banner")).containsText("Connection lost");
            line.stall(false);
            assertThat(page.locator("#banner")).isHidden();
        }
    }

    @Test
    @Order(7)
    void shouldSpeakDanishAndEnglishAndRememberWhich() {
        try (Viewer viewer = open(Look.DESK.in("da-DK"))) {
            Page page = viewer.page;
            assertThat(page.locator("html")).hasAttribute("lang", "da");
            assertThat(page.locator("#alerts-title")).hasText("Alarmer");
            assertThat(page.locator("#station-state")).containsText("Alarm, rød");
            assertThat(page.locator("#figures")).containsText("1,82 m DVR90");
            page.locator("[data-language=en]").click();
            assertThat(page.locator("html")).hasAttribute("lang", "en");
            assertThat(page.locator("#alerts-title")).hasText("Alerts");
            assertThat(page.locator("#figures")).containsText("1.82 m DVR90");
            assertThat(page.locator("#station-state")).containsText("Alert, red");
            page.reload();
            assertThat(page.locator("#alerts-title")).hasText("Alerts");
            assertThat(page.locator("[data-text]:not([hidden])")
                            .filter(new Locator.FilterOptions().setHasText(Pattern.compile("^(undefined|null)?$"))))
                    .hasCount(0);
            allWasWell(viewer);
        }
    }

    @Test
    @Order(8)
    void shouldBeUsedByKeyboardAloneWithTheFocusAlwaysSeen() {
        try (Viewer viewer = open(Look.DESK)) {
            Page page = viewer.page;
            List<String> stops = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                page.keyboard().press("Tab");
                String stop = (String) page.evaluate("""
                        () => {
                          const at = document.activeElement;
                          if (at === document.body) return 'end';
                          const style = getComputedStyle(at);
                          const box = at.getBoundingClientRect();
                          if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return 'unseen focus: ' + at.outerHTML;
                          if (box.width === 0 || box.bottom < 0 || box.top > innerHeight) return 'out of sight: ' + at.outerHTML;
                          return at.id || at.dataset.station || at.dataset.act || at.getAttribute('aria-label') || at.textContent.trim();
                        }""");
                if (stop.equals("end")) {
                    break;
                }
                stops.add(stop);
            }
            assertThat(stops).noneMatch(stop -> stop.startsWith("unseen focus") || stop.startsWith("out of sight"));
            assertThat(stops)
                    .contains(
                            "past-open", "theme", "charts", "csv", "HAVN", "TORO", "acknowledge", "shelve", "zoom-in");
            assertThat(stops).anyMatch(stop -> stop.startsWith("Assens Havn:"));

            page.locator("#stations [data-station=HAVN]").focus();
            page.keyboard().press("ArrowDown");
            page.keyboard().press("Enter");
            assertThat(page.locator("#station-name")).hasText("Torø Huse");
            assertThat(page.locator("#csv")).isEnabled();
            page.locator("#charts").focus();
            page.keyboard().press("+");
            assertThat(page.locator("#reset")).isEnabled();
            page.keyboard().press("Shift+ArrowLeft");
            assertThat(page.locator("#read-out")).containsText(Pattern.compile("\\d+\\.\\d\\d m"));
            page.keyboard().press("0");
            assertThat(page.locator("#reset")).isDisabled();

            alert(page, "Inner line").locator("[data-act=acknowledge]").focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("#operator [name=by]")).isFocused();
            page.keyboard().type("Natvagten");
            page.keyboard().press("Tab");
            page.keyboard().type("set");
            page.keyboard().press("Tab");
            page.keyboard().type(operatorToken);
            page.keyboard().press("Enter");
            assertThat(page.locator("#operator")).isHidden();
            assertThat(alert(page, "Inner line")).containsText("acknowledged by Natvagten: set");
            // in place of the button that is gone
            assertThat(alert(page, "Inner line").locator(".alert-main")).isFocused();

            page.locator("#past-open").focus();
            page.keyboard().press("Enter");
            assertThat(page.locator("body.past")).isVisible();
            page.keyboard().press("Escape");
            assertThat(page.locator("body:not(.past)")).isVisible();
            assertThat(page.locator("#past-open")).isFocused();
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
            allWasWell(viewer);
        }
    }

    @Test
    @Order(9)
    void shouldFitOnAWallScreenWithoutScrollingAndOnAPhoneWithoutScrollingSideways() {
        try (Viewer wall = open(Look.DESK.sized(1920, 1080));
                Viewer phone = open(Look.DESK.phone())) {
            assertThat((Boolean) wall.page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
                    .isTrue();
            assertThat((Boolean) phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isTrue();
        }
    }
}

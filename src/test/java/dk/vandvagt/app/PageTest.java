package dk.vandvagt.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
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
import java.util.concurrent.atomic.AtomicLong;
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
        HttpResponse<String> answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create(service.address() + "/readings/" + sensorId))
                        .header("Authorization", "Bearer " + deviceToken)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"t\":%d,\"v\":%s}".formatted(NOW.get(), value)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static Viewer open(Look look) {
        Viewer viewer = browser.viewer(look);
        viewer.page.navigate(service.address() + "/");
        assertThat(viewer.page.locator("body:not(.waiting)")).isVisible();
        return viewer;
    }

    private static Locator marker(Page page, String station) {
        return page.locator("#map [aria-label^='" + station + "']");
    }

    @Test
    @Order(1)
    void shouldTurnTheMapAndTellTheAlertWhileTheWaterRises() throws Exception {
        try (Viewer viewer = open(Look.DESK)) {
            Page page = viewer.page;
            assertThat(marker(page, "Assens Havn")).hasClass(java.util.regex.Pattern.compile("\\bnormal\\b"));
            assertThat(page.locator("#alerts .alert:not(.over)")).hasCount(0);
            for (double level : new double[] {0.60, 0.90, 1.08}) {
                pass(level, 1.2);
            }
            assertThat(marker(page, "Assens Havn")).hasClass(java.util.regex.Pattern.compile("\\bseverity-1\\b"));
            assertThat(page.locator("#alerts .alert:not(.over)")).hasCount(1, new HasCountOptions().setTimeout(10_000));
            assertThat(page.locator("#alerts")).containsText("Water on the quays");
            pass(1.31, 2.4);
            assertThat(marker(page, "Assens Havn")).hasClass(java.util.regex.Pattern.compile("\\bseverity-2\\b"));
            assertThat(page.locator("#alerts"))
                    .containsText("Close Havnevej.", new ContainsTextOptions().setTimeout(10_000));
            assertThat(page.locator("#summary")).containsText("1 active alert");
            assertThat(viewer.wrong()).isEmpty();
            assertThat(viewer.foreign()).as("requests to other machines").isEmpty();
            viewer.shot(Path.of("target", "page.png"));
        }
    }

    @Test
    @Order(2)
    void shouldPutNoBarrierInAnybodysWayInLightAndInDark() {
        for (Look look :
                new Look[] {Look.DESK, Look.DESK.dark(), Look.DESK.phone().in("da-DK")}) {
            try (Viewer viewer = open(look)) {
                assertThat(viewer.page.locator("#alerts .alert:not(.over)")).hasCount(1);
                assertThat(viewer.barriers()).as(look.toString()).isEmpty();
                assertThat(viewer.wrong()).isEmpty();
            }
        }
    }
}

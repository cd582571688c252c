package dk.vandvagt.app;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the pictures in {@code docs}, of the real service with the settings of Assens, in a surge: only when asked, since no two runs
 * give the same bytes.
 */
@EnabledIfSystemProperty(named = "vandvagt.pictures", matches = "true")
class PagePicturesTest {
    private static final long STEP = 600_000;
    private static final long BEGAN = Instant.parse("2023-10-19T18:00:00Z").toEpochMilli();
    private static final int STEPS = 150;
    private static final Map<String, Double> LEVELS = Map.of("ASS-HAVN-W", 1.0, "BAAGOE-W", 0.97, "HELNAES-W", 0.93);
    private static final Map<String, Double> RAIN = Map.of("ASS-HAVN-R", 1.0, "GLAMSBJERG-R", 0.8, "AARUP-R", 0.5);

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void shouldTakeThePictures() throws Exception {
        Path config = folder.resolve("assens.yml");
        Files.writeString(
                config,
                Files.readString(Path.of("config", "assens.yml")).replaceAll("port: (8080|1883|54320)", "port: 0"));
        if (!(SettingsFile.load(config, null) instanceof Read.Good good)) {
            throw new AssertionError();
        }
        AtomicLong now = new AtomicLong(BEGAN);
        try (Browser browser = Browser.start();
                Service service = Service.start(
                        good.settings(), config, folder.resolve("data"), Progress.SILENT, now::get)) {
            String token = Files.readString(folder.resolve("data/secrets/device-token"))
                    .strip();
            for (int i = 0; i < STEPS; i++) {
                now.addAndGet(STEP);
                for (Map.Entry<String, Double> each : LEVELS.entrySet()) {
                    // one falls silent when it is at its worst
                    if (!each.getKey().startsWith("HELNAES") || i < STEPS - 9) {
                        post(service, token, each.getKey(), now.get(), levelM(i) * each.getValue());
                    }
                }
                for (Map.Entry<String, Double> each : RAIN.entrySet()) {
                    post(service, token, each.getKey(), now.get(), rainMm(i) * each.getValue());
                }
            }
            Path docs = Path.of("docs");
            take(browser, service, Look.DESK, docs.resolve("page.png"));
            take(browser, service, Look.DESK.in("da-DK").dark(), docs.resolve("page-da-dark.png"));
            take(browser, service, Look.DESK.in("da-DK").phone(), docs.resolve("page-da-phone.png"));
            try (Viewer viewer = open(browser, service, Look.DESK)) {
                viewer.page.locator("#past-open").click();
                viewer.page.locator("[data-past=back-hour]").click();
                viewer.page.locator("[data-past=back-hour]").click();
                assertThat(viewer.page.locator("body.past")).isVisible();
                viewer.page.waitForLoadState(com.microsoft.playwright.options.LoadState.NETWORKIDLE, null);
                viewer.shot(docs.resolve("page-past.png"));
            }
        }
    }

    private static double levelM(int step) {
        double h = step / 6.0;
        double surge = Math.exp(-Math.pow((h - 26) / 9, 2));
        return 0.12 + 1.85 * surge + 0.035 * Math.sin(h * 2.1) + 0.015 * Math.sin(h * 7.3);
    }

    private static double rainMm(int step) {
        return 5.2 * Math.exp(-Math.pow((step / 6.0 - 22) / 0.8, 2));
    }

    private void post(Service service, String token, String sensorId, long atMs, double value)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(service.address() + "/readings/" + sensorId))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"t\":%d,\"v\":%s}".formatted(atMs, Math.rint(value * 100) / 100)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static Viewer open(Browser browser, Service service, Look look) {
        Viewer viewer = browser.viewer(look);
        Page page = viewer.page;
        page.navigate(service.address() + "/#ASS-HAVN");
        assertThat(page.locator("body:not(.waiting):not(.lost)")).isVisible();
        assertThat(page.locator("#csv")).isEnabled();
        assertThat(page.locator("#alerts .standing .alert").first()).isVisible();
        assertThat(page.locator(".land").first()).isAttached();
        return viewer;
    }

    private static void take(Browser browser, Service service, Look look, Path file) {
        try (Viewer viewer = open(browser, service, look)) {
            viewer.shot(file);
        }
    }
}

package dk.vandvagt.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** The machine's own Chromium without a window. One thread uses it. */
public final class Browser implements AutoCloseable {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final double WITHIN_MS = 20_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;

    private Browser(Playwright playwright) {
        this.playwright = playwright;
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking"))
                        .setHeadless(true));
    }

    /** Skips the test where there is no Chromium; where CI is true, fails it. */
    public static Browser start() {
        boolean there = Files.isExecutable(CHROMIUM);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("CI must have %s: apt-get install chromium", CHROMIUM)
                .isTrue();
        assumeTrue(there, "no " + CHROMIUM + ": apt-get install chromium");
        PlaywrightAssertions.setDefaultAssertionTimeout(WITHIN_MS);
        return new Browser(Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
    }

    /** How the page is looked at. */
    public record Look(String language, ColorScheme colors, int width, int height, boolean touch) {
        public static final Look DESK = new Look("en-GB", ColorScheme.LIGHT, 1440, 900, false);

        public Look in(String other) {
            return new Look(other, colors, width, height, touch);
        }

        public Look dark() {
            return new Look(language, ColorScheme.DARK, width, height, touch);
        }

        public Look sized(int wide, int high) {
            return new Look(language, colors, wide, high, touch);
        }

        public Look phone() {
            return new Look(language, colors, 390, 844, true);
        }
    }

    /** Somebody who has never been here: no cache, nothing stored. */
    public Viewer viewer(Look look) {
        return new Viewer(chromium.newContext(new NewContextOptions()
                .setLocale(look.language)
                .setTimezoneId("Europe/Copenhagen")
                .setColorScheme(look.colors)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setHasTouch(look.touch)
                .setViewportSize(look.width, look.height)));
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }

    /** One window; what it asked of other machines, and what went wrong in it, is kept. */
    public static final class Viewer implements AutoCloseable {
        public final BrowserContext context;
        public final Page page;
        private final List<String> wrong = new CopyOnWriteArrayList<>();
        private final List<String> foreign = new CopyOnWriteArrayList<>();
        private final AtomicLong bytes = new AtomicLong();

        private Viewer(BrowserContext context) {
            this.context = context;
            context.setDefaultTimeout(WITHIN_MS);
            page = context.newPage();
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") || message.type().equals("warning")) {
                    wrong.add(message.type() + ": " + message.text() + " at " + message.location());
                }
            });
            page.onPageError(error -> wrong.add("thrown: " + error));
            page.onRequest(request -> {
                URI address = URI.create(request.url().replaceFirst("[?#].*", ""));
                if (!"127.0.0.1".equals(address.getHost()) && address.getHost() != null) {
                    foreign.add(request.url());
                }
            });
            CDPSession network = context.newCDPSession(page);
            network.send("Network.enable");
            network.on(
                    "Network.loadingFinished",
                    event -> bytes.addAndGet(event.get("encodedDataLength").getAsLong()));
        }

        /** As they went over the line, compressed, of what is loaded whole; not the live stream. */
        public long bytes() {
            return bytes.get();
        }

        /** Errors and warnings of the console, exceptions nobody caught; those seen so far are forgotten. */
        public List<String> wrong() {
            List<String> seen = new ArrayList<>(wrong);
            wrong.removeAll(seen);
            return seen;
        }

        public List<String> foreign() {
            return List.copyOf(foreign);
        }

        /** WCAG 2.2 A and AA and axe's best practices: each violation with where it is and why. */
        public List<String> barriers() {
            AxeResults found = new AxeBuilder(page)
                    .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"))
                    .analyze();
            return found.getViolations().stream()
                    .flatMap(rule -> rule.getNodes().stream()
                            .map(node -> rule.getId() + ": " + node.getHtml() + " " + node.getFailureSummary()))
                    .toList();
        }

        public void shot(Path file) {
            page.screenshot(new Page.ScreenshotOptions().setPath(file));
        }

        @Override
        public void close() {
            context.close();
        }
    }
}

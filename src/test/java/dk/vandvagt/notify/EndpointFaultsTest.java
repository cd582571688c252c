package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.notify.Receiver.Request;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An hour in which one subscriber's endpoint hangs, another answers 500, one closes in the middle and one redirects, over real sockets and
 * with time handed in: the one that is well waits for none of them, each gets its backlog when it is well again, and the counts are right.
 */
class EndpointFaultsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MINUTE = 60_000;
    private static final long STEP_EVERY_MS = 10 * MINUTE;
    private static final int STEPS_IN_THE_HOUR = 6;

    @TempDir
    private Path folder = Path.of("");

    private final Vertx vertx = Vertx.vertx();
    private final TestLog log = new TestLog();
    private final AtomicLong clockMs = new AtomicLong(Storms.AT_MS);
    private final AtomicBoolean faulty = new AtomicBoolean(true);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicLong refusedLetters = new AtomicLong();
    private final String secret = WebhookSignature.freshSecret(new SecureRandom());
    private int steps;

    @SuppressWarnings("NullAway.Init")
    private Receiver well;

    @SuppressWarnings("NullAway.Init")
    private Receiver failing;

    @SuppressWarnings("NullAway.Init")
    private Receiver hanging;

    @SuppressWarnings("NullAway.Init")
    private Receiver closing;

    @SuppressWarnings("NullAway.Init")
    private Receiver redirecting;

    @SuppressWarnings("NullAway.Init")
    private PostOffice office;

    @BeforeEach
    void open() throws IOException {
        Receiver.Behaviour good = Receiver.answering("204 Good");
        well = new Receiver(good);
        failing = new Receiver(whileFaulty(Receiver.answering("500 Oh"), good));
        hanging = new Receiver(whileFaulty((request, out) -> released.await(), good));
        closing = new Receiver(whileFaulty(
                (request, out) -> {
                    out.write("HTTP/1.1 20".getBytes(StandardCharsets.US_ASCII));
                    throw new IOException("closed in the middle of the answer");
                },
                good));
        redirecting = new Receiver(whileFaulty(
                (request, out) -> {
                    refusedLetters.incrementAndGet();
                    Receiver.answering("308 There\r\nLocation: http://127.0.0.1:" + well.port() + "/stolen")
                            .answer(request, out);
                },
                good));
        WebhookCarrier carrier = new WebhookCarrier(
                vertx,
                new WebhookCarrier.Options(
                        true, List.of("127.0.0.0/8"), 8, Duration.ofSeconds(4), ZoneId.of("Europe/Copenhagen"), false),
                Storms::catalogue,
                clockMs::get);
        office = new PostOffice(
                log,
                new PostOfficeTest.MemoryLedger(),
                SettledLetters.NONE,
                folder,
                Map.of(Subscription.Way.WEBHOOK, carrier),
                List::of,
                Storms.catalogue(),
                ZoneId.of("Europe/Copenhagen"),
                clockMs::get,
                PostBook.Pace.USUAL,
                new Random(1));
        office.start();
    }

    private Receiver.Behaviour whileFaulty(Receiver.Behaviour fault, Receiver.Behaviour good) {
        return (request, out) -> (faulty.get() ? fault : good).answer(request, out);
    }

    @AfterEach
    void close() throws IOException {
        released.countDown();
        office.close();
        for (Receiver each : List.of(well, failing, hanging, closing, redirecting)) {
            each.close();
        }
        vertx.close();
    }

    private void join(Receiver receiver) {
        office.add(number -> new Subscription(
                        number,
                        "s" + number,
                        Subscription.Way.WEBHOOK,
                        "http://127.0.0.1:" + receiver.port() + "/",
                        secret,
                        "da",
                        Subscription.Selection.ALL,
                        null,
                        false,
                        false,
                        1,
                        1))
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private void decide(Transition.Kind kind, int severity) {
        Transition step = Storms.level(steps++, kind, severity);
        log.add(step);
        office.tell(List.of(step));
        await().until(() -> log.told() == steps);
    }

    /** The post office looks at the clock when it is asked something. */
    private void pass(long ms) {
        clockMs.addAndGet(ms);
        office.subscriptions().orTimeout(10, TimeUnit.SECONDS).join();
        office.subscriptions().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** Steps' numbers in the order of the letters that arrived, a repeated letter once. */
    private static List<Integer> told(Receiver receiver) throws IOException {
        Map<String, JsonNode> letters = new LinkedHashMap<>();
        for (Request each : receiver.requests()) {
            JsonNode before = letters.put(each.header("webhook-id"), JSON.readTree(each.body()));
            assertThat(before == null || before.equals(JSON.readTree(each.body())))
                    .as("two contents under one id")
                    .isTrue();
        }
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode each : letters.values()) {
            each.at("/data/steps")
                    .forEach(step ->
                            numbers.add(Integer.valueOf(step.get("id").asText().replaceFirst(".*/", ""))));
        }
        return numbers;
    }

    @Test
    void shouldLetNobodyWaitForAnothersEndpointAndBringEachItsBacklog() throws Exception {
        for (Receiver each : List.of(well, failing, hanging, closing, redirecting)) {
            join(each);
        }
        for (int i = 0; i < STEPS_IN_THE_HOUR; i++) {
            decide(i == 0 ? Transition.Kind.RAISED : i % 2 == 1 ? Transition.Kind.STALE : Transition.Kind.BACK, 1);
            int letters = i + 1;
            long decidedAtMs = clockMs.get();
            pass(5_000);
            // by the service's clock nothing passes meanwhile: whoever hangs, it is told now
            await("the one that is well is told of step " + i)
                    .until(() -> well.requests().size() == letters);
            while (clockMs.get() < decidedAtMs + STEP_EVERY_MS) {
                pass(15_000);
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
        assertThat(told(well)).containsExactly(0, 1, 2, 3, 4, 5);
        // 1, 2, 4 … 900 s: asked again and again, and not hammered
        assertThat(failing.requests().size()).isBetween(8, 16);
        assertThat(closing.requests().size()).isBetween(8, 16);
        assertThat(hanging.requests().size()).isBetween(1, 16);
        assertThat(redirecting.requests()).as("given up at once, each").hasSize(STEPS_IN_THE_HOUR);
        assertThat(well.requests()).noneMatch(each -> each.path().equals("/stolen"));
        assertThat(office.dead()).isEqualTo(STEPS_IN_THE_HOUR);

        await("what hung is counted")
                .until(() -> office.tallies(Subscription.Way.WEBHOOK).attemptsFailed() == failedSoFar());
        assertThat(office.tallies(Subscription.Way.WEBHOOK).arrived()).isEqualTo(STEPS_IN_THE_HOUR);
        assertThat(office.tallies(Subscription.Way.WEBHOOK).dead()).isEqualTo(STEPS_IN_THE_HOUR);
        assertThat(office.waiting())
                .as("of three subscribers: a letter on its way, and more behind it")
                .isEqualTo(6);

        long failed = failedSoFar();
        faulty.set(false);
        released.countDown();
        decide(Transition.Kind.CLEARED, 0);
        long healedAtMs = clockMs.get();
        await("everybody has all").until(() -> {
            pass(15_000);
            return office.waiting() == 0;
        });
        assertThat(clockMs.get() - healedAtMs).as("within the longest pause").isLessThan(20 * MINUTE);
        for (Receiver each : List.of(well, failing, hanging, closing)) {
            assertThat(told(each)).containsExactly(0, 1, 2, 3, 4, 5, 6);
        }
        // their first letter, and one with all that waited behind it
        assertThat(office.tallies(Subscription.Way.WEBHOOK))
                .extracting(
                        PostOffice.WayTallies::arrived,
                        PostOffice.WayTallies::attemptsFailed,
                        PostOffice.WayTallies::dead)
                .containsExactly(STEPS_IN_THE_HOUR + 1L + 3 * 2 + 1, failed, (long) STEPS_IN_THE_HOUR);

        for (PostOffice.DeadLetter each : office.deadLetters().get(10, TimeUnit.SECONDS)) {
            assertThat(each.reason()).contains("308");
            assertThat(office.sendAgain(each.letter().id()).get(10, TimeUnit.SECONDS))
                    .isTrue();
            await().until(() -> {
                pass(0);
                return office.waiting() == 0;
            });
        }
        assertThat(told(redirecting)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
        assertThat(office.dead()).isZero();
    }

    /** Everything asked of those that are not well. */
    private long failedSoFar() {
        return failing.requests().size()
                + closing.requests().size()
                + hanging.requests().size()
                + refusedLetters.get();
    }
}

package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.notify.Carrier.Outcome;
import dk.vandvagt.station.Text;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class WebhookCarrierTest {
    private static final String SECRET = WebhookSignature.freshSecret(new SecureRandom());
    private static final long NOW_MS = Storms.AT_MS + 60_500;
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static @Nullable Vertx vertx;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void close() {
        vertx().close();
    }

    private static Vertx vertx() {
        if (vertx == null) {
            throw new IllegalStateException();
        }
        return vertx;
    }

    private static WebhookCarrier carrier(Duration timeout, HttpCalls.Resolver resolver, String... allow) {
        return new WebhookCarrier(
                vertx(),
                new WebhookCarrier.Options(true, List.of(allow), 2, timeout, ZoneId.of("Europe/Copenhagen"), false),
                Storms::catalogue,
                () -> NOW_MS,
                resolver,
                null);
    }

    private static WebhookCarrier carrier(Duration timeout) {
        return carrier(timeout, InetAddress::getAllByName, "127.0.0.0/8");
    }

    private static Subscription to(String url) {
        return subscription(Subscription.Way.WEBHOOK, url, SECRET, "da");
    }

    private static Subscription to(Receiver receiver) {
        return to("http://127.0.0.1:" + receiver.port() + "/hook?place=assens");
    }

    static Subscription subscription(Subscription.Way way, String address, String secret, String language) {
        return new Subscription(
                7, "id7", way, address, secret, language, Subscription.Selection.ALL, null, false, false, 1, 1);
    }

    private static Outcome carry(WebhookCarrier by, Subscription to) throws InterruptedException {
        return by.carry(LetterTextTest.storm(), to);
    }

    @Test
    void shouldSignAsTheExampleOfStandardWebhooks() {
        assertThat(WebhookSignature.of(
                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        1614265330,
                        "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assertThat(Base64.getDecoder().decode(SECRET.substring("whsec_".length())))
                .hasSizeBetween(24, 64);
    }

    @Test
    void shouldPostALetterAsJsonSignedAndUnderOneIdHoweverOften() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answering("204 No Content"))) {
            WebhookCarrier carrier = carrier(LONG);
            assertThat(carry(carrier, to(receiver))).isEqualTo(new Outcome.Delivered());
            assertThat(carry(carrier, to(receiver))).isEqualTo(new Outcome.Delivered());
            assertThat(receiver.requests()).hasSize(2).allSatisfy(request -> {
                assertThat(request.method()).isEqualTo("POST");
                assertThat(request.path()).isEqualTo("/hook?place=assens");
                assertThat(request.header("content-type")).isEqualTo("application/json");
                assertThat(request.header("webhook-id")).isEqualTo("1-a1-0-0");
                assertThat(request.header("idempotency-key")).isEqualTo("1-a1-0-0");
                assertThat(request.header("webhook-timestamp")).isEqualTo(Long.toString(NOW_MS / 1000));
                assertThat(request.header("webhook-signature")).isEqualTo(signature(request));
            });
            JsonNode json =
                    new ObjectMapper().readTree(receiver.requests().getFirst().body());
            assertThat(json.path("type").asText()).isEqualTo("letter");
            JsonNode data = json.path("data");
            assertThat(data.path("storm").asText()).isEqualTo("1-a1-0");
            assertThat(data.path("severity").asInt()).isEqualTo(3);
            assertThat(data.path("last").isBoolean()).isTrue();
            assertThat(data.path("steps").findValuesAsText("alertId")).containsExactly("a2", "a1");
            assertThat(data.path("standing").findValuesAsText("alertId")).containsExactly("a1", "a2", "a4");
            assertThat(data.path("title").path("da").asText()).isEqualTo("RØD: Assens Havn");
            assertThat(data.path("text").path("en").asText()).startsWith("RED:");
        }
    }

    @Test
    void shouldSayToSomebodyOnDutyByWhenToAnswer() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answering("204 No Content"))) {
            Letter plain = LetterTextTest.storm();
            Letter call = new Letter(
                    "duty-1",
                    0,
                    "duty-1",
                    0,
                    plain.steps(),
                    plain.standing(),
                    plain.madeAtMs(),
                    new Text("Vagt Anna: kvittér inden 02.10.", "On duty Anna: acknowledge by 02:10."));
            assertThat(carrier(LONG).carry(call, to(receiver))).isEqualTo(new Outcome.Delivered());
            assertThat(carry(carrier(LONG), to(receiver))).isEqualTo(new Outcome.Delivered());
            JsonNode data = new ObjectMapper()
                    .readTree(receiver.requests().getFirst().body())
                    .path("data");
            assertThat(data.path("opening").path("en").asText()).isEqualTo("On duty Anna: acknowledge by 02:10.");
            assertThat(data.path("text").path("da").asText()).startsWith("Vagt Anna");
            assertThat(receiver.requests().getLast().text()).doesNotContain("opening");
        }
    }

    /** Written down from the specification, apart from the code under test. */
    private static String signature(Receiver.Request request) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.replace("whsec_", "")), "HmacSHA256"));
        String signed = request.header("webhook-id") + "." + request.header("webhook-timestamp") + "." + request.text();
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldInviteWithTheLinkAndSayThatATestIsOne() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answering("200 OK"))) {
            carrier(LONG).invite(to(receiver), "https://v.example/confirm/abc");
            carrier(LONG).test(to(receiver));
            JsonNode invitation =
                    new ObjectMapper().readTree(receiver.requests().getFirst().body());
            assertThat(invitation.path("type").asText()).isEqualTo("invitation");
            assertThat(invitation.path("data").path("confirmUrl").asText()).isEqualTo("https://v.example/confirm/abc");
            JsonNode test =
                    new ObjectMapper().readTree(receiver.requests().getLast().body());
            assertThat(test.path("type").asText()).isEqualTo("test");
            assertThat(test.path("data").path("text").path("en").asText()).contains("There is no alert.");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200 OK,D,0",
        "202 Accepted,D,0",
        "301 Moved,R,0",
        "302 Found,L,0",
        "400 Bad Request,L,0",
        "401 Unauthorized,L,0",
        "404 Not Found,L,0",
        "410 Gone,R,0",
        "429 Too Many\\r\\nRetry-After: 120,L,120000",
        "500 Oh,L,0",
        "500 Oh\\r\\nRetry-After: 120,L,0",
        "503 Away\\r\\nRetry-After: nonsense,L,0",
        "503 Away\\r\\nRetry-After: -5,L,0",
        "503 Away\\r\\nRetry-After: 999999999,L,86400000",
    })
    void shouldTakeAStatusForWhatItIs(String head, String kind, long afterMs) throws Exception {
        try (Receiver receiver = new Receiver(
                Receiver.answering(head.replace("\\r\\n", "\r\n") + "\r\nLocation: http://127.0.0.1:1/elsewhere"))) {
            Outcome outcome = carry(carrier(LONG), to(receiver));
            switch (kind) {
                case "D" -> assertThat(outcome).isInstanceOf(Outcome.Delivered.class);
                case "R" -> assertThat(outcome).isInstanceOf(Outcome.Refused.class);
                default ->
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Later.class,
                                    later -> assertThat(later.afterMs()).isEqualTo(afterMs));
            }
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    void shouldUnderstandADateUntilWhichToWait() throws Exception {
        // a minute and a half after the attempt, less its half second
        try (Receiver receiver =
                new Receiver(Receiver.answering("503 Away\r\nRetry-After: Fri, 20 Oct 2023 21:42:30 GMT"))) {
            assertThat(carry(carrier(LONG), to(receiver)))
                    .isInstanceOfSatisfying(
                            Outcome.Later.class,
                            later -> assertThat(later.afterMs()).isEqualTo(89_500));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void shouldFollowNoRedirect(int status) throws Exception {
        try (Receiver inside = new Receiver(Receiver.answering("200 OK"));
                Receiver receiver = new Receiver(
                        Receiver.answering(status + " There\r\nLocation: http://127.0.0.1:" + inside.port() + "/"))) {
            assertThat(carry(carrier(LONG), to(receiver)))
                    .as("a move for good is final")
                    .isInstanceOf(status == 301 || status == 308 ? Outcome.Refused.class : Outcome.Later.class);
            assertThat(inside.connections()).isZero();
        }
    }

    @Test
    void shouldGiveUpOnOneThatHangsWhileOthersAreServed() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (Receiver hanging = new Receiver((request, out) -> never.await());
                Receiver well = new Receiver(Receiver.answering("200 OK"))) {
            WebhookCarrier patient = carrier(Duration.ofSeconds(3));
            List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                outcomes.add(inBackground(patient, to(hanging)));
            }
            assertThat(carry(patient, to(well))).isInstanceOf(Outcome.Delivered.class);
            List<String> reasons = new ArrayList<>();
            for (CompletableFuture<Outcome> each : outcomes) {
                reasons.add(((Outcome.Later) each.get(20, TimeUnit.SECONDS)).reason());
            }
            assertThat(reasons)
                    .containsExactlyInAnyOrder(
                            "no answer within 3000 ms",
                            "no answer within 3000 ms",
                            "its host is busy with 2 other calls");
        }
    }

    private static CompletableFuture<Outcome> inBackground(WebhookCarrier by, Subscription to) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(carry(by, to));
            } catch (InterruptedException | RuntimeException failed) {
                outcome.completeExceptionally(failed);
            }
        });
        return outcome;
    }

    @Test
    void shouldTryAgainWhereTheConnectionBreaksBeforeTheAnswerAndNotAfter() throws Exception {
        try (Receiver silent = new Receiver((request, out) -> {
                    throw new IOException("closed");
                });
                Receiver halfway = new Receiver((request, out) -> {
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthank".getBytes(StandardCharsets.UTF_8));
                    throw new IOException("closed");
                })) {
            assertThat(carry(carrier(LONG), to(silent)))
                    .isEqualTo(new Outcome.Later("the connection broke before the answer", 0));
            assertThat(carry(carrier(LONG), to(halfway))).isInstanceOf(Outcome.Delivered.class);
        }
    }

    @Test
    void shouldWaitForNoEndOfASlowOrEndlessBody() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicLong written = new AtomicLong();
        try (Receiver slow = new Receiver((request, out) -> {
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthank".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    never.await();
                });
                Receiver endless = new Receiver((request, out) -> {
                    out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                    byte[] much = new byte[100_000];
                    for (int i = 0; i < 10_000; i++) {
                        out.write(much);
                        written.addAndGet(much.length);
                    }
                })) {
            assertThat(carry(carrier(SHORT), to(slow))).isInstanceOf(Outcome.Delivered.class);
            assertThat(carry(carrier(LONG), to(endless))).isInstanceOf(Outcome.Delivered.class);
            assertThat(written.get()).isLessThan(100_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/",
                "http://localhost:%d/",
                "http://[::1]:%d/",
                "http://[::ffff:127.0.0.1]:%d/",
                "http://2130706433:%d/",
                "http://0.0.0.0:%d/"
            })
    void shouldNotCallItsOwnHouse(String url) throws Exception {
        try (Receiver inside = new Receiver(Receiver.answering("200 OK"))) {
            Outcome outcome = carry(carrier(LONG, InetAddress::getAllByName), to(url.formatted(inside.port())));
            assertThat(outcome).isNotInstanceOf(Outcome.Delivered.class);
            assertThat(inside.connections()).isZero();
        }
    }

    @Test
    void shouldConnectToTheVeryAddressItHasCheckedUnderTheNameItWasGiven() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Receiver receiver = new Receiver(Receiver.answering("200 OK"))) {
            HttpCalls.Resolver once = host -> {
                assertThat(host).isEqualTo("receiver.test");
                asked.incrementAndGet();
                return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
            };
            assertThat(carry(carrier(LONG, once, "127.0.0.1/32"), to("http://receiver.test:" + receiver.port() + "/")))
                    .isInstanceOf(Outcome.Delivered.class);
            assertThat(asked).hasValue(1);
            assertThat(receiver.requests().getFirst().header("host")).isEqualTo("receiver.test:" + receiver.port());
        }
    }

    @Test
    void shouldCallNoneOfTheAddressesOfANameIfOneIsInside() throws Exception {
        try (Receiver inside = new Receiver(Receiver.answering("200 OK"))) {
            HttpCalls.Resolver both =
                    host -> new InetAddress[] {InetAddress.getByName("127.0.0.1"), InetAddress.getByName("10.0.0.1")};
            assertThat(carry(carrier(LONG, both, "127.0.0.0/8"), to("http://receiver.test:" + inside.port() + "/")))
                    .isInstanceOf(Outcome.Later.class);
            assertThat(inside.connections()).isZero();
        }
    }

    @Test
    void shouldTryTheNextAddressWhereOneHasNoConnection() throws Exception {
        try (Receiver receiver = new Receiver(Receiver.answering("200 OK"))) {
            HttpCalls.Resolver both =
                    host -> new InetAddress[] {InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.1")};
            assertThat(carry(carrier(LONG, both, "127.0.0.0/8"), to("http://receiver.test:" + receiver.port() + "/")))
                    .isInstanceOf(Outcome.Delivered.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://a.example/",
                "https://u:p@a.example/",
                "https:///x",
                "no url",
                "file:///etc/passwd",
                "https://a.example:25/"
            })
    void shouldCallOnlyWhatIsAnAddressOfTheWeb(String url) throws Exception {
        assertThat(carry(carrier(LONG), to(url))).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void shouldInsistOnTlsAndOnASecret(@TempDir Path folder) throws Exception {
        TestKeys keys = TestKeys.in(folder);
        try (Receiver receiver = new Receiver(keys.server().getServerSocketFactory(), Receiver.answering("200 OK"))) {
            HttpCalls.Resolver here = host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")};
            WebhookCarrier.Options strict =
                    new WebhookCarrier.Options(false, List.of("127.0.0.0/8"), 2, LONG, ZoneId.of("UTC"), false);
            WebhookCarrier trusting = new WebhookCarrier(
                    vertx(),
                    strict,
                    Storms::catalogue,
                    () -> NOW_MS,
                    here,
                    new PemTrustOptions().addCertPath(keys.cert().toString()));
            String url = "https://receiver.test:" + receiver.port() + "/";
            assertThat(carry(trusting, to(url))).isInstanceOf(Outcome.Delivered.class);
            assertThat(carry(trusting, to(url.replace("https", "http")))).isInstanceOf(Outcome.Refused.class);
            assertThat(carry(trusting, to(url.replace("receiver.test", "other.test"))))
                    .isEqualTo(new Outcome.Later("no TLS connection that can be trusted", 0));
            WebhookCarrier usual = new WebhookCarrier(vertx(), strict, Storms::catalogue, () -> NOW_MS, here, null);
            assertThat(carry(usual, to(url))).isEqualTo(new Outcome.Later("no TLS connection that can be trusted", 0));
            assertThat(carry(trusting, subscription(Subscription.Way.WEBHOOK, url, "", "da")))
                    .isInstanceOf(Outcome.Refused.class);
            assertThat(carry(trusting, subscription(Subscription.Way.WEBHOOK, url, "whsec_%%", "da")))
                    .isInstanceOf(Outcome.Refused.class);
        }
    }

    @Test
    void shouldSayTheAddressNowhere() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        List<Outcome> outcomes = new ArrayList<>();
        CountDownLatch never = new CountDownLatch(1);
        try (Receiver hanging = new Receiver((request, out) -> never.await());
                Receiver broken = new Receiver((request, out) -> out.write(new byte[] {1, 2, 3, 10, 10}))) {
            WebhookCarrier carrier = carrier(SHORT, WebhookCarrierTest::resolved, "127.0.0.1/32");
            for (String url : List.of(
                    "http://secret-name.test:" + hanging.port() + "/secret-path",
                    "http://secret-name.test:" + broken.port() + "/secret-path",
                    "https://secret-name.test:" + broken.port() + "/secret-path",
                    "http://secret-name.test:1025/secret-path",
                    "http://secret-name.inside/secret-path",
                    "http://secret-name.unknown/secret-path",
                    "secret-name")) {
                outcomes.add(carry(carrier, to(url)));
            }
        } finally {
            root.detachAppender(log);
        }
        assertThat(outcomes).hasSize(7).allSatisfy(outcome -> {
            String reason =
                    outcome instanceof Outcome.Later later ? later.reason() : ((Outcome.Refused) outcome).reason();
            assertThat(reason).isNotBlank().doesNotContain("secret", "127.0.0.1");
        });
        assertThat(new ArrayList<>(log.list))
                .noneMatch(event -> event.getFormattedMessage().contains("secret-"));
    }

    private static InetAddress[] resolved(String host) throws UnknownHostException {
        if (host.endsWith(".unknown")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getByName(host.endsWith(".inside") ? "192.168.1.1" : "127.0.0.1")};
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8,true",
        "185.229.90.1,true",
        "2a00:1450:4001::1,true",
        "64:ff9b::8.8.8.8,true",
        "0.0.0.0,false",
        "10.1.2.3,false",
        "100.64.0.1,false",
        "100.100.100.200,false",
        "127.0.0.1,false",
        "127.255.255.254,false",
        "168.63.129.16,false",
        "169.254.169.254,false",
        "172.16.0.1,false",
        "172.31.255.255,false",
        "172.32.0.1,true",
        "192.0.0.192,false",
        "192.168.0.1,false",
        "198.18.0.1,false",
        "224.0.0.1,false",
        "255.255.255.255,false",
        "::,false",
        "::1,false",
        "::127.0.0.1,false",
        "::ffff:127.0.0.1,false",
        "::ffff:10.0.0.1,false",
        "64:ff9b::10.0.0.1,false",
        "64:ff9b::169.254.169.254,false",
        "64:ff9b:1::8.8.8.8,false",
        "2001::1,false",
        "2001:db8::1,false",
        "2002:7f00:1::,false",
        "fc00::1,false",
        "fd00:ec2::254,false",
        "fe80::1,false",
        "fec0::1,false",
        "ff02::1,false",
    })
    void shouldKnowWhatIsPublic(String address, boolean isPublic) throws Exception {
        assertThat(AddressRange.isPublic(InetAddress.getByName(address))).isEqualTo(isPublic);
    }

    /** Java makes an IPv4 address of it where it can; one that came otherwise is judged alike. */
    @Test
    void shouldSeeThroughAMappedAddressThatStayedOne() {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        mapped[12] = 127;
        mapped[15] = 1;
        assertThat(AddressRange.isPublic(mapped)).isFalse();
        byte[] google = Arrays.copyOf(mapped, 16);
        google[12] = google[13] = google[14] = google[15] = 8;
        assertThat(AddressRange.isPublic(google)).isTrue();
    }

    @Test
    void shouldHoldARangeToItsBits() throws Exception {
        AddressRange range = AddressRange.of("10.20.0.0/15");
        assertThat(range.holds(InetAddress.getByName("10.21.255.255").getAddress()))
                .isTrue();
        assertThat(range.holds(InetAddress.getByName("10.22.0.0").getAddress())).isFalse();
        assertThat(range.holds(InetAddress.getByName("::1").getAddress())).isFalse();
    }
}

package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.notify.Carrier.Outcome;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SmsCarrierTest {
    private static final String TEXT = """
            RØD Assens Havn: Vand på kajen, 1,27 m DVR90 20/10 23.40. Luk Nordre Havnevej
            ORANGE Assens Havn: Skybrud, 18,2 mm 20/10 23.40, usikker måling
            GUL Assens Havn: Hurtig stigning gælder stadig, måler tavs
            Lokal måling, ikke DMI-varsel""";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    private SmsCarrier carrier(
            String url, String method, SmsCarrier.Format format, String body, @Nullable String success) {
        return new SmsCarrier(
                vertx,
                new SmsCarrier.Options(
                        url,
                        method,
                        Map.of("Authorization", "Bearer {password}"),
                        format,
                        body,
                        "hunter2\"&<",
                        "Assens",
                        306,
                        success == null ? null : Pattern.compile(success),
                        Duration.ofSeconds(30),
                        ZoneId.of("Europe/Copenhagen"),
                        false),
                Storms::catalogue,
                () -> Storms.AT_MS);
    }

    private static Subscription to(String number) {
        return WebhookCarrierTest.subscription(Subscription.Way.SMS, number, "", "da");
    }

    @Test
    void shouldFillInAJsonBodySoThatNothingBreaksOutOfIt() throws Exception {
        try (Receiver gateway = new Receiver(Receiver.answering("201 Created"))) {
            SmsCarrier carrier = carrier(
                    "http://127.0.0.1:" + gateway.port() + "/v1/messages",
                    "POST",
                    SmsCarrier.Format.JSON,
                    "{\"to\": [{\"msisdn\": {toDigits}}], \"from\": \"{sender}\", \"text\": \"{text}\", \"key\": \"{password}\"}",
                    null);
            assertThat(carrier.carry(LetterTextTest.storm(), to("+45 12 34 56 78")))
                    .isEqualTo(new Outcome.Delivered());
            Receiver.Request request = gateway.requests().getFirst();
            assertThat(request.header("content-type")).isEqualTo("application/json");
            assertThat(request.header("authorization")).isEqualTo("Bearer hunter2\"&<");
            assertThat(request.header("idempotency-key")).isEqualTo("1-a1-0-0");
            JsonNode json = new ObjectMapper().readTree(request.body());
            assertThat(json.path("to").path(0).path("msisdn").asLong()).isEqualTo(4512345678L);
            assertThat(json.path("from").asText()).isEqualTo("Assens");
            assertThat(json.path("text").asText()).isEqualTo(TEXT);
            assertThat(json.path("key").asText()).isEqualTo("hunter2\"&<");
        }
    }

    @Test
    void shouldFillInAForm() throws Exception {
        try (Receiver gateway = new Receiver(Receiver.answering("200 OK"))) {
            SmsCarrier carrier = carrier(
                    "http://127.0.0.1:" + gateway.port() + "/send",
                    "POST",
                    SmsCarrier.Format.FORM,
                    "to={to}&text={text}",
                    null);
            assertThat(carrier.carry(LetterTextTest.storm(), to("+4512345678"))).isInstanceOf(Outcome.Delivered.class);
            String[] fields = gateway.requests().getFirst().text().split("&", -1);
            assertThat(fields).hasSize(2);
            assertThat(fields[0]).isEqualTo("to=%2B4512345678");
            assertThat(URLDecoder.decode(fields[1], StandardCharsets.UTF_8)).isEqualTo("text=" + TEXT);
        }
    }

    @Test
    void shouldFillInAUrlAndSendNoBodyByGet() throws Exception {
        try (Receiver gateway = new Receiver(Receiver.answering("200 OK"))) {
            SmsCarrier carrier = carrier(
                    "http://127.0.0.1:" + gateway.port() + "/send?to={to}&text={text}&key={password}",
                    "GET",
                    SmsCarrier.Format.JSON,
                    "",
                    null);
            assertThat(carrier.test(to("+4512345678"))).isInstanceOf(Outcome.Delivered.class);
            Receiver.Request request = gateway.requests().getFirst();
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.body()).isEmpty();
            assertThat(request.path())
                    .startsWith("/send?to=%2B4512345678&text=Dette%20er%20en%20pr%C3%B8ve")
                    .endsWith("&key=hunter2%22%26%3C");
        }
    }

    /** The password would go there too. */
    @Test
    void shouldFollowNoRedirectOfTheGateway() throws Exception {
        try (Receiver elsewhere = new Receiver(Receiver.answering("200 OK"));
                Receiver gateway = new Receiver(
                        Receiver.answering("302 There\r\nLocation: http://127.0.0.1:" + elsewhere.port() + "/"))) {
            SmsCarrier carrier = carrier(
                    "http://127.0.0.1:" + gateway.port() + "/?key={password}", "GET", SmsCarrier.Format.JSON, "", null);
            assertThat(carrier.test(to("+4512345678"))).isInstanceOf(Outcome.Later.class);
            assertThat(elsewhere.connections()).isZero();
        }
    }

    @Test
    void shouldHoldTheAnswerAgainstWhatSuccessIs() throws Exception {
        String[] answer = {"{\"status\": \"error\"}"};
        try (Receiver gateway = new Receiver((request, out) -> answer(out, answer[0]))) {
            SmsCarrier carrier = carrier(
                    "http://127.0.0.1:" + gateway.port() + "/",
                    "POST",
                    SmsCarrier.Format.XML,
                    "<sms to=\"{to}\">{text}</sms>",
                    "\"status\": *\"ok\"");
            assertThat(carrier.carry(LetterTextTest.storm(), to("12345678")))
                    .isEqualTo(new Outcome.Later("status 200, but not what service.sms.success asks for", 0));
            answer[0] = "{\"status\": \"ok\"}";
            assertThat(carrier.carry(LetterTextTest.storm(), to("12345678"))).isInstanceOf(Outcome.Delivered.class);
        }
    }

    private static void answer(OutputStream out, String body) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldSendTheLinkThatConfirms() throws Exception {
        try (Receiver gateway = new Receiver(Receiver.answering("200 OK"))) {
            SmsCarrier carrier = carrier(
                    "http://127.0.0.1:" + gateway.port() + "/",
                    "POST",
                    SmsCarrier.Format.FORM,
                    "t={text}&n={to}",
                    null);
            carrier.invite(to("12345678"), "https://v.example/c/abc_~1");
            assertThat(URLDecoder.decode(gateway.requests().getFirst().text(), StandardCharsets.UTF_8))
                    .contains("Bekræft: https://v.example/c/abc_~1 ");
        }
    }

    @Test
    void shouldRefuseWhatIsNoNumber() throws Exception {
        SmsCarrier carrier = carrier("http://127.0.0.1:1/", "POST", SmsCarrier.Format.FORM, "t={text}&n={to}", null);
        for (String number : new String[] {"", "112&to=900", "+45 12 34 56 78\r\nX: y", "tolv"}) {
            assertThat(carrier.test(to(number))).isEqualTo(new Outcome.Refused("its address is no telephone number"));
        }
        assertThat(carrier.test(to("12345678"))).isEqualTo(new Outcome.Later("no connection", 0));
        SmsCarrier odd = new SmsCarrier(
                vertx,
                new SmsCarrier.Options(
                        "http://127.0.0.1:1/",
                        "POST",
                        Map.of("X Y", "{password}"),
                        SmsCarrier.Format.FORM,
                        "t={text}&n={to}",
                        "hunter2",
                        "",
                        160,
                        null,
                        Duration.ofSeconds(30),
                        ZoneId.of("UTC"),
                        false),
                Storms::catalogue,
                () -> Storms.AT_MS);
        assertThat(odd.test(to("12345678"))).isInstanceOf(Outcome.Later.class);
    }
}

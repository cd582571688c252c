package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.notify.Carrier.Outcome;
import io.vertx.core.Vertx;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class MailCarrierTest {
    private static final String ANNA = "anna@citizen.example";

    private final Vertx vertx = Vertx.vertx();
    private final GreenMail server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));

    @BeforeEach
    void open() {
        server.start();
        server.setUser("vandvagt@assens.example", "vandvagt", "hunter2");
    }

    @AfterEach
    void close() {
        server.stop();
        vertx.close();
    }

    private MailCarrier carrier(
            int port,
            MailCarrier.Encryption encryption,
            @Nullable Path ca,
            @Nullable String username,
            String password) {
        return carrier("localhost", port, encryption, ca, username, password);
    }

    private MailCarrier carrier(
            String host,
            int port,
            MailCarrier.Encryption encryption,
            @Nullable Path ca,
            @Nullable String username,
            String password) {
        return new MailCarrier(
                vertx,
                new MailCarrier.Options(
                        host,
                        port,
                        encryption,
                        ca,
                        username,
                        password,
                        "vandvagt@assens.example",
                        "Vandvagt Ærø",
                        "beredskab@assens.example",
                        Duration.ofSeconds(30),
                        ZoneId.of("Europe/Copenhagen"),
                        false),
                Storms::catalogue,
                to -> "https://v.example/unsubscribe/" + to.id(),
                () -> Storms.AT_MS);
    }

    private MailCarrier plain() {
        return carrier(server.getSmtp().getPort(), MailCarrier.Encryption.NONE, null, null, "");
    }

    private static Subscription to(String address, String language) {
        return WebhookCarrierTest.subscription(Subscription.Way.MAIL, address, "", language);
    }

    private MimeMessage received(int i) {
        return server.getReceivedMessages()[i];
    }

    private static String header(MimeMessage mail, String name) throws Exception {
        return mail.getHeader(name, "|");
    }

    @Test
    void shouldSendALetterAsTextAndHtmlWithAllThatMailProgramsLookFor() throws Exception {
        assertThat(plain().carry(LetterTextTest.storm(), to(ANNA, "da"))).isEqualTo(new Outcome.Delivered());
        MimeMessage mail = received(0);
        assertThat(mail.getSubject()).isEqualTo("RØD: Assens Havn");
        InternetAddress from = (InternetAddress) mail.getFrom()[0];
        assertThat(from.getAddress()).isEqualTo("vandvagt@assens.example");
        assertThat(from.getPersonal()).isEqualTo("Vandvagt Ærø");
        assertThat(mail.getReplyTo()[0]).hasToString("beredskab@assens.example");
        assertThat(mail.getAllRecipients()).containsExactly(new InternetAddress(ANNA));
        assertThat(header(mail, "Message-ID")).isEqualTo("<1-a1-0-0@assens.example>");
        assertThat(mail.getHeader("In-Reply-To")).isNull();
        assertThat(header(mail, "Auto-Submitted")).isEqualTo("auto-generated");
        assertThat(header(mail, "Content-Language")).isEqualTo("da");
        assertThat(header(mail, "Importance")).isEqualTo("high");
        assertThat(header(mail, "List-Unsubscribe")).isEqualTo("<https://v.example/unsubscribe/id7>");
        assertThat(header(mail, "List-Unsubscribe-Post")).isEqualTo("List-Unsubscribe=One-Click");

        MimeMultipart parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getContentType()).startsWith("multipart/alternative");
        assertThat(text(parts.getBodyPart(0), "text/plain"))
                .contains("RØD:\n- Assens Havn: vandstanden er 1,27 m DVR90")
                .endsWith("Afmeld disse meldinger: https://v.example/unsubscribe/id7");
        assertThat(text(parts.getBodyPart(1), "text/html"))
                .startsWith("<!DOCTYPE html>\n<html lang=\"da\">")
                .contains("content=\"light dark\"", "<a href=\"https://v.example/unsubscribe/id7\">");
    }

    private static String text(Part part, String type) throws Exception {
        assertThat(part.isMimeType(type)).isTrue();
        return part.getContent().toString().replace("\r\n", "\n");
    }

    @Test
    void shouldMakeAStormOneThreadAndARepeatTheSameMail() throws Exception {
        Letter first = LetterTextTest.storm();
        MailCarrier carrier = plain();
        for (int number : new int[] {0, 0, 1, 12}) {
            carrier.carry(
                    new Letter(
                            first.storm() + "-" + number,
                            1,
                            first.storm(),
                            number,
                            first.steps(),
                            first.standing(),
                            Storms.AT_MS),
                    to(ANNA, "en"));
        }
        assertThat(header(received(1), "Message-ID")).isEqualTo(header(received(0), "Message-ID"));
        assertThat(header(received(2), "In-Reply-To")).isEqualTo("<1-a1-0-0@assens.example>");
        assertThat(header(received(2), "References")).isEqualTo("<1-a1-0-0@assens.example>");
        assertThat(header(received(3), "In-Reply-To")).isEqualTo("<1-a1-0-11@assens.example>");
        assertThat(header(received(3), "References").split("\\s+", -1))
                .hasSize(9)
                .startsWith("<1-a1-0-0@assens.example>", "<1-a1-0-4@assens.example>")
                .endsWith("<1-a1-0-11@assens.example>");
        assertThat(header(received(3), "Content-Language")).isEqualTo("en");
    }

    @Test
    void shouldLogInOverStartTls(@TempDir Path folder) throws Exception {
        TestKeys keys = TestKeys.in(folder);
        server.getUserManager().setAuthRequired(true);
        try (StartTlsDoor door =
                new StartTlsDoor(keys.server(), server.getSmtp().getPort(), true)) {
            assertThat(carrier(door.port(), MailCarrier.Encryption.STARTTLS, keys.cert(), "vandvagt", "hunter2")
                            .carry(LetterTextTest.storm(), to(ANNA, "da")))
                    .isEqualTo(new Outcome.Delivered());
            assertThat(server.getReceivedMessages()).hasSize(1);
            assertThat(door.saidBefore()).containsExactly("EHLO assens.example", "STARTTLS");
            assertThat(carrier(door.port(), MailCarrier.Encryption.STARTTLS, null, "vandvagt", "hunter2")
                            .carry(LetterTextTest.storm(), to(ANNA, "da")))
                    .as("a certificate that nobody vouches for")
                    .isInstanceOf(Outcome.Later.class);
            assertThat(carrier(
                                    "127.0.0.1",
                                    door.port(),
                                    MailCarrier.Encryption.STARTTLS,
                                    keys.cert(),
                                    "vandvagt",
                                    "hunter2")
                            .carry(LetterTextTest.storm(), to(ANNA, "da")))
                    .as("a certificate of another name")
                    .isInstanceOf(Outcome.Later.class);
            assertThat(carrier(door.port(), MailCarrier.Encryption.STARTTLS, keys.cert(), "vandvagt", "wrong")
                            .carry(LetterTextTest.storm(), to(ANNA, "da")))
                    .as("the operator may mend it")
                    .isInstanceOf(Outcome.Later.class);
            assertThat(server.getReceivedMessages()).hasSize(1);
        }
    }

    @Test
    void shouldSayNothingInTheClearToAServerThatHasNoStartTls(@TempDir Path folder) throws Exception {
        TestKeys keys = TestKeys.in(folder);
        try (StartTlsDoor door =
                new StartTlsDoor(keys.server(), server.getSmtp().getPort(), false)) {
            assertThat(carrier(door.port(), MailCarrier.Encryption.STARTTLS, keys.cert(), "vandvagt", "hunter2")
                            .carry(LetterTextTest.storm(), to(ANNA, "da")))
                    .isInstanceOf(Outcome.Later.class);
            assertThat(String.join("\n", door.saidBefore())).doesNotContain("AUTH", "MAIL", "RCPT");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "550 5.1.1 no anna@citizen.example here,R",
        "553 anna@citizen.example is no mailbox,R",
        "550 5.7.1 anna@citizen.example: relaying denied,L",
        "450 4.2.0 anna@citizen.example: greylisted,L",
        "421 4.3.2 shutting down,L",
        "530 5.7.0 log in first,L",
        "552 5.2.2 mailbox of anna@citizen.example is full,L",
    })
    void shouldTakeARefusalForWhatItIsAndSayNoAddress(String reply, String kind) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        try (ServerSocket refusing = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> refuse(refusing, reply));
            Outcome outcome = carrier(refusing.getLocalPort(), MailCarrier.Encryption.NONE, null, null, "")
                    .carry(LetterTextTest.storm(), to(ANNA, "da"));
            assertThat(outcome).isInstanceOf(kind.equals("R") ? Outcome.Refused.class : Outcome.Later.class);
            assertThat(outcome.toString())
                    .contains("the mail server answers " + reply.substring(0, 3))
                    .doesNotContain("anna", "citizen");
        } finally {
            root.detachAppender(log);
        }
        assertThat(new ArrayList<>(log.list))
                .noneMatch(event -> event.getFormattedMessage().contains("citizen"));
    }

    /** Says so to every recipient. */
    private static void refuse(ServerSocket server, String reply) {
        try (Socket socket = server.accept()) {
            InputStream in = socket.getInputStream();
            StringBuilder line = new StringBuilder();
            say(socket, "220 refusing ESMTP");
            for (int c = in.read(); c >= 0; c = in.read()) {
                if (c != '\n') {
                    line.append((char) c);
                    continue;
                }
                say(socket, line.toString().startsWith("RCPT") ? reply : "250 OK");
                line.setLength(0);
            }
        } catch (IOException gone) {
            // the client
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void shouldLetNobodyWriteHeadersOrCommands() throws Exception {
        for (String address : List.of(
                "anna@citizen.example\r\nBcc: all@citizen.example",
                "anna@citizen.example> RCPT TO:<all@citizen.example",
                "anna@citizen.example, all@citizen.example",
                "\"anna b\"@citizen.example",
                "anna",
                "")) {
            assertThat(plain().carry(LetterTextTest.storm(), to(address, "da")))
                    .isEqualTo(new Outcome.Refused("its address is no mail address"));
        }
        Letter odd = LetterTextTest.letter(
                List.of(Storms.at(
                        "ST\r\nBcc: all@citizen.example",
                        "x",
                        LetterTextTest.storm().steps().getFirst())),
                List.of(Storms.at(
                        "ST\r\nBcc: all@citizen.example",
                        "x",
                        LetterTextTest.storm().steps().getFirst())));
        assertThat(plain().carry(odd, to(ANNA, "da"))).isEqualTo(new Outcome.Delivered());
        assertThat(received(0).getHeader("Bcc")).isNull();
        assertThat(received(0).getSubject()).isEqualTo("ORANGE: ST Bcc: all@citizen.example");
        assertThat(received(0).getAllRecipients()).containsExactly(new InternetAddress(ANNA));
    }

    @Test
    void shouldInviteWithTheLinkAndWithoutOneToUnsubscribe() throws Exception {
        plain().invite(to(ANNA, "en"), "https://v.example/confirm/abc");
        plain().test(to(ANNA, "da"));
        assertThat(received(0).getSubject()).isEqualTo("Please confirm: water alerts from Assens");
        assertThat(received(0).getHeader("List-Unsubscribe")).isNull();
        MimeMultipart parts = (MimeMultipart) received(0).getContent();
        assertThat(text(parts.getBodyPart(0), "text/plain")).contains("https://v.example/confirm/abc");
        assertThat(text(parts.getBodyPart(1), "text/html")).contains("<a href=\"https://v.example/confirm/abc\">");
        assertThat(received(1).getSubject()).isEqualTo("Prøve fra Vandvagt Assens");
    }

    @Test
    void shouldNotWaitForEverForAServerThatHangsOrIsAway() throws Exception {
        try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            MailCarrier carrier = new MailCarrier(
                    vertx,
                    new MailCarrier.Options(
                            "localhost",
                            hanging.getLocalPort(),
                            MailCarrier.Encryption.NONE,
                            null,
                            null,
                            "",
                            "v@a.example",
                            "",
                            null,
                            Duration.ofMillis(300),
                            ZoneId.of("UTC"),
                            false),
                    Storms::catalogue,
                    any -> "",
                    () -> Storms.AT_MS);
            assertThat(carrier.test(to(ANNA, "da"))).isInstanceOf(Outcome.Later.class);
        }
        assertThat(carrier(1, MailCarrier.Encryption.NONE, null, null, "").test(to(ANNA, "da")))
                .isEqualTo(new Outcome.Later("no connection to the mail server, or none that can be trusted", 0));
    }
}

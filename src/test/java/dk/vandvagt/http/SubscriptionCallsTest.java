package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.station.Parameter;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Subscribing, and the links that are sent, over HTTP as people and mail programs use them. */
class SubscriptionCallsTest {
    private static final String ANNA = "anna@citizen.example";
    private static final String JSON = "application/json";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String PROXY = "127.0.0.1";

    private final PostDesk desk = new PostDesk();

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    @BeforeEach
    void start() throws Exception {
        serving = new Serving(
                Serving.noon(),
                new HttpSettings(
                        "127.0.0.1",
                        0,
                        Set.of("vandvagt.example"),
                        PostDesk.BASE,
                        PROXY,
                        BearerToken.of(Serving.TOKEN),
                        HttpSettings.ClockKind.STREAM,
                        null,
                        null, null),
                null,
                null,
                desk);
        serving.clock = () -> Instant.ofEpochMilli(desk.clockMs.get());
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    private HttpResponse<String> subscribe(String body, String... headers) {
        return serving.post("/subscriptions", body, with(headers, "Content-Type", JSON));
    }

    private static String[] with(String[] headers, String... more) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String mail(String address) {
        return "{\"way\":\"mail\",\"address\":\"" + address + "\"}";
    }

    private static String[] operator(String... more) {
        return with(more, "Authorization", "Bearer " + Serving.TOKEN);
    }

    /** Below the configured address lies this server. */
    private static String path(String url) {
        assertThat(url).startsWith(PostDesk.BASE + "/subscriptions/");
        return url.substring(PostDesk.BASE.length());
    }

    private HttpResponse<String> call(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(serving.uri(path)).method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return serving.send(request.build());
    }

    private String invited(String body) {
        assertThat(subscribe(body).statusCode()).isEqualTo(202);
        return path(desk.invitations.getLast().url());
    }

    private JsonNode confirmed(String confirmPath) {
        HttpResponse<String> answer = serving.post(confirmPath, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Serving.json(answer);
    }

    private Subscription only() {
        assertThat(desk.byId).hasSize(1);
        return desk.byId.values().iterator().next();
    }

    private void deadLink(HttpResponse<String> answer) {
        JsonNode problem = Serving.problem(answer, 404);
        assertThat(problem.get("type").asText()).isEqualTo("urn:vandvagt:problem:dead-link");
    }

    // ---- from the wish to the end

    @Test
    void shouldInviteConfirmChangePauseAndForget() {
        HttpResponse<String> asked = subscribe("""
                {"way": "mail", "address": "anna@citizen.example", "language": "en", "stations": ["ASS-HAVN"],
                 "severityFrom": 2, "parameters": ["level"], "quietHours": {"from": "22:00", "to": "07:00"}}""");
        assertThat(asked.statusCode()).isEqualTo(202);
        assertThat(asked.body()).doesNotContain("citizen").doesNotContain(only().id());
        assertThat(asked.headers().firstValue("cache-control")).hasValue("no-store");
        Subscription made = only();
        assertThat(made.isConfirmed()).isFalse();
        assertThat(made.selection().stations()).containsExactly("ASS-HAVN");
        assertThat(made.selection().parameters()).containsExactly(Parameter.LEVEL);
        assertThat(made.quiet()).isEqualTo(new QuietHours(22 * 60, 7 * 60));

        String confirm = path(desk.invitations.getFirst().url());
        serving.json(confirm);
        assertThat(only().isConfirmed())
                .as("a program that looks changes nothing")
                .isFalse();
        desk.clockMs.addAndGet(60_000);
        JsonNode welcome = confirmed(confirm);
        assertThat(only().confirmedAtMs()).isEqualTo(Shore.NOON + 60_000);

        String manage = path(welcome.get("manageUrl").asText());
        JsonNode choices = serving.json(manage);
        assertThat(choices.get("address").asText()).isEqualTo("a…@citizen.example");
        assertThat(choices.get("severityFrom").asInt()).isEqualTo(2);
        assertThat(choices.get("paused").asBoolean()).isFalse();
        HttpResponse<String> changed = call(
                "PUT",
                manage,
                "{\"paused\":true,\"severityFrom\":3,\"quietHours\":null,\"areas\":[\"assens-by\"]}",
                "Content-Type",
                JSON);
        assertThat(Serving.json(changed).get("paused").asBoolean()).isTrue();
        assertThat(only().paused()).isTrue();
        assertThat(only().selection().severityFrom()).isEqualTo(3);
        assertThat(only().selection().stations()).as("left as it was").containsExactly("ASS-HAVN");
        assertThat(only().selection().parts()).containsExactly("assens-by");
        assertThat(Serving.json(changed).get("areas").get(0).asText()).isEqualTo("assens-by");
        assertThat(only().quiet()).isNull();
        assertThat(only().address()).isEqualTo(ANNA);

        String unsubscribe = path(welcome.get("unsubscribeUrl").asText());
        serving.json(unsubscribe);
        assertThat(desk.byId).hasSize(1);
        assertThat(serving.post(unsubscribe, "").statusCode()).isEqualTo(200);
        assertThat(desk.byId).isEmpty();
        deadLink(serving.get(manage));
        deadLink(call("PUT", manage, "{\"paused\":false}", "Content-Type", JSON));
    }

    /** RFC 8058: no cookie, no token, no question; the body is of either form type, and a mail program may post twice. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/x-www-form-urlencoded | List-Unsubscribe=One-Click",
                "multipart/form-data; boundary=x | --x\\r\\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\\r\\n\\r\\nOne-Click\\r\\n--x--\\r\\n"
            })
    void shouldUnsubscribeByOneClick(String type, String body) {
        JsonNode welcome = confirmed(invited(mail(ANNA)));
        String unsubscribe = path(welcome.get("unsubscribeUrl").asText());
        for (int click = 0; click < 2; click++) {
            HttpResponse<String> answer =
                    serving.post(unsubscribe, body.replace("\\r\\n", "\r\n"), "Content-Type", type);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(desk.byId).isEmpty();
        }
    }

    @Test
    void shouldDeleteByTheLinkToOnesChoicesToo() {
        String manage = path(confirmed(invited(mail(ANNA))).get("manageUrl").asText());
        assertThat(call("DELETE", manage, "").statusCode()).isEqualTo(200);
        assertThat(desk.byId).isEmpty();
    }

    @Test
    void shouldServePeoplePagesWithoutScriptInTheirLanguage() {
        String confirm = invited("{\"way\":\"mail\",\"address\":\"anna@citizen.example\",\"language\":\"da\"}");
        String[] browser = {"Accept", "text/html,*/*;q=0.8"};
        HttpResponse<String> question = serving.get(confirm, browser);
        assertThat(question.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(question.headers().firstValue("x-robots-tag")).hasValue("noindex");
        assertThat(question.headers().firstValue("referrer-policy")).hasValue("no-referrer");
        assertThat(question.body())
                .contains("lang=\"da\"", "Ja, bekræft", "a…@citizen.example")
                .doesNotContain("<script", ANNA);
        assertThat(only().isConfirmed()).isFalse();
        HttpResponse<String> welcome = serving.post(confirm, "", with(browser, "Content-Type", FORM));
        assertThat(welcome.body()).contains("Bekræftet").doesNotContain(ANNA);
        assertThat(only().isConfirmed()).isTrue();

        String manage = welcome.body()
                .replaceAll("(?s).*href=\"(" + PostDesk.BASE + "[^\"]+/manage[^\"]*)\".*", "$1")
                .replace("&amp;", "&");
        HttpResponse<String> choices = serving.get(path(manage), browser);
        assertThat(choices.body()).contains("Mit abonnement").doesNotContain(ANNA);
        HttpResponse<String> saved = serving.post(
                path(manage),
                "action=save&language=en&severityFrom=3&quietFrom=21:30&quietTo=06:00&paused=on",
                with(browser, "Content-Type", FORM));
        assertThat(saved.body()).contains("Saved.", "value=\"21:30\"", "name=\"paused\" checked");
        assertThat(only().language()).isEqualTo("en");
        assertThat(only().selection().severityFrom()).isEqualTo(3);
        assertThat(only().paused()).isTrue();
        assertThat(serving.post(path(manage), "action=remove", with(browser, "Content-Type", FORM))
                        .body())
                .contains("Unsubscribed");
        assertThat(desk.byId).isEmpty();
        HttpResponse<String> gone = serving.get(path(manage), with(browser, "Accept-Language", "da-DK"));
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(gone.body()).contains("Linket virker ikke");
    }

    @Test
    void shouldTellAFormWhatIsWrongWithIt() {
        String manage = path(confirmed(invited(mail(ANNA))).get("manageUrl").asText());
        assertThat(Serving.problem(serving.post(manage, "action=save&severityFrom=9", "Content-Type", FORM), 422)
                        .at("/faults/0")
                        .asText())
                .isEqualTo("severityFrom is '9', expected 1 (yellow), 2 (orange) or 3 (red)");
        assertThat(Serving.problem(serving.post(manage, "action=save&quietFrom=22:00", "Content-Type", FORM), 422)
                        .at("/faults/0")
                        .asText())
                .startsWith("quietHours is ");
        assertThat(Serving.problem(serving.post(manage, "", "Content-Type", FORM), 400)
                        .get("parameter")
                        .asText())
                .isEqualTo("action");
        assertThat(only().selection()).isEqualTo(Subscription.Selection.ALL);
    }

    // ---- links

    @Test
    void shouldOpenNothingByALinkThatExpired() {
        String late = invited(mail(ANNA));
        desk.clockMs.addAndGet(Subscription.CONFIRM_WITHIN_MS);
        deadLink(serving.get(late));
        deadLink(serving.post(late, ""));
        assertThat(only().isConfirmed()).isFalse();
        desk.clockMs.addAndGet(-1000);
        JsonNode welcome = confirmed(late);
        desk.clockMs.addAndGet(Duration.ofDays(366).toMillis());
        for (String url : List.of("manageUrl", "unsubscribeUrl")) {
            deadLink(serving.post(path(welcome.get(url).asText()), ""));
        }
        assertThat(desk.byId).hasSize(1);
    }

    @Test
    void shouldOpenNothingByALinkThatIsForged() {
        String confirm = invited(mail(ANNA));
        String id = only().id();
        String[] parts = confirm.split("[?&]", -1);
        String expires = parts[1];
        String signature = parts[2];
        assertThat(expires).startsWith("expires=");
        assertThat(signature).startsWith("signature=");
        for (String forged : List.of(
                parts[0],
                parts[0] + "?" + expires,
                parts[0] + "?" + signature,
                parts[0] + "?expires=99999999999&" + signature,
                parts[0] + "?" + expires + "&signature=",
                parts[0] + "?" + expires + "&signature=AAAA",
                parts[0] + "?" + expires + "&signature=%00%ff",
                parts[0] + "?expires=never&" + signature,
                parts[0] + "?" + expires + "&" + signature.substring(0, signature.length() - 2),
                // for another purpose, and for another one
                "/subscriptions/" + id + "/manage?" + expires + "&" + signature,
                "/subscriptions/" + id + "/unsubscribe?" + expires + "&" + signature,
                "/subscriptions/00112233445566778899aabbccddeeff/confirm?" + expires + "&" + signature)) {
            deadLink(serving.get(forged));
            deadLink(serving.post(forged, "", "Content-Type", FORM));
        }
        assertThat(only().isConfirmed()).isFalse();
    }

    @Test
    void shouldChangeNothingWhenALinkIsFollowedAgain() {
        String confirm = invited(mail(ANNA));
        confirmed(confirm);
        desk.clockMs.addAndGet(60_000);
        JsonNode again = confirmed(confirm);
        assertThat(only().confirmedAtMs()).isEqualTo(Shore.NOON);
        assertThat(serving.post(path(again.get("unsubscribeUrl").asText()), "").statusCode())
                .isEqualTo(200);
        deadLink(serving.post(confirm, ""));
        assertThat(desk.byId).as("a link brings nobody back").isEmpty();
    }

    // ---- what one sees of another

    @Test
    void shouldLetNobodySeeOrReachAnother() {
        JsonNode anna = confirmed(invited(mail(ANNA)));
        JsonNode bo = confirmed(invited(mail("bo@citizen.example")));
        String annas = desk.byId.values().stream()
                .filter(each -> each.address().equals(ANNA))
                .findFirst()
                .orElseThrow()
                .id();
        String bos = path(bo.get("manageUrl").asText());
        String query = bos.substring(bos.indexOf('?'));
        deadLink(serving.get("/subscriptions/" + annas + "/manage" + query));
        deadLink(call("PUT", "/subscriptions/" + annas + "/manage" + query, "{\"paused\":true}", "Content-Type", JSON));
        deadLink(call("DELETE", "/subscriptions/" + annas + "/manage" + query, ""));
        deadLink(serving.post("/subscriptions/" + annas + "/unsubscribe" + query, ""));
        assertThat(serving.get(bos).body()).doesNotContain(annas).doesNotContain("a…@");
        assertThat(desk.byId).hasSize(2);
        assertThat(desk.byId.values()).noneMatch(Subscription::paused);
        assertThat(serving.get(path(anna.get("manageUrl").asText())).statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldAnswerAlikeWhetherOrNotSomebodySubscribesAlready() {
        HttpResponse<String> first = subscribe(mail(ANNA));
        confirmed(path(desk.invitations.getLast().url()));
        HttpResponse<String> second = subscribe(mail(ANNA));
        desk.sent = new Subscribers.Sent(false, "the mail server answers 550");
        HttpResponse<String> third = subscribe(mail("nobody@citizen.example"));
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(third.body()).isEqualTo(first.body());
        assertThat(third.statusCode()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /subscriptions",
        "GET, /deliveries",
        "DELETE, /subscriptions/x",
        "POST, /subscriptions/x/test",
        "POST, /deliveries/x/send-again"
    })
    void shouldShowOperatorsAlone(String method, String path) {
        Serving.problem(call(method, path, ""), 401);
        Serving.problem(call(method, path, "", "Authorization", "Bearer guessed"), 401);
        Serving.problem(call(method, path, "", operator("Origin", "https://evil.example")), 403);
    }

    @Test
    void shouldNotTakeAWrongTokenForNone() {
        Serving.problem(subscribe(mail(ANNA), "Authorization", "Bearer guessed"), 401);
        assertThat(desk.byId).isEmpty();
    }

    // ---- limits

    @Test
    void shouldInviteOneAddressNoOftenerThanItsOwnerCanBear() {
        for (int i = 0; i < 3; i++) {
            invited(mail(i == 1 ? "Anna@Citizen.EXAMPLE" : ANNA));
        }
        HttpResponse<String> refused = subscribe(mail(ANNA));
        assertThat(Serving.problem(refused, 429).get("type").asText()).isEqualTo("urn:vandvagt:problem:too-many");
        assertThat(refused.headers().firstValue("retry-after")).hasValue("28800");
        assertThat(desk.limited).containsExactly(Subscribers.Limit.ADDRESS);
        assertThat(desk.invitations).hasSize(3);
        invited(mail("bo@citizen.example"));
        desk.clockMs.addAndGet(Duration.ofHours(8).toMillis());
        invited(mail(ANNA));
    }

    @Test
    void shouldTakeOnlySoManyFromOneClient() {
        for (int i = 0; i < 10; i++) {
            assertThat(subscribe(mail("a" + i + "@citizen.example"), "X-Forwarded-For", "198.51.100.7")
                            .statusCode())
                    .isEqualTo(202);
        }
        HttpResponse<String> refused =
                subscribe(mail("b@citizen.example"), "X-Forwarded-For", "203.0.113.1, 198.51.100.7");
        Serving.problem(refused, 429);
        assertThat(refused.headers().firstValue("retry-after")).hasValue("360");
        assertThat(desk.limited).containsExactly(Subscribers.Limit.CLIENT);
        assertThat(subscribe(mail("c@citizen.example"), "X-Forwarded-For", "198.51.100.8")
                        .statusCode())
                .as("another client of the trusted proxy")
                .isEqualTo(202);
        assertThat(subscribe(mail("d@citizen.example"), operator("X-Forwarded-For", "198.51.100.7"))
                        .statusCode())
                .as("an operator enters many")
                .isEqualTo(201);
        desk.clockMs.addAndGet(Duration.ofMinutes(6).toMillis());
        assertThat(subscribe(mail("e@citizen.example"), "X-Forwarded-For", "198.51.100.7")
                        .statusCode())
                .isEqualTo(202);
    }

    /** Whoever is no trusted proxy may write into the header what they like. */
    @Test
    void shouldBelieveNobodyElseForWhomTheyAsk() throws Exception {
        try (Serving open = new Serving(
                Serving.noon(),
                new HttpSettings(
                        "127.0.0.1",
                        0,
                        Set.of(),
                        PostDesk.BASE,
                        "192.0.2.1",
                        BearerToken.of(Serving.TOKEN),
                        HttpSettings.ClockKind.STREAM,
                        null,
                        null, null),
                null,
                null,
                desk)) {
            for (int i = 0; i < 11; i++) {
                HttpResponse<String> answer = open.post(
                        "/subscriptions",
                        mail("a" + i + "@citizen.example"),
                        "Content-Type",
                        JSON,
                        "X-Forwarded-For",
                        "198.51.100." + i);
                assertThat(answer.statusCode()).isEqualTo(i < 10 ? 202 : 429);
            }
        }
    }

    @Test
    void shouldTakeAnIpv6NetworkForOneClient() {
        for (int i = 0; i < 10; i++) {
            subscribe(mail("a" + i + "@citizen.example"), "X-Forwarded-For", "2001:db8:1:2::" + i);
        }
        Serving.problem(subscribe(mail("b@citizen.example"), "X-Forwarded-For", "2001:db8:1:2:ffff::1"), 429);
        assertThat(subscribe(mail("c@citizen.example"), "X-Forwarded-For", "2001:db8:1:3::1")
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void shouldNotPileUpWhatNobodyConfirms() {
        for (int i = 0; i < 1000; i++) {
            String id = String.format("%032x", i);
            desk.byId.put(
                    id,
                    new Subscription(
                            10_000 + i,
                            id,
                            Subscription.Way.MAIL,
                            i + "@citizen.example",
                            "",
                            "da",
                            Subscription.Selection.ALL,
                            null,
                            false,
                            false,
                            Shore.NOON,
                            0));
        }
        HttpResponse<String> refused = subscribe(mail(ANNA));
        Serving.problem(refused, 429);
        assertThat(desk.limited).containsExactly(Subscribers.Limit.UNCONFIRMED);
        assertThat(desk.invitations).isEmpty();
        assertThat(desk.byId).hasSize(1000);
    }

    // ---- problems

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{}; way is missing, expected one of webhook, sms, mail",
                "{\"way\":\"pigeon\",\"address\":\"x\"}; way is 'pigeon', expected one of webhook, sms, mail",
                "{\"way\":\"mail\"}; address is missing, expected a mail address",
                "{\"way\":\"mail\",\"address\":\"anna\"}; expected a mail address such as",
                "{\"way\":\"mail\",\"address\":\"anna@x.example\\r\\nBcc: b@x.example\"}; expected a mail address",
                "{\"way\":\"mail\",\"address\":\"a@b\",\"address2\":1}; address2 is unknown",
                "{\"way\":\"sms\",\"address\":\"12345678\"}; expected a telephone number with its country",
                "{\"way\":\"webhook\",\"address\":\"http://hook.example/\"}; expected https://host/path",
                "{\"way\":\"webhook\",\"address\":\"https://u:p@hook.example/\"}; without user and password",
                "{\"way\":\"webhook\",\"address\":\"file:///etc/passwd\"}; expected https://host/path",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"language\":\"de\"}; language is 'de', expected da or en",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"severityFrom\":4}; severityFrom is '4'",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"severityFrom\":null}; severityFrom is 'null'",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"stations\":[\"NOWHERE\"]}; stations is 'NOWHERE', expected the id of a station",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"areas\":[\"NOWHERE\"]}; areas is 'NOWHERE', expected ",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"stations\":\"ASS-HAVN\"}; stations is 'ASS-HAVN', expected a list",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"parameters\":[\"wind\"]}; expected a list of level, rain",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"area\":{\"type\":\"Point\",\"coordinates\":[9,55]}}; area is ",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"area\":{\"type\":\"Polygon\",\"coordinates\":[[[9,55],[10,55],[10,56],[9,56]]]}}; one closed ring",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"quietHours\":{\"from\":\"25:00\",\"to\":\"07:00\"}}; quietHours is ",
                "{\"way\":\"mail\",\"address\":\"a@b.dk\",\"paused\":true}; paused is unknown"
            })
    void shouldTellEachFaultByItsMember(String body, String expected) {
        JsonNode problem = Serving.problem(subscribe(body), 422);
        assertThat(problem.get("faults"))
                .anySatisfy(fault -> assertThat(fault.asText()).contains(expected));
        assertThat(desk.byId).isEmpty();
    }

    @Test
    void shouldTellAllFaultsAtOnce() {
        JsonNode problem = Serving.problem(
                subscribe("{\"way\":\"mail\",\"address\":\"?\",\"language\":\"de\",\"severityFrom\":0}"), 422);
        assertThat(problem.get("faults")).hasSize(3);
        assertThat(problem.get("detail").asText()).isEqualTo("3 faults");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "\"mail\"", "null"})
    void shouldTakeAnObjectAndNothingElse(String body) {
        Serving.problem(subscribe(body), 400);
    }

    @Test
    void shouldTellWhatElseIsWrongWithARequest() {
        Serving.problem(serving.post("/subscriptions", mail(ANNA), "Content-Type", "text/plain"), 415);
        Serving.problem(subscribe("{\"x\":\"" + "x".repeat(70_000) + "\"}"), 413);
        Serving.problem(serving.post("/subscriptions?f=json", mail(ANNA), "Content-Type", JSON), 400);
        Serving.problem(call("PUT", "/subscriptions", "{}", operator()), 405);
        desk.ways = Set.of();
        assertThat(Serving.problem(subscribe(mail(ANNA)), 422).at("/faults/0").asText())
                .contains("the operator switches one on in the settings");
        desk.ways = Set.of(Subscription.Way.MAIL);
        desk.away = new IllegalStateException("disk full");
        JsonNode problem = Serving.problem(subscribe(mail(ANNA)), 503);
        assertThat(problem.get("detail").asText()).doesNotContain("disk full");
    }

    // ---- operators

    @Test
    void shouldLetAnOperatorEnterListTestAndRemove() {
        HttpResponse<String> made =
                subscribe("{\"way\":\"webhook\",\"address\":\"https://hook.example/key/s3cret\"}", operator());
        assertThat(made.statusCode()).isEqualTo(201);
        JsonNode entered = Serving.json(made);
        assertThat(entered.get("secret").asText()).startsWith("whsec_");
        assertThat(only().isConfirmed()).isTrue();
        assertThat(desk.invitations).isEmpty();

        HttpResponse<String> list = serving.get("/subscriptions", operator());
        assertThat(list.body()).doesNotContain("s3cret").doesNotContain("whsec_");
        JsonNode first = Serving.json(list).at("/subscriptions/0");
        assertThat(first.get("address").asText()).isEqualTo("https://hook.example/…");
        assertThat(first.get("confirmedAt").asText()).isEqualTo("2023-10-20T12:00:00.000Z");

        String id = first.get("id").asText();
        assertThat(Serving.json(serving.post("/subscriptions/" + id + "/test", "", operator()))
                        .get("arrived")
                        .asBoolean())
                .isTrue();
        desk.sent = new Subscribers.Sent(false, "status 500");
        assertThat(Serving.json(serving.post("/subscriptions/" + id + "/test", "", operator()))
                        .get("reason")
                        .asText())
                .isEqualTo("status 500");
        assertThat(desk.tested).hasSize(2);
        assertThat(call("DELETE", "/subscriptions/" + id, "", operator()).statusCode())
                .isEqualTo(200);
        assertThat(desk.byId).isEmpty();
        assertThat(Serving.problem(call("DELETE", "/subscriptions/" + id, "", operator()), 404)
                        .get("parameter")
                        .asText())
                .isEqualTo("id");
        Serving.problem(serving.post("/subscriptions/" + id + "/test", "", operator()), 404);
    }

    @Test
    void shouldShowWhatWaitsAndWhatIsDeadAndSendItAgain() {
        subscribe("{\"way\":\"sms\",\"address\":\"+45 12 34 56 78\"}", operator());
        Subscription to = only();
        assertThat(to.address()).isEqualTo("+4512345678");
        desk.waiting.add(
                new Subscribers.Delivery("1-a-0-1", to.number(), "1-a-0", 1, 2, List.of("a/1"), "", Shore.NOON, 0));
        desk.dead.add(new Subscribers.Delivery(
                "1-a-0-0", to.number(), "1-a-0", 0, 3, List.of("a/0"), "status 410", Shore.NOON, Shore.NOON + 1000));
        JsonNode waiting = Serving.json(serving.get("/deliveries?state=waiting", operator()));
        assertThat(waiting.at("/deliveries/0/letterId").asText()).isEqualTo("1-a-0-1");
        assertThat(waiting.at("/deliveries/0/state").asText()).isEqualTo("waiting");
        HttpResponse<String> list = serving.get("/deliveries", operator());
        assertThat(list.body()).doesNotContain("4512345678");
        JsonNode dead = Serving.json(list).at("/deliveries/0");
        assertThat(dead.get("reason").asText()).isEqualTo("status 410");
        assertThat(dead.get("subscriptionId").asText()).isEqualTo(to.id());
        assertThat(dead.get("way").asText()).isEqualTo("sms");
        assertThat(dead.get("givenUpAt").asText()).isEqualTo("2023-10-20T12:00:01.000Z");
        assertThat(dead.at("/steps/0").asText()).isEqualTo("a/0");

        assertThat(serving.post("/deliveries/1-a-0-0/send-again", "", operator())
                        .statusCode())
                .isEqualTo(202);
        assertThat(desk.dead).isEmpty();
        assertThat(Serving.problem(serving.post("/deliveries/1-a-0-0/send-again", "", operator()), 409)
                        .get("parameter")
                        .asText())
                .isEqualTo("letterId");
        assertThat(Serving.problem(serving.get("/deliveries?state=lost", operator()), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("one of dead, waiting, past");
    }

    @Test
    void shouldLookUpWhatBecameOfLettersLongAfter() {
        serving.letters = List.of(
                new SettledLetter(
                        "7-a-0-1",
                        7,
                        Subscription.Way.SMS,
                        "7-a-0",
                        1,
                        0,
                        List.of("a/3"),
                        Shore.NOON,
                        Shore.NOON + 2000,
                        4,
                        true,
                        ""),
                new SettledLetter(
                        "7-a-0-0",
                        7,
                        Subscription.Way.SMS,
                        "7-a-0",
                        0,
                        3,
                        List.of("a/0"),
                        Shore.NOON,
                        Shore.NOON + 1000,
                        1,
                        false,
                        "status 410"));
        JsonNode past = Serving.json(serving.get(
                "/deliveries?state=past&subscriber=7&alert=a&from=2023-10-20T00:00:00Z&to=2023-10-21T00:00:00Z&limit=5",
                operator()));
        assertThat(serving.deliveriesAsked)
                .containsExactly(
                        new Past.DeliveriesRequest(7, "a", Shore.NOON - 43_200_000L, Shore.NOON + 43_200_000L, 5));
        assertThat(past.get("numberMatched").asInt()).isEqualTo(2);
        assertThat(past.at("/deliveries/0"))
                .hasToString(
                        "{\"letterId\":\"7-a-0-1\",\"state\":\"arrived\",\"subscriber\":7,\"way\":\"sms\","
                                + "\"storm\":\"7-a-0\",\"number\":1,\"severity\":0,\"madeAt\":\"2023-10-20T12:00:00.000Z\","
                                + "\"arrivedAt\":\"2023-10-20T12:00:02.000Z\",\"attempts\":4,\"reason\":\"\",\"steps\":[\"a/3\"]}");
        assertThat(past.at("/deliveries/1/state").asText()).isEqualTo("dead");
        assertThat(past.at("/deliveries/1/givenUpAt").asText()).isEqualTo("2023-10-20T12:00:01.000Z");

        Serving.problem(serving.get("/deliveries?state=past&subscriber=anna", operator()), 400);
        Serving.problem(serving.get("/deliveries?state=past&from=2&to=1", operator()), 400);
        Serving.problem(serving.get("/deliveries?state=dead&subscriber=7", operator()), 400);
        serving.storeAway = new IllegalStateException("away");
        Serving.problem(serving.get("/deliveries?state=past", operator()), 503);
        assertThat(serving.get("/deliveries", operator()).statusCode()).isEqualTo(200);
    }

    // ---- what is written down

    /** Every way in, every failure, at the finest level of every logger. */
    @Test
    void shouldWriteNoAddressIntoAnyLog() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("dk.vandvagt");
        Level before = ours.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.ALL);
        try {
            desk.sent = new Subscribers.Sent(false, "the mail server answers 550");
            String confirm = invited(mail(ANNA));
            confirmed(confirm);
            subscribe("{\"way\":\"sms\",\"address\":\"+4512345678\"}");
            subscribe("{\"way\":\"webhook\",\"address\":\"https://hook.example/key/s3cret\"}", operator());
            subscribe("{\"way\":\"mail\",\"address\":\"anna@citizen.example\",\"severityFrom\":9}");
            subscribe("{\"way\":\"mail\",\"address\":\"anna@citizen.example\"");
            desk.byId.values().forEach(each -> serving.post("/subscriptions/" + each.id() + "/test", "", operator()));
            desk.away = new IllegalStateException("disk full");
            subscribe(mail(ANNA));
            serving.post(confirm, "");
            serving.get("/subscriptions", operator());
        } finally {
            root.detachAppender(log);
            ours.setLevel(before);
        }
        List<String> said = List.copyOf(log.list).stream()
                .map(each -> each.getFormattedMessage() + " " + each.getThrowableProxy())
                .toList();
        assertThat(said).as("something is told of what fails").anyMatch(line -> line.contains("did not arrive"));
        assertThat(said)
                .noneMatch(line -> line.contains("anna")
                        || line.contains("citizen")
                        || line.contains("12345678")
                        || line.contains("hook.example")
                        || line.contains("whsec_")
                        || line.contains("signature="));
    }

    // ---- the description

    @Test
    void shouldServeWhatTheDescriptionSaysAndTakeItsParameters() {
        JsonNode paths = serving.json("/api").get("paths");
        List<String> described = new ArrayList<>();
        paths.properties().forEach(path -> {
            if (path.getKey().startsWith("/subscriptions") || path.getKey().startsWith("/deliveries")) {
                path.getValue().properties().forEach(method -> {
                    described.add(method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey());
                    String address = path.getKey().replace("{id}", "x").replace("{letterId}", "x");
                    HttpResponse<String> answer = call(method.getKey().toUpperCase(java.util.Locale.ROOT), address, "");
                    assertThat(answer.statusCode() == 401
                                    || answer.statusCode() == 415
                                    || answer.body().contains("dead-link"))
                            .as(method.getKey() + " " + address)
                            .isTrue();
                });
            }
        });
        assertThat(described)
                .containsExactlyInAnyOrder(
                        "GET /subscriptions",
                        "POST /subscriptions",
                        "DELETE /subscriptions/{id}",
                        "POST /subscriptions/{id}/test",
                        "GET /subscriptions/{id}/confirm",
                        "POST /subscriptions/{id}/confirm",
                        "GET /subscriptions/{id}/manage",
                        "POST /subscriptions/{id}/manage",
                        "PUT /subscriptions/{id}/manage",
                        "DELETE /subscriptions/{id}/manage",
                        "GET /subscriptions/{id}/unsubscribe",
                        "POST /subscriptions/{id}/unsubscribe",
                        "GET /deliveries",
                        "POST /deliveries/{letterId}/send-again");
        assertThat(Serving.problem(serving.get("/subscriptions?colour=red", operator()), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("one of f, limit");
        assertThat(Serving.problem(serving.get("/deliveries?colour=red", operator()), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("one of f, limit, state");
    }
}

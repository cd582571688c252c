package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CapFeedsTest {
    private static final long AT_MS = Instant.parse("2023-10-20T21:40:00Z").toEpochMilli();

    /** Two messages. */
    private static final class Held implements Bulletins {
        private final boolean exercise;
        private volatile long changedAtMs = AT_MS;
        private volatile List<Bulletin> listed = List.of(
                new Bulletin("a1.1", "Update", AT_MS + 60_000, "Højere & <rødt>", "Lokal måling"),
                new Bulletin("a1.0", "Alert", AT_MS, "Gult", "Lokal måling"));

        private Held(boolean exercise) {
            this.exercise = exercise;
        }

        @Override
        public boolean exercise() {
            return exercise;
        }

        @Override
        public List<Bulletin> newest() {
            return listed;
        }

        @Override
        public long changedAtMs() {
            return changedAtMs;
        }

        @Override
        public byte @Nullable [] xml(String identifier) {
            return identifier.startsWith("a1.") ? "<alert>æ</alert>".getBytes(StandardCharsets.UTF_8) : null;
        }
    }

    private static Serving serving(@Nullable Bulletins bulletins) throws Exception {
        return new Serving(
                Serving.noon(),
                HttpSettings.onLoopback(0, BearerToken.of(Serving.TOKEN), HttpSettings.ClockKind.STREAM),
                null,
                bulletins,
                null);
    }

    private static HttpResponse<String> get(Serving serving, String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.room.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return serving.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void shouldListTheMessagesNewestFirstWithTheirAddresses() throws Exception {
        try (Serving serving = serving(new Held(false))) {
            HttpResponse<String> feed = get(serving, "/cap/feed.atom");
            String base = "http://127.0.0.1:" + serving.room.port() + "/cap/";

            assertThat(feed.statusCode()).isEqualTo(200);
            assertThat(header(feed, "content-type")).isEqualTo("application/atom+xml");
            assertThat(feed.body())
                    .contains("<title>Vandvagt: Assens</title>")
                    .contains("<updated>2023-10-20T21:41:00Z</updated>")
                    .contains("<title>Højere &amp; &lt;rødt&gt;</title>")
                    .containsSubsequence(
                            "href=\"" + base + "feed.atom\"",
                            "type=\"application/cap+xml\" href=\"" + base + "a1.1.xml\"",
                            "type=\"application/cap+xml\" href=\"" + base + "a1.0.xml\"");
            HttpResponse<String> message = get(serving, "/cap/a1.1.xml");
            assertThat(message.body()).isEqualTo("<alert>æ</alert>");
            assertThat(header(message, "content-type")).isEqualTo("application/cap+xml");
            assertThat(get(serving, "/?f=json").body()).contains("/cap/feed.atom");
        }
    }

    @Test
    void shouldSendNothingAnewThatTheCallerHas() throws Exception {
        Held held = new Held(false);
        try (Serving serving = serving(held)) {
            HttpResponse<String> feed = get(serving, "/cap/feed.atom");
            String tag = header(feed, "etag");
            String date = header(feed, "last-modified");
            assertThat(date).isEqualTo("Fri, 20 Oct 2023 21:40:00 GMT");

            assertThat(get(serving, "/cap/feed.atom", "If-None-Match", tag).statusCode())
                    .isEqualTo(304);
            assertThat(get(serving, "/cap/feed.atom", "If-Modified-Since", date).statusCode())
                    .isEqualTo(304);
            assertThat(get(serving, "/cap/feed.atom", "If-Modified-Since", "yesterday")
                            .statusCode())
                    .isEqualTo(200);
            held.listed = List.of();
            held.changedAtMs = AT_MS + 5_000;
            assertThat(get(serving, "/cap/feed.atom", "If-None-Match", tag).statusCode())
                    .isEqualTo(200);
            assertThat(get(serving, "/cap/feed.atom", "If-Modified-Since", date).statusCode())
                    .isEqualTo(200);
            held.changedAtMs = System.currentTimeMillis() + 60_000;
            assertThat(header(get(serving, "/cap/feed.atom"), "last-modified"))
                    .as("within the second of a change another may follow")
                    .isEmpty();
        }
    }

    @Test
    void shouldKeepExercisesApart() throws Exception {
        try (Serving serving = serving(new Held(true))) {
            assertThat(get(serving, "/cap/feed.atom").body()).doesNotContain("<entry>");
            assertThat(get(serving, "/cap/a1.1.xml").statusCode()).isEqualTo(404);
            assertThat(get(serving, "/cap/exercise/feed.atom").body())
                    .contains("EXERCISE")
                    .contains("/cap/exercise/a1.1.xml");
            assertThat(get(serving, "/cap/exercise/a1.1.xml").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldSayWhatIsNotThere() throws Exception {
        try (Serving serving = serving(new Held(false))) {
            for (String path :
                    List.of("/cap/a2.0.xml", "/cap/a1.0", "/cap/..%2Fsecrets.xml", "/cap/exercise/a1.0.xml")) {
                HttpResponse<String> answer = get(serving, path);
                assertThat(answer.statusCode()).as(path).isEqualTo(404);
                assertThat(header(answer, "content-type")).isEqualTo(Problem.MEDIA_TYPE);
            }
            assertThat(get(serving, "/cap/feed.atom?page=2").statusCode()).isEqualTo(400);
        }
        try (Serving off = serving(null)) {
            assertThat(get(off, "/cap/feed.atom").statusCode()).isEqualTo(404);
            assertThat(get(off, "/cap/feed.atom").body()).contains("service.cap.sender");
            assertThat(get(off, "/?f=json").body()).doesNotContain("/cap/");
        }
    }
}

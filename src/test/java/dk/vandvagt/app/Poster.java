package dk.vandvagt.app;

import dk.vandvagt.app.Device.Message;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Posts a round's messages one after the other, each until it is answered by 200. */
final class Poster implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(3);
    private static final long AGAIN_MS = 20;
    private static final int KEPT = 200;
    private static final int NOT_NOW = 503;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(WITHIN)
            .build();
    private final String uri;
    private final Path token;
    private long acknowledgements;

    Poster(int port, Path token) {
        uri = "http://127.0.0.1:" + port + "/readings";
        this.token = token;
    }

    /** As {@link Device#publish}. */
    void publish(List<Message> round, IntConsumer onPosition, long paceMs, long deadlineNanos)
            throws IOException, InterruptedException {
        for (int i = 0; i < round.size(); i++) {
            onPosition.accept(i);
            if (paceMs > 0) {
                TimeUnit.MILLISECONDS.sleep(paceMs);
            }
            HttpRequest post = request(round.get(i));
            while (!kept(post)) {
                if (System.nanoTime() > deadlineNanos) {
                    throw new AssertionError("only " + i + " of " + round.size() + " messages answered by " + KEPT);
                }
                TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
            }
            acknowledgements++;
        }
    }

    private HttpRequest request(Message message) throws IOException {
        boolean pack = message.topic().equals(Gauges.PACKS);
        String to = pack ? uri : uri + message.topic().substring(message.topic().lastIndexOf('/'));
        return HttpRequest.newBuilder(URI.create(to))
                .timeout(WITHIN)
                .header("Authorization", "Bearer " + Files.readString(token).strip())
                .header("Content-Type", pack ? "application/senml+json" : "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(message.payload()))
                .build();
    }

    /** False where it is not known to be kept, and so must be posted again. */
    private boolean kept(HttpRequest post) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(post, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != KEPT && answer.statusCode() != NOT_NOW) {
                throw new AssertionError(post.uri() + " answered by " + answer.statusCode() + ": " + answer.body());
            }
            return answer.statusCode() == KEPT;
        } catch (IOException lost) {
            return false;
        }
    }

    long acknowledgements() {
        return acknowledgements;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

package dk.vandvagt.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A program of a subscriber's that takes what is posted to it, and notes it before it answers. */
final class WebhookEar implements AutoCloseable {
    /** Instead of a status: the connection is closed without an answer. */
    static final int NO_ANSWER = 0;

    private static final ObjectMapper JSON = new ObjectMapper();

    record Heard(String path, String id, String timestamp, String signature, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError(body, e);
            }
        }

        boolean isLetter() {
            return json().path("type").asText().equals("letter");
        }

        /** By Standard Webhooks, worked out here anew. */
        boolean isSignedWith(String secret) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(
                        Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
                byte[] expected = mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
                return signature.equals("v1," + Base64.getEncoder().encodeToString(expected));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }

    private final HttpServer server;
    private final ToIntFunction<Heard> status;
    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    /** @param status what to answer */
    WebhookEar(ToIntFunction<Heard> status) throws IOException {
        this.status = status;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** All of it in the order it came, repeats included. */
    List<Heard> heard() {
        return List.copyOf(heard);
    }

    List<Heard> heard(String path) {
        return heard.stream().filter(each -> each.path.equals(path)).toList();
    }

    private void take(HttpExchange call) throws IOException {
        try (call) {
            Heard one = new Heard(
                    call.getRequestURI().getPath(),
                    text(call.getRequestHeaders().getFirst("webhook-id")),
                    text(call.getRequestHeaders().getFirst("webhook-timestamp")),
                    text(call.getRequestHeaders().getFirst("webhook-signature")),
                    new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            heard.add(one);
            int answer = status.applyAsInt(one);
            if (answer != NO_ANSWER) {
                call.sendResponseHeaders(answer, -1);
            }
        }
    }

    private static String text(@Nullable String header) {
        return header == null ? "" : header;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

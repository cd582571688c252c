package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.Shore;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LongAnswerTest {
    private static final int PIECES = 1000;
    private static final int PIECE_BYTES = 1 << 16;
    private static final int STATIONS = 2300;
    private static final String ALL = "/collections/stations/items?limit=10000";
    private static final String IN_A_BOX = ALL + "&bbox=-180,-90,180,90";

    private static Serving serving() throws Exception {
        return new Serving(
                Shore.at(Shore.silent(Shore.catalogue("many", Shore.many(STATIONS))), 1, Shore.NOON, List.of()));
    }

    private static HttpResponse<byte[]> ask(Serving serving, String method, String path, String encoding)
            throws IOException, InterruptedException {
        return serving.client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.room.port() + path))
                        .header("Accept-Encoding", encoding)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static JsonNode features(InputStream body) throws IOException {
        return new ObjectMapper().readTree(body).get("features");
    }

    @Test
    void shouldSendTheSameFeaturesPieceByPiece() throws Exception {
        try (Serving serving = serving()) {
            HttpResponse<byte[]> atOnce = ask(serving, "GET", ALL, "identity");
            HttpResponse<byte[]> inPieces = ask(serving, "GET", IN_A_BOX, "identity");
            JsonNode expected = features(new ByteArrayInputStream(atOnce.body()));

            assertThat(expected).hasSize(STATIONS);
            assertThat(atOnce.headers().firstValue("content-length")).isPresent();
            assertThat(inPieces.headers().firstValue("transfer-encoding")).hasValue("chunked");
            assertThat(features(new ByteArrayInputStream(inPieces.body()))).isEqualTo(expected);
            assertThat(features(new GZIPInputStream(new ByteArrayInputStream(
                            ask(serving, "GET", IN_A_BOX, "gzip").body()))))
                    .isEqualTo(expected);
            assertThat(features(new ZstdInputStream(new ByteArrayInputStream(
                            ask(serving, "GET", IN_A_BOX, "zstd").body()))))
                    .isEqualTo(expected);
            HttpResponse<byte[]> projected =
                    ask(serving, "GET", ALL + "&crs=http://www.opengis.net/def/crs/EPSG/0/25832", "identity");
            assertThat(projected.headers().firstValue("content-crs")).hasValue('<' + Crs.EPSG_25832.uri() + '>');
            assertThat(features(new ByteArrayInputStream(projected.body()))).hasSize(STATIONS);
        }
    }

    @Test
    void shouldAnswerHeadAndRepeatsWithoutTheFeatures() throws Exception {
        try (Serving serving = serving()) {
            HttpResponse<byte[]> head = ask(serving, "HEAD", IN_A_BOX, "identity");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            String etag = head.headers().firstValue("etag").orElseThrow();
            assertThat(serving.get(IN_A_BOX, "If-None-Match", etag).statusCode())
                    .isEqualTo(304);
        }
    }

    /** 64 MiB for a client that reads one byte: what lies between the two ends, some MiB, is all that may be made. */
    @Test
    void shouldMakeNoMoreThanTheClientTakes() throws Exception {
        AtomicInteger made = new AtomicInteger();
        try (Sender sender = new Sender(() ->
                        () -> made.get() == PIECES ? null : new byte[made.incrementAndGet() > 0 ? PIECE_BYTES : 0]);
                Socket socket = sender.ask("HTTP/1.1")) {
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isEqualTo('H');
            // as many turns as it would take to make all of it thrice
            for (int turn = 0; turn < 3 * PIECES; turn++) {
                sender.board
                        .offLoop(made::get)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            }
            System.out.println("pieces made for one that does not read: " + made.get());
            assertThat(made.get()).isLessThan(PIECES / 4);
            long rest = in.transferTo(OutputStream.nullOutputStream());
            assertThat(made.get()).isEqualTo(PIECES);
            assertThat(rest).isGreaterThan((long) PIECES * PIECE_BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void shouldNotPassForWholeWhereItBreaksOff(int whole) throws Exception {
        AtomicInteger made = new AtomicInteger();
        try (Sender sender = new Sender(() -> () -> {
                    if (made.getAndIncrement() == whole) {
                        throw new IllegalStateException("no more");
                    }
                    return "piece".getBytes(StandardCharsets.US_ASCII);
                });
                Socket socket = sender.ask("HTTP/1.1")) {
            String heard = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (whole == 0) {
                assertThat(heard).startsWith("HTTP/1.1 500").doesNotContain("piece", "etag", "gzip");
            } else {
                assertThat(heard).startsWith("HTTP/1.1 200").doesNotContain("\r\n0\r\n");
            }
        }
    }

    @Test
    void shouldEndWithTheConnectionForAClientThatKnowsNoPieces() throws Exception {
        AtomicInteger made = new AtomicInteger();
        try (Sender sender = new Sender(
                        () -> () -> made.getAndIncrement() == 3 ? null : "piece".getBytes(StandardCharsets.US_ASCII));
                Socket socket = sender.ask("HTTP/1.0\r\nConnection: keep-alive")) {
            String heard = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(heard).endsWith("\r\n\r\npiecepiecepiece");
        }
    }

    /** A server of one answer. */
    private static final class Sender implements AutoCloseable {
        final LayerBoard board;
        private final Vertx vertx = Vertx.vertx();
        private final CompletableFuture<HttpServer> listening = new CompletableFuture<>();

        Sender(Supplier<LongAnswer.Pieces> content) {
            LongAnswer answer =
                    new LongAnswer("text/plain", new ReadyAnswer.Validator("W/\"1\"", 0), Crs.CRS84, content);
            Context loop = vertx.getOrCreateContext();
            board = new LayerBoard(
                    loop, CompletableFuture::new, InstantSource.system(), List.of(), (before, now) -> {});
            loop.runOnContext(v -> {
                Router router = Router.router(vertx);
                router.get("/").handler(request -> answer.send(request, board));
                vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .onSuccess(listening::complete)
                        .onFailure(listening::completeExceptionally);
            });
        }

        Socket ask(String version) throws Exception {
            Socket socket = new Socket("127.0.0.1", listening.get().actualPort());
            socket.setSoTimeout(20_000);
            String close = version.contains("keep-alive") ? "" : "Connection: close\r\n";
            socket.getOutputStream()
                    .write(("GET / " + version + "\r\nHost: here\r\n" + close + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return socket;
        }

        @Override
        public void close() throws Exception {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
    }
}

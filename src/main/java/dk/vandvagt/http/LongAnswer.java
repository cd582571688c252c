package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A long answer that few will ask for: it is made while it is sent, a piece at a time, the next one when the one before has gone to
 * the socket; so however long it is and however slowly it is read, one piece of it is held. It is made and compressed off the event
 * loop that all connections share, where the server's own compression would run.
 */
final class LongAnswer implements Sendable {
    private static final Logger LOG = LoggerFactory.getLogger(LongAnswer.class);

    private final String mediaType;
    private final ReadyAnswer.Validator validator;
    private final Crs crs;
    private final Supplier<Pieces> content;

    /** Of one sending; asked by one thread after the other. */
    interface Pieces {
        /** Null after the last. */
        byte @Nullable [] next();
    }

    /**
     * @param crs of its coordinates
     * @param content begun anew for each sending
     */
    LongAnswer(String mediaType, ReadyAnswer.Validator validator, Crs crs, Supplier<Pieces> content) {
        this.mediaType = mediaType;
        this.validator = validator;
        this.crs = crs;
        this.content = content;
    }

    @Override
    public void send(RoutingContext request, LayerBoard board) {
        if (validator.isKnownTo(request)) {
            validator.notModified(request);
            return;
        }
        Coding coding = Coding.of(request);
        if (request.request().method() == HttpMethod.HEAD) {
            head(request, coding);
            request.response().end();
            return;
        }
        new Sending(request, board, coding).go();
    }

    private void head(RoutingContext request, @Nullable Coding coding) {
        validator.writeTo(request, crs);
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, mediaType);
        if (coding != null) {
            request.response().putHeader(HttpHeaders.CONTENT_ENCODING, coding.word());
        }
    }

    private final class Sending {
        private final RoutingContext request;
        private final HttpServerResponse response;
        private final LayerBoard board;
        private final @Nullable Coding coding;
        private final ByteArrayOutputStream made = new ByteArrayOutputStream();
        private @Nullable OutputStream coded;
        private @Nullable Pieces pieces;
        private boolean begun;

        Sending(RoutingContext request, LayerBoard board, @Nullable Coding coding) {
            this.request = request;
            this.response = request.response();
            this.board = board;
            this.coding = coding;
        }

        private record Piece(Buffer bytes, boolean last) {}

        void go() {
            board.offLoop(this::piece).onSuccess(this::took).onFailure(this::broken);
        }

        private Piece piece() throws IOException {
            Pieces from = pieces == null ? content.get() : pieces;
            pieces = from;
            OutputStream out = coded == null ? coding == null ? made : coding.over(made) : coded;
            coded = out;
            byte[] next = from.next();
            if (next == null) {
                out.close();
            } else {
                out.write(next);
                out.flush();
            }
            Buffer bytes = Buffer.buffer(made.toByteArray());
            made.reset();
            return new Piece(bytes, next == null);
        }

        private void took(Piece piece) {
            if (!begun) {
                begun = true;
                head(request, coding);
                response.setChunked(true);
            }
            if (piece.last) {
                // of HTTP 1.0, which knows no pieces, only the end of the connection says that this is all
                boolean old = request.request().version() == HttpVersion.HTTP_1_0;
                response.end(piece.bytes).onComplete(sent -> {
                    if (old) {
                        request.request().connection().close();
                    }
                });
            } else {
                response.write(piece.bytes).onSuccess(taken -> go()).onFailure(gone -> giveUp());
            }
        }

        private void broken(Throwable fault) {
            giveUp();
            if (begun) {
                // what was sent cannot be taken back: the client sees that it is not whole
                LOG.error("A long answer broke off", fault);
                response.reset();
            } else {
                request.fail(fault);
            }
        }

        /** What compresses it holds memory outside the heap. */
        private void giveUp() {
            if (coded != null) {
                try {
                    coded.close();
                } catch (IOException e) {
                    LOG.debug("The rest of a long answer", e);
                }
            }
        }
    }
}

package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A long answer that few will ask for: it is made while it is sent, a piece at a time, the next one when the client has taken what was before;
 * so however long it is and however slowly it is read, a piece of it is held.
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
        validator.writeTo(request, crs);
        HttpServerResponse response = request.response().putHeader(HttpHeaders.CONTENT_TYPE, mediaType);
        Coding coding = Coding.of(request);
        if (coding != null) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, coding.word());
        }
        if (request.request().method() == HttpMethod.HEAD) {
            response.end();
            return;
        }
        response.setChunked(true);
        new Sending(board, response, coding, content.get()).go();
    }

    private static final class Sending {
        private final LayerBoard board;
        private final HttpServerResponse response;
        private final @Nullable Coding coding;
        private final Pieces pieces;
        private final ByteArrayOutputStream made = new ByteArrayOutputStream();
        private @Nullable OutputStream coded;

        Sending(LayerBoard board, HttpServerResponse response, @Nullable Coding coding, Pieces pieces) {
            this.board = board;
            this.response = response;
            this.coding = coding;
            this.pieces = pieces;
        }

        private record Piece(Buffer bytes, boolean last) {}

        void go() {
            board.offLoop(this::piece).onSuccess(this::took).onFailure(fault -> {
                // what was sent cannot be taken back: the client sees that it is not whole
                LOG.error("A long answer broke off", fault);
                response.reset();
            });
        }

        private Piece piece() throws IOException {
            OutputStream out = coded == null ? coding == null ? made : coding.over(made) : coded;
            coded = out;
            byte[] next = pieces.next();
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

        /** A client that has gone asks for no more. */
        private void took(Piece piece) {
            if (response.closed()) {
                return;
            }
            if (piece.last) {
                response.end(piece.bytes);
                return;
            }
            response.write(piece.bytes);
            if (response.writeQueueFull()) {
                response.drainHandler(taken -> go());
            } else {
                go();
            }
        }
    }
}

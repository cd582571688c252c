package dk.vandvagt.http;

import com.google.common.hash.Hashing;
import dk.vandvagt.layer.Crs;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer in the bytes it is sent in, made once and sent often; compressed when that is first asked for. One event loop uses it. */
final class ReadyAnswer implements Sendable {
    private static final int COMPRESS_FROM_BYTES = 512;
    private static final int DIRECT_FROM_BYTES = 1 << 16;
    private final String mediaType;
    private Buffer plain;
    private final Validator validator;
    private final @Nullable Crs crs;
    private final Map<Coding, Future<Buffer>> compressed = new EnumMap<>(Coding.class);

    private final Coding.Effort effort;

    /**
     * What a client may come back with to learn whether anything has changed.
     *
     * @param etag weak: plain and compressed are the same answer in other bytes
     * @param lastModifiedMs wall clock, 0 for unknown
     */
    record Validator(String etag, long lastModifiedMs) {
        static Validator of(String content, long lastModifiedMs) {
            return new Validator("W/\"" + Hashing.murmur3_128().hashUnencodedChars(content) + '"', lastModifiedMs);
        }

        /** RFC 9110, 13.2.2: the date counts only where no tag is given. */
        boolean isKnownTo(RoutingContext request) {
            String known = request.request().getHeader(HttpHeaders.IF_NONE_MATCH);
            if (known != null) {
                return known.strip().equals("*") || known.contains(etag.substring(2));
            }
            String since = request.request().getHeader(HttpHeaders.IF_MODIFIED_SINCE);
            if (since == null || lastModifiedMs == 0) {
                return false;
            }
            try {
                long sinceMs = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(since))
                        .toEpochMilli();
                return lastModifiedMs / 1000 * 1000 <= sinceMs;
            } catch (DateTimeParseException notADate) {
                return false;
            }
        }

        /** @param crs for the header {@code Content-Crs}; null for none */
        void writeTo(RoutingContext request, @Nullable Crs crs) {
            if (crs != null) {
                request.response().putHeader("Content-Crs", '<' + crs.uri() + '>');
            }
            writeTo(request);
        }

        void writeTo(RoutingContext request) {
            request.response()
                    .putHeader(HttpHeaders.ETAG, etag)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
            if (lastModifiedMs != 0) {
                request.response()
                        .putHeader(
                                HttpHeaders.LAST_MODIFIED,
                                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        Instant.ofEpochMilli(lastModifiedMs).atOffset(ZoneOffset.UTC)));
            }
        }

        void notModified(RoutingContext request) {
            writeTo(request);
            request.response().setStatusCode(304).end();
        }
    }

    /** @param crs of its coordinates, for the header {@code Content-Crs}; null for none */
    ReadyAnswer(String mediaType, Buffer plain, Validator validator, @Nullable Crs crs) {
        this(mediaType, plain, validator, crs, Coding.Effort.QUICK);
    }

    private ReadyAnswer(String mediaType, Buffer plain, Validator validator, @Nullable Crs crs, Coding.Effort effort) {
        this.effort = effort;
        this.mediaType = mediaType;
        this.plain = plain;
        this.validator = validator;
        this.crs = crs;
    }

    /** A large one is kept where the kernel reads it: from the heap it would be copied there for each request anew. */
    private static Buffer outsideTheHeap(Buffer body) {
        if (body.length() < DIRECT_FROM_BYTES) {
            return body;
        }
        ByteBuffer direct = ByteBuffer.allocateDirect(body.length());
        direct.put(body.getBytes()).flip();
        return BufferInternal.buffer(Unpooled.wrappedBuffer(direct));
    }

    /** To be called before it is sent; only what is sent often is worth it. */
    void keptOutsideTheHeap() {
        plain = outsideTheHeap(plain);
    }

    /** Of what is sent, compressed forms aside. */
    long bytes() {
        return plain.length();
    }

    /** That changes seldom: it is worth the effort of making it small. */
    static ReadyAnswer of(String mediaType, ByteArrayOutputStream content) {
        byte[] bytes = content.toByteArray();
        String etag = "W/\"" + Hashing.murmur3_128().hashBytes(bytes) + '"';
        return new ReadyAnswer(
                mediaType, Buffer.buffer(bytes), new Validator(etag, 0), null, Coding.Effort.ONCE_FOR_ALL);
    }

    @Override
    public void send(RoutingContext request, LayerBoard board) {
        if (validator.isKnownTo(request)) {
            validator.notModified(request);
            return;
        }
        Coding coding = plain.length() < COMPRESS_FROM_BYTES ? null : Coding.of(request);
        if (coding == null) {
            send(request, plain);
            return;
        }
        compressed
                .computeIfAbsent(
                        coding,
                        which -> board.offLoop(() -> compress(which)).onSuccess(made -> board.weigh(made.length())))
                .onFailure(request::fail)
                .onSuccess(buffer -> {
                    request.response().putHeader(HttpHeaders.CONTENT_ENCODING, coding.word());
                    send(request, buffer);
                });
    }

    private void send(RoutingContext request, Buffer body) {
        validator.writeTo(request, crs);
        Answers.send(request, 200, mediaType, body);
    }

    private Buffer compress(Coding coding) {
        return outsideTheHeap(Buffer.buffer(coding.compress(plain.getBytes(), effort)));
    }
}

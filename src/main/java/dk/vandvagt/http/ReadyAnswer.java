package dk.vandvagt.http;

import com.google.common.hash.Hashing;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** An answer in the bytes it is sent in, plain and compressed, made once and sent often. */
record ReadyAnswer(String mediaType, Buffer plain, Buffer gzip, String etag) {
    static ReadyAnswer of(String mediaType, ByteArrayOutputStream content) {
        byte[] bytes = content.toByteArray();
        // weak: the plain and the compressed form are the same answer in other bytes
        String etag = "W/\"" + Hashing.murmur3_128().hashBytes(bytes) + '"';
        return new ReadyAnswer(mediaType, Buffer.buffer(bytes), Buffer.buffer(compress(bytes)), etag);
    }

    private static byte[] compress(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 8 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(compressed) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        }) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    void send(RoutingContext request) {
        request.response()
                .putHeader(HttpHeaders.ETAG, etag)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, "Accept-Encoding");
        String known = request.request().getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && known.contains(etag)) {
            request.response().setStatusCode(304).end();
        } else if (takesGzip(request.request().getHeader(HttpHeaders.ACCEPT_ENCODING))) {
            request.response().putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            Answers.send(request, 200, mediaType, gzip);
        } else {
            Answers.send(request, 200, mediaType, plain);
        }
    }

    static boolean takesGzip(String acceptEncoding) {
        return acceptEncoding != null
                && acceptEncoding.contains("gzip")
                && !acceptEncoding.matches(".*gzip\\s*;\\s*q=0(\\.0+)?\\s*(,.*)?");
    }
}

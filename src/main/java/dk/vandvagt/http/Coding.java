package dk.vandvagt.http;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** How an answer is made smaller on its way, the smaller one first. */
enum Coding {
    ZSTD,
    GZIP;

    private static final int BUFFER_BYTES = 1 << 13;
    /** With a window of half a megabyte: each answer underway has one. */
    private static final int STREAM_ZSTD = 1;

    /**
     * How hard to try.
     *
     * @param zstd one of its 22 levels
     */
    record Effort(int zstd, int gzip) {
        /** Zstd's is about as fast as gzip's first and makes a good deal smaller. */
        static final Effort QUICK = new Effort(3, Deflater.BEST_SPEED);

        static final Effort ONCE_FOR_ALL = new Effort(19, Deflater.BEST_COMPRESSION);
    }

    /** As {@code Content-Encoding} has it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The first of those the client takes; null for none. */
    static @Nullable Coding of(RoutingContext request) {
        String accepted = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (accepted != null) {
            for (Coding coding : values()) {
                if (takes(accepted, coding.word())) {
                    return coding;
                }
            }
        }
        return null;
    }

    private static boolean takes(String acceptEncoding, String coding) {
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] weighed = part.strip().split("\\s*;\\s*", -1);
            if (weighed[0].equals(coding)) {
                return weighed.length < 2 || !weighed[1].matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    /** Zstd has to be told how long the whole is: otherwise its higher levels set up as for gigabytes, which takes a third of a second. */
    byte[] compress(byte[] whole, Effort effort) {
        return switch (this) {
            case ZSTD -> Zstd.compress(whole, effort.zstd);
            case GZIP -> {
                ByteArrayOutputStream compressed = new ByteArrayOutputStream(whole.length / 8 + 64);
                try (OutputStream out = gzip(compressed, effort.gzip)) {
                    out.write(whole);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                yield compressed.toByteArray();
            }
        };
    }

    /** For an answer of unknown length: what is written and flushed has reached {@code out}; its end has when it is closed. */
    OutputStream over(OutputStream out) throws IOException {
        return switch (this) {
            case ZSTD -> new ZstdOutputStream(out, STREAM_ZSTD);
            case GZIP -> gzip(out, Deflater.BEST_SPEED);
        };
    }

    private static OutputStream gzip(OutputStream out, int level) throws IOException {
        return new GZIPOutputStream(out, BUFFER_BYTES, true) {
            {
                def.setLevel(level);
            }
        };
    }
}

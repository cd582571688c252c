package dk.vandvagt.http;

import dk.vandvagt.layer.Box;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a collection's items.
 *
 * @param collectionId one that exists
 * @param bbox null for everywhere
 * @param fromMs {@link Long#MIN_VALUE} for an open beginning
 * @param toMs inclusive; {@link Long#MAX_VALUE} for an open end
 * @param after key the walk has reached, from a next link; null for the first page
 * @param walk the same query without {@code after}, encoded: what links repeat
 */
record ItemsQuery(
        String collectionId,
        @Nullable Box bbox,
        long fromMs,
        long toMs,
        int limit,
        @Nullable String after,
        String walk) {
    static final int USUAL_LIMIT = 100;
    static final int MOST = 10_000;

    private static final String BBOX =
            "four numbers (west,south,east,north; degrees, longitude first) or six with heights";
    private static final String DATETIME =
            "an instant in RFC 3339 with an offset, or an interval such as 2023-10-20T00:00:00Z/.. or ../2023-10-21T00:00:00Z";

    private record Interval(long fromMs, long toMs) {
        static final Interval ALWAYS = new Interval(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static ItemsQuery of(String collectionId, Parameters parameters) {
        parameters.format("json", "geojson");
        String bbox = parameters.text("bbox");
        String datetime = parameters.text("datetime");
        int limit = parameters.limit(USUAL_LIMIT, MOST);
        String after = parameters.text("after");
        parameters.end();
        Interval interval = datetime == null ? Interval.ALWAYS : interval(datetime);
        StringBuilder walk = new StringBuilder("limit=").append(limit);
        append(walk, "bbox", bbox);
        append(walk, "datetime", datetime);
        return new ItemsQuery(
                collectionId,
                bbox == null ? null : box(bbox),
                interval.fromMs,
                interval.toMs,
                limit,
                after,
                walk.toString());
    }

    /** The query of the page that follows, encoded. */
    String next(String nextAfter) {
        StringBuilder next = new StringBuilder(walk);
        append(next, "after", nextAfter);
        return next.toString();
    }

    private static void append(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    static Box box(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != 4 && parts.length != 6) {
            throw Problem.badParameter("bbox", text, BBOX);
        }
        double[] n = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            n[i] = number(parts[i], text);
        }
        boolean flat = n.length == 4;
        if (!flat && n[2] > n[5]) {
            throw Problem.badParameter("bbox", text, "the lower height before the upper one");
        }
        Box box = flat ? new Box(n[0], n[1], n[2], n[3]) : new Box(n[0], n[1], n[3], n[4]);
        if (Math.abs(box.west()) > 180 || Math.abs(box.east()) > 180) {
            throw Problem.badParameter("bbox", text, "longitudes from -180 to 180, before the latitude each");
        }
        if (Math.abs(box.south()) > 90 || Math.abs(box.north()) > 90) {
            throw Problem.badParameter("bbox", text, "latitudes from -90 to 90, after the longitude each");
        }
        if (box.south() > box.north()) {
            throw Problem.badParameter("bbox", text, "the southern latitude before the northern one");
        }
        return box;
    }

    private static double number(String part, String bbox) {
        try {
            // parseDouble also takes hexadecimal, NaN and a trailing d
            if (part.strip().matches("[-+]?[0-9.]+([eE][-+]?[0-9]{1,3})?")) {
                double number = Double.parseDouble(part.strip());
                if (Double.isFinite(number)) {
                    return number;
                }
            }
        } catch (NumberFormatException severalPoints) {
            // told below
        }
        throw Problem.badParameter("bbox", bbox, BBOX);
    }

    private static Interval interval(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            long atMs = rfc3339(text, text);
            return new Interval(atMs, atMs);
        }
        String begin = text.substring(0, slash);
        String end = text.substring(slash + 1);
        boolean openBegin = begin.isEmpty() || begin.equals("..");
        boolean openEnd = end.isEmpty() || end.equals("..");
        if (openBegin && openEnd) {
            throw Problem.badParameter("datetime", text, DATETIME);
        }
        long fromMs = openBegin ? Long.MIN_VALUE : rfc3339(begin, text);
        long toMs = openEnd ? Long.MAX_VALUE : rfc3339(end, text);
        if (fromMs > toMs) {
            throw Problem.badParameter("datetime", text, "the earlier instant before the later one");
        }
        return new Interval(fromMs, toMs);
    }

    private static long rfc3339(String instant, String datetime) {
        OptionalLong atMs =
                instant.contains("T") || instant.contains("t") ? Times.instantMs(instant) : OptionalLong.empty();
        if (atMs.isEmpty()) {
            throw Problem.badParameter("datetime", datetime, DATETIME);
        }
        return atMs.getAsLong();
    }
}

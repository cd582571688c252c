package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.Where;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** {@code bbox} (OGC API – Features Part 1, 7.15.3) with {@code bbox-crs} (Part 2, 6.2.2): numbers in the order of that system's axes. */
final class BboxParameter {
    private static final String EXPECTED =
            "four numbers (least, least, greatest, greatest of the two axes in their order) or six with heights";

    private BboxParameter() {}

    /** Null for everywhere. */
    static @Nullable Where read(Parameters parameters) {
        String text = parameters.text("bbox");
        Crs crs = CrsParameter.read(parameters, "bbox-crs");
        return text == null ? null : where(text, crs);
    }

    private static Where where(String text, Crs crs) {
        String[] parts = text.split(",", -1);
        if (parts.length != 4 && parts.length != 6) {
            throw Problem.badParameter("bbox", text, EXPECTED);
        }
        double[] n = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            n[i] = number(parts[i], text);
        }
        int upper = n.length / 2;
        if (n.length == 6 && n[2] > n[5]) {
            throw Problem.badParameter("bbox", text, "the lower height before the upper one");
        }
        int x = crs.isNorthFirst() ? 1 : 0;
        int y = 1 - x;
        double minX = n[x];
        double minY = n[y];
        double maxX = n[upper + x];
        double maxY = n[upper + y];
        if (crs.isGeographic()) {
            String order = crs.isNorthFirst() ? "latitude before longitude" : "longitude before latitude";
            if (Math.abs(minX) > 180 || Math.abs(maxX) > 180) {
                throw Problem.badParameter("bbox", text, "longitudes from -180 to 180; " + order + " here");
            }
            if (Math.abs(minY) > 90 || Math.abs(maxY) > 90) {
                throw Problem.badParameter("bbox", text, "latitudes from -90 to 90; " + order + " here");
            }
        } else if (minX > maxX) {
            throw Problem.badParameter("bbox", text, "the lesser easting before the greater one");
        }
        if (minY > maxY) {
            throw Problem.badParameter("bbox", text, "the southern position before the northern one");
        }
        try {
            return new Where(crs, minX, minY, maxX, maxY);
        } catch (IllegalArgumentException outside) {
            throw Problem.badParameter("bbox", text, "positions within the area of use of " + crs.uri());
        }
    }

    private static double number(String part, String bbox) {
        OptionalDouble number = Parameters.plainNumber(part.strip());
        return number.orElseThrow(() -> Problem.badParameter("bbox", bbox, EXPECTED));
    }
}

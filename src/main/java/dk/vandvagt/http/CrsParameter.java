package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;

/** {@code crs} and its like (OGC API – Features Part 2): a coordinate reference system by its URI. */
final class CrsParameter {
    private CrsParameter() {}

    /** CRS84 where it is not given. */
    static Crs read(Parameters parameters, String name) {
        String text = parameters.text(name);
        if (text == null) {
            return Crs.CRS84;
        }
        Crs crs = Crs.of(text);
        if (crs == null) {
            throw Problem.badParameter(name, text, "one of " + String.join(", ", Crs.uris()));
        }
        return crs;
    }
}

package dk.vandvagt.layer;

/**
 * A bounding box in CRS84, degrees, borders included; west of more than east means that it crosses the antimeridian.
 */
public record Box(double west, double south, double east, double north) {
    public static Box at(double lon, double lat) {
        return new Box(lon, lat, lon, lat);
    }

    public boolean holds(double lon, double lat) {
        if (lat < south || lat > north) {
            return false;
        }
        return west <= east ? lon >= west && lon <= east : lon >= west || lon <= east;
    }
}

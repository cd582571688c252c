package dk.vandvagt.notify;

import dk.vandvagt.station.Station;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whom a CAP message is for; polygon and circle as CAP writes them, WGS 84 with the latitude first, one of them empty.
 *
 * @param circle centre and radius in kilometres
 */
public record CapArea(String description, String polygon, String circle) {
    private static final String RADIUS_KM = "1.0";

    static CapArea of(Station station) {
        if (station.alertArea().isEmpty()) {
            return new CapArea(
                    CapXml.allowed(station.name()), "", pair(station.lat(), station.lon()) + " " + RADIUS_KM);
        }
        String polygon = Stream.concat(
                        station.alertArea().stream(),
                        Stream.of(station.alertArea().getFirst()))
                .map(corner -> pair(corner.lat(), corner.lon()))
                .collect(Collectors.joining(" "));
        return new CapArea(CapXml.allowed(station.name()), polygon, "");
    }

    private static String pair(double lat, double lon) {
        return String.format(Locale.ROOT, "%.5f,%.5f", lat, lon);
    }
}

package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Station;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.algorithm.RayCrossingCounter;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Location;

/**
 * Somebody who asked to be told: where, and what. Nothing else is known of them.
 *
 * @param number of this subscription, never given to another: how the delivery journal names it
 * @param id in links and messages; cannot be guessed
 * @param address URL, mail address or telephone number
 * @param secret signs what goes to a webhook; empty for other ways
 * @param language {@code da} or {@code en}
 * @param paused nothing new is told; what was told of is followed to its end
 * @param exercises also wants to hear of drills
 * @param confirmedAtMs 0 until its owner has followed the link that was sent there: until then nothing is told
 */
public record Subscription(
        int number,
        String id,
        Way way,
        String address,
        String secret,
        String language,
        Selection selection,
        @Nullable QuietHours quiet,
        boolean paused,
        boolean exercises,
        long madeAtMs,
        long confirmedAtMs) {

    /** One that is not confirmed so long after it was made is deleted. */
    public static final long CONFIRM_WITHIN_MS = 48 * 3_600_000L;

    public enum Way {
        WEBHOOK,
        SMS,
        MAIL
    }

    /**
     * Which alerts. A station is chosen by name, by the part of the municipality it is in, or by lying in the area; with none of these, all
     * are.
     *
     * @param stations ids
     * @param parts ids of parts of the municipality, as the settings call them ({@code stations[].area})
     * @param area ring of (longitude, latitude), WGS 84, closed; empty for none
     * @param severityFrom 1 yellow, 2 orange, 3 red
     * @param parameters empty for all
     */
    public record Selection(
            Set<String> stations, Set<String> parts, List<double[]> area, int severityFrom, Set<Parameter> parameters) {
        public static final Selection ALL = new Selection(Set.of(), Set.of(), List.of(), 1, Set.of());

        public Selection {
            stations = Set.copyOf(stations);
            parts = Set.copyOf(parts);
            area = List.copyOf(area);
            parameters = Set.copyOf(parameters);
        }

        public boolean chooses(Transition transition, Catalogue catalogue) {
            return transition.severity() >= severityFrom
                    && isOfChosenParameter(transition.unit())
                    && isChosen(transition.stationId(), catalogue.station(transition.stationId()));
        }

        /** A composite rests on several parameters and goes to everybody. */
        private boolean isOfChosenParameter(String unit) {
            return parameters.isEmpty()
                    || switch (unit) {
                        case "m", "m/h" -> parameters.contains(Parameter.LEVEL);
                        case "mm" -> parameters.contains(Parameter.RAIN);
                        case "V" -> parameters.contains(Parameter.BATTERY);
                        case "dBm" -> parameters.contains(Parameter.SIGNAL);
                        default -> true;
                    };
        }

        private boolean isChosen(String stationId, @Nullable Station station) {
            if (stations.isEmpty() && parts.isEmpty() && area.isEmpty()) {
                return true;
            }
            return stations.contains(stationId)
                    || station != null && (parts.contains(station.area()) || !area.isEmpty() && isWithin(station));
        }

        private boolean isWithin(Station station) {
            RayCrossingCounter counter = new RayCrossingCounter(new Coordinate(station.lon(), station.lat()));
            for (int i = 1; i < area.size(); i++) {
                counter.countSegment(corner(i - 1), corner(i));
            }
            return counter.getLocation() != Location.EXTERIOR;
        }

        private Coordinate corner(int i) {
            return new Coordinate(area.get(i)[0], area.get(i)[1]);
        }
    }

    public boolean isConfirmed() {
        return confirmedAtMs != 0;
    }

    /** Without where it goes, which stands in no log. */
    @Override
    public String toString() {
        return way + " subscription " + number;
    }
}

package dk.vandvagt.http;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.layer.Where;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts are asked for.
 *
 * @param stationId null for all
 * @param bbox within which their stations lie; null for everywhere
 * @param severityFrom of one that stands: as it stands now; of one that has ended: the highest it reached; null for all
 * @param fromMs it stood then or later; null for any
 * @param toMs it was raised before; null for any
 * @param asOfMs whose knowledge is asked for; {@link Long#MAX_VALUE} for the present
 */
record AlertsQuery(
        Which state,
        @Nullable String stationId,
        @Nullable Where bbox,
        @Nullable Integer severityFrom,
        @Nullable Long fromMs,
        @Nullable Long toMs,
        int limit,
        long asOfMs) {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 1000;

    enum Which {
        ACTIVE,
        PAST,
        ALL
    }

    /** @param nowMs of the service's clock; null where nothing is kept that the past could be asked of */
    static AlertsQuery of(Parameters parameters, @Nullable Long nowMs) {
        parameters.format("json");
        Which state = parameters.word("state", Which.class);
        String stationId = parameters.text("station");
        Where bbox = BboxParameter.read(parameters);
        Integer severityFrom = parameters.severityFrom();
        long fromMs = parameters.instantMs("from", Long.MIN_VALUE);
        long toMs = parameters.instantMs("to", Long.MAX_VALUE);
        long asOfMs = nowMs == null ? Long.MAX_VALUE : parameters.pastMs("asOf", nowMs);
        int limit = parameters.limit(USUAL_LIMIT, MOST);
        parameters.end();
        if (fromMs >= toMs) {
            throw Problem.badParameter("from", Long.toString(fromMs), "an instant before to");
        }
        return new AlertsQuery(
                state == null ? Which.ALL : state,
                stationId,
                bbox,
                severityFrom,
                fromMs == Long.MIN_VALUE ? null : fromMs,
                toMs == Long.MAX_VALUE ? null : toMs,
                limit,
                asOfMs);
    }

    boolean wants(Alert alert, Catalogue catalogue) {
        boolean active = alert.state() == Alert.State.ACTIVE;
        boolean inState = switch (state) {
            case ACTIVE -> active;
            case PAST -> !active;
            case ALL -> true;
        };
        int severity = active ? alert.last().severity() : alert.highestSeverity();
        return inState
                && (severityFrom == null || severity >= severityFrom)
                && (toMs == null || alert.raisedAtMs() < toMs)
                && (fromMs == null || active || alert.endedAtMs() >= fromMs)
                && isThere(alert.last().stationId(), catalogue);
    }

    /** A station that is no longer in the settings lies in no box. */
    private boolean isThere(String station, Catalogue catalogue) {
        if (stationId != null && !stationId.equals(station)) {
            return false;
        }
        if (bbox == null) {
            return true;
        }
        Station known = catalogue.station(station);
        return known != null && bbox.holds(known.lon(), known.lat());
    }

    Past.EndedAlertsRequest ended(Catalogue catalogue) {
        List<String> stations = null;
        if (bbox != null) {
            stations = catalogue.stations().stream()
                    .map(Station::id)
                    .filter(each -> isThere(each, catalogue))
                    .toList();
        } else if (stationId != null) {
            stations = List.of(stationId);
        }
        return new Past.EndedAlertsRequest(
                stations, severityFrom, fromMs, toMs, asOfMs == Long.MAX_VALUE ? null : asOfMs, limit);
    }
}

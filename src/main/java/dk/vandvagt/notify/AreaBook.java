package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands in each area, as far as it was told. Pure; one thread. */
final class AreaBook {
    private static final Comparator<Transition> WORST_FIRST = Comparator.comparingInt(Transition::severity)
            .reversed()
            .thenComparing(Transition::beganAtMs)
            .thenComparing(Transition::alertId);

    /** Of each alert that stands its last step. */
    private final Map<String, Transition> standing = new LinkedHashMap<>();
    /** Of each station its last step, the newest last. */
    private final Map<String, Transition> newest = new LinkedHashMap<>();

    /** Empty for none. */
    static String area(Transition transition, Catalogue catalogue) {
        Station station = catalogue.station(transition.stationId());
        return station == null ? "" : station.area();
    }

    void forget() {
        standing.clear();
        newest.clear();
    }

    /** It is told, or about to be; what is shelved leaves all as it was. */
    void take(Transition transition) {
        if (transition.shelved()) {
            return;
        }
        if (transition.kind().ends()) {
            standing.remove(transition.alertId());
        } else {
            standing.put(transition.alertId(), transition);
        }
        newest.remove(transition.stationId());
        newest.put(transition.stationId(), transition);
    }

    List<Transition> standing(String area, Catalogue catalogue) {
        return standing.values().stream()
                .filter(each -> area(each, catalogue).equals(area))
                .sorted(WORST_FIRST)
                .toList();
    }

    /** The step that was told there last; null for none. */
    @Nullable
    Transition newest(String area, Catalogue catalogue) {
        Transition last = null;
        for (Transition each : newest.values()) {
            last = area(each, catalogue).equals(area) ? each : last;
        }
        return last;
    }
}

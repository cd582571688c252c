package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which rungs stand and which sensors can be heard, as the edges so far have it. */
final class Situation {
    private Catalogue catalogue;
    private final Map<String, StandingRung> standing = new TreeMap<>();
    /** By sensor index, which stays over revisions. */
    private final BitSet heard = new BitSet();

    private final Set<String> stale = new TreeSet<>();
    private final Set<String> outOfService = new TreeSet<>();

    Situation(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** What the next revision no longer has stands no longer. */
    void use(Catalogue next) {
        catalogue = next;
        standing.values().removeIf(each -> each.began(next) == null);
        stale.removeIf(sensorId -> next.sensorIndex(sensorId) < 0);
        outOfService.removeIf(sensorId -> next.sensorIndex(sensorId) < 0);
    }

    void apply(Edge edge) {
        String sensorId = catalogue.sensor(edge.sensorIndex()).id();
        if (edge.rule() == null || edge.threshold() == null) {
            if (edge.kind() == Edge.Kind.STALE) {
                stale.add(sensorId);
            } else if (edge.kind() == Edge.Kind.BACK) {
                stale.remove(sensorId);
            }
            return;
        }
        String key = key(edge);
        switch (edge.kind()) {
            case BEGAN -> standing.put(key, StandingRung.of(edge, edge.rule(), edge.threshold(), sensorId));
            case PEAK, CONFIRMED -> standing.computeIfPresent(key, (same, rung) -> rung.with(edge));
            case ENDED, WITHDRAWN, REMOVED -> standing.remove(key);
            case STALE, BACK -> {}
        }
    }

    /** Empty for an edge of a whole sensor. */
    static String key(Edge edge) {
        return edge.rule() == null || edge.threshold() == null
                ? ""
                : StandingRung.key(edge.rule().id(), edge.threshold().name());
    }

    /** @return whether it is heard for the first time */
    boolean hear(int sensorIndex) {
        boolean first = !heard.get(sensorIndex);
        if (first) {
            heard.set(sensorIndex);
        }
        return first;
    }

    void setOutOfService(String sensorId, boolean out) {
        if (out) {
            outOfService.add(sensorId);
        } else {
            outOfService.remove(sensorId);
        }
    }

    boolean isOutOfService(String sensorId) {
        return outOfService.contains(sensorId);
    }

    boolean stands(String key) {
        return standing.containsKey(key);
    }

    @Nullable
    StandingRung standing(String key) {
        return standing.get(key);
    }

    /** Heard, not stale, in use and in service: what it does not show is not so. */
    boolean isUsable(String sensorId) {
        int index = catalogue.sensorIndex(sensorId);
        return index >= 0 && heard.get(index) && !stale.contains(sensorId) && !outOfService.contains(sensorId);
    }

    Collection<StandingRung> standing() {
        return standing.values();
    }

    List<String> heard() {
        return heard.stream().mapToObj(index -> catalogue.sensor(index).id()).toList();
    }

    Set<String> stale() {
        return stale;
    }

    Set<String> outOfService() {
        return outOfService;
    }

    void restore(
            Collection<StandingRung> saved,
            Collection<String> heardThen,
            Collection<String> staleThen,
            Collection<String> outOfServiceThen) {
        saved.forEach(each -> standing.put(each.key(), each));
        for (String sensorId : heardThen) {
            int index = catalogue.sensorIndex(sensorId);
            if (index >= 0) {
                heard.set(index);
            }
        }
        stale.addAll(staleThen);
        outOfService.addAll(outOfServiceThen);
        use(catalogue);
    }
}

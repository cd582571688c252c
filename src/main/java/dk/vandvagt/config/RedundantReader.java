package dk.vandvagt.config;

import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The sensors of one station that stand in for each other. All get the first one's thresholds; of two that must agree, each is
 * the other's neighbour.
 */
final class RedundantReader {
    private final String stationId;
    private final Map<String, Sensor> sensors = new LinkedHashMap<>();
    private final Map<String, Integer> lineOfSensor;
    private final Set<String> taken = new HashSet<>();

    /** @param lineOfSensor of all ids so far that begin a rule's; those of redundant sensors are added */
    RedundantReader(String stationId, List<Sensor> sensors, Map<String, Integer> lineOfSensor) {
        this.stationId = stationId;
        this.lineOfSensor = lineOfSensor;
        sensors.forEach(sensor -> this.sensors.put(sensor.id(), sensor));
    }

    List<Redundant> groups(Section station) {
        return station.list("redundant", this::group);
    }

    /** The station's sensors, with what they get by standing in for each other. */
    List<Sensor> sensors() {
        return List.copyOf(sensors.values());
    }

    private Redundant group(Section at) {
        Field<String> idField = at.id("id");
        String id = idField.or(stationId);
        List<Field<String>> named = at.texts("sensors");
        Integer line = lineOfSensor.putIfAbsent(
                id, named.isEmpty() ? idField.line() : named.getFirst().line());
        if (line != null) {
            at.fault(
                    "id",
                    "is " + id + ", as that of the sensor or the redundant sensors in line " + line
                            + ": their alerts could not be told apart; give these an id of their own");
        }
        if (!at.has("sensors")) {
            at.missing("sensors", "a list of the sensors, such as [ASS-HAVN-W, ASS-HAVN-W2]");
        }
        List<String> good = new ArrayList<>();
        for (Field<String> each : named) {
            if (isGood(each, good)) {
                good.add(each.or(""));
            }
        }
        taken.addAll(good);
        if (named.size() == 1) {
            at.fault("sensors", "holds one, should hold two or more: one alone has none to stand in for it");
        }
        shareThresholds(named, good);
        Field<Double> disagreement = at.number("disagreement").check(metres -> metres > 0, "more than 0 m");
        if (disagreement.isGood() && good.size() == named.size()) {
            compare(disagreement, good);
        }
        return new Redundant(id, good);
    }

    private boolean isGood(Field<String> named, List<String> before) {
        Sensor sensor = sensors.get(named.or(""));
        if (sensor == null) {
            named.fault("found " + named.written() + ", which is no sensor of station " + stationId
                    + Nearest.hint(named.or(""), sensors.keySet()));
        } else if (sensor.parameter() != Parameter.LEVEL) {
            named.fault("found " + named.written() + ", which measures "
                    + sensor.parameter().name().toLowerCase(Locale.ROOT) + ": should measure level");
        } else if (before.contains(sensor.id()) || taken.contains(sensor.id())) {
            named.fault("found " + named.written() + ", which stands here already: name each sensor once");
        } else {
            return true;
        }
        return false;
    }

    private void shareThresholds(List<Field<String>> named, List<String> good) {
        if (good.isEmpty()) {
            return;
        }
        Sensor first = sensor(good.getFirst());
        for (Field<String> each : named) {
            Sensor sensor = sensors.get(each.or(""));
            if (sensor == null || !good.contains(sensor.id()) || sensor == first) {
                continue;
            }
            if (sensor.thresholds().isEmpty()) {
                first.thresholds().forEach(threshold -> refuseUnlessJudged(threshold, sensor, each));
                sensors.put(sensor.id(), with(sensor, first.thresholds(), sensor.quality()));
            } else if (!Set.copyOf(sensor.thresholds()).equals(Set.copyOf(first.thresholds()))) {
                each.fault("found " + each.written() + ", whose thresholds are not those of " + first.id()
                        + ": leave them out, or write the same ones (name them by & and *)");
            }
        }
    }

    /** A threshold that the sensor could never reach would have it clear the others' alerts. */
    private static void refuseUnlessJudged(Threshold threshold, Sensor sensor, Field<String> named) {
        String missing = switch (threshold.kind()) {
            case RESIDUAL -> sensor.reference().tide() == null ? "has no tide" : "";
            case EXPECTED -> sensor.reference().forecastErrors() == null ? "has no forecastErrors" : "";
            case RISE ->
                threshold.windowMs() < ThresholdReader.RISE_INTERVALS * sensor.intervalMs()
                        ? "reads less than " + ThresholdReader.RISE_INTERVALS + " times in its window"
                        : "";
            case LEVEL, ACCUMULATION, COMPOSITE -> "";
        };
        if (!missing.isEmpty()) {
            named.fault("found " + named.written() + ", which is to share the threshold " + threshold.name() + ", a "
                    + threshold.kind().name().toLowerCase(Locale.ROOT) + ", but " + missing);
        }
    }

    private void compare(Field<Double> disagreement, List<String> good) {
        if (good.size() != 2) {
            disagreement.fault("found " + disagreement.written() + " with " + good.size()
                    + " sensors: two are compared with each other; of more, leave it out");
            return;
        }
        for (String sensorId : good) {
            QualityLimits.Neighbour other = sensor(sensorId).quality().neighbour();
            if (!other.isNone()) {
                disagreement.fault("found " + disagreement.written() + ", but sensor " + sensorId + " is compared with "
                        + other.sensorId() + " already: keep one, a sensor has one neighbour");
                return;
            }
        }
        double suspect = disagreement.or(Double.NaN);
        compare(good.getFirst(), good.getLast(), suspect);
        compare(good.getLast(), good.getFirst(), suspect);
    }

    private void compare(String sensorId, String with, double suspect) {
        Sensor sensor = sensor(sensorId);
        QualityLimits limits = sensor.quality();
        QualityLimits compared = new QualityLimits(
                limits.sensorMin(),
                limits.sensorMax(),
                limits.userMin(),
                limits.userMax(),
                limits.spikeSuspect(),
                limits.spikeFail(),
                limits.spikeMethod(),
                limits.rateOfChangePerHour(),
                limits.gapMs(),
                limits.climatology(),
                limits.flatLine(),
                limits.attenuatedSignal(),
                new QualityLimits.Neighbour(with, suspect, Double.NaN));
        sensors.put(sensorId, with(sensor, sensor.thresholds(), compared));
    }

    private Sensor sensor(String sensorId) {
        Sensor sensor = sensors.get(sensorId);
        if (sensor == null) {
            throw new IllegalStateException(sensorId);
        }
        return sensor;
    }

    private static Sensor with(Sensor sensor, List<Threshold> thresholds, QualityLimits quality) {
        return new Sensor(
                sensor.id(),
                sensor.stationId(),
                sensor.title(),
                sensor.parameter(),
                sensor.unit(),
                sensor.intervalMs(),
                sensor.staleAfterMs(),
                sensor.resolution(),
                quality,
                thresholds,
                sensor.rain(),
                sensor.reference(),
                sensor.retired());
    }
}

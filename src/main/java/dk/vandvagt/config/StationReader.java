package dk.vandvagt.config;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.GaugeZero;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Unit;
import dk.vandvagt.station.VerticalDatum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stations of a settings file with their sensors; thresholds are {@link ThresholdReader}'s. */
final class StationReader {
    static final Map<String, Parameter> PARAMETERS = Arrays.stream(Parameter.values())
            .collect(Collectors.toMap(
                    parameter -> parameter.name().toLowerCase(Locale.ROOT),
                    parameter -> parameter,
                    (a, b) -> a,
                    LinkedHashMap::new));

    private static final Map<String, RainGauge.Input> INPUTS = choices(
            Map.entry("increment", RainGauge.Input.INCREMENT),
            Map.entry("counter", RainGauge.Input.COUNTER),
            Map.entry("intensity", RainGauge.Input.INTENSITY));
    private static final Map<String, RainGauge.Label> LABELS =
            choices(Map.entry("end", RainGauge.Label.END), Map.entry("start", RainGauge.Label.START));
    private static final Map<String, RainGauge.Reports> REPORTS =
            choices(Map.entry("periodic", RainGauge.Reports.PERIODIC), Map.entry("onTip", RainGauge.Reports.ON_TIP));

    private static final Set<String> KNOWN_DATUMS = Set.of(
            "DVR90",
            "DNN",
            "DKMSL",
            "NHN",
            "NN",
            "SNN76",
            "DHHN92",
            "DHHN2016",
            "NAP",
            "RH2000",
            "NN2000",
            "N2000",
            "EVRF2000",
            "EVRF2007",
            "EVRF2019",
            "ODN",
            "TAW",
            "NAVD88");
    private static final String A_DATUM = "the datum that levels are counted in, such as DVR90";

    private static final int MOST_CORNERS = 200;

    private final @Nullable Catalogue previous;
    private final Map<String, Integer> lineOfStation = new HashMap<>();
    private final Map<String, Integer> lineOfSensor = new HashMap<>();
    private final List<NamedNeighbour> namedNeighbours = new ArrayList<>();

    @SafeVarargs
    private static <T> Map<String, T> choices(Map.Entry<String, T>... inOrder) {
        Map<String, T> choices = new LinkedHashMap<>();
        for (Map.Entry<String, T> choice : inOrder) {
            choices.put(choice.getKey(), choice.getValue());
        }
        return choices;
    }

    /**
     * @param previous revision before this one, whose sensors keep their parameter
     */
    StationReader(@Nullable Catalogue previous) {
        this.previous = previous;
    }

    /** A sensor's neighbour by name, to be looked up once all stations are read. */
    private record NamedNeighbour(
            Field<String> field,
            String sensorId,
            String stationId,
            @Nullable Parameter parameter,
            VerticalDatum datum) {}

    List<Station> stations(Section file) {
        List<Station> stations = file.listOfSome("stations", "station", this::station);
        checkNeighbours(stations);
        return stations;
    }

    private void checkNeighbours(List<Station> stations) {
        Map<String, Station> stationOf = new HashMap<>();
        Map<String, Sensor> sensorById = new HashMap<>();
        for (Station station : stations) {
            for (Sensor sensor : station.sensors()) {
                stationOf.put(sensor.id(), station);
                sensorById.put(sensor.id(), sensor);
            }
        }
        for (NamedNeighbour named : namedNeighbours) {
            String id = named.field.or("");
            Sensor neighbour = sensorById.get(id);
            Station station = stationOf.get(id);
            if (neighbour == null || station == null) {
                named.field.fault("found " + named.field.written() + ", which is no sensor of this file"
                        + Nearest.hint(id, sensorById.keySet()));
            } else if (station.id().equals(named.stationId)) {
                named.field.fault("found " + named.field.written() + ", a sensor of the same station as "
                        + named.sensorId + ": should be one of another station, which another fault spares");
            } else if (named.parameter != null && neighbour.parameter() != named.parameter) {
                named.field.fault("found " + named.field.written() + ", which measures "
                        + written(neighbour.parameter()) + ": should measure " + written(named.parameter) + ", as "
                        + named.sensorId + " does");
            } else if (neighbour.parameter() == Parameter.LEVEL
                    && !station.datum().equals(named.datum)) {
                named.field.fault("found " + named.field.written() + ", whose levels are in " + station.datum()
                        + ", but those of " + named.sensorId + " are in " + named.datum
                        + ": heights in unlike datums are never compared");
            }
        }
    }

    private static String written(Parameter parameter) {
        return parameter.name().toLowerCase(Locale.ROOT);
    }

    private Station station(Section at) {
        Field<String> id = at.id("id");
        String stationId = id.required("an id such as ASS-HAVN", "");
        refuseSecond(id, lineOfStation, "station");
        String name = at.text("name").required("the name people know the station by", stationId);
        Field<Double> lon = at.number("lon");
        Field<Double> lat = at.number("lat");
        double lonDegrees = lon.check(x -> Math.abs(x) <= 180, "degrees east, -180 to 180")
                .required("degrees east (WGS 84) such as 9.89", Double.NaN);
        double latDegrees = lat.check(y -> Math.abs(y) <= 90, "degrees north, -90 to 90")
                .required("degrees north (WGS 84) such as 55.27", Double.NaN);
        if (liesInDenmark(latDegrees, lonDegrees)) {
            lon.fault(lon.named() + " and " + lat.named() + " look swapped: lon is degrees east, lat degrees north");
        }
        Field<String> datum = at.text("datum").check(named -> !named.isBlank(), A_DATUM);
        VerticalDatum vertical = datum.isGood() ? new VerticalDatum(datum.or("")) : VerticalDatum.NONE;
        if (datum.isGood() && !KNOWN_DATUMS.contains(vertical.name())) {
            datum.warn("found " + datum.written() + ", which is no datum known here"
                    + Nearest.hint(vertical.name(), KNOWN_DATUMS)
                    + "; it is kept as a name and combined with no other");
        }
        List<GaugeZero> zeros = gaugeZeros(at);
        String source = at.text("source").or("");
        String area = at.id("area").or("");
        List<Station.Corner> alertArea = alertArea(at);
        SensorReader sensorReader = new SensorReader(stationId, name, vertical, zeros);
        List<Sensor> sensors = at.listOfSome("sensors", "sensor", sensorReader::sensor);
        if (sensors.stream().anyMatch(sensor -> sensor.parameter() == Parameter.LEVEL)) {
            datum.required(A_DATUM, "");
            if (!at.has("gaugeZero")) {
                at.missing("gaugeZero", "where the gauge's own zero lies in the datum, metres, such as 0.00");
            }
        }
        RedundantReader redundant = new RedundantReader(stationId, sensors, lineOfSensor);
        List<Redundant> groups = redundant.groups(at);
        return new Station(
                stationId,
                name,
                lonDegrees,
                latDegrees,
                vertical,
                zeros,
                source,
                redundant.sensors(),
                groups,
                alertArea,
                area);
    }

    private static List<Station.Corner> alertArea(Section at) {
        List<Station.Corner> corners = at.list("alertArea", corner -> {
            Field<Double> lon = corner.number("lon").check(x -> Math.abs(x) <= 180, "degrees east, -180 to 180");
            Field<Double> lat = corner.number("lat").check(y -> Math.abs(y) <= 90, "degrees north, -90 to 90");
            return new Station.Corner(
                    lon.required("degrees east (WGS 84) such as 9.89", Double.NaN),
                    lat.required("degrees north (WGS 84) such as 55.27", Double.NaN));
        });
        if (corners.stream().anyMatch(corner -> Double.isNaN(corner.lon() + corner.lat()))) {
            return List.of();
        }
        if (at.has("alertArea") && (corners.size() < 3 || corners.size() > MOST_CORNERS)) {
            at.fault(
                    "alertArea",
                    "found " + corners.size() + " corners, should be 3 to " + MOST_CORNERS
                            + ", in order around the area; the last is joined to the first");
            return List.of();
        }
        String crossing = Outline.crossing(corners);
        if (crossing != null) {
            at.fault("alertArea", crossing);
        }
        return corners;
    }

    private static boolean liesInDenmark(double lon, double lat) {
        return lon >= 7 && lon <= 16 && lat >= 54 && lat <= 58.5;
    }

    private static void refuseSecond(Field<String> id, Map<String, Integer> lineOf, String thing) {
        String value = id.orNull();
        if (value != null) {
            Integer line = lineOf.putIfAbsent(value, id.line());
            if (line != null) {
                id.fault(id.named() + " is the id of another " + thing + ", in line " + line + ": ids are unique");
            }
        }
    }

    private static List<GaugeZero> gaugeZeros(Section at) {
        if (!at.hasList("gaugeZero")) {
            Double zero = at.number("gaugeZero").orNull();
            return zero == null ? List.of() : List.of(new GaugeZero(Long.MIN_VALUE, zero, ""));
        }
        long[] before = {Long.MIN_VALUE};
        boolean[] first = {true};
        return at.listOfSome("gaugeZero", "zero", entry -> {
            Field<Long> from = entry.instant("from");
            if (!first[0]) {
                from.check(ms -> ms > before[0], "later than the entry before it")
                        .required("the day it holds from", 0L);
            }
            first[0] = false;
            before[0] = from.or(before[0]);
            double zero = entry.number("zero").required("metres in the station's datum", Double.NaN);
            return new GaugeZero(
                    from.or(Long.MIN_VALUE), zero, entry.text("source").or(""));
        });
    }

    /** What the sensors of one station have in common. */
    private final class SensorReader {
        private final String stationId;
        private final String stationName;
        private final VerticalDatum datum;
        private final List<GaugeZero> zeros;

        SensorReader(String stationId, String stationName, VerticalDatum datum, List<GaugeZero> zeros) {
            this.stationId = stationId;
            this.stationName = stationName;
            this.datum = datum;
            this.zeros = zeros;
        }

        Sensor sensor(Section at) {
            Field<String> id = at.id("id");
            String sensorId = id.required("an id such as ASS-HAVN-W", "");
            refuseSecond(id, lineOfSensor, "sensor");
            Field<Parameter> measured = at.choice("parameter", PARAMETERS);
            measured.required("one of " + String.join(", ", PARAMETERS.keySet()), Parameter.LEVEL);
            Parameter parameter = measured.or(Parameter.LEVEL);
            refuseOtherParameter(id, measured);
            Unit unit = unit(at, measured);
            Field<Long> interval = at.duration("interval").check(ms -> ms >= 1_000 && ms <= 86_400_000L, "1s to 1d");
            long intervalMs = interval.required("how often it reports, such as 10min", 600_000L);
            RainGauge rain = rain(at, measured, unit, interval.isGood() ? intervalMs : 0);
            Field<Long> staleAfter = at.duration("staleAfter");
            long staleAfterMs = staleAfter.or(Math.max(intervalMs * 7 / 2, rain.heartbeatMs() * 3 / 2));
            if (interval.isGood() && staleAfterMs <= intervalMs) {
                staleAfter.fault(staleAfter.named() + " <= " + interval.named() + " for sensor " + sensorId
                        + ": staleAfter must be longer than interval, or the sensor is stale between its readings");
            }
            if (interval.isGood() && rain.heartbeatMs() > 0 && staleAfterMs <= rain.heartbeatMs()) {
                staleAfter.fault(staleAfter.named() + " is not longer than the heartbeat of sensor " + sensorId
                        + ": it would be stale in dry weather");
            }
            double resolution = at.number("resolution")
                    .check(step -> step > 0, "more than 0 " + parameter.unit())
                    .or(usualResolution(parameter));
            Text title = at.textForPeople("title", usualTitle(parameter));
            QualityReader qualityReader = new QualityReader(parameter, resolution);
            QualityLimits limits = at.section("quality", qualityReader::limits);
            Field<String> neighbour = qualityReader.neighbour();
            if (neighbour.isGood()) {
                namedNeighbours.add(new NamedNeighbour(neighbour, sensorId, stationId, measured.orNull(), datum));
            }
            double zeroM = zeros.isEmpty() ? Double.NaN : zeros.getLast().zeroM();
            Reference reference = reference(at, sensorId, measured, interval.isGood() ? intervalMs : 0);
            ThresholdReader reader = new ThresholdReader(
                    sensorId,
                    measured.orNull(),
                    interval.isGood() ? intervalMs : 0,
                    datum,
                    parameter == Parameter.LEVEL ? zeroM : 0,
                    limitsOfAnInterval(limits, rain, intervalMs),
                    reference.forecastErrors());
            return new Sensor(
                    sensorId,
                    stationId,
                    title,
                    parameter,
                    unit,
                    intervalMs,
                    staleAfterMs,
                    resolution,
                    limits,
                    reader.thresholds(at),
                    rain,
                    reference,
                    false);
        }

        private Reference reference(Section at, String sensorId, Field<Parameter> measured, long intervalMs) {
            refuseUnless(at, measured, Parameter.LEVEL, "tide", "returnLevels", "forecastErrors");
            refuseUnless(at, measured, Parameter.RAIN, "returnDepths");
            return new Reference(
                    at.sectionOrNull("tide", new TideReader(sensorId, datum)::tide),
                    at.sectionOrNull("returnLevels", table -> ReturnReader.levels(table, datum)),
                    at.sectionOrNull("returnDepths", ReturnReader::depths),
                    at.sectionOrNull("forecastErrors", new ForecastErrorsReader(intervalMs)::errors));
        }

        private static void refuseUnless(Section at, Field<Parameter> measured, Parameter right, String... keys) {
            for (String key : keys) {
                if (at.has(key) && measured.isGood() && measured.orNull() != right) {
                    at.fault(key, "goes with parameter: " + written(right) + " only");
                }
            }
        }

        private void refuseOtherParameter(Field<String> id, Field<Parameter> measured) {
            String sensorId = id.orNull();
            Parameter now = measured.orNull();
            if (previous == null || sensorId == null || now == null) {
                return;
            }
            int index = previous.sensorIndexEvenRetired(sensorId);
            if (index >= 0 && previous.sensor(index).parameter() != now) {
                measured.fault("found " + measured.written() + ", but sensor " + sensorId + " measured "
                        + previous.sensor(index).parameter().name().toLowerCase(Locale.ROOT)
                        + " until now: another measurement is another sensor and needs another id");
            }
        }

        private static Unit unit(Section at, Field<Parameter> measured) {
            Map<String, Unit> units = new LinkedHashMap<>();
            for (Unit unit : Unit.values()) {
                if (!measured.isGood() || unit.parameter() == measured.orNull()) {
                    units.putIfAbsent(unit.symbol(), unit);
                }
            }
            Map<String, String> others = new HashMap<>();
            for (Unit unit : Unit.values()) {
                others.put(
                        unit.symbol(),
                        "found " + unit.symbol() + ", which is no unit of " + measured.written() + ": should be one of "
                                + String.join(", ", units.keySet()));
            }
            Unit usual = units.values().iterator().next();
            return at.choice("unit", units, others).required("one of " + String.join(", ", units.keySet()), usual);
        }

        private static RainGauge rain(Section at, Field<Parameter> measured, Unit unit, long intervalMs) {
            if (at.has("rain") && measured.isGood() && measured.orNull() != Parameter.RAIN) {
                at.fault("rain", "goes with parameter: rain only");
            }
            return at.section("rain", rain -> {
                RainGauge usual = RainGauge.USUAL;
                Field<RainGauge.Input> inputField = rain.choice("input", INPUTS);
                RainGauge.Input input =
                        inputField.or(unit == Unit.MM_PER_HOUR ? RainGauge.Input.INTENSITY : RainGauge.Input.INCREMENT);
                boolean intensity = input == RainGauge.Input.INTENSITY;
                if (inputField.isGood()
                        && measured.orNull() == Parameter.RAIN
                        && intensity != (unit == Unit.MM_PER_HOUR)) {
                    inputField.fault("found " + inputField.written() + " with unit: " + unit.symbol() + ": should be "
                            + (intensity ? "unit: mm/h" : "intensity, or unit: mm"));
                }
                Field<Double> wrap = rain.number("wrap").check(most -> most > 0, "more than 0 mm");
                Field<RainGauge.Label> label = rain.choice("label", LABELS);
                if (input == RainGauge.Input.COUNTER) {
                    label.refuseIfWritten("a counter's reading has no interval: it shows what has fallen by then");
                } else {
                    wrap.refuseIfWritten("goes with input: counter only");
                }
                Field<RainGauge.Reports> reports = rain.choice("reports", REPORTS);
                boolean onTip = reports.or(usual.reports()) == RainGauge.Reports.ON_TIP;
                if (onTip && intensity) {
                    reports.fault("found onTip with an intensity: it holds until the next one, so silence is not dry");
                }
                Field<Long> heartbeat = rain.duration("heartbeat")
                        .check(ms -> ms >= intervalMs && ms <= 7 * 86_400_000L, "at least the interval, at most 7d");
                if (onTip) {
                    heartbeat.required("the longest silence of a gauge that is well and dry, such as 12h", 0L);
                } else {
                    heartbeat.refuseIfWritten("goes with reports: onTip only: silence of a periodic gauge is unknown");
                }
                double k = rain.number("antecedentK")
                        .check(share -> share > 0 && share < 1, "a share between 0 and 1")
                        .or(usual.antecedentK());
                return new RainGauge(
                        input,
                        wrap.or(Double.NaN),
                        label.or(usual.label()),
                        reports.or(usual.reports()),
                        onTip ? heartbeat.or(0L) : 0,
                        k);
            });
        }

        /** What the limits of a rain gauge's values mean for the rain of one interval: a counter's say nothing about it. */
        private static QualityLimits limitsOfAnInterval(QualityLimits limits, RainGauge rain, long intervalMs) {
            double share = switch (rain.input()) {
                case INCREMENT -> 1;
                case COUNTER -> Double.NaN;
                case INTENSITY -> intervalMs / 3_600_000.0;
            };
            return rain.input() == RainGauge.Input.INCREMENT
                    ? limits
                    : new QualityLimits(
                            limits.sensorMin() * share,
                            limits.sensorMax() * share,
                            limits.userMin() * share,
                            limits.userMax() * share,
                            limits.spikeSuspect(),
                            limits.spikeFail(),
                            limits.rateOfChangePerHour());
        }

        private static double usualResolution(Parameter parameter) {
            return switch (parameter) {
                case LEVEL, BATTERY -> 0.01;
                case RAIN -> 0.1;
                case SIGNAL -> 1;
            };
        }

        private static Text usualTitle(Parameter parameter) {
            return switch (parameter) {
                case LEVEL -> new Text("Vandstand", "Water level");
                case RAIN -> new Text("Nedbør", "Rainfall");
                case BATTERY -> new Text("Batteri", "Battery");
                case SIGNAL -> new Text("Signalstyrke", "Signal strength");
            };
        }
    }
}

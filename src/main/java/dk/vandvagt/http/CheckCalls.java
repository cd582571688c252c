package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Unit;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Staff gauges read beside sensors: recorded, and listed with what came of them. */
final class CheckCalls {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST_LIMIT = 1000;

    private final LayerBoard board;
    private final Checks checks;

    CheckCalls(LayerBoard board, Checks checks) {
        this.board = board;
        this.checks = checks;
    }

    void record(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json");
        parameters.end();
        Catalogue catalogue = board.layers().live().catalogue();
        Sensor sensor = levelSensor(request, catalogue);
        CallBody body = CallBody.of(request, "observedAt", "value", "unit", "datum");
        String by = body.by();
        String note = body.note();
        long nowMs = board.nowMs();
        long observedAtMs = body.pastMs("observedAt", nowMs);
        String symbol = body.text("unit", 10);
        Unit unit = symbol.isEmpty() ? sensor.unit() : sensor.unitOf(symbol);
        if (unit == null) {
            throw Problem.badMember("unit", symbol, "m, cm or mm");
        }
        String datum = body.text("datum", 20);
        String ofStation = datum(catalogue, sensor);
        if (!datum.isEmpty() && !datum.equals(ofStation)) {
            throw Problem.badMember(
                    "datum", datum, ofStation + ", which the station's levels are in: unlike heights are not combined");
        }
        double levelM = unit.keep(body.number("value"));
        Judging.StaffGauge gauge = catalogue.judging().staffGauge();
        answer(
                request,
                checks.add(sensor.id(), observedAtMs, levelM, by, note, nowMs)
                        .thenCombine(checks.of(sensor.id()), (added, before) -> {
                            List<Checks.Checked> all = new ArrayList<>(before);
                            all.removeIf(each ->
                                    each.check().number() == added.check().number());
                            all.add(added);
                            return all;
                        }),
                all -> Answers.send(request, 201, Answers.JSON, Answers.json(json -> {
                    List<Checks.Checked> ordered = ordered(all);
                    json.open();
                    write(json, all.getLast(), ordered, gauge);
                    json.close();
                })));
    }

    void list(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        int limit = parameters.limit(USUAL_LIMIT, MOST_LIMIT);
        parameters.format("json");
        parameters.end();
        Catalogue catalogue = board.layers().live().catalogue();
        Sensor sensor = levelSensor(request, catalogue);
        Judging.StaffGauge gauge = catalogue.judging().staffGauge();
        answer(
                request,
                checks.of(sensor.id()),
                all -> Answers.send(request, json -> {
                    List<Checks.Checked> ordered = ordered(all);
                    json.open()
                            .text("sensorId", sensor.id())
                            .text("stationId", sensor.stationId())
                            .text("datum", datum(catalogue, sensor))
                            .text("unit", sensor.keptUnit())
                            .number("tolerance", gauge.toleranceM())
                            .whole("spanMs", gauge.spanMs())
                            .whole("numberMatched", ordered.size())
                            .openList("checks");
                    ordered.reversed().stream().limit(limit).forEach(each -> {
                        json.open();
                        write(json, each, ordered, gauge);
                        json.close();
                    });
                    json.closeList().close();
                }));
    }

    private interface Then {
        void take(List<Checks.Checked> all);
    }

    private void answer(
            RoutingContext request, java.util.concurrent.CompletionStage<List<Checks.Checked>> asked, Then then) {
        Future.fromCompletionStage(asked, board.context())
                .map(all -> {
                    then.take(all);
                    return all;
                })
                .onFailure(failure -> request.fail(Answers.away("the checks", failure)));
    }

    private static Sensor levelSensor(RoutingContext request, Catalogue catalogue) {
        String sensorId = String.valueOf(request.pathParam("sensorId"));
        int index = catalogue.sensorIndex(sensorId);
        if (index < 0) {
            throw Problem.notFound("sensorId", sensorId, "the id of a feature in /collections/observations/items");
        }
        Sensor sensor = catalogue.sensor(index);
        if (sensor.parameter() != Parameter.LEVEL) {
            throw Problem.wrong(
                    409, "no-staff-gauge", "It has no staff gauge", "sensorId", sensorId, "a sensor of water level");
        }
        return sensor;
    }

    private static String datum(Catalogue catalogue, Sensor sensor) {
        Station station = catalogue.station(sensor.stationId());
        return station == null ? "" : station.datum().name();
    }

    /** By when the staff gauge was read. */
    private static List<Checks.Checked> ordered(List<Checks.Checked> all) {
        return all.stream()
                .sorted(Comparator.comparingLong(
                                (Checks.Checked each) -> each.check().observedAtMs())
                        .thenComparingLong(each -> each.check().number()))
                .toList();
    }

    private static void write(
            FlatJson json, Checks.Checked each, List<Checks.Checked> ordered, Judging.StaffGauge gauge) {
        GaugeCheck check = each.check();
        GaugeOffset offset = each.offset();
        json.whole("number", check.number())
                .text("sensorId", check.sensorId())
                .instant("observedAt", check.observedAtMs())
                .number("level", FlatJson.derived(check.levelM()))
                .text("how", offset == null ? "waiting" : how(offset, each.settled()))
                .number("recorded", offset == null ? Double.NaN : FlatJson.derived(offset.recordedM()))
                .instant("readingAt", offset == null ? 0 : offset.readingAtMs())
                .number("offset", offset == null ? Double.NaN : FlatJson.derived(offset.offsetM()))
                .number("drift", drift(each, ordered))
                .truth("beyondTolerance", offset != null && offset.isBeyond(gauge.toleranceM()))
                .truth("final", each.settled())
                .text("by", check.by())
                .text("note", check.note())
                .instant("recordedAt", check.recordedAtMs());
    }

    /** None found yet is not none there. */
    private static String how(GaugeOffset offset, boolean settled) {
        return offset.how() == GaugeOffset.How.MISSING && !settled
                ? "waiting"
                : offset.how().name().toLowerCase(Locale.ROOT);
    }

    /** What has come on top since the check before; NaN where either says nothing. */
    private static double drift(Checks.Checked of, List<Checks.Checked> ordered) {
        double before = Double.NaN;
        for (Checks.Checked each : ordered) {
            @Nullable GaugeOffset offset = each.offset();
            double now = offset == null ? Double.NaN : offset.offsetM();
            if (each.check().number() == of.check().number()) {
                return FlatJson.derived(now - before);
            }
            if (!Double.isNaN(now)) {
                before = now;
            }
        }
        return Double.NaN;
    }
}

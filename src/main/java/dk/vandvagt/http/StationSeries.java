package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;

/** A station's series as columns, with the thresholds it is judged by. */
final class StationSeries {
    private final LayerBoard board;
    private final Past past;

    StationSeries(LayerBoard board, Past past) {
        this.board = board;
        this.past = past;
    }

    private record SensorSeries(Sensor sensor, Past.Series rows) {}

    void answer(RoutingContext request) {
        SeriesQuery query = SeriesQuery.of(Parameters.of(request), board.nowMs());
        if (query.asOfMs() == Past.SeriesRequest.PRESENT) {
            answer(request, query, board.layers().live());
        } else {
            board.knownAt(query.asOfMs(), past)
                    .recover(failure -> Future.failedFuture(Answers.away("what was known then", failure)))
                    .map(then -> {
                        answer(request, query, then);
                        return then;
                    })
                    .onFailure(request::fail);
        }
    }

    /** @param live now, or as it was known then: its settings say what station and thresholds there are */
    private void answer(RoutingContext request, SeriesQuery query, LiveState live) {
        Catalogue catalogue = live.catalogue();
        String stationId = String.valueOf(request.pathParam("stationId"));
        Station station = catalogue.station(stationId);
        if (station == null) {
            throw Problem.notFound("stationId", stationId, "the id of a feature in /collections/stations/items");
        }
        List<Sensor> sensors = wanted(station, query);
        List<Future<SensorSeries>> asked = sensors.stream()
                .map(sensor -> Future.fromCompletionStage(past.series(new Past.SeriesRequest(
                                sensor.id(),
                                query.fromMs(),
                                query.toMs(),
                                query.stepMs(),
                                // one more than is served tells whether there is more
                                SeriesQuery.MOST_ROWS + 1,
                                query.asOfMs())))
                        .map(rows -> new SensorSeries(sensor, rows)))
                .toList();
        Future.all(asked)
                .compose(all -> board.offLoop(
                        () -> Answers.json(json -> write(json, live, station, query, all.<SensorSeries>list()))))
                .onSuccess(body -> {
                    request.response().putHeader("Cache-Control", "no-cache");
                    Answers.send(request, 200, Answers.JSON, body);
                })
                .onFailure(failure -> request.fail(Answers.away("the stored series", failure)));
    }

    private static List<Sensor> wanted(Station station, SeriesQuery query) {
        List<Sensor> sensors = station.sensors();
        if (query.sensorId() != null) {
            sensors = sensors.stream()
                    .filter(sensor -> sensor.id().equals(query.sensorId()))
                    .toList();
            if (sensors.isEmpty()) {
                String has = String.join(
                        ", ", station.sensors().stream().map(Sensor::id).toList());
                throw Problem.badParameter("sensor", query.sensorId(), "one of " + has);
            }
        }
        if (query.parameter() != null) {
            return sensors.stream()
                    .filter(sensor -> sensor.parameter() == query.parameter())
                    .toList();
        }
        return query.sensorId() != null
                ? sensors
                : sensors.stream()
                        .filter(sensor -> sensor.parameter() == Parameter.LEVEL || sensor.parameter() == Parameter.RAIN)
                        .toList();
    }

    private static void write(
            FlatJson json, LiveState live, Station station, SeriesQuery query, List<SensorSeries> all) {
        json.open()
                .text("stationId", station.id())
                .text("name", station.name())
                .text("datum", station.datum().name())
                .text("runId", live.runId())
                .whole("clockMs", live.clockMs())
                .whole("fromMs", query.fromMs())
                .whole("toMs", query.toMs())
                .whole("stepMs", query.stepMs())
                .openList("series");
        for (SensorSeries series : all) {
            writeSeries(json, station, series);
        }
        json.closeList().openList("thresholds");
        for (SensorSeries series : all) {
            int sensorIndex = live.catalogue().sensorIndex(series.sensor.id());
            live.catalogue()
                    .rules(sensorIndex)
                    .forEach(rule -> rule.rungs().forEach(rung -> writeThreshold(json, series.sensor, rule, rung)));
        }
        json.closeList().close();
    }

    /**
     * A level is the kept stage plus the gauge zero of its own time, in the station's datum; rain is the bucket's sum, of a counter its highest
     * reading, of intensities their mean.
     */
    private static void writeSeries(FlatJson json, Station station, SensorSeries series) {
        Past.Series rows = series.rows;
        boolean level = series.sensor.parameter() == Parameter.LEVEL;
        boolean rain = series.sensor.parameter() == Parameter.RAIN;
        int n = Math.min(rows.atMs().length, SeriesQuery.MOST_ROWS);
        double[] zeroM = new double[n];
        double[] value = new double[n];
        for (int i = 0; i < n; i++) {
            zeroM[i] = level ? station.gaugeZeroM(rows.atMs()[i]) : 0;
            double mean = rows.sum()[i] / rows.count()[i] + zeroM[i];
            value[i] = !rain
                    ? mean
                    : switch (series.sensor.rain().input()) {
                        case INCREMENT -> rows.sum()[i];
                        case COUNTER -> rows.max()[i];
                        case INTENSITY -> mean;
                    };
        }
        json.open()
                .text("sensorId", series.sensor.id())
                .text("titleDa", series.sensor.title().da())
                .text("titleEn", series.sensor.title().en())
                .text("parameter", series.sensor.parameter().name().toLowerCase(Locale.ROOT))
                .text("unit", series.sensor.keptUnit())
                .text("datum", level ? station.datum().name() : null)
                .truth("truncated", rows.atMs().length > n)
                .whole("stepMs", rows.stepMs())
                .open("columns");
        json.openList("atMs");
        for (int i = 0; i < n; i++) {
            json.element(rows.atMs()[i]);
        }
        json.closeList().openList("value");
        for (int i = 0; i < n; i++) {
            json.element(FlatJson.derived(value[i]));
        }
        json.closeList().openList("flag");
        for (int i = 0; i < n; i++) {
            json.element((long) rows.worstFlag()[i]);
        }
        json.closeList();
        if (rows.test().length > 0) {
            json.openList("test");
            for (int i = 0; i < n; i++) {
                json.element(QualityTest.ofCode(rows.test()[i]).tag());
            }
            json.closeList();
        }
        if (rows.stepMs() > 0) {
            json.openList("min");
            for (int i = 0; i < n; i++) {
                json.element(FlatJson.derived(rows.min()[i] + zeroM[i]));
            }
            json.closeList().openList("max");
            for (int i = 0; i < n; i++) {
                json.element(FlatJson.derived(rows.max()[i] + zeroM[i]));
            }
            json.closeList().openList("count");
            for (int i = 0; i < n; i++) {
                json.element((long) rows.count()[i]);
            }
            json.closeList();
        }
        json.close().close();
    }

    private static void writeThreshold(FlatJson json, Sensor sensor, Rule rule, Threshold rung) {
        json.open()
                .text("ruleId", rule.id())
                .text("sensorId", sensor.id())
                .text("name", rung.name())
                .text("titleDa", rung.title().da())
                .text("titleEn", rung.title().en())
                .whole("severity", rung.severity())
                .text("kind", rung.kind().name().toLowerCase(Locale.ROOT))
                .text("direction", rung.direction().name().toLowerCase(Locale.ROOT))
                .text("comparison", rung.comparison().name().toLowerCase(Locale.ROOT))
                .number("raiseAt", rung.raiseAt())
                .number("clearBelow", rung.clearBelow())
                .text("unit", rung.kind().unit(sensor.parameter()))
                .text(
                        "datum",
                        rung.datum().isNone() || !rung.kind().hasDatum()
                                ? null
                                : rung.datum().name())
                .whole("windowMs", rung.windowMs())
                .text("source", rung.source())
                .truth("verified", rung.verified())
                .text("actionDa", rung.action().da())
                .text("actionEn", rung.action().en())
                .close();
    }
}

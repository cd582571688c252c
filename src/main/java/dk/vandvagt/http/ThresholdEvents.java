package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import dk.vandvagt.station.Station;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The threshold-event log: when each threshold was exceeded, how far and for how long, and what that comes to. A document for whoever has to
 * prove a flood; as JSON, GeoJSON and CSV.
 */
final class ThresholdEvents {
    private static final String LOG = "the threshold-event log";

    private final LayerBoard board;
    private final Past past;

    ThresholdEvents(LayerBoard board, Past past) {
        this.board = board;
        this.past = past;
    }

    void list(RoutingContext request) {
        ThresholdEventsQuery query = ThresholdEventsQuery.ofEvents(Parameters.of(request), board.nowMs());
        refuseUnknownStation(query.stationId());
        Future.fromCompletionStage(past.exceedances(query.request()), board.context())
                .onFailure(failure -> request.fail(Answers.away(LOG, failure)))
                .onSuccess(found -> {
                    List<Exceedance> page = found.subList(0, Math.min(query.limit(), found.size()));
                    boolean truncated = found.size() > page.size();
                    switch (query.form()) {
                        case JSON -> send(request, Answers.JSON, json(query, page, truncated));
                        case GEOJSON -> send(request, Answers.GEOJSON, geoJson(query, page, truncated));
                        case CSV -> sendTable(request, "threshold-events.csv", csv(page));
                    }
                });
    }

    void statistics(RoutingContext request) {
        long nowMs = board.nowMs();
        ThresholdEventsQuery query = ThresholdEventsQuery.ofStatistics(Parameters.of(request), nowMs);
        refuseUnknownStation(query.stationId());
        Future.fromCompletionStage(past.exceedanceStatistics(query.request(), nowMs), board.context())
                .onFailure(failure -> request.fail(Answers.away(LOG, failure)))
                .onSuccess(found -> {
                    if (query.form() == ThresholdEventsQuery.Form.CSV) {
                        sendTable(request, "threshold-statistics.csv", csvOfStatistics(found));
                    } else {
                        send(request, Answers.JSON, jsonOfStatistics(query, found));
                    }
                });
    }

    private void refuseUnknownStation(@Nullable String stationId) {
        if (stationId != null && station(stationId) == null) {
            throw Problem.badParameter("station", stationId, "the id of a feature in /collections/stations/items");
        }
    }

    private @Nullable Station station(String stationId) {
        return board.layers().live().catalogue().station(stationId);
    }

    private static void send(RoutingContext request, String mediaType, Buffer body) {
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        Answers.send(request, 200, mediaType, body);
    }

    private static void sendTable(RoutingContext request, String fileName, CsvText table) {
        request.response().putHeader("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
        send(request, CsvText.MEDIA_TYPE, table.buffer());
    }

    private static Buffer json(ThresholdEventsQuery query, List<Exceedance> page, boolean truncated) {
        return Answers.json(json -> {
            json.open()
                    .instant("from", query.fromMs())
                    .instant("to", query.toMs())
                    .whole("numberReturned", page.size())
                    .truth("truncated", truncated)
                    .openList("events");
            for (Exceedance event : page) {
                json.open();
                write(json, event);
                json.close();
            }
            json.closeList().close();
        });
    }

    /** A station that the settings no longer have has no position. */
    private Buffer geoJson(ThresholdEventsQuery query, List<Exceedance> page, boolean truncated) {
        return Answers.json(json -> {
            json.open()
                    .text("type", "FeatureCollection")
                    .instant("from", query.fromMs())
                    .instant("to", query.toMs())
                    .whole("numberReturned", page.size())
                    .truth("truncated", truncated)
                    .openList("features");
            for (Exceedance event : page) {
                json.open()
                        .text("type", "Feature")
                        .text("id", event.ruleId() + "/" + event.threshold() + "/" + event.beganAtMs());
                Station station = station(event.stationId());
                if (station == null) {
                    json.nothing("geometry");
                } else {
                    json.open("geometry")
                            .text("type", "Point")
                            .openList("coordinates")
                            .element(station.lon())
                            .element(station.lat())
                            .closeList()
                            .close();
                }
                json.open("properties");
                write(json, event);
                json.close().close();
            }
            json.closeList().close();
        });
    }

    private static void write(FlatJson json, Exceedance event) {
        json.text("runId", event.runId())
                .text("ruleId", event.ruleId())
                .text("threshold", event.threshold())
                .text("stationId", event.stationId())
                .text("sensorId", event.sensorId())
                .whole("severity", event.severity())
                .number("raiseAt", event.raiseAt())
                .number("clearBelow", event.clearBelow())
                .text("unit", event.unit())
                .text("datum", orNull(event.datum()))
                .instant("beganAt", event.beganAtMs())
                .instant("endedAt", event.endedAtMs());
        if (event.endedAtMs() == 0) {
            json.nothing("durationMs");
        } else {
            json.whole("durationMs", event.endedAtMs() - event.beganAtMs());
        }
        json.number("peak", FlatJson.derived(event.peak()))
                .instant("peakAt", event.peakAtMs())
                .whole("worstFlag", event.worstFlag())
                .truth("falseRaise", isFalse(event))
                .truth("late", event.late())
                .truth("possible", event.possible())
                .truth("outOfService", event.outOfService());
    }

    private CsvText csv(List<Exceedance> page) {
        CsvText table = new CsvText(
                "stationId",
                "stationName",
                "sensorId",
                "ruleId",
                "threshold",
                "severity",
                "raiseAt",
                "clearBelow",
                "unit",
                "datum",
                "beganAt",
                "endedAt",
                "durationMs",
                "peak",
                "peakAt",
                "worstFlag",
                "falseRaise",
                "late",
                "possible",
                "outOfService",
                "runId");
        for (Exceedance event : page) {
            Station station = station(event.stationId());
            table.text(event.stationId())
                    .text(station == null ? null : station.name())
                    .text(event.sensorId())
                    .text(event.ruleId())
                    .text(event.threshold())
                    .whole(event.severity())
                    .number(event.raiseAt())
                    .number(event.clearBelow())
                    .text(event.unit())
                    .text(event.datum())
                    .instant(event.beganAtMs())
                    .instant(event.endedAtMs());
            if (event.endedAtMs() == 0) {
                table.nothing();
            } else {
                table.whole(event.endedAtMs() - event.beganAtMs());
            }
            table.number(FlatJson.derived(event.peak()))
                    .instant(event.peakAtMs())
                    .whole(event.worstFlag())
                    .truth(isFalse(event))
                    .truth(event.late())
                    .truth(event.possible())
                    .truth(event.outOfService())
                    .text(event.runId())
                    .end();
        }
        return table;
    }

    /** The reading it rested on failed its quality control afterwards. */
    private static boolean isFalse(Exceedance event) {
        return event.worstFlag() == Flag.FAIL;
    }

    private static Buffer jsonOfStatistics(ThresholdEventsQuery query, List<ExceedanceStatistics> all) {
        return Answers.json(json -> {
            json.open()
                    .instant("from", query.fromMs())
                    .instant("to", query.toMs())
                    .openList("thresholds");
            for (ExceedanceStatistics each : all) {
                json.open()
                        .text("stationId", each.stationId())
                        .text("ruleId", each.ruleId())
                        .text("threshold", each.threshold())
                        .whole("severity", each.severity())
                        .text("unit", each.unit())
                        .text("datum", orNull(each.datum()))
                        .whole("count", each.count())
                        .whole("lasting", each.lasting())
                        .whole("falseRaises", each.falseRaises())
                        .whole("totalDurationMs", each.totalMs())
                        .whole("longestDurationMs", each.longestMs())
                        .number("peak", FlatJson.derived(each.peak()))
                        .instant("peakAt", each.peakAtMs())
                        .instant("firstBeganAt", each.firstBeganAtMs())
                        .instant("lastBeganAt", each.lastBeganAtMs())
                        .close();
            }
            json.closeList().close();
        });
    }

    private static CsvText csvOfStatistics(List<ExceedanceStatistics> all) {
        CsvText table = new CsvText(
                "stationId",
                "ruleId",
                "threshold",
                "severity",
                "unit",
                "datum",
                "count",
                "lasting",
                "falseRaises",
                "totalDurationMs",
                "longestDurationMs",
                "peak",
                "peakAt",
                "firstBeganAt",
                "lastBeganAt");
        for (ExceedanceStatistics each : all) {
            table.text(each.stationId())
                    .text(each.ruleId())
                    .text(each.threshold())
                    .whole(each.severity())
                    .text(each.unit())
                    .text(each.datum())
                    .whole(each.count())
                    .whole(each.lasting())
                    .whole(each.falseRaises())
                    .whole(each.totalMs())
                    .whole(each.longestMs())
                    .number(FlatJson.derived(each.peak()))
                    .instant(each.peakAtMs())
                    .instant(each.firstBeganAtMs())
                    .instant(each.lastBeganAtMs())
                    .end();
        }
        return table;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}

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
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The threshold-event log: when each threshold was exceeded, how far and for how long, and what that comes to. A document for whoever has to
 * prove a flood; as JSON, GeoJSON and CSV.
 */
final class ThresholdEvents {
    private static final String LOG = "the threshold-event log";

    /**
     * One member of the JSON, one column of the table.
     *
     * @param of a text, a number, a truth, an {@link Instant}, or null for none
     */
    record Column<T>(String name, Function<T, @Nullable Object> of) {}

    /** @param stationName null for a station that the settings no longer have */
    static List<Column<Exceedance>> columns(Function<String, @Nullable String> stationName) {
        return List.of(
                new Column<>("stationId", Exceedance::stationId),
                new Column<>("stationName", event -> stationName.apply(event.stationId())),
                new Column<>("sensorId", Exceedance::sensorId),
                new Column<>("ruleId", Exceedance::ruleId),
                new Column<>("threshold", Exceedance::threshold),
                new Column<>("severity", Exceedance::severity),
                new Column<>("raiseAt", Exceedance::raiseAt),
                new Column<>("clearBelow", Exceedance::clearBelow),
                new Column<>("unit", Exceedance::unit),
                new Column<>("datum", event -> orNull(event.datum())),
                new Column<>("beganAt", event -> instant(event.beganAtMs())),
                new Column<>("endedAt", event -> instant(event.endedAtMs())),
                new Column<>(
                        "durationMs", event -> event.endedAtMs() == 0 ? null : event.endedAtMs() - event.beganAtMs()),
                new Column<>("peak", event -> FlatJson.derived(event.peak())),
                new Column<>("peakAt", event -> instant(event.peakAtMs())),
                new Column<>("worstFlag", Exceedance::worstFlag),
                // the reading it rested on failed its quality control afterwards
                new Column<>("falseRaise", event -> event.worstFlag() == Flag.FAIL),
                new Column<>("late", Exceedance::late),
                new Column<>("possible", Exceedance::possible),
                new Column<>("outOfService", Exceedance::outOfService));
    }

    private final List<Column<Exceedance>> events = Stream.concat(
                    columns(this::stationName).stream(), Stream.of(new Column<>("runId", Exceedance::runId)))
            .toList();

    private static final List<Column<ExceedanceStatistics>> STATISTICS = List.of(
            new Column<>("stationId", ExceedanceStatistics::stationId),
            new Column<>("ruleId", ExceedanceStatistics::ruleId),
            new Column<>("threshold", ExceedanceStatistics::threshold),
            new Column<>("severity", ExceedanceStatistics::severity),
            new Column<>("unit", ExceedanceStatistics::unit),
            new Column<>("datum", each -> orNull(each.datum())),
            new Column<>("count", ExceedanceStatistics::count),
            new Column<>("lasting", ExceedanceStatistics::lasting),
            new Column<>("falseRaises", ExceedanceStatistics::falseRaises),
            new Column<>("totalDurationMs", ExceedanceStatistics::totalMs),
            new Column<>("longestDurationMs", ExceedanceStatistics::longestMs),
            new Column<>("peak", each -> FlatJson.derived(each.peak())),
            new Column<>("peakAt", each -> instant(each.peakAtMs())),
            new Column<>("firstBeganAt", each -> instant(each.firstBeganAtMs())),
            new Column<>("lastBeganAt", each -> instant(each.lastBeganAtMs())));

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
                        case CSV -> sendTable(request, "threshold-events.csv", table(events, page));
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
                        sendTable(request, "threshold-statistics.csv", table(STATISTICS, found));
                    } else {
                        send(request, Answers.JSON, statisticsJson(query, found));
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

    private Buffer json(ThresholdEventsQuery query, List<Exceedance> page, boolean truncated) {
        return Answers.json(json -> {
            json.open()
                    .instant("from", query.fromMs())
                    .instant("to", query.toMs())
                    .whole("numberReturned", page.size())
                    .truth("truncated", truncated)
                    .openList("events");
            page.forEach(event -> write(json.open(), events, event).close());
            json.closeList().close();
        });
    }

    /** The same for as long as it is the same exceedance. */
    static String id(Exceedance event) {
        return event.ruleId() + ":" + event.threshold() + ":" + event.beganAtMs();
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
                json.open().text("type", "Feature").text("id", id(event));
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
                write(json.open("properties"), events, event).close().close();
            }
            json.closeList().close();
        });
    }

    private static Buffer statisticsJson(ThresholdEventsQuery query, List<ExceedanceStatistics> all) {
        return Answers.json(json -> {
            json.open()
                    .instant("from", query.fromMs())
                    .instant("to", query.toMs())
                    .openList("thresholds");
            all.forEach(each -> write(json.open(), STATISTICS, each).close());
            json.closeList().close();
        });
    }

    static <T> FlatJson write(FlatJson json, List<Column<T>> columns, T row) {
        for (Column<T> column : columns) {
            switch (column.of.apply(row)) {
                case null -> json.nothing(column.name);
                case Instant at -> json.instant(column.name, at.toEpochMilli());
                case Double number -> json.number(column.name, number);
                case Number whole -> json.whole(column.name, whole.longValue());
                case Boolean truth -> json.truth(column.name, truth);
                case Object text -> json.text(column.name, text.toString());
            }
        }
        return json;
    }

    private static <T> CsvText table(List<Column<T>> columns, List<T> rows) {
        CsvText table = new CsvText(columns.stream().map(Column::name).toArray(String[]::new));
        for (T row : rows) {
            for (Column<T> column : columns) {
                switch (column.of.apply(row)) {
                    case null -> table.nothing();
                    case Instant at -> table.instant(at.toEpochMilli());
                    case Double number -> table.number(number);
                    case Number whole -> table.whole(whole.longValue());
                    case Boolean truth -> table.truth(truth);
                    case Object text -> table.text(text.toString());
                }
            }
            table.end();
        }
        return table;
    }

    private @Nullable String stationName(String stationId) {
        Station station = station(stationId);
        return station == null ? null : station.name();
    }

    private static @Nullable Instant instant(long atMs) {
        return atMs == 0 ? null : Instant.ofEpochMilli(atMs);
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}

package dk.vandvagt.http;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.layer.AlertText;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Stamp;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Alerts for people: those that stand and those that were. */
final class Alerts {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);

    /** Standing ones before ended ones, the worst first, the newest first. */
    private static final Comparator<Alert> FOR_PEOPLE = Comparator.comparing((Alert alert) -> alert.endedAtMs() != 0)
            .thenComparing(alert -> -alert.endedAtMs())
            .thenComparing(alert -> -alert.last().severity())
            .thenComparing(alert -> -alert.raisedAtMs())
            .thenComparing(Alert::id);

    private final LayerBoard board;
    private final @Nullable Past past;

    /** @param past null where there is none: those that stand, and those that ended lately */
    Alerts(LayerBoard board, @Nullable Past past) {
        this.board = board;
        this.past = past;
    }

    /** With the store away the alerts that stand, and those that ended lately, are served all the same, and it is said. */
    void list(RoutingContext request) {
        AlertsQuery query = AlertsQuery.of(Parameters.of(request), past == null ? null : board.nowMs());
        LiveState live = board.layers().live();
        if (past != null && query.asOfMs() != Long.MAX_VALUE) {
            listAsKnown(request, query, live, past);
            return;
        }
        if (query.state() == AlertsQuery.Which.ACTIVE || past == null) {
            send(request, live, query, live.alerts(), past != null);
            return;
        }
        Future.fromCompletionStage(past.endedAlerts(query.ended(live.catalogue())), board.context())
                .onComplete(ended -> {
                    if (ended.failed()) {
                        LOG.debug("Past alerts are not available", ended.cause());
                    }
                    Map<String, Alert> known = new HashMap<>();
                    if (ended.succeeded()) {
                        ended.result().forEach(alert -> known.put(alert.id(), alert));
                    }
                    // the live copy is the newer one
                    live.alerts().forEach(alert -> known.put(alert.id(), alert));
                    send(request, live, query, known.values(), ended.succeeded());
                });
    }

    /** Those that stood then as they stood; those that had ended by then. What was shelved then is not told. */
    private void listAsKnown(RoutingContext request, AlertsQuery query, LiveState live, Past past) {
        Future<LiveState> known = board.knownAt(query.asOfMs(), past);
        Future<List<Alert>> ended = query.state() == AlertsQuery.Which.ACTIVE
                ? Future.succeededFuture(List.of())
                : Future.fromCompletionStage(past.endedAlerts(query.ended(live.catalogue())), board.context());
        Future.all(known, ended)
                .onSuccess(both -> {
                    Map<String, Alert> alerts = new HashMap<>();
                    ended.result().forEach(alert -> alerts.put(alert.id(), alert));
                    known.result().alerts().forEach(alert -> alerts.put(alert.id(), alert));
                    send(request, known.result(), query, alerts.values(), true);
                })
                .onFailure(failure -> request.fail(Answers.away("what was known then", failure)));
    }

    private void send(
            RoutingContext request,
            LiveState live,
            AlertsQuery query,
            Iterable<Alert> alerts,
            boolean historyAvailable) {
        List<Alert> picked = new ArrayList<>();
        for (Alert alert : alerts) {
            if (query.wants(alert, live.catalogue())) {
                picked.add(alert);
            }
        }
        picked.sort(FOR_PEOPLE);
        List<Alert> page = picked.subList(0, Math.min(query.limit(), picked.size()));
        Answers.send(request, json -> {
            json.open();
            Stamp.of(live).writeTo(json);
            json.whole("numberReturned", page.size())
                    .truth("historyAvailable", historyAvailable)
                    .openList("alerts");
            for (Alert alert : page) {
                json.open();
                AlertText.write(json, live.catalogue(), alert);
                json.close();
            }
            json.closeList();
            writePutAside(json, live);
            writeCalls(json, live);
            json.close();
        });
    }

    /** Whether anything stands there or not. */
    private static void writePutAside(FlatJson json, LiveState live) {
        json.openList("shelved");
        for (Shelving shelving : live.shelvings()) {
            json.open()
                    .text("ruleId", shelving.ruleId())
                    .whole("severity", shelving.severity())
                    .instant("since", shelving.atMs())
                    .instant("until", shelving.untilMs())
                    .text("by", shelving.by())
                    .text("note", shelving.note())
                    .close();
        }
        json.closeList().openList("outOfService");
        for (OutOfService sensor : live.outOfService()) {
            json.open()
                    .text("sensorId", sensor.sensorId())
                    .truth("maintenance", sensor.endsByItself())
                    .instant("since", sensor.atMs())
                    .instant("until", sensor.untilMs())
                    .text("by", sensor.by())
                    .text("note", sensor.note())
                    .close();
        }
        json.closeList();
    }

    private static void writeCalls(FlatJson json, LiveState live) {
        json.openList("operatorCalls");
        for (OperatorCall call : live.operatorCalls()) {
            json.open()
                    .text("kind", call.kind().name().toLowerCase(Locale.ROOT))
                    .text("stationId", call.stationId())
                    .text("sensorId", call.sensorId())
                    .text("ruleId", call.ruleId())
                    .text("threshold", call.threshold())
                    .instant("observedAt", call.observedAtMs())
                    .instant("first", call.firstAtMs())
                    .instant("last", call.lastAtMs())
                    .whole("times", call.times())
                    .close();
        }
        json.closeList();
    }
}

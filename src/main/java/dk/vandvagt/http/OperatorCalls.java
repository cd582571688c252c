package dk.vandvagt.http;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What an operator changes; the gate has let them in. */
final class OperatorCalls {
    /** What is to last longer is out of service, or a matter for the settings. */
    private static final Duration LONGEST_SHELVING = Duration.ofDays(7);

    private static final Duration LONGEST_MAINTENANCE = Duration.ofDays(31);

    private final LayerBoard board;
    private final Operator operator;

    OperatorCalls(LayerBoard board, Operator operator) {
        this.board = board;
        this.operator = operator;
    }

    /** Looks at a fresh copy, as all calls do: an alert may be acknowledged in the very second it was raised. */
    void acknowledge(RoutingContext request) {
        noParameters(request);
        CallBody body = CallBody.of(request, "severity");
        String alertId = String.valueOf(request.pathParam("alertId"));
        String by = body.by();
        String note = body.note();
        int seen = body.severity();
        call(
                request,
                live -> refuseIfWorse(refuseUnlessStanding(live, alertId), seen),
                () -> operator.acknowledge(alertId, by, note),
                json -> json.text("alertId", alertId).text("acknowledgedBy", by).text("note", note));
    }

    void shelve(RoutingContext request) {
        noParameters(request);
        CallBody body = CallBody.of(request, "until", "for");
        String ruleId = String.valueOf(request.pathParam("ruleId"));
        String by = body.by();
        String note = body.reason();
        long untilMs = body.untilMs(board.nowMs(), LONGEST_SHELVING.toMillis(), LONGEST_SHELVING.toDays() + " d");
        call(
                request,
                live -> {
                    refuseUnlessRule(live, ruleId);
                    refuseIfSpokenFor(live, ruleId);
                },
                () -> operator.shelve(ruleId, untilMs, by, note),
                json -> json.text("ruleId", ruleId)
                        .instant("shelvedUntil", untilMs)
                        .text("by", by)
                        .text("note", note));
    }

    void unshelve(RoutingContext request) {
        noParameters(request);
        CallBody body = CallBody.of(request);
        String ruleId = String.valueOf(request.pathParam("ruleId"));
        String by = body.by();
        String note = body.note();
        call(
                request,
                live -> {
                    refuseUnlessRule(live, ruleId);
                    if (live.shelvings().stream()
                            .noneMatch(each -> each.ruleId().equals(ruleId))) {
                        throw Problem.wrong(
                                409,
                                "not-shelved",
                                "The rule is not shelved",
                                "ruleId",
                                ruleId,
                                "a rule in the list shelved of /alerts");
                    }
                },
                () -> operator.unshelve(ruleId, by, note),
                json -> json.text("ruleId", ruleId).text("by", by).text("note", note));
    }

    void takeOutOfService(RoutingContext request) {
        CallBody body = service(request);
        service(request, body.by(), body.reason(), true);
    }

    void putInService(RoutingContext request) {
        CallBody body = service(request);
        service(request, body.by(), body.note(), false);
    }

    /** One sensor: longer, or until sooner, where it is maintained already. */
    void maintainSensor(RoutingContext request) {
        String sensorId = String.valueOf(request.pathParam("sensorId"));
        maintain(
                request,
                live -> {
                    refuseUnlessKnown(live, sensorId);
                    refuseIfOutForGood(live, sensorId);
                    return List.of(sensorId);
                },
                json -> json.text("sensorId", sensorId));
    }

    /** All sensors of it; those out of service without an end stay so. */
    void maintainStation(RoutingContext request) {
        String stationId = String.valueOf(request.pathParam("stationId"));
        maintain(
                request,
                live -> {
                    Station station = live.catalogue().station(stationId);
                    if (station == null) {
                        throw Problem.notFound(
                                "stationId", stationId, "the id of a feature in /collections/stations/items");
                    }
                    List<String> sensorIds = station.sensors().stream()
                            .map(Sensor::id)
                            .filter(each -> !isOutForGood(live, each))
                            .toList();
                    if (sensorIds.isEmpty()) {
                        throw outAlready("stationId", stationId);
                    }
                    return sensorIds;
                },
                json -> json.text("stationId", stationId));
    }

    private void maintain(RoutingContext request, Function<LiveState, List<String>> which, Consumer<FlatJson> what) {
        noParameters(request);
        CallBody body = CallBody.of(request, "until", "for");
        String by = body.by();
        String note = body.reason();
        long untilMs = body.untilMs(board.nowMs(), LONGEST_MAINTENANCE.toMillis(), LONGEST_MAINTENANCE.toDays() + " d");
        board.fresh()
                .compose(live -> {
                    List<String> sensorIds = which.apply(live);
                    return Future.fromCompletionStage(operator.maintain(sensorIds, untilMs, by, note), board.context())
                            .map(done -> sensorIds);
                })
                .onSuccess(sensorIds -> Answers.send(request, 202, Answers.JSON, Answers.json(json -> {
                    json.open();
                    what.accept(json);
                    json.openList("sensorIds");
                    sensorIds.forEach(json::element);
                    json.closeList()
                            .instant("maintenanceUntil", untilMs)
                            .text("by", by)
                            .text("note", note)
                            .close();
                })))
                .onFailure(failure -> request.fail(Answers.away("the journal", failure)));
    }

    private static boolean isOutForGood(LiveState live, String sensorId) {
        OutOfService out = live.outOfService(sensorId);
        return out != null && !out.endsByItself();
    }

    private static void refuseIfOutForGood(LiveState live, String sensorId) {
        if (isOutForGood(live, sensorId)) {
            throw outAlready("sensorId", sensorId);
        }
    }

    private static Problem outAlready(String parameter, String found) {
        return Problem.wrong(
                409,
                "out-of-service",
                "Out of service already",
                parameter,
                found,
                "a sensor that is in service, or in maintenance");
    }

    private static CallBody service(RoutingContext request) {
        noParameters(request);
        return CallBody.of(request);
    }

    private void service(RoutingContext request, String by, String note, boolean out) {
        String sensorId = String.valueOf(request.pathParam("sensorId"));
        call(
                request,
                live -> refuseUnlessInService(live, sensorId, out),
                () -> out ? operator.takeOutOfService(sensorId, by, note) : operator.putInService(sensorId, by, note),
                json -> json.text("sensorId", sensorId)
                        .truth("outOfService", out)
                        .text("by", by)
                        .text("note", note));
    }

    private void call(
            RoutingContext request,
            Consumer<LiveState> check,
            Supplier<CompletionStage<Void>> order,
            Consumer<FlatJson> members) {
        board.fresh()
                .compose(live -> {
                    check.accept(live);
                    return Future.fromCompletionStage(order.get(), board.context());
                })
                .onSuccess(done -> Answers.send(request, 202, Answers.JSON, Answers.json(json -> {
                    json.open();
                    members.accept(json);
                    json.close();
                })))
                .onFailure(failure -> request.fail(Answers.away("the journal", failure)));
    }

    private static void refuseUnlessRule(LiveState live, String ruleId) {
        if (live.catalogue().rule(ruleId) == null) {
            throw Problem.notFound(
                    "ruleId", ruleId, "the ruleId of an alert, or of a threshold in /stations/{id}/series");
        }
    }

    private static void refuseIfSpokenFor(LiveState live, String ruleId) {
        Rule place = live.catalogue().placeRule(ruleId);
        if (place != null) {
            throw Problem.wrong(
                    409,
                    "redundant-sensor",
                    "Redundant sensors are told of by one rule of theirs",
                    "ruleId",
                    ruleId,
                    "that rule: " + place.id());
        }
    }

    private static void refuseUnlessKnown(LiveState live, String sensorId) {
        if (live.catalogue().sensorIndex(sensorId) < 0) {
            throw Problem.notFound("sensorId", sensorId, "the id of a feature in /collections/observations/items");
        }
    }

    /** What is maintained may be found broken, and be out of service without an end from then on. */
    private static void refuseUnlessInService(LiveState live, String sensorId, boolean inService) {
        refuseUnlessKnown(live, sensorId);
        if (inService) {
            refuseIfOutForGood(live, sensorId);
        } else if (!live.isOutOfService(sensorId)) {
            throw Problem.wrong(
                    409,
                    "in-service",
                    "The sensor is in service",
                    "sensorId",
                    sensorId,
                    "a sensor in the list outOfService of /alerts");
        }
    }

    /** It got worse while somebody wrote the note: what stands now they have not seen. */
    private static void refuseIfWorse(Alert alert, int seen) {
        if (alert.last().severity() > seen) {
            throw Problem.wrong(
                    409,
                    "alert-worse",
                    "The alert has got worse meanwhile",
                    "severity",
                    String.valueOf(seen),
                    "the severity it has now, " + alert.last().severity());
        }
    }

    private static Alert refuseUnlessStanding(LiveState live, String alertId) {
        for (Alert alert : live.alerts()) {
            if (alert.id().equals(alertId)) {
                if (alert.state() != Alert.State.ACTIVE) {
                    throw Problem.wrong(
                            409,
                            "alert-ended",
                            "The alert has ended",
                            "alertId",
                            alertId,
                            "an alert that stands; this one is "
                                    + alert.state().name().toLowerCase(Locale.ROOT));
                }
                return alert;
            }
        }
        throw Problem.notFound("alertId", alertId, "the id of an alert in /alerts?state=active");
    }

    void reload(RoutingContext request) {
        noParameters(request);
        Future.fromCompletionStage(operator.reload(), board.context())
                .onSuccess(reload -> {
                    if (!reload.faults().isEmpty()) {
                        request.fail(
                                Problem.faults(422, "bad-settings", "The settings were not taken", reload.faults()));
                        return;
                    }
                    Answers.send(
                            request,
                            json -> json.open()
                                    .text("catalogueRevision", reload.revision())
                                    .truth("changed", reload.changed())
                                    .close());
                })
                .onFailure(failure -> request.fail(Answers.away("the settings", failure)));
    }

    private static void noParameters(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json");
        parameters.end();
    }
}

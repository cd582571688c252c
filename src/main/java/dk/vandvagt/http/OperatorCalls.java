package dk.vandvagt.http;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.layer.LiveState;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** What an operator changes; the gate has let them in. */
final class OperatorCalls {
    private final LayerBoard board;
    private final Operator operator;

    OperatorCalls(LayerBoard board, Operator operator) {
        this.board = board;
        this.operator = operator;
    }

    /** Looks at a fresh copy: an alert may be acknowledged in the very second it was raised. */
    void acknowledge(RoutingContext request) {
        noParameters(request);
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(Answers.JSON)) {
            throw Problem.wrong(
                    415, "bad-media-type", "Not JSON", "Content-Type", type == null ? "" : type, Answers.JSON);
        }
        Acknowledgement body = Acknowledgement.of(request.body().buffer());
        String alertId = String.valueOf(request.pathParam("alertId"));
        board.fresh()
                .compose(live -> {
                    refuseUnlessStanding(live, alertId);
                    return Future.fromCompletionStage(
                            operator.acknowledge(alertId, body.by(), body.note()), board.context());
                })
                .onSuccess(done -> Answers.send(
                        request,
                        202,
                        Answers.JSON,
                        Answers.json(json -> json.open()
                                .text("alertId", alertId)
                                .text("acknowledgedBy", body.by())
                                .text("note", body.note())
                                .close())))
                .onFailure(failure -> request.fail(Answers.away("the journal", failure)));
    }

    private static void refuseUnlessStanding(LiveState live, String alertId) {
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
                return;
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

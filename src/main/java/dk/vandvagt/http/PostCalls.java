package dk.vandvagt.http;

import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.layer.FlatJson;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What an operator sees and does of subscriptions and deliveries; of an address, no more than its owner would know it by. */
final class PostCalls {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST_LIMIT = 1000;

    private enum State {
        DEAD,
        WAITING,
        PAST
    }

    private final Context context;
    private final Subscribers subscribers;
    private final Past past;

    PostCalls(Context context, Subscribers subscribers, Past past) {
        this.context = context;
        this.subscribers = subscribers;
        this.past = past;
    }

    void on(Router router, Gate gate, BodyHandler body) {
        router.get("/subscriptions").handler(gate::operator).handler(this::list);
        router.delete("/subscriptions/:id").handler(gate::operator).handler(this::remove);
        router.post("/subscriptions/:id/test").handler(gate::operator);
        router.post("/subscriptions/:id/test").handler(body).handler(this::test);
        router.get("/deliveries").handler(gate::operator).handler(this::deliveries);
        router.post("/deliveries/:letterId/send-again").handler(gate::operator);
        router.post("/deliveries/:letterId/send-again").handler(body).handler(this::sendAgain);
    }

    private void list(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        int limit = parameters.limit(USUAL_LIMIT, MOST_LIMIT);
        parameters.format("json");
        parameters.end();
        after(
                request,
                subscribers.all(),
                all -> Answers.send(request, out -> {
                    out.open().whole("numberMatched", all.size()).openList("subscriptions");
                    all.stream().limit(limit).forEach(each -> {
                        out.open();
                        members(out, each);
                        out.close();
                    });
                    out.closeList().close();
                }));
    }

    /** Never the address whole, never the secret. */
    static void members(FlatJson out, Subscription s) {
        out.text("id", s.id())
                .whole("number", s.number())
                .text("way", Choices.word(s.way()))
                .text("address", Choices.masked(s))
                .text("language", s.language());
        Subscription.Selection selection = s.selection();
        if (selection.area().isEmpty()) {
            out.nothing("area");
        } else {
            StringBuilder ring = new StringBuilder();
            selection
                    .area()
                    .forEach(corner -> ring.append(ring.isEmpty() ? "" : ",")
                            .append('[')
                            .append(corner[0])
                            .append(',')
                            .append(corner[1])
                            .append(']'));
            out.raw("area", "{\"type\":\"Polygon\",\"coordinates\":[[" + ring + "]]}");
        }
        out.openList("areas");
        selection.parts().stream().sorted().forEach(out::element);
        out.closeList().openList("stations");
        selection.stations().stream().sorted().forEach(out::element);
        out.closeList().whole("severityFrom", selection.severityFrom()).openList("parameters");
        selection.parameters().stream().sorted().map(Choices::word).forEach(out::element);
        out.closeList();
        QuietHours quiet = s.quiet();
        if (quiet == null) {
            out.nothing("quietHours");
        } else {
            out.open("quietHours")
                    .text("from", Choices.time(quiet.from()))
                    .text("to", Choices.time(quiet.to()))
                    .close();
        }
        out.truth("paused", s.paused())
                .truth("exercises", s.exercises())
                .instant("madeAt", s.madeAtMs())
                .instant("confirmedAt", s.confirmedAtMs());
    }

    private void remove(RoutingContext request) {
        Parameters.of(request).end();
        String id = String.valueOf(request.pathParam("id"));
        after(request, subscribers.remove(id), removed -> {
            if (!removed) {
                throw unknown(id);
            }
            Answers.send(request, out -> out.open().text("status", "removed").close());
        });
    }

    private void test(RoutingContext request) {
        Parameters.of(request).end();
        String id = String.valueOf(request.pathParam("id"));
        Future.fromCompletionStage(subscribers.find(id), context)
                .compose(found -> {
                    if (found == null) {
                        throw unknown(id);
                    }
                    return Future.fromCompletionStage(subscribers.test(found), context);
                })
                .onSuccess(sent -> Answers.send(
                        request,
                        out -> out.open()
                                .truth("arrived", sent.arrived())
                                .text("reason", sent.reason())
                                .close()))
                .onFailure(failure -> request.fail(Answers.away("the subscriptions", failure)));
    }

    private static Problem unknown(String id) {
        return Problem.notFound("id", id, "the id of a subscription in /subscriptions");
    }

    private void deliveries(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        @Nullable State asked = parameters.word("state", State.class);
        int limit = parameters.limit(USUAL_LIMIT, MOST_LIMIT);
        if (asked == State.PAST) {
            pastDeliveries(request, parameters, limit);
            return;
        }
        parameters.format("json");
        parameters.end();
        State state = asked == null ? State.DEAD : asked;
        after(
                request,
                subscribers
                        .all()
                        .thenCombine(
                                state == State.DEAD ? subscribers.dead() : subscribers.waiting(), (all, letters) -> {
                                    Map<Integer, Subscription> byNumber = new HashMap<>();
                                    all.forEach(each -> byNumber.put(each.number(), each));
                                    return new Listed(byNumber, letters);
                                }),
                listed -> Answers.send(request, out -> {
                    out.open().whole("numberMatched", listed.letters.size()).openList("deliveries");
                    listed.letters.stream().limit(limit).forEach(each -> {
                        Subscription to = listed.byNumber.get(each.subscriber());
                        write(out, state, each, to);
                    });
                    out.closeList().close();
                }));
    }

    private record Listed(Map<Integer, Subscription> byNumber, List<Subscribers.Delivery> letters) {}

    private static void write(FlatJson out, State state, Subscribers.Delivery each, @Nullable Subscription to) {
        out.open()
                .text("letterId", each.letterId())
                .text("state", Choices.word(state))
                .whole("subscriber", each.subscriber())
                .text("subscriptionId", to == null ? null : to.id())
                .text("way", to == null ? null : Choices.word(to.way()))
                .text("storm", each.storm())
                .whole("number", each.number())
                .whole("severity", each.severity())
                .instant("madeAt", each.madeAtMs())
                .instant("givenUpAt", each.diedAtMs())
                .text("reason", each.reason())
                .openList("steps");
        each.steps().forEach(out::element);
        out.closeList().close();
    }

    private void pastDeliveries(RoutingContext request, Parameters parameters, int limit) {
        String number = parameters.text("subscriber");
        if (number != null && !number.matches("[0-9]{1,9}")) {
            throw Problem.badParameter("subscriber", number, "the number of a subscription, as in /subscriptions");
        }
        long fromMs = parameters.instantMs("from", Long.MIN_VALUE);
        long toMs = parameters.instantMs("to", Long.MAX_VALUE);
        Past.DeliveriesRequest asked = new Past.DeliveriesRequest(
                number == null ? null : Integer.valueOf(number),
                parameters.text("alert"),
                fromMs == Long.MIN_VALUE ? null : fromMs,
                toMs == Long.MAX_VALUE ? null : toMs,
                limit);
        parameters.format("json");
        parameters.end();
        if (fromMs >= toMs) {
            throw Problem.badParameter("from", Long.toString(fromMs), "an instant before to");
        }
        Future.fromCompletionStage(past.deliveries(asked), context)
                .onSuccess(found -> Answers.send(request, out -> {
                    out.open().whole("numberMatched", found.matched()).openList("deliveries");
                    found.letters().forEach(each -> write(out, each));
                    out.closeList().close();
                }))
                .onFailure(failure -> request.fail(Answers.away("the database", failure)));
    }

    /** By number only: whose it is, /subscriptions says for as long as there is a subscription. */
    private static void write(FlatJson out, SettledLetter each) {
        out.open()
                .text("letterId", each.letterId())
                .text("state", each.arrived() ? "arrived" : "dead")
                .whole("subscriber", each.subscriber())
                .text("way", Choices.word(each.way()))
                .text("storm", each.storm())
                .whole("number", each.number())
                .whole("severity", each.severity())
                .instant("madeAt", each.madeAtMs())
                .instant(each.arrived() ? "arrivedAt" : "givenUpAt", each.settledAtMs())
                .whole("attempts", each.attempts())
                .text("reason", each.reason())
                .openList("steps");
        each.steps().forEach(out::element);
        out.closeList().close();
    }

    private void sendAgain(RoutingContext request) {
        Parameters.of(request).end();
        String letterId = String.valueOf(request.pathParam("letterId"));
        after(request, subscribers.sendAgain(letterId), goes -> {
            if (!goes) {
                throw Problem.wrong(
                        409,
                        "not-sent-again",
                        "The letter is not sent again",
                        "letterId",
                        letterId,
                        "one in /deliveries?state=dead to whom no other letter is on its way");
            }
            Answers.send(
                    request,
                    202,
                    Answers.JSON,
                    Answers.json(out -> out.open().text("letterId", letterId).close()));
        });
    }

    private <T> void after(RoutingContext request, CompletionStage<T> stage, Consumer<T> then) {
        Future.fromCompletionStage(stage, context)
                .map(value -> {
                    then.accept(value);
                    return value;
                })
                .onFailure(failure -> request.fail(Answers.away("the subscriptions", failure)));
    }
}

package dk.vandvagt.http;

import com.google.common.net.InetAddresses;
import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.layer.FlatJson;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Subscribing, and what the links in letters do. Looking at a link changes nothing, as programs look at them before people do. Every
 * invitation is answered alike, so nobody learns who subscribes, and a subscriber reaches nobody's choices but their own.
 */
final class SubscriptionCalls {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionCalls.class);
    private static final long LONGEST_BODY_BYTES = 64 * 1024;
    private static final String HTML = "text/html; charset=utf-8";
    private static final Duration KEPT = Duration.ofDays(365);
    private static final int ID_BYTES = 16;

    /** Unconfirmed subscriptions that may stand at a time: each is a file and an invitation. */
    private static final int UNCONFIRMED_AT_MOST = 1000;

    private final Context context;
    private final Subscribers subscribers;
    private final Gate gate;
    private final InstantSource wallClock;
    private final @Nullable String trustedProxy;
    private final SecureRandom random = new SecureRandom();
    private final RateLimit perClient = new RateLimit(10, Duration.ofMinutes(6).toMillis());
    private final RateLimit perAddress = new RateLimit(3, Duration.ofHours(8).toMillis());

    private SubscriptionCalls(
            Context context, Subscribers subscribers, Gate gate, InstantSource wallClock, @Nullable String proxy) {
        this.context = context;
        this.subscribers = subscribers;
        this.gate = gate;
        this.wallClock = wallClock;
        this.trustedProxy = proxy;
    }

    static void on(
            Router router,
            Context context,
            Subscribers subscribers,
            Past past,
            Gate gate,
            InstantSource wallClock,
            @Nullable String trustedProxy) {
        SubscriptionCalls calls = new SubscriptionCalls(context, subscribers, gate, wallClock, trustedProxy);
        BodyHandler body = BodyHandler.create(false).setBodyLimit(LONGEST_BODY_BYTES);
        router.route("/subscriptions*").handler(SubscriptionCalls::keptNowhere);
        router.post("/subscriptions").handler(calls::operatorIfTokenGiven);
        router.post("/subscriptions").handler(body).handler(calls::subscribe);
        router.get("/subscriptions/:id/confirm").handler(calls::askToConfirm);
        router.post("/subscriptions/:id/confirm").handler(body).handler(calls::confirm);
        router.get("/subscriptions/:id/unsubscribe").handler(calls::askToUnsubscribe);
        router.post("/subscriptions/:id/unsubscribe").handler(body).handler(calls::unsubscribe);
        router.get("/subscriptions/:id/manage").handler(calls::choices);
        router.post("/subscriptions/:id/manage").handler(body).handler(calls::manageByForm);
        router.put("/subscriptions/:id/manage").handler(body).handler(calls::change);
        router.delete("/subscriptions/:id/manage").handler(calls::remove);
        new PostCalls(context, subscribers, past).on(router, gate, body);
    }

    private static void keptNowhere(RoutingContext request) {
        request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("X-Robots-Tag", "noindex");
        request.next();
    }

    private void operatorIfTokenGiven(RoutingContext request) {
        if (request.request().getHeader(HttpHeaders.AUTHORIZATION) == null) {
            request.next();
        } else {
            gate.operator(request);
        }
    }

    // ---- subscribing

    private void subscribe(RoutingContext request) {
        Parameters.of(request).end();
        boolean byOperator = request.request().getHeader(HttpHeaders.AUTHORIZATION) != null;
        Choices.New wanted = new Choices(json(request)).fresh(subscribers);
        if (byOperator) {
            make(wanted, true)
                    .onSuccess(made -> Answers.send(request, 201, Answers.JSON, Answers.json(out -> {
                        out.open();
                        PostCalls.members(out, made);
                        if (made.way() == Subscription.Way.WEBHOOK) {
                            out.text("secret", made.secret());
                        }
                        out.text("manageUrl", url(SignedLinks.Purpose.MANAGE, made))
                                .close();
                    })))
                    .onFailure(failure -> request.fail(Answers.away("the subscriptions", failure)));
            return;
        }
        long nowMs = wallClock.millis();
        limit(request, Subscribers.Limit.CLIENT, perClient.takeOrWaitMs(client(request), nowMs));
        String address = wanted.target().address().toLowerCase(Locale.ROOT);
        limit(request, Subscribers.Limit.ADDRESS, perAddress.takeOrWaitMs(address, nowMs));
        Future.fromCompletionStage(subscribers.all(), context)
                .compose(all -> {
                    if (all.stream().filter(each -> !each.isConfirmed()).count() >= UNCONFIRMED_AT_MOST) {
                        limit(
                                request,
                                Subscribers.Limit.UNCONFIRMED,
                                Duration.ofHours(1).toMillis());
                    }
                    return make(wanted, false);
                })
                .onSuccess(made -> {
                    invite(made);
                    Answers.send(request, 202, Answers.JSON, Answers.json(out -> {
                        out.open()
                                .text("status", "invited")
                                .text("next", "follow the link that is sent there within 48 h");
                        if (made.way() == Subscription.Way.WEBHOOK) {
                            out.text("secret", made.secret());
                        }
                        out.close();
                    }));
                })
                .onFailure(failure -> request.fail(Answers.away("the subscriptions", failure)));
    }

    private Future<Subscription> make(Choices.New wanted, boolean confirmed) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        long nowMs = wallClock.millis();
        Subscription.Way way = wanted.target().way();
        String secret = way == Subscription.Way.WEBHOOK ? subscribers.freshSecret() : "";
        return Future.fromCompletionStage(
                subscribers.add(number -> new Subscription(
                        number,
                        HexFormat.of().formatHex(id),
                        way,
                        wanted.target().address(),
                        secret,
                        wanted.wanted().language(),
                        wanted.wanted().selection(),
                        wanted.wanted().quiet(),
                        wanted.wanted().paused(),
                        wanted.wanted().exercises(),
                        nowMs,
                        confirmed ? nowMs : 0)),
                context);
    }

    /** Its outcome is not told to whoever asked: it would say whether the address works. */
    private void invite(Subscription made) {
        subscribers.invite(made, url(SignedLinks.Purpose.CONFIRM, made)).whenComplete((sent, failed) -> {
            if (failed != null) {
                LOG.warn(
                        "{}: the invitation failed: {}", made, failed.getClass().getSimpleName());
            } else if (!sent.arrived()) {
                LOG.warn("{}: the invitation did not arrive: {}", made, sent.reason());
            }
        });
    }

    private void limit(RoutingContext request, Subscribers.Limit limit, long waitMs) {
        if (waitMs > 0) {
            subscribers.limited(limit);
            request.response().putHeader("Retry-After", Long.toString((waitMs + 999) / 1000));
            throw Problem.of(
                    429,
                    "too-many",
                    "Too many subscriptions asked for",
                    switch (limit) {
                        case CLIENT -> "too many came from there";
                        case ADDRESS -> "too many were asked for that address";
                        case UNCONFIRMED -> "too many wait to be confirmed";
                    });
        }
    }

    /** An IPv6 network is one client: its users have as many addresses as they like. */
    private String client(RoutingContext request) {
        String peer = String.valueOf(request.request().remoteAddress().hostAddress());
        String forwarded = request.request().getHeader("X-Forwarded-For");
        if (forwarded != null && isTrusted(peer)) {
            String[] hops = forwarded.split(",", -1);
            String last = hops[hops.length - 1].strip();
            peer = InetAddresses.isInetAddress(last) ? last : peer;
        }
        if (!InetAddresses.isInetAddress(peer)) {
            return peer;
        }
        InetAddress address = InetAddresses.forString(peer);
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
                : peer;
    }

    private boolean isTrusted(String peer) {
        return trustedProxy != null
                && InetAddresses.isInetAddress(trustedProxy)
                && InetAddresses.isInetAddress(peer)
                && InetAddresses.forString(trustedProxy).equals(InetAddresses.forString(peer));
    }

    // ---- by link

    private void askToConfirm(RoutingContext request) {
        signed(
                request,
                SignedLinks.Purpose.CONFIRM,
                found -> answer(
                        request,
                        page(found).askToConfirm(found),
                        out -> out.text("status", found.isConfirmed() ? "confirmed" : "unconfirmed")
                                .text("next", "POST to this address to confirm")));
    }

    private void confirm(RoutingContext request) {
        if (!opens(request, SignedLinks.Purpose.CONFIRM)) {
            deadLink(request);
            return;
        }
        long nowMs = wallClock.millis();
        changed(request, before -> before.isConfirmed() ? before : confirmed(before, nowMs), after -> {
            String manageUrl = url(SignedLinks.Purpose.MANAGE, after);
            answer(
                    request,
                    page(after).confirmed(manageUrl),
                    out -> out.text("status", "confirmed")
                            .text("manageUrl", manageUrl)
                            .text("unsubscribeUrl", url(SignedLinks.Purpose.UNSUBSCRIBE, after)));
        });
    }

    private void askToUnsubscribe(RoutingContext request) {
        signed(
                request,
                SignedLinks.Purpose.UNSUBSCRIBE,
                found -> answer(
                        request,
                        page(found).askToUnsubscribe(),
                        out -> out.text("next", "POST to this address to unsubscribe")));
    }

    /** Also by a mail program's own button, RFC 8058: whatever the body says, a post to this link means it. */
    private void unsubscribe(RoutingContext request) {
        if (opens(request, SignedLinks.Purpose.UNSUBSCRIBE)) {
            removeNow(request);
        } else {
            deadLink(request);
        }
    }

    private void choices(RoutingContext request) {
        signed(request, SignedLinks.Purpose.MANAGE, found -> choices(request, found, false));
    }

    private void choices(RoutingContext request, Subscription of, boolean saved) {
        answer(request, page(of).choices(of, saved), out -> PostCalls.members(out, of));
    }

    private void change(RoutingContext request) {
        if (!opens(request, SignedLinks.Purpose.MANAGE)) {
            deadLink(request);
            return;
        }
        save(request, json(request));
    }

    private void manageByForm(RoutingContext request) {
        if (!opens(request, SignedLinks.Purpose.MANAGE)) {
            deadLink(request);
            return;
        }
        MultiMap form = request.request().formAttributes();
        String action = form.get("action");
        if ("remove".equals(action)) {
            removeNow(request);
        } else if ("save".equals(action)) {
            save(request, fromForm(form));
        } else {
            throw Problem.badMember("action", action == null ? "" : action, "save or remove");
        }
    }

    private static JsonObject fromForm(MultiMap form) {
        JsonObject json =
                new JsonObject().put("paused", form.contains("paused")).put("exercises", form.contains("exercises"));
        String language = form.get("language");
        if (language != null) {
            json.put("language", language);
        }
        String severity = form.get("severityFrom");
        if (severity != null) {
            json.put("severityFrom", severity.matches("[0-9]") ? (Object) Integer.valueOf(severity) : severity);
        }
        String from = form.get("quietFrom");
        String to = form.get("quietTo");
        boolean none = (from == null || from.isEmpty()) && (to == null || to.isEmpty());
        return json.put(
                "quietHours", none ? null : new JsonObject().put("from", from).put("to", to));
    }

    private void save(RoutingContext request, JsonObject json) {
        changed(
                request,
                before -> with(before, new Choices(json).changed(Choices.Wanted.of(before), subscribers.catalogue())),
                after -> choices(request, after, true));
    }

    private void remove(RoutingContext request) {
        if (opens(request, SignedLinks.Purpose.MANAGE)) {
            removeNow(request);
        } else {
            deadLink(request);
        }
    }

    /** Answered alike when it was gone already: a mail program may post twice. */
    private void removeNow(RoutingContext request) {
        String id = id(request);
        String place = subscribers.catalogue().placeName();
        Future.fromCompletionStage(subscribers.find(id), context)
                .compose(found -> Future.fromCompletionStage(subscribers.remove(id), context)
                        .map(removed ->
                                found == null ? SubscriberPage.of(request, place) : SubscriberPage.of(found, place)))
                .onSuccess(page -> answer(request, page.unsubscribed(), out -> out.text("status", "removed")))
                .onFailure(failure -> request.fail(Answers.away("the subscriptions", failure)));
    }

    private interface Change {
        Subscription of(Subscription before);
    }

    private void changed(RoutingContext request, Change change, Consumer<Subscription> then) {
        after(request, subscribers.change(id(request), change::of), then);
    }

    private void signed(RoutingContext request, SignedLinks.Purpose purpose, Consumer<Subscription> then) {
        if (opens(request, purpose)) {
            after(request, subscribers.find(id(request)), then);
        } else {
            deadLink(request);
        }
    }

    private void after(
            RoutingContext request, CompletionStage<@Nullable Subscription> stage, Consumer<Subscription> then) {
        Future.fromCompletionStage(stage, context)
                .map(found -> {
                    if (found == null) {
                        deadLink(request);
                    } else {
                        then.accept(found);
                    }
                    return found;
                })
                .onFailure(failure -> request.fail(Answers.away("the subscriptions", unwrapped(failure))));
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure.getCause() instanceof Problem told ? told : failure;
    }

    private boolean opens(RoutingContext request, SignedLinks.Purpose purpose) {
        Parameters parameters = Parameters.of(request);
        return subscribers
                .links()
                .opens(
                        purpose,
                        id(request),
                        parameters.text(SignedLinks.EXPIRES),
                        parameters.text(SignedLinks.SIGNATURE));
    }

    private static String id(RoutingContext request) {
        return String.valueOf(request.pathParam("id"));
    }

    private String url(SignedLinks.Purpose purpose, Subscription of) {
        long untilMs = purpose == SignedLinks.Purpose.CONFIRM
                ? of.madeAtMs() + Subscription.CONFIRM_WITHIN_MS
                : wallClock.millis() + KEPT.toMillis();
        return subscribers.links().url(purpose, of.id(), untilMs);
    }

    private SubscriberPage page(Subscription to) {
        return SubscriberPage.of(to, subscribers.catalogue().placeName());
    }

    /** The same for a link that was never signed, one that expired, and one whose subscription is gone. */
    private void deadLink(RoutingContext request) {
        if (Documents.wantsHtml(request)) {
            SubscriberPage page =
                    SubscriberPage.of(request, subscribers.catalogue().placeName());
            Answers.send(request, 404, HTML, page.deadLink());
        } else {
            request.fail(Problem.of(
                    404,
                    "dead-link",
                    "The link does not work",
                    "it has expired, is not whole, or the subscription is deleted"));
        }
    }

    private static void answer(RoutingContext request, Buffer page, Consumer<FlatJson> members) {
        if (Documents.wantsHtml(request)) {
            Answers.send(request, 200, HTML, page);
        } else {
            Answers.send(request, 200, Answers.JSON, Answers.json(out -> {
                out.open();
                members.accept(out);
                out.close();
            }));
        }
    }

    private static JsonObject json(RoutingContext request) {
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(Answers.JSON)) {
            throw Problem.wrong(
                    415, "bad-media-type", "Not JSON", "Content-Type", type == null ? "" : type, Answers.JSON);
        }
        Buffer body = request.body().buffer();
        if (body != null && body.length() > 0) {
            try {
                return new JsonObject(body);
            } catch (DecodeException | ClassCastException notAnObject) {
                // told below
            }
        }
        throw Problem.of(400, "bad-body", "The body is wrong", "it is not a JSON object");
    }

    private static Subscription confirmed(Subscription s, long nowMs) {
        return new Subscription(
                s.number(),
                s.id(),
                s.way(),
                s.address(),
                s.secret(),
                s.language(),
                s.selection(),
                s.quiet(),
                s.paused(),
                s.exercises(),
                s.madeAtMs(),
                nowMs);
    }

    private static Subscription with(Subscription s, Choices.Wanted wanted) {
        QuietHours quiet = wanted.quiet();
        return new Subscription(
                s.number(),
                s.id(),
                s.way(),
                s.address(),
                s.secret(),
                wanted.language(),
                wanted.selection(),
                quiet,
                wanted.paused(),
                wanted.exercises(),
                s.madeAtMs(),
                s.confirmedAtMs());
    }
}

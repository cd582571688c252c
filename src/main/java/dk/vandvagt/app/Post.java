package dk.vandvagt.app;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Settings;
import dk.vandvagt.http.SignedLinks;
import dk.vandvagt.http.Subscribers;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.notify.Carrier;
import dk.vandvagt.notify.DeliveryLog;
import dk.vandvagt.notify.Letter;
import dk.vandvagt.notify.PostOffice;
import dk.vandvagt.notify.SettledLetters;
import dk.vandvagt.notify.WebhookSignature;
import dk.vandvagt.station.Catalogue;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The post office in this house: its journal, its subscriptions, its carriers, and what the page is told of them. */
final class Post implements Subscribers {
    private static final Logger LOG = LoggerFactory.getLogger(Post.class);
    static final String LINK_SECRET = "link-key";
    private static final SegmentLog.Settings DELIVERIES = new SegmentLog.Settings(16L << 20, 1L << 30);
    private static final Duration UNSUBSCRIBE_WITHIN = Duration.ofDays(2 * 365);
    private static final long STANDING_WITHIN_S = 5;

    private final PostOffice office;
    private final Settings settings;
    private final Supplier<Catalogue> catalogue;
    private final SignedLinks links;
    private final LongSupplier wallClockMs;
    private final SecureRandom random = new SecureRandom();
    private final Vertx vertx;
    /** A drill's beside it. */
    private volatile @Nullable PostOffice drills;

    private final Map<Limit, LongAdder> limited = new EnumMap<>(Limit.class);

    /** @param baseUrl where subscribers reach the service */
    Post(
            Settings settings,
            Run run,
            Path runFolder,
            DataFolder data,
            DeliveryLog deliveries,
            SettledLetters settled,
            Vertx vertx,
            Supplier<String> baseUrl,
            LongSupplier wallClockMs)
            throws IOException {
        this.settings = settings;
        this.vertx = vertx;
        this.catalogue = run::catalogue;
        this.wallClockMs = wallClockMs;
        links = new SignedLinks(data.secret(LINK_SECRET), baseUrl, wallClockMs);
        for (Limit each : Limit.values()) {
            limited.put(each, new LongAdder());
        }
        boolean exercise = ExerciseRun.is(settings.run().id());
        Map<Subscription.Way, Carrier> carriers =
                Carriers.of(settings, vertx, catalogue, this::unsubscribeUrl, wallClockMs, exercise);
        SegmentLog journal = SegmentLog.open(
                runFolder.resolve("deliveries"), DELIVERIES, wallClockMs, finding -> LOG.warn("{}", finding));
        office = new PostOffice(
                deliveries,
                new SegmentLedger(journal),
                settled,
                data.path().resolve("subscriptions"),
                carriers,
                () -> standing(run),
                run.catalogue(),
                settings.place().timeZone(),
                wallClockMs);
    }

    PostOffice office() {
        return office;
    }

    /** Letters of a drill: an office of its own, which knows no subscriptions yet and from here on hears of those that change. */
    PostOffice officeOf(Run drill, Path folder, DeliveryLog deliveries) throws IOException {
        SegmentLog journal = SegmentLog.open(
                folder.resolve("deliveries"), DELIVERIES, wallClockMs, finding -> LOG.warn("{}", finding));
        PostOffice ofDrill = new PostOffice(
                deliveries,
                new SegmentLedger(journal),
                SettledLetters.NONE,
                folder.resolve("subscriptions"),
                Carriers.of(settings, vertx, drill::catalogue, this::unsubscribeUrl, wallClockMs, true),
                List::of,
                drill.catalogue(),
                settings.place().timeZone(),
                wallClockMs);
        drills = ofDrill;
        return ofDrill;
    }

    /** To a drill's office: those who want to hear of drills. */
    void introduce(PostOffice ofDrill) {
        List<Subscription> known =
                subscriptions().stream().filter(Post::hearsOfDrills).toList();
        List<CompletableFuture<Subscription>> told = known.stream()
                .map(each -> ofDrill.add(number -> numbered(each, number)))
                .toList();
        told.forEach(CompletableFuture::join);
        // whoever chose otherwise meanwhile may have been heard of before they were introduced
        Map<String, Subscription> now =
                subscriptions().stream().collect(Collectors.toMap(Subscription::id, Function.identity()));
        for (Subscription each : known) {
            inform(ofDrill, each.id(), now.get(each.id()));
        }
    }

    /** @param after null: there is none of that id any more */
    private static void inform(PostOffice ofDrill, String id, @Nullable Subscription after) {
        if (after != null && hearsOfDrills(after)) {
            ofDrill.change(id, before -> numbered(after, before.number()));
        } else {
            ofDrill.remove(id);
        }
    }

    private List<Subscription> subscriptions() {
        return office.subscriptions()
                .orTimeout(STANDING_WITHIN_S, TimeUnit.SECONDS)
                .join();
    }

    /** No drill's office hears of choices that change any more. */
    void drillIsOver() {
        drills = null;
    }

    private static boolean hearsOfDrills(Subscription each) {
        return each.exercises() && each.isConfirmed() && !each.paused();
    }

    private static Subscription numbered(Subscription s, int number) {
        return new Subscription(
                number,
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
                s.confirmedAtMs());
    }

    private String unsubscribeUrl(Subscription of) {
        return links.url(
                SignedLinks.Purpose.UNSUBSCRIBE, of.id(), wallClockMs.getAsLong() + UNSUBSCRIBE_WITHIN.toMillis());
    }

    private static List<Transition> standing(Run run) {
        return run
                .shards()
                .copy()
                .toCompletableFuture()
                .orTimeout(STANDING_WITHIN_S, TimeUnit.SECONDS)
                .join()
                .alerts()
                .stream()
                .filter(each -> each.state() == Alert.State.ACTIVE)
                .map(Alert::last)
                .toList();
    }

    /** Whoever did not follow their link in time is forgotten. */
    void forgetUnconfirmed() {
        try {
            int gone = office.removeUnconfirmed(wallClockMs.getAsLong() - Subscription.CONFIRM_WITHIN_MS)
                    .orTimeout(STANDING_WITHIN_S, TimeUnit.SECONDS)
                    .join();
            if (gone > 0) {
                LOG.info("{} subscriptions that were never confirmed are deleted", gone);
            }
        } catch (CompletionException refused) {
            LOG.warn("subscriptions that were never confirmed could not be deleted; it is tried again", refused);
        }
    }

    long limits(Limit limit) {
        LongAdder count = limited.get(limit);
        return count == null ? 0 : count.sum();
    }

    // ---- what the page asks

    @Override
    public Set<Subscription.Way> ways() {
        return office.ways();
    }

    @Override
    public boolean plainHttp() {
        Settings.Webhook webhook = settings.post().webhook();
        return webhook != null && webhook.http();
    }

    @Override
    public Catalogue catalogue() {
        return catalogue.get();
    }

    @Override
    public SignedLinks links() {
        return links;
    }

    @Override
    public String freshSecret() {
        return WebhookSignature.freshSecret(random);
    }

    @Override
    public CompletionStage<Subscription> add(IntFunction<Subscription> make) {
        return office.add(make);
    }

    @Override
    public CompletionStage<@Nullable Subscription> change(String id, UnaryOperator<Subscription> change) {
        PostOffice ofDrill = drills;
        CompletableFuture<@Nullable Subscription> changed = office.change(id, change);
        if (ofDrill != null) {
            changed.thenAccept(after -> inform(ofDrill, id, after));
        }
        return changed;
    }

    @Override
    public CompletionStage<Boolean> remove(String id) {
        PostOffice ofDrill = drills;
        if (ofDrill != null) {
            ofDrill.remove(id);
        }
        return office.remove(id);
    }

    @Override
    public CompletionStage<@Nullable Subscription> find(String id) {
        return office.find(id);
    }

    @Override
    public CompletionStage<List<Subscription>> all() {
        return office.subscriptions();
    }

    @Override
    public CompletionStage<Sent> invite(Subscription to, String confirmUrl) {
        return office.invite(to, confirmUrl).thenApply(Post::sent);
    }

    @Override
    public CompletionStage<Sent> test(Subscription to) {
        return office.test(to).thenApply(Post::sent);
    }

    private static Sent sent(Carrier.Outcome outcome) {
        return switch (outcome) {
            case Carrier.Outcome.Delivered() -> new Sent(true, "");
            case Carrier.Outcome.Later(String reason, long ignored) -> new Sent(false, reason);
            case Carrier.Outcome.Refused(String reason) -> new Sent(false, reason);
        };
    }

    @Override
    public CompletionStage<List<Delivery>> waiting() {
        return office.waitingLetters()
                .thenApply(letters ->
                        letters.stream().map(each -> delivery(each, "", 0)).toList());
    }

    @Override
    public CompletionStage<List<Delivery>> dead() {
        return office.deadLetters()
                .thenApply(letters -> letters.stream()
                        .map(each -> delivery(each.letter(), each.reason(), each.diedAtMs()))
                        .toList());
    }

    private static Delivery delivery(Letter letter, String reason, long diedAtMs) {
        return new Delivery(
                letter.id(),
                letter.subscriber(),
                letter.storm(),
                letter.number(),
                letter.severity(),
                letter.steps().stream().map(Transition::id).toList(),
                reason,
                letter.madeAtMs(),
                diedAtMs);
    }

    @Override
    public CompletionStage<Boolean> sendAgain(String letterId) {
        return office.sendAgain(letterId);
    }

    @Override
    public void limited(Limit limit) {
        LongAdder count = limited.get(limit);
        if (count != null) {
            count.increment();
        }
    }
}

package dk.vandvagt.http;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.station.Catalogue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A post office in memory, on a clock of the test's; it keeps what it was asked to send. */
final class PostDesk implements Subscribers {
    static final String BASE = "https://vandvagt.example";

    record Invitation(Subscription to, String url) {}

    final AtomicLong clockMs = new AtomicLong(Shore.NOON);
    final Map<String, Subscription> byId = new ConcurrentHashMap<>();
    final List<Invitation> invitations = new CopyOnWriteArrayList<>();
    final List<Subscription> tested = new CopyOnWriteArrayList<>();
    final List<Delivery> waiting = new CopyOnWriteArrayList<>();
    final List<Delivery> dead = new CopyOnWriteArrayList<>();
    final List<String> again = new CopyOnWriteArrayList<>();
    final List<Limit> limited = new CopyOnWriteArrayList<>();
    volatile Set<Subscription.Way> ways = EnumSet.allOf(Subscription.Way.class);
    volatile Sent sent = new Sent(true, "");
    volatile @Nullable RuntimeException away;
    private final SignedLinks links = new SignedLinks("0123456789abcdef", () -> BASE, clockMs::get);
    private final AtomicInteger numbers = new AtomicInteger();

    private <T extends @Nullable Object> CompletionStage<T> answer(T value) {
        RuntimeException why = away;
        return why == null ? CompletableFuture.completedFuture(value) : CompletableFuture.failedFuture(why);
    }

    @Override
    public Set<Subscription.Way> ways() {
        return ways;
    }

    @Override
    public boolean plainHttp() {
        return false;
    }

    @Override
    public Catalogue catalogue() {
        return Shore.assens();
    }

    @Override
    public SignedLinks links() {
        return links;
    }

    @Override
    public String freshSecret() {
        return "whsec_c2VjcmV0";
    }

    @Override
    public CompletionStage<Subscription> add(IntFunction<Subscription> make) {
        if (away == null) {
            Subscription made = make.apply(numbers.incrementAndGet());
            byId.put(made.id(), made);
            return answer(made);
        }
        return CompletableFuture.failedFuture(new IllegalStateException("disk full"));
    }

    @Override
    public CompletionStage<@Nullable Subscription> change(String id, UnaryOperator<Subscription> change) {
        try {
            return answer(byId.computeIfPresent(id, (any, before) -> change.apply(before)));
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public CompletionStage<Boolean> remove(String id) {
        return answer(byId.remove(id) != null);
    }

    @Override
    public CompletionStage<@Nullable Subscription> find(String id) {
        return answer(byId.get(id));
    }

    @Override
    public CompletionStage<List<Subscription>> all() {
        List<Subscription> all = new ArrayList<>(byId.values());
        all.sort(Comparator.comparingInt(Subscription::number));
        return answer(all);
    }

    @Override
    public CompletionStage<Sent> invite(Subscription to, String confirmUrl) {
        invitations.add(new Invitation(to, confirmUrl));
        return answer(sent);
    }

    @Override
    public CompletionStage<Sent> test(Subscription to) {
        tested.add(to);
        return answer(sent);
    }

    @Override
    public CompletionStage<List<Delivery>> waiting() {
        return answer(List.copyOf(waiting));
    }

    @Override
    public CompletionStage<List<Delivery>> dead() {
        return answer(List.copyOf(dead));
    }

    @Override
    public CompletionStage<Boolean> sendAgain(String letterId) {
        again.add(letterId);
        return answer(dead.removeIf(each -> each.letterId().equals(letterId)));
    }

    @Override
    public void limited(Limit limit) {
        limited.add(limit);
    }
}

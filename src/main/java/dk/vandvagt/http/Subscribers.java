package dk.vandvagt.http;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.station.Catalogue;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Who subscribes, and what became of what was sent to them. Each call returns at once; its stage completes when it is on disk. */
public interface Subscribers {
    /** Those that the settings switch on. */
    Set<Subscription.Way> ways();

    /** Whether a webhook may be called without TLS. */
    boolean plainHttp();

    /** The stations there are to choose from. */
    Catalogue catalogue();

    SignedLinks links();

    /** What a webhook's messages are signed with. */
    String freshSecret();

    /** @param make is given the number it will have */
    CompletionStage<Subscription> add(IntFunction<Subscription> make);

    /** Null where there is none of that id. */
    CompletionStage<@Nullable Subscription> change(String id, UnaryOperator<Subscription> change);

    /** False where there is none of that id. */
    CompletionStage<Boolean> remove(String id);

    CompletionStage<@Nullable Subscription> find(String id);

    CompletionStage<List<Subscription>> all();

    /** One attempt. */
    CompletionStage<Sent> invite(Subscription to, String confirmUrl);

    /** One attempt. */
    CompletionStage<Sent> test(Subscription to);

    CompletionStage<List<Delivery>> waiting();

    CompletionStage<List<Delivery>> dead();

    /** False where no dead letter has that id, or another is on its way there. */
    CompletionStage<Boolean> sendAgain(String letterId);

    /** Somebody asked for more than is given. */
    void limited(Limit limit);

    /** What somebody asked too much of. */
    enum Limit {
        CLIENT,
        ADDRESS,
        UNCONFIRMED
    }

    /** @param reason why it did not arrive, without the address; empty where it did */
    record Sent(boolean arrived, String reason) {}

    /**
     * @param steps ids of the transitions in it
     * @param reason why it was given up; empty while it waits
     * @param diedAtMs 0 while it waits
     */
    record Delivery(
            String letterId,
            int subscriber,
            String storm,
            int number,
            int severity,
            List<String> steps,
            String reason,
            long madeAtMs,
            long diedAtMs) {
        public Delivery {
            steps = List.copyOf(steps);
        }
    }
}

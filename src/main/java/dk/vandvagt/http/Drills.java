package dk.vandvagt.http;

import dk.vandvagt.layer.LayerSource;
import dk.vandvagt.shard.AlertTrail;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Drills beside the real run, one at a time: what an operator begins and ends. Any thread; calls return at once. */
public interface Drills {
    /**
     * @param beganAtMs wall clock, as is {@code untilMs}, when it ends by itself
     */
    record Order(String runId, long beganAtMs, long untilMs, String by, String note) {}

    /** What can be seen of the one that runs. */
    record View(Order order, LayerSource layers, AlertTrail alerts) {}

    sealed interface Begun {
        record Running(Order order) implements Begun {}

        /** @param why for an operator */
        record Refused(String why) implements Begun {}
    }

    /** Null while none runs. */
    @Nullable
    View running();

    /** Completes when readings are taken and nothing real stands in the way; fails where the broker is away. */
    CompletionStage<Begun> begin(String by, String note, long untilMs);

    /** Completes when everybody was told that it is over, or could not be in time; with null where none ran. */
    CompletionStage<@Nullable Order> end(String by);

    /** Of the one that runs, or that was the last; null where there was none, and where CAP is off. */
    @Nullable
    Bulletins bulletins();
}

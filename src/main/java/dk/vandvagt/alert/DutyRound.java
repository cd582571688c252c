package dk.vandvagt.alert;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who on the duty list is called next about severe alerts that nobody has answered: the first at once, the next when so long has
 * passed without an answer, round once more, and then nobody. All that is unanswered is one message. An alert is answered when it is
 * acknowledged or shelved, and no longer once it gets worse. Pure: time is handed in.
 */
public final class DutyRound {
    /** Through the list, and round once more. */
    static final int ROUNDS = 2;
    /** How long the first message waits for others of the same moment. */
    static final long GATHER_MS = 5_000;
    /** What comes on top goes to whoever was called last, no oftener than this. */
    static final long NEWS_EVERY_MS = 60_000;

    /** An alert that stands and is severe enough. */
    public record Watched(Transition last, boolean acknowledged) {
        private boolean isUnanswered() {
            return !acknowledged && !last.shelved();
        }
    }

    /** What is to be done now. */
    public sealed interface Step {
        /** Of these alerts, nobody on the list has answered. */
        record NobodyAnswered(List<Transition> about) implements Step {}
    }

    /**
     * A message to one person. It is owed until it is said to have arrived, was refused, or another has taken its place.
     *
     * @param number counts all there ever were
     * @param person place in the list, from 0
     * @param next place of whoever is called after them, or -1 for nobody
     * @param about the last step of each alert, worst first
     * @param answerByMs when the next is called
     */
    public record Call(int number, int person, int next, List<Transition> about, long atMs, long answerByMs)
            implements Step {
        public Call {
            about = List.copyOf(about);
        }
    }

    private final Map<String, Watched> watched = new LinkedHashMap<>();
    /** Places of the list that were called in this round, twice the list at most. */
    private int called;
    /** 0 while there is no round. */
    private long nextMs;
    /** When the first was found that nobody was told of; 0 for none. */
    private long freshMs;

    private long lastCallMs;
    private boolean exhausted;
    private int number;
    private @Nullable Call owed;

    /** A step of any alert, in their order; one that was taken before changes nothing. */
    public void take(Transition step, int severityFrom, long nowMs) {
        Watched before = watched.get(step.alertId());
        if (before != null && before.last.number() >= step.number()) {
            return;
        }
        if (step.kind().ends() || step.severity() < severityFrom) {
            watched.remove(step.alertId());
            return;
        }
        boolean acknowledged = switch (step.kind()) {
            case ACKNOWLEDGED -> true;
            case RAISED, ESCALATED -> false;
            default -> before != null && before.acknowledged;
        };
        Watched now = new Watched(step, acknowledged);
        watched.put(step.alertId(), now);
        boolean news = now.isUnanswered() && (before == null || !before.isUnanswered());
        boolean worse = now.isUnanswered() && before != null && step.severity() > before.last.severity();
        if ((news || worse) && freshMs == 0) {
            freshMs = nowMs;
        }
    }

    /**
     * What is to be done now, to be asked again until there is nothing. What it says must be durable before it is done.
     *
     * @param people how many are on the list; it may be another than before
     * @param afterMs how long each has to answer
     */
    public @Nullable Step due(long nowMs, int people, long afterMs) {
        List<Transition> unanswered = unanswered();
        if (unanswered.isEmpty()) {
            called = 0;
            nextMs = 0;
            freshMs = 0;
            exhausted = false;
            owed = null;
            return null;
        }
        if (people == 0) {
            return null;
        }
        if (nextMs == 0 || exhausted && freshMs != 0) {
            called = 0;
            exhausted = false;
            nextMs = (freshMs == 0 ? nowMs : freshMs) + GATHER_MS;
            freshMs = 0;
        }
        if (exhausted) {
            return null;
        }
        // a clock set back, or a list that gives less time, makes nobody wait longer than it says
        nextMs = Math.min(nextMs, nowMs + Math.max(afterMs, GATHER_MS));
        freshMs = Math.min(freshMs, nowMs);
        lastCallMs = Math.min(lastCallMs, nowMs);
        if (nowMs >= nextMs) {
            if (called >= ROUNDS * people) {
                return new Step.NobodyAnswered(unanswered);
            }
            called++;
            nextMs = nowMs + afterMs;
            return call(unanswered, nowMs, people);
        }
        if (freshMs != 0 && called == 0) {
            freshMs = 0;
        }
        return freshMs != 0 && nowMs >= newsMs() ? call(unanswered, nowMs, people) : null;
    }

    private long newsMs() {
        return Math.max(freshMs + GATHER_MS, lastCallMs + NEWS_EVERY_MS);
    }

    private Call call(List<Transition> about, long nowMs, int people) {
        freshMs = 0;
        lastCallMs = nowMs;
        int next = called >= ROUNDS * people ? -1 : called % people;
        Call made = new Call(++number, (called - 1) % people, next, about, nowMs, nextMs);
        owed = made;
        return made;
    }

    /** Nothing has to be done before, should nothing happen meanwhile. */
    public long nextMs() {
        if (nextMs == 0 || exhausted) {
            return freshMs == 0 ? Long.MAX_VALUE : freshMs + GATHER_MS;
        }
        return freshMs == 0 || called == 0 ? nextMs : Math.min(nextMs, newsMs());
    }

    private List<Transition> unanswered() {
        return watched.values().stream()
                .filter(Watched::isUnanswered)
                .map(Watched::last)
                .sorted(Comparator.comparingInt(Transition::severity)
                        .reversed()
                        .thenComparing(Transition::beganAtMs)
                        .thenComparing(Transition::alertId))
                .toList();
    }

    /** The message that has not arrived yet, to be sent again under its number after a restart; null for none. */
    public @Nullable Call owed() {
        return owed;
    }

    public void arrived(int call) {
        if (owed != null && owed.number == call) {
            owed = null;
        }
    }

    /** It will never arrive: the next is called at once. */
    public void refused(int call, long nowMs) {
        if (owed != null && owed.number == call) {
            owed = null;
            nextMs = nowMs;
        }
    }

    /** Operators were called; the list begins anew with whatever comes on top. */
    public void operatorsCalled() {
        exhausted = true;
        owed = null;
    }

    /** @param called places of the list, from the beginning of this round */
    public record State(
            List<Watched> watched,
            int called,
            long nextMs,
            long freshMs,
            long lastCallMs,
            boolean exhausted,
            int number,
            @Nullable Call owed) {}

    public State save() {
        return new State(
                new ArrayList<>(watched.values()), called, nextMs, freshMs, lastCallMs, exhausted, number, owed);
    }

    public void restore(State saved) {
        watched.clear();
        saved.watched().forEach(each -> watched.put(each.last().alertId(), each));
        called = saved.called();
        nextMs = saved.nextMs();
        freshMs = saved.freshMs();
        lastCallMs = saved.lastCallMs();
        exhausted = saved.exhausted();
        number = saved.number();
        owed = saved.owed();
    }
}

package dk.vandvagt.notify;

import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.QuietHours;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is owed what, and when. A storm is one letter and its updates for each subscriber: steps that come close together go out together,
 * what is worse than told before goes at once, another red alert within {@link Pace#redEveryMs}, the rest no oftener than
 * {@link Pace#updateEveryMs}. Whoever was told of an
 * alert is told of its end, whatever they have chosen since. Pure: time is handed in.
 */
final class PostBook {
    /**
     * @param gatherMs how long the first step waits for others of the same storm
     * @param redEveryMs between updates that bring another red alert to whom one stands already
     * @param updateEveryMs between updates that bring nothing worse
     * @param firstRetryMs doubling from there, with a scatter of half
     * @param giveUpAfterMs a letter that nobody took for so long is dead
     */
    record Pace(
            long gatherMs,
            long redEveryMs,
            long updateEveryMs,
            long firstRetryMs,
            long longestRetryMs,
            long giveUpAfterMs) {
        static final Pace USUAL = new Pace(5_000, 60_000, 300_000, 1_000, 900_000, 86_400_000);
    }

    private static final int RED = 3;

    /** One subscriber's post. */
    private static final class Box {
        private Subscription owner;
        /** Of each alert they were told of, or are to be, its last step; until it is cleared or withdrawn. */
        private final Map<String, Transition> told = new LinkedHashMap<>();

        private final List<Transition> owed = new ArrayList<>();
        private long owedSinceMs;
        private @Nullable String storm;
        private int letters;
        private int severityTold;
        private long lastLetterMs;
        private @Nullable Letter letter;
        private long letterSinceMs;
        /** The letter does not wait for quiet hours to end. */
        private boolean urgent;

        private boolean underway;
        private long nextAttemptMs;
        private int attempts;

        Box(Subscription owner) {
            this.owner = owner;
        }

        private boolean isStanding(Transition last) {
            return !last.kind().ends();
        }

        private List<Transition> standing() {
            return told.values().stream()
                    .filter(this::isStanding)
                    .sorted(Comparator.comparingInt(Transition::severity)
                            .reversed()
                            .thenComparing(Transition::beganAtMs)
                            .thenComparing(Transition::alertId))
                    .toList();
        }
    }

    private final Pace pace;
    private final ZoneId zone;
    private final RandomGenerator random;
    private final Map<Integer, Box> boxes = new TreeMap<>();

    PostBook(Pace pace, ZoneId zone, RandomGenerator random) {
        this.pace = pace;
        this.zone = zone;
        this.random = random;
    }

    /** New, or with other choices. */
    void put(Subscription subscription) {
        Box box = boxes.get(subscription.number());
        if (box == null) {
            boxes.put(subscription.number(), new Box(subscription));
        } else {
            box.owner = subscription;
        }
    }

    void remove(int subscriber) {
        boxes.remove(subscriber);
    }

    @Nullable
    Subscription subscription(int subscriber) {
        Box box = boxes.get(subscriber);
        return box == null ? null : box.owner;
    }

    /** Numbers of those whom it concerns; nothing is changed yet. */
    BitSet concerned(Transition transition, Catalogue catalogue) {
        BitSet to = new BitSet();
        for (Box box : boxes.values()) {
            if (isConcerned(box, transition, catalogue)) {
                to.set(box.owner.number());
            }
        }
        return to;
    }

    /** Whether one whose choices are new is to hear of what already stands, and has not. */
    boolean isNewTo(int subscriber, Transition standing, Catalogue catalogue) {
        Box box = boxes.get(subscriber);
        return box != null && !box.told.containsKey(standing.alertId()) && isConcerned(box, standing, catalogue);
    }

    /** The one of that id, or null. */
    @Nullable
    Subscription byId(String id) {
        for (Box box : boxes.values()) {
            if (box.owner.id().equals(id)) {
                return box.owner;
            }
        }
        return null;
    }

    List<Subscription> subscriptions() {
        return boxes.values().stream().map(box -> box.owner).toList();
    }

    private static boolean isConcerned(Box box, Transition transition, Catalogue catalogue) {
        Subscription owner = box.owner;
        if (transition.shelved() || !owner.isConfirmed()) {
            return false;
        }
        if (transition.kind() == Transition.Kind.ACKNOWLEDGED && owner.way() != Subscription.Way.WEBHOOK) {
            // that somebody has seen it is news for programs and operators, and wakes nobody
            return false;
        }
        if (box.told.containsKey(transition.alertId())) {
            return true;
        }
        if (ExerciseRun.is(transition.runId()) && !owner.exercises()) {
            return false;
        }
        return !owner.paused() && !transition.kind().ends() && owner.selection().chooses(transition, catalogue);
    }

    /** It is owed to them from now on. */
    void post(Transition transition, BitSet to, long nowMs) {
        for (int subscriber = to.nextSetBit(0); subscriber >= 0; subscriber = to.nextSetBit(subscriber + 1)) {
            Box box = boxes.get(subscriber);
            if (box == null) {
                continue;
            }
            Transition before = box.told.get(transition.alertId());
            if (before != null && before.number() >= transition.number()) {
                // who joined in the middle was told of it as standing
                continue;
            }
            if (box.owed.isEmpty()) {
                box.owedSinceMs = nowMs;
            }
            box.owed.add(transition);
            if (transition.severity() > box.severityTold) {
                // what waits for its next attempt is tried at once: worse follows it
                box.nextAttemptMs = Math.min(box.nextAttemptMs, nowMs);
            }
            box.told.remove(transition.alertId());
            if (transition.kind() != Transition.Kind.CLEARED && transition.kind() != Transition.Kind.WITHDRAWN) {
                box.told.put(transition.alertId(), transition);
            }
        }
    }

    /** Subscribers whose next letter is to be written now. */
    List<Integer> due(long nowMs) {
        List<Integer> due = new ArrayList<>();
        for (Box box : boxes.values()) {
            if (box.letter == null && !box.owed.isEmpty() && dueMs(box, nowMs) <= nowMs) {
                due.add(box.owner.number());
            }
        }
        return due;
    }

    private long dueMs(Box box, long nowMs) {
        int worst = box.owed.stream().mapToInt(Transition::severity).max().orElse(0);
        long dueMs = box.owedSinceMs + pace.gatherMs;
        boolean news = box.storm == null
                || worst > box.severityTold
                || box.standing().isEmpty()
                || box.owed.stream().anyMatch(each -> each.kind() == Transition.Kind.WITHDRAWN);
        if (!news) {
            boolean red = box.owed.stream().anyMatch(PostBook::isAnotherRed);
            dueMs = Math.max(dueMs, box.lastLetterMs + (red ? pace.redEveryMs : pace.updateEveryMs));
        }
        return isUrgent(box) ? dueMs : Math.max(dueMs, quietUntilMs(box, nowMs));
    }

    private static boolean isUrgent(Box box) {
        return box.severityTold >= RED || box.owed.stream().anyMatch(each -> each.severity() >= RED);
    }

    /** When quiet hours end, or now where there are none. */
    private long quietUntilMs(Box box, long nowMs) {
        QuietHours quiet = box.owner.quiet();
        return quiet == null ? nowMs : quiet.endsMs(nowMs, zone);
    }

    /** Neither an attempt that failed nor one that was late wakes anybody. */
    private long readyMs(Box box, long nowMs) {
        return box.urgent || isUrgent(box) ? box.nextAttemptMs : Math.max(box.nextAttemptMs, quietUntilMs(box, nowMs));
    }

    private static boolean isAnotherRed(Transition step) {
        return step.severity() >= RED
                && switch (step.kind()) {
                    case RAISED, ESCALATED, CONFIRMED, UNSHELVED -> true;
                    default -> false;
                };
    }

    /** Writes the letter with all that is owed; the same state and time give the same letter. */
    @Nullable
    Letter write(int subscriber, long nowMs) {
        Box box = boxes.get(subscriber);
        if (box == null || box.owed.isEmpty() || box.letter != null) {
            return null;
        }
        if (box.storm == null) {
            box.storm = subscriber + "-" + box.owed.getFirst().id().replace('/', '-');
            box.letters = 0;
        }
        List<Transition> standing = box.standing();
        Letter letter = new Letter(
                box.storm + "-" + box.letters, subscriber, box.storm, box.letters, box.owed, standing, nowMs);
        box.letters++;
        box.urgent = isUrgent(box);
        box.owed.clear();
        box.lastLetterMs = nowMs;
        box.severityTold = letter.severity();
        if (standing.isEmpty()) {
            box.storm = null;
        }
        box.letter = letter;
        box.letterSinceMs = nowMs;
        box.attempts = 0;
        box.nextAttemptMs = nowMs;
        return letter;
    }

    /** Letters to be handed to a carrier now; each is underway until something is said of it. */
    List<Letter> takeReady(long nowMs) {
        List<Letter> ready = new ArrayList<>();
        for (Box box : boxes.values()) {
            if (box.letter != null && !box.underway && readyMs(box, nowMs) <= nowMs) {
                box.underway = true;
                ready.add(box.letter);
            }
        }
        return ready;
    }

    /** It has arrived, or is dead: the next may be written. */
    void settled(String letterId, int subscriber) {
        Box box = boxOf(letterId, subscriber);
        if (box != null) {
            box.letter = null;
            box.underway = false;
        }
    }

    /** Whether nobody took it for so long that, if this attempt fails, it is dead, and to be {@link #settled}. */
    boolean isLastAttempt(String letterId, int subscriber, long nowMs) {
        Box box = boxOf(letterId, subscriber);
        return box != null && nowMs - box.letterSinceMs >= pace.giveUpAfterMs;
    }

    /** An attempt failed: it is tried again later. */
    void failed(String letterId, int subscriber, long afterMs, long nowMs) {
        Box box = boxOf(letterId, subscriber);
        if (box == null) {
            return;
        }
        box.underway = false;
        box.attempts++;
        long bound = Math.min(pace.longestRetryMs, pace.firstRetryMs << Math.min(30, box.attempts - 1));
        long pauseMs = Math.max(bound / 2 + random.nextLong(bound / 2 + 1), Math.min(afterMs, pace.longestRetryMs));
        box.nextAttemptMs = nowMs + pauseMs;
    }

    /** As {@link #failed} by a process that is gone: it is tried again at once. */
    void hasFailed(String letterId, int subscriber) {
        Box box = boxOf(letterId, subscriber);
        if (box != null) {
            box.attempts++;
        }
    }

    /** How often it was tried in vain. */
    int attempts(String letterId, int subscriber) {
        Box box = boxOf(letterId, subscriber);
        return box == null ? 0 : box.attempts;
    }

    /** A dead letter goes once more, before anything newer; not while another is on its way. */
    boolean again(Letter letter, long nowMs) {
        Box box = boxes.get(letter.subscriber());
        if (box == null || box.letter != null) {
            return false;
        }
        box.letter = letter;
        box.letterSinceMs = nowMs;
        // somebody asked for it
        box.urgent = true;
        box.attempts = 0;
        box.nextAttemptMs = nowMs;
        return true;
    }

    private @Nullable Box boxOf(String letterId, int subscriber) {
        Box box = boxes.get(subscriber);
        return box != null && box.letter != null && box.letter.id().equals(letterId) ? box : null;
    }

    /** When something will be due next, should nothing happen meanwhile. */
    long nextMs(long nowMs) {
        long next = Long.MAX_VALUE;
        for (Box box : boxes.values()) {
            if (box.letter != null) {
                next = box.underway ? next : Math.min(next, readyMs(box, nowMs));
            } else if (!box.owed.isEmpty()) {
                next = Math.min(next, dueMs(box, nowMs));
            }
        }
        return next;
    }

    /** Letters written and not settled, and subscribers with something owed. */
    int waiting() {
        int waiting = 0;
        for (Box box : boxes.values()) {
            waiting += (box.letter != null ? 1 : 0) + (box.owed.isEmpty() ? 0 : 1);
        }
        return waiting;
    }

    /** Nobody is owed anything any more. */
    void forget() {
        boxes.replaceAll((number, box) -> new Box(box.owner));
    }

    /** Those written and not settled. */
    List<Letter> letters() {
        List<Letter> letters = new ArrayList<>();
        for (Box box : boxes.values()) {
            if (box.letter != null) {
                letters.add(box.letter);
            }
        }
        return letters;
    }

    /** One subscriber's post, by the ids of its transitions. */
    record BoxState(
            int subscriber,
            List<String> told,
            List<String> owed,
            long owedSinceMs,
            @Nullable String storm,
            int letters,
            int severityTold,
            long lastLetterMs,
            @Nullable LetterState letter) {}

    record LetterState(
            String id,
            int subscriber,
            String storm,
            int number,
            List<String> steps,
            List<String> standing,
            long madeAtMs,
            int attempts,
            boolean urgent) {
        static LetterState of(Letter letter, int attempts, boolean urgent) {
            return new LetterState(
                    letter.id(),
                    letter.subscriber(),
                    letter.storm(),
                    letter.number(),
                    ids(letter.steps()),
                    ids(letter.standing()),
                    letter.madeAtMs(),
                    attempts,
                    urgent);
        }

        Letter letter(Map<String, Transition> byId) {
            return new Letter(
                    id,
                    subscriber,
                    storm,
                    number,
                    PostBook.found(steps, byId),
                    PostBook.found(standing, byId),
                    madeAtMs);
        }
    }

    /** @param mentioned gets every transition the states name */
    List<BoxState> save(Map<String, Transition> mentioned) {
        List<BoxState> states = new ArrayList<>();
        for (Box box : boxes.values()) {
            if (box.told.isEmpty() && box.owed.isEmpty() && box.letter == null && box.storm == null) {
                continue;
            }
            box.told.values().forEach(each -> mentioned.put(each.id(), each));
            box.owed.forEach(each -> mentioned.put(each.id(), each));
            if (box.letter != null) {
                box.letter.steps().forEach(each -> mentioned.put(each.id(), each));
                box.letter.standing().forEach(each -> mentioned.put(each.id(), each));
            }
            states.add(new BoxState(
                    box.owner.number(),
                    ids(List.copyOf(box.told.values())),
                    ids(box.owed),
                    box.owedSinceMs,
                    box.storm,
                    box.letters,
                    box.severityTold,
                    box.lastLetterMs,
                    box.letter == null ? null : LetterState.of(box.letter, box.attempts, box.urgent)));
        }
        return states;
    }

    void restore(List<BoxState> states, Map<String, Transition> byId) {
        for (BoxState state : states) {
            Box box = boxes.get(state.subscriber());
            if (box == null) {
                continue;
            }
            box.told.clear();
            found(state.told(), byId).forEach(each -> box.told.put(each.alertId(), each));
            box.owed.clear();
            box.owed.addAll(found(state.owed(), byId));
            box.owedSinceMs = state.owedSinceMs();
            box.storm = state.storm();
            box.letters = state.letters();
            box.severityTold = state.severityTold();
            box.lastLetterMs = state.lastLetterMs();
            box.letter = state.letter() == null ? null : state.letter().letter(byId);
            box.letterSinceMs = box.letter == null ? 0 : box.letter.madeAtMs();
            box.attempts = state.letter() == null ? 0 : state.letter().attempts();
            box.urgent = state.letter() != null && state.letter().urgent();
        }
    }

    private static List<String> ids(List<Transition> transitions) {
        return transitions.stream().map(Transition::id).toList();
    }

    private static List<Transition> found(List<String> ids, Map<String, Transition> byId) {
        return ids.stream().filter(byId::containsKey).map(byId::get).toList();
    }
}

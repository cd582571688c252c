package dk.vandvagt.alert;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whoever on the duty list was called about an alert is told of its end, and when it is no longer severe. What ends close together is one
 * message to each. Pure: time is handed in.
 */
public final class DutyEnds {
    /** How long the first end waits for others of the same moment. */
    static final long GATHER_MS = 5_000;

    /**
     * To one person; owed until it is settled.
     *
     * @param number counts all there ever were
     * @param steps what has ended, or is no longer severe
     * @param standing the last step of each alert that they were called about and that still stands, worst first
     */
    public record Message(int number, String person, List<Transition> steps, List<Transition> standing, long atMs) {
        public Message {
            steps = List.copyOf(steps);
            standing = List.copyOf(standing);
        }
    }

    /** @param people by name: places in the list may change */
    public record Called(Transition last, List<String> people) {
        public Called {
            people = List.copyOf(people);
        }

        private Called with(String person) {
            List<String> more = new ArrayList<>(people);
            more.add(person);
            return people.contains(person) ? this : new Called(last, more);
        }
    }

    public record News(String person, List<Transition> steps) {}

    private final Map<String, Called> called = new LinkedHashMap<>();
    private final Map<String, List<Transition>> news = new LinkedHashMap<>();
    /** Of the oldest news, 0 for none. */
    private long newsMs;

    private int number;
    private final List<Message> owed = new ArrayList<>();

    /** They are about to be called. Should it never reach them, they are told of an end all the same: nobody can know that it did not. */
    public void calls(String person, List<Transition> about) {
        for (Transition each : about) {
            Called before = called.getOrDefault(each.alertId(), new Called(each, List.of()));
            called.put(each.alertId(), before.with(person));
        }
    }

    /** A step of any alert, in their order; one that was taken before changes nothing. */
    public void take(Transition step, int severityFrom, long nowMs) {
        Called before = called.get(step.alertId());
        if (before == null || before.last.number() >= step.number()) {
            return;
        }
        if (step.kind() == Transition.Kind.CLEARED || step.kind() == Transition.Kind.WITHDRAWN) {
            called.remove(step.alertId());
        } else {
            called.put(step.alertId(), new Called(step, before.people));
        }
        boolean noLongerSevere = before.last.severity() >= severityFrom && step.severity() < severityFrom;
        if (step.kind().ends() || noLongerSevere) {
            before.people.forEach(
                    each -> news.computeIfAbsent(each, any -> new ArrayList<>()).add(step));
            newsMs = newsMs == 0 ? nowMs : newsMs;
        }
    }

    /** Makes messages of what has gathered; whether it made any, which must be durable before they are sent. */
    public boolean gather(long nowMs) {
        newsMs = Math.min(newsMs, nowMs);
        if (newsMs == 0 || nowMs < newsMs + GATHER_MS) {
            return false;
        }
        news.forEach((person, steps) -> owed.add(new Message(++number, person, steps, standing(person), nowMs)));
        news.clear();
        newsMs = 0;
        return true;
    }

    private List<Transition> standing(String person) {
        return called.values().stream()
                .filter(each ->
                        each.people.contains(person) && !each.last.kind().ends())
                .map(Called::last)
                .sorted(Comparator.comparingInt(Transition::severity)
                        .reversed()
                        .thenComparing(Transition::beganAtMs)
                        .thenComparing(Transition::alertId))
                .toList();
    }

    /** When {@link #gather} will have something to do, should nothing happen meanwhile. */
    public long nextMs() {
        return newsMs == 0 ? Long.MAX_VALUE : newsMs + GATHER_MS;
    }

    public List<Message> owed() {
        return List.copyOf(owed);
    }

    /** It has arrived, or never will. */
    public void settled(int message) {
        owed.removeIf(each -> each.number == message);
    }

    public record State(List<Called> called, List<News> news, long newsMs, int number, List<Message> owed) {}

    public State save() {
        return new State(
                new ArrayList<>(called.values()),
                news.entrySet().stream()
                        .map(each -> new News(each.getKey(), List.copyOf(each.getValue())))
                        .toList(),
                newsMs,
                number,
                List.copyOf(owed));
    }

    public void restore(State saved) {
        called.clear();
        saved.called().forEach(each -> called.put(each.last().alertId(), each));
        news.clear();
        saved.news().forEach(each -> news.put(each.person(), new ArrayList<>(each.steps())));
        newsMs = saved.newsMs();
        number = saved.number();
        owed.clear();
        owed.addAll(saved.owed());
    }
}

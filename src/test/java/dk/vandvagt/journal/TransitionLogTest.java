package dk.vandvagt.journal;

import static dk.vandvagt.journal.VerdictLogTest.transition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.AlertTrail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransitionLogTest {
    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();

    private SegmentLog segments() throws IOException {
        return Logs.open(folder, new SegmentLog.Settings(3000, Long.MAX_VALUE), findings);
    }

    private static Transition raised(int number) {
        return transition("a/" + number, number, Transition.Kind.RAISED);
    }

    @Test
    void shouldHandBackOnlyThoseItDoesNotHoldAlsoAfterOpeningAgain() throws IOException {
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            assertThat(transitions.append(List.of(raised(1), raised(2), raised(1))))
                    .containsExactly(raised(1), raised(2));
            assertThat(transitions.append(List.of(raised(2), raised(3)))).containsExactly(raised(3));
        }
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            assertThat(transitions.append(List.of(raised(1), raised(2), raised(3))))
                    .isEmpty();
            assertThat(transitions.all()).containsExactly(raised(1), raised(2), raised(3));
            assertThat(transitions.lastCausingSequence()).isEqualTo(3);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldOweEachChannelWhatItWasNotToldSinceItBegan() throws IOException {
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            transitions.begin("mqtt");
            transitions.append(List.of(raised(1), raised(2)));
            transitions.begin("webhook");
            transitions.append(List.of(raised(3)));
            transitions.told("a/1", "mqtt");
            transitions.told("a/3", "webhook");
            transitions.append(List.of(raised(4)));
        }
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            transitions.begin("mqtt");
            assertThat(transitions.untold("mqtt")).containsExactly(raised(2), raised(3), raised(4));
            assertThat(transitions.untold("webhook")).containsExactly(raised(4));
            assertThat(transitions.untold("mail")).isEmpty();
            transitions.end("mqtt");
            assertThat(transitions.untold("mqtt")).isEmpty();
        }
    }

    @Test
    void shouldGiveEachTransitionAPlaceThatStaysItsOwnOverARestart() throws IOException {
        List<AlertTrail.Step> before;
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            transitions.begin("mqtt");
            for (int i = 1; i <= 40; i++) {
                transitions.append(List.of(raised(i)));
                transitions.told("a/" + i, "mqtt");
            }
            before = transitions.after(0, 100).steps();
            assertThat(before).extracting(AlertTrail.Step::transition).isEqualTo(transitions.all());
            assertThat(before).extracting(AlertTrail.Step::place).isSorted().doesNotHaveDuplicates();
        }
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            AlertTrail.Steps some = transitions.after(before.get(9).place(), 5);
            assertThat(some.whole()).isTrue();
            assertThat(some.steps()).isEqualTo(before.subList(10, 15));
            assertThat(some.last()).isEqualTo(before.getLast().place());
            assertThat(transitions.after(some.last(), 5).whole()).isTrue();
            assertThat(transitions.after(some.last() + 1, 5).whole())
                    .as("a place not reached yet")
                    .isFalse();

            transitions.dropBefore(30, Long.MAX_VALUE);
            List<AlertTrail.Step> held = transitions.after(0, 100).steps();
            int dropped = before.size() - held.size();
            assertThat(dropped).isBetween(1, 30);
            assertThat(transitions.after(before.get(dropped - 1).place(), 100).whole())
                    .isTrue();
            assertThat(transitions.after(before.get(dropped - 2).place(), 100).whole())
                    .as("the next one is gone")
                    .isFalse();
        }
    }

    @Test
    void shouldLetGoOfOldOnesOnlyWhenCommittedAndToldOnEveryChannel() throws IOException {
        long far = Long.MAX_VALUE;
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            transitions.begin("mqtt");
            transitions.begin("webhook");
            for (int i = 1; i <= 40; i++) {
                transitions.append(List.of(raised(i)));
                transitions.told("a/" + i, "mqtt");
                if (i != 20) {
                    transitions.told("a/" + i, "webhook");
                }
            }
            long whole = log.bytes();
            transitions.dropBefore(0, far);
            transitions.dropBefore(far, 0);
            assertThat(log.bytes()).isEqualTo(whole);
            transitions.dropBefore(10, far);
            assertThat(transitions.all()).contains(raised(10), raised(40)).doesNotContain(raised(1));
            transitions.dropBefore(far, far);
            assertThat(transitions.all()).contains(raised(20), raised(40)).doesNotContain(raised(10));
            assertThat(transitions.untold("webhook")).containsExactly(raised(20));
            transitions.told("a/20", "webhook");
            transitions.dropBefore(far, far);
            assertThat(transitions.all()).doesNotContain(raised(20));
            assertThat(log.bytes()).isLessThan(whole / 4);
        }
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            assertThat(transitions.untold("webhook")).isEmpty();
            transitions.append(List.of(raised(50)));
            assertThat(transitions.untold("mqtt"))
                    .as("channels outlive the segment they began in")
                    .containsExactly(raised(50));
        }
    }

    @Test
    void shouldNotTakeForHeldWhatTheDiskRefused() throws IOException {
        try (SegmentLog log = Logs.open(folder, new SegmentLog.Settings(3000, 900), findings)) {
            TransitionLog transitions = TransitionLog.open(log);
            transitions.append(List.of(raised(1)));
            assertThatThrownBy(() -> transitions.append(List.of(raised(2)))).isInstanceOf(JournalFullException.class);
            assertThat(transitions.all()).containsExactly(raised(1));
        }
        try (SegmentLog log = segments()) {
            TransitionLog transitions = TransitionLog.open(log);
            assertThat(transitions.append(List.of(raised(2)))).containsExactly(raised(2));
        }
    }
}

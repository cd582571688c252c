package dk.vandvagt.alert;

import static dk.vandvagt.alert.Edges.at;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.composite;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.members;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Stories of composites: edges of sensors in, edges of composites out. */
class CompositesTest {
    private static final Sensor SEA = levelSensor("SEA", level("outfall", 1, 1.00, 0, 0), level("quay", 2, 1.5, 0, 0));
    private static final Sensor RAIN =
            rainSensor("RAIN", threshold("heavy", 1, Threshold.Kind.ACCUMULATION, 10, 5, 0, 0, 30 * MIN, Double.NaN));

    private static Edges edges(Composite... composites) {
        Edges edges = new Edges(Catalogues.of(List.of(composites), SEA, RAIN));
        edges.hear(0, "SEA", "RAIN").judge(0);
        return edges;
    }

    private static Composite blocked(long onDelayMs, long offDelayMs) {
        return composite("BLOCKED", 2, 2, onDelayMs, offDelayMs, "SEA/outfall", "RAIN/heavy");
    }

    @Test
    void shouldRaiseWhenTheLastConditionIsMetAndClearWhenOneEnds() {
        Edges edges = edges(blocked(0, 0));
        edges.began(10, "SEA/outfall").judge(11);
        assertThat(edges.found()).isEmpty();
        edges.began(20, "RAIN/heavy").judge(21);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 20");
        edges.ended(40, "RAIN/heavy").judge(41);
        assertThat(edges.found()).containsExactly("ENDED BLOCKED at 40");
    }

    @Test
    void shouldCompleteItsDelaysByTheClock() {
        Edges edges = edges(blocked(10 * MIN, 30 * MIN));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(12).judge(21);
        assertThat(edges.found()).isEmpty();
        edges.judge(25);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 22");
        edges.ended(40, "RAIN/heavy").judge(40).judge(69);
        assertThat(edges.found()).isEmpty();
        edges.judge(70);
        assertThat(edges.found()).containsExactly("ENDED BLOCKED at 40");
    }

    @Test
    void shouldForgetAConditionThatDoesNotLastItsOnDelay() {
        Edges edges = edges(blocked(10 * MIN, 0));
        edges.began(10, "SEA/outfall")
                .began(12, "RAIN/heavy")
                .ended(20, "RAIN/heavy")
                .judge(60);
        assertThat(edges.found()).isEmpty();
    }

    @Test
    void shouldNotEndWhileTheOffDelayIsInterrupted() {
        Edges edges = edges(blocked(0, 30 * MIN));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(12);
        edges.ended(40, "RAIN/heavy")
                .judge(40)
                .began(60, "RAIN/heavy")
                .judge(60)
                .judge(90);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 12");
        edges.ended(100, "SEA/outfall").judge(140);
        assertThat(edges.found()).containsExactly("ENDED BLOCKED at 100");
    }

    @Test
    void shouldJudgeByTheReadingsOwnTimeInWhateverOrderTheyAreBatched() {
        Edges together = edges(blocked(10 * MIN, 5 * MIN));
        together.began(10, "RAIN/heavy")
                .began(15, "SEA/outfall")
                .ended(40, "RAIN/heavy")
                .ended(60, "SEA/outfall")
                .judge(61);
        Edges oneByOne = edges(blocked(10 * MIN, 5 * MIN));
        oneByOne.began(10, "RAIN/heavy").judge(10);
        oneByOne.began(15, "SEA/outfall").judge(15).judge(26);
        oneByOne.ended(40, "RAIN/heavy").judge(41);
        oneByOne.ended(60, "SEA/outfall").judge(61);
        assertThat(together.found())
                .isEqualTo(oneByOne.found())
                .containsExactly("BEGAN BLOCKED at 25", "ENDED BLOCKED at 40");
    }

    @Test
    void shouldBeginWhenBothHeldThoughTheEarlierIsHeardLater() {
        Edges edges = edges(blocked(0, 0));
        edges.began(30, "RAIN/heavy").judge(30);
        edges.late(Edge.Kind.BEGAN, 10, "SEA/outfall").judge(60);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 30 late");
    }

    @Test
    void shouldHoldAStandingOneThroughSilenceAndSaySo() {
        Edges edges = edges(blocked(0, 0));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(12);
        edges.stale(50, "SEA").judge(50).judge(3_000);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 12", "STALE BLOCKED at 50");
        edges.back(3_001, "SEA").judge(3_001);
        assertThat(edges.found()).containsExactly("BACK BLOCKED at 3001");
        edges.ended(3_010, "SEA/outfall").judge(3_010);
        assertThat(edges.found()).containsExactly("ENDED BLOCKED at 3010");
    }

    @Test
    void shouldClearASilentOneOnceAnotherConditionIsSeenToEnd() {
        Edges edges = edges(blocked(0, 0));
        edges.began(10, "SEA/outfall")
                .began(12, "RAIN/heavy")
                .judge(12)
                .stale(50, "SEA")
                .judge(50);
        edges.ended(60, "RAIN/heavy").judge(60);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 12", "STALE BLOCKED at 50", "ENDED BLOCKED at 60");
    }

    @Test
    void shouldRaiseUnconfirmedWhenItIsPendingAndASensorFallsSilent() {
        Edges edges = edges(blocked(60 * MIN, 0));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(12);
        edges.stale(45, "SEA").judge(45);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 45 unconfirmed", "STALE BLOCKED at 45");
    }

    @Test
    void shouldNotRaiseWhileAMemberIsUnknown() {
        Edges edges = edges(blocked(0, 0));
        edges.stale(5, "SEA").began(12, "RAIN/heavy").judge(60);
        assertThat(edges.found()).isEmpty();
    }

    @Test
    void shouldPauseTheOffDelayWhileNobodyKnows() {
        Edges edges = edges(blocked(0, 30 * MIN));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(12);
        edges.ended(20, "RAIN/heavy").judge(20);
        edges.stale(30, "RAIN").judge(30).judge(200);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 12", "STALE BLOCKED at 30");
        edges.back(200, "RAIN").judge(200).judge(219);
        assertThat(edges.found()).containsExactly("BACK BLOCKED at 200");
        edges.judge(220);
        assertThat(edges.found()).containsExactly("ENDED BLOCKED at 190");
    }

    @Test
    void shouldBeWithdrawnWithTheReadingItRestsOn() {
        Edges edges = edges(blocked(0, 30 * MIN));
        edges.began(10, "RAIN/heavy").began(20, "SEA/outfall").judge(20);
        edges.withdrawn(30, "SEA/outfall").judge(30);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 20", "WITHDRAWN BLOCKED at 30");
    }

    @Test
    void shouldBeWithdrawnWhenOneReadingWasBehindTwoOfItsMembers() {
        Edges edges = edges(composite("ANY", 1, 1, 0, 0, "SEA/outfall", "SEA/quay", "RAIN/heavy"));
        edges.began(10, "SEA/outfall").began(10, "SEA/quay").judge(10);
        edges.withdrawn(20, "SEA/outfall").withdrawn(20, "SEA/quay").judge(20);
        assertThat(edges.found()).startsWith("BEGAN ANY at 10").last().isEqualTo("WITHDRAWN ANY at 20");
    }

    @Test
    void shouldOnlyClearWhenItOnceStoodWithoutTheReadingThatIsWithdrawn() {
        Edges edges = edges(composite("ANY", 1, 1, 0, 0, "SEA/outfall", "RAIN/heavy"));
        edges.began(10, "RAIN/heavy").judge(10).began(20, "SEA/outfall").judge(20);
        edges.ended(30, "RAIN/heavy").judge(30).withdrawn(40, "SEA/outfall").judge(40);
        assertThat(edges.found()).startsWith("BEGAN ANY at 10").last().isEqualTo("ENDED ANY at 40");
    }

    @Test
    void shouldBePossibleWhileAMemberIsAndThenSure() {
        Edges edges = edges(blocked(0, 0));
        edges.began(10, "SEA/outfall").possible(12, "RAIN/heavy").judge(12);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 12 possible");
        edges.confirmed(20, "RAIN/heavy").judge(20);
        assertThat(edges.found()).containsExactly("CONFIRMED BLOCKED at 20");
    }

    @Test
    void shouldRestOnAnotherComposite() {
        Edges edges = edges(
                composite("WORST", 3, 2, 0, 0, "BLOCKED", "SEA/quay"),
                composite("BLOCKED", 2, 2, 10 * MIN, 0, "SEA/outfall", "RAIN/heavy"));
        edges.began(10, "SEA/outfall")
                .began(10, "SEA/quay")
                .began(12, "RAIN/heavy")
                .judge(12);
        assertThat(edges.found()).isEmpty();
        edges.judge(22);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 22", "BEGAN WORST at 22");
        edges.ended(30, "RAIN/heavy").judge(30);
        assertThat(edges.found()).containsExactly("ENDED BLOCKED at 30", "ENDED WORST at 30");
    }

    @Test
    void shouldRefuseCompositesThatRestOnEachOther() {
        assertThatThrownBy(() -> edges(composite("A", 1, 1, 0, 0, "B"), composite("B", 1, 1, 0, 0, "A")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[A, B]");
    }

    @Test
    void shouldTreatASensorOutOfServiceAsUnknown() {
        Edges edges = edges(blocked(0, 0));
        edges.began(10, "SEA/outfall").judge(10);
        edges.composites().setOutOfService("RAIN", true);
        edges.judge(11);
        edges.composites().setOutOfService("RAIN", false);
        edges.began(20, "RAIN/heavy").judge(20);
        edges.composites().setOutOfService("RAIN", true);
        edges.judge(30);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 20", "STALE BLOCKED at 30");
    }

    @Test
    void shouldNotRaiseByASensorThatIsOutOfService() {
        for (int onDelayMin : List.of(0, 30)) {
            Edges edges = edges(blocked(onDelayMin * MIN, 0));
            edges.began(10, "SEA/outfall").judge(10);
            edges.composites().setOutOfService("RAIN", true);
            edges.judge(11).began(12, "RAIN/heavy").judge(12).judge(90);
            assertThat(edges.found()).isEmpty();
            edges.composites().setOutOfService("RAIN", false);
            edges.judge(100).judge(130);
            assertThat(edges.found()).containsExactly("BEGAN BLOCKED at " + (100 + onDelayMin));
        }
    }

    @Test
    void shouldWaitWithItsOnDelayWhileASensorIsOutOfService() {
        Edges edges = edges(blocked(30 * MIN, 0));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(22);
        edges.composites().setOutOfService("RAIN", true);
        edges.judge(22).judge(300);
        assertThat(edges.found()).isEmpty();
        edges.composites().setOutOfService("RAIN", false);
        edges.judge(300).judge(319);
        assertThat(edges.found()).isEmpty();
        edges.judge(320);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 320");
    }

    @Test
    void shouldForgetAnOnDelayThatWaitedInVain() {
        Edges edges = edges(blocked(30 * MIN, 0));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(22);
        edges.composites().setOutOfService("RAIN", true);
        edges.judge(22).ended(40, "SEA/outfall").judge(40);
        edges.composites().setOutOfService("RAIN", false);
        edges.judge(50).began(60, "SEA/outfall").judge(60).judge(89);
        assertThat(edges.found()).isEmpty();
        edges.judge(90);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 90");
    }

    @Test
    void shouldNotRestOnACompositeThatStandsByASensorOutOfService() {
        Edges edges = edges(
                composite("WORST", 3, 2, 0, 0, "BLOCKED", "SEA/quay"), composite("BLOCKED", 2, 1, 0, 0, "RAIN/heavy"));
        edges.began(10, "RAIN/heavy").judge(10);
        edges.composites().setOutOfService("RAIN", true);
        edges.judge(11).began(12, "SEA/quay").judge(12);
        assertThat(edges.found()).containsExactly("BEGAN BLOCKED at 10", "STALE BLOCKED at 11");
        edges.composites().setOutOfService("RAIN", false);
        edges.judge(20);
        assertThat(edges.found()).contains("BEGAN WORST at 20");
    }

    private static Composite inhibiting(int severity, String... children) {
        Composite blocked = composite("BLOCKED", severity, 2, 0, 0, "SEA/outfall", "RAIN/heavy");
        return new Composite(
                blocked.id(), blocked.stationId(), blocked.threshold(), blocked.members(), members(children));
    }

    @Test
    void shouldNotTellAChildAnewWhileTheParentStands() {
        Edges edges = edges(inhibiting(2, "RAIN/heavy"));
        edges.began(10, "SEA/outfall").judge(10).began(20, "RAIN/heavy").judge(20);
        assertThat(edges.told()).containsExactly("BEGAN SEA.level/outfall at 10", "BEGAN BLOCKED at 20");
        edges.ended(30, "RAIN/heavy").judge(30);
        assertThat(edges.told()).containsExactly("ENDED BLOCKED at 30");
    }

    @Test
    void shouldTellTheChildOnceTheParentHasEnded() {
        Edges edges = edges(inhibiting(2, "RAIN/heavy"));
        edges.began(10, "SEA/outfall").began(20, "RAIN/heavy").judge(20).told();
        edges.stale(25, "RAIN").judge(25).ended(30, "SEA/outfall").judge(30);
        assertThat(edges.told())
                .containsExactly(
                        "STALE BLOCKED at 25",
                        "ENDED SEA.level/outfall at 30",
                        "ENDED BLOCKED at 30",
                        "BEGAN RAIN.accumulation.30min/heavy at 20");
        edges.back(39, "RAIN").ended(40, "RAIN/heavy").judge(40);
        assertThat(edges.told()).containsExactly("ENDED RAIN.accumulation.30min/heavy at 40");
    }

    @Test
    void shouldTellTheEndOfAChildThatPeopleHeardOf() {
        Edges edges = edges(inhibiting(2, "SEA/outfall"));
        edges.began(10, "SEA/outfall").judge(10).began(20, "RAIN/heavy").judge(20);
        edges.ended(30, "SEA/outfall").judge(30);
        assertThat(edges.told()).contains("BEGAN SEA.level/outfall at 10", "ENDED SEA.level/outfall at 30");
    }

    @Test
    void shouldTellAChildThatIsGraverThanItsParent() {
        Edges edges = edges(inhibiting(1, "SEA/quay"));
        edges.began(10, "SEA/outfall")
                .began(10, "SEA/quay")
                .began(10, "RAIN/heavy")
                .judge(10);
        assertThat(edges.told()).contains("BEGAN SEA.level/quay at 10");
    }

    @Test
    void shouldSayThatAReleasedCompositeIsSilent() {
        Composite any = composite("ANY", 3, 1, 0, 0, "SEA/quay");
        Edges edges = edges(
                new Composite(any.id(), any.stationId(), any.threshold(), any.members(), members("BLOCKED")),
                blocked(0, 0));
        edges.began(10, "SEA/quay").judge(10);
        edges.began(20, "SEA/outfall").began(20, "RAIN/heavy").judge(20);
        edges.stale(30, "RAIN").judge(30).told();
        edges.ended(40, "SEA/quay").judge(40);
        assertThat(edges.told())
                .containsExactly(
                        "ENDED SEA.level/quay at 40", "ENDED ANY at 40", "BEGAN BLOCKED at 20", "STALE BLOCKED at 40");
    }

    @Test
    void shouldTellWhatAShelvedParentWouldKeepQuiet() {
        Edges edges = edges(inhibiting(2, "RAIN/heavy"));
        edges.began(10, "SEA/outfall")
                .judge(10)
                .began(20, "RAIN/heavy")
                .judge(20)
                .told();
        edges.composites().setShelved(Set.of("BLOCKED"));
        edges.judge(30);
        assertThat(edges.told()).containsExactly("BEGAN RAIN.accumulation.30min/heavy at 20");
    }

    @Test
    void shouldTakeUpAndLeaveServiceOfASensorNobodyKnows() {
        Edges edges = edges(blocked(0, 0));
        edges.composites().setOutOfService("GONE", true);
        edges.composites().setOutOfService("GONE", false);
        edges.judge(10);
        assertThat(edges.found()).isEmpty();
    }

    @Test
    void shouldGoOnByIdInAnotherRevision() {
        Catalogue before = Catalogues.of(List.of(blocked(0, 0)), SEA, RAIN);
        Catalogue after = Catalogues.of(
                List.of(
                        composite("BLOCKED", 3, 1, 0, 0, "SEA/outfall", "RAIN/heavy"),
                        composite("NEW", 1, 1, 0, 0, "SEA/outfall")),
                SEA,
                RAIN);
        Edges edges = new Edges(before);
        edges.hear(0, "SEA", "RAIN")
                .began(10, "SEA/outfall")
                .began(12, "RAIN/heavy")
                .judge(12);
        edges.found();
        edges.composites().use(after, at(20));
        edges.judge(20);
        // one that is new takes up what stands already
        assertThat(edges.found()).containsExactly("BEGAN NEW at 10");
        edges.ended(30, "RAIN/heavy").judge(30);
        assertThat(edges.found()).isEmpty();
    }

    @Test
    void shouldLogTheEndOfOneThatIsNoLongerInTheSettings() {
        Edges edges = edges(blocked(0, 0));
        edges.began(10, "SEA/outfall").began(12, "RAIN/heavy").judge(12);
        edges.found();
        edges.composites().use(Catalogues.of(SEA, RAIN), at(20));
        edges.judge(20);
        assertThat(edges.found()).containsExactly("REMOVED BLOCKED at 20");
    }
}

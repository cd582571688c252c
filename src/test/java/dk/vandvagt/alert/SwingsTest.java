package dk.vandvagt.alert;

import static dk.vandvagt.alert.Desk.MIN;
import static dk.vandvagt.alert.Desk.T0;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Threshold;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What comes and goes: told as that, and not each time. Each step also by a restored book, see {@link Desk}. */
class SwingsTest {
    private static final String W = "W.level";
    private static final Threshold QUAY = level("quay", 1, 1.0, 0, 0);
    private static final Threshold STREET = level("street", 2, 1.5, 0, 0);
    private static final String[] FLAPPED = {"RAISED 1", "CLEARED 0", "RAISED 1", "CLEARED 0", "RAISED 1 FLAPPING"};

    private final Desk desk = new Desk(revision(QUAY, STREET));

    private static Catalogue revision(Threshold... level) {
        return Catalogues.of(levelSensor("W", level));
    }

    private void up(long minutes, double value) {
        desk.at(minutes).find(desk.began(W, 0, value));
    }

    /** @param peak since it began */
    private void down(long minutes, double peak) {
        desk.at(minutes).find(desk.ended(W, 0, peak));
    }

    /** Readings that find nothing. */
    private void hear(long... minutes) {
        for (long each : minutes) {
            desk.at(each).hear(0);
        }
    }

    /** The third time, at 100 minutes, is told as flapping. */
    private void flap() {
        up(0, 1.1);
        down(40, 1.1);
        up(50, 1.2);
        down(90, 1.2);
        up(100, 1.1);
        assertThat(desk.story()).containsExactly(FLAPPED);
    }

    private List<String> since() {
        return desk.story().subList(FLAPPED.length, desk.story().size());
    }

    @Test
    void shouldTellTheThirdTimeAsFlappingAndClearItAfterAnHourWithout() {
        flap();
        down(140, 1.1);
        hear(160, 180, 199);
        assertThat(since()).isEmpty();
        assertThat(desk.book().standingCount()).isEqualTo(1);
        hear(200);
        assertThat(since()).containsExactly("CLEARED 0 FLAPPING");
        assertThat(desk.last().atMs()).as("when the water was below").isEqualTo(T0 + 140 * MIN);
        assertThat(desk.last().clockMs()).isEqualTo(T0 + 200 * MIN);
        up(210, 1.1);
        assertThat(desk.story().getLast()).as("calm is calm").isEqualTo("RAISED 1");
    }

    @Test
    void shouldNotTellEachTimeAndKeepTheHighestOfThem() {
        flap();
        down(140, 1.1);
        up(150, 1.4);
        down(160, 1.4);
        hear(180, 200);
        up(215, 1.05);
        down(220, 1.05);
        hear(240, 260, 279);
        assertThat(since()).isEmpty();
        hear(280);
        assertThat(since()).containsExactly("CLEARED 0 FLAPPING");
        assertThat(desk.last().peak()).isEqualTo(1.4);
        assertThat(desk.last().number()).as("one alert all along").isEqualTo(1);
    }

    @Test
    void shouldNotTakeAnHourOfSilenceForAnHourOfCalm() {
        flap();
        down(140, 1.1);
        desk.at(175).find(Edge.ofSensor(Edge.Kind.STALE, 0, desk.clockMs(), T0 + 140 * MIN));
        desk.at(390).find();
        assertThat(since()).containsExactly("STALE 1");
        desk.at(400).find(Edge.ofSensor(Edge.Kind.BACK, 0, desk.clockMs(), desk.clockMs()));
        hear(420, 424);
        assertThat(since()).containsExactly("STALE 1", "BACK 1");
        hear(425);
        assertThat(since()).as("the first reading spoke for 35 minutes").contains("CLEARED 0 FLAPPING");
    }

    @Test
    void shouldClearByReadingsThatAlwaysComeLate() {
        flap();
        down(140, 1.1);
        desk.at(175).find(Edge.ofSensor(Edge.Kind.STALE, 0, desk.clockMs(), T0 + 140 * MIN));
        desk.at(280).gather(List.of(160L, 180L));
        assertThat(since()).containsExactly("STALE 1");
        desk.at(300).gather(List.of(200L));
        assertThat(since()).containsExactly("STALE 1", "CLEARED 0 FLAPPING");
    }

    @Test
    void shouldSayTheSameHoweverReadingsAreGathered() {
        flap();
        down(140, 1.1);
        desk.at(230).gather(List.of(160L, 180L, 200L, 220L, 230L), desk.began(W, 0, 1.1));
        assertThat(since())
                .as("it was over half an hour before this")
                .containsExactly("CLEARED 0 FLAPPING", "RAISED 1");
    }

    @Test
    void shouldHoldAnEndBackThatComesWithItsBeginning() {
        up(0, 1.1);
        down(40, 1.1);
        up(50, 1.2);
        down(90, 1.2);
        desk.at(100);
        Edge began = desk.began(W, 0, 1.1);
        desk.at(110);
        desk.gather(List.of(100L, 110L), began, desk.ended(W, 0, 1.1));
        assertThat(since()).isEmpty();
        hear(130, 150, 170);
        assertThat(since()).containsExactly("CLEARED 0 FLAPPING");
    }

    @Test
    void shouldTellAnEscalationThatComesAndGoesToo() {
        up(0, 1.4);
        for (int i = 0; i < 3; i++) {
            desk.at(10 + 20 * i).find(desk.began(W, 1, 1.6));
            desk.at(20 + 20 * i).find(desk.ended(W, 1, 1.6));
        }
        assertThat(desk.story())
                .containsExactly(
                        "RAISED 1",
                        "ESCALATED 2",
                        "DE_ESCALATED 1",
                        "ESCALATED 2",
                        "DE_ESCALATED 1",
                        "ESCALATED 2 FLAPPING");
        hear(80, 100, 120);
        assertThat(desk.story().getLast()).isEqualTo("DE_ESCALATED 1 FLAPPING");
    }

    /** Standing for yellow, and for orange for the third time. */
    private void flapAbove() {
        up(0, 1.4);
        for (int i = 0; i < 2; i++) {
            desk.at(10 + 20 * i).find(desk.began(W, 1, 1.6));
            desk.at(20 + 20 * i).find(desk.ended(W, 1, 1.6));
        }
        desk.at(50).find(desk.began(W, 1, 1.7));
    }

    @Test
    void shouldNotKeepAHigherColourOnceTheWaterIsBelowALowerThreshold() {
        flapAbove();
        desk.at(60).find(desk.ended(W, 1, 1.7));
        assertThat(desk.story()).hasSize(6);
        down(80, 1.7);
        assertThat(desk.story().subList(6, desk.story().size())).containsExactly("CLEARED 0");
        assertThat(desk.book().standingCount()).isZero();
        hear(100, 120, 140);
        assertThat(desk.story()).hasSize(7);
    }

    @Test
    void shouldEndAllAtOnceWhenTheWaterFallsBelowAllThresholdsAtOnce() {
        flapAbove();
        desk.at(80).find(desk.ended(W, 0, 1.7), desk.ended(W, 1, 1.7));
        assertThat(desk.story().subList(6, desk.story().size())).containsExactly("CLEARED 0");
    }

    @Test
    void shouldKeepWhatFlapsAboveUntilTheLowerOneIsCalmToo() {
        for (int i = 0; i < 3; i++) {
            desk.at(50 * i).find(desk.began(W, 0, 1.6), desk.began(W, 1, 1.6));
            desk.at(50 * i + 40).find(desk.ended(W, 0, 1.6), desk.ended(W, 1, 1.6));
        }
        assertThat(desk.story()).containsExactly("RAISED 2", "CLEARED 0", "RAISED 2", "CLEARED 0", "RAISED 2 FLAPPING");
        desk.at(150).find(desk.began(W, 0, 1.2));
        desk.at(160).find(desk.ended(W, 0, 1.2));
        hear(180, 199);
        assertThat(since()).isEmpty();
        hear(200);
        assertThat(since()).containsExactly("DE_ESCALATED 1 FLAPPING");
        hear(220);
        assertThat(since()).containsExactly("DE_ESCALATED 1 FLAPPING", "CLEARED 0 FLAPPING");
    }

    @Test
    void shouldTellWorseWhileAnEndIsHeldBack() {
        flap();
        down(140, 1.1);
        desk.at(150).find(desk.began(W, 0, 1.6), desk.began(W, 1, 1.6));
        assertThat(since()).containsExactly("ESCALATED 2");
        desk.at(160).find(desk.ended(W, 1, 1.6));
        assertThat(since()).containsExactly("ESCALATED 2", "DE_ESCALATED 1");
        down(170, 1.6);
        hear(190, 210, 230);
        assertThat(since()).containsExactly("ESCALATED 2", "DE_ESCALATED 1", "CLEARED 0 FLAPPING");
        assertThat(desk.last().peak()).isEqualTo(1.6);
    }

    @Test
    void shouldTellThatWhatWasPossibleIsSureNow() {
        for (int i = 0; i < 3; i++) {
            desk.at(50 * i).find(desk.possibly(W, 0, 1.4));
            desk.at(50 * i + 40).find(desk.edge(Edge.Kind.ENDED, W, 0, 1.4, true));
        }
        assertThat(desk.last().kind()).isEqualTo(Transition.Kind.RAISED);
        up(150, 1.1);
        assertThat(since()).containsExactly("CONFIRMED 1");
        assertThat(desk.last().peak()).as("1.40 was never sure").isEqualTo(1.1);
        down(160, 1.1);
        desk.at(170).find(desk.possibly(W, 0, 1.6));
        desk.at(180).find(desk.edge(Edge.Kind.ENDED, W, 0, 1.6, true));
        hear(200, 220, 240);
        assertThat(since()).containsExactly("CONFIRMED 1", "CLEARED 0 FLAPPING");
        assertThat(desk.last().peak()).isEqualTo(1.1);
    }

    @Test
    void shouldNotCallThreeTimesInAnAfternoonFlapping() {
        up(0, 1.1);
        down(60, 1.1);
        up(100, 1.1);
        down(150, 1.1);
        up(181, 1.1);
        assertThat(desk.story().getLast()).isEqualTo("RAISED 1");
        down(220, 1.1);
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0");
    }

    @Test
    void shouldWithdrawAtOnceWhatShouldNotHaveBeenTold() {
        flap();
        desk.at(110).find(desk.edge(Edge.Kind.WITHDRAWN, W, 0, 1.1, false));
        assertThat(since()).containsExactly("WITHDRAWN 0");
    }

    @Test
    void shouldGoOnHoldingWhenABeginningThatWasNotToldIsWithdrawn() {
        flap();
        down(140, 1.2);
        up(150, 1.4);
        desk.at(155).find(desk.edge(Edge.Kind.WITHDRAWN, W, 0, 1.4, false));
        hear(175, 195, 214);
        assertThat(since()).isEmpty();
        hear(215);
        assertThat(since()).containsExactly("CLEARED 0 FLAPPING");
        assertThat(desk.last().peak()).as("1.40 was never so").isEqualTo(1.2);
    }

    @Test
    void shouldEndWithItsThreshold() {
        flap();
        down(140, 1.1);
        desk.at(150).use(revision(STREET));
        assertThat(since()).containsExactly("CLEARED 0 THRESHOLD_REMOVED");
        hear(170, 190, 210, 230);
        assertThat(since()).hasSize(1);
    }

    @Test
    void shouldGoOnUnderNewSettings() {
        flap();
        down(140, 1.1);
        desk.at(150).use(revision(level("quay", 1, 1.05, 0, 0), STREET));
        hear(160, 180, 200);
        assertThat(since()).containsExactly("CLEARED 0 FLAPPING");
    }

    @Test
    void shouldNotTellTheEndOfWhatIsShelvedButOfWhatPeopleHeard() {
        flap();
        desk.at(110).shelve(W, 600);
        down(140, 1.1);
        hear(160, 180, 200);
        assertThat(since()).containsExactly("SHELVED 1 shelved", "CLEARED 0 FLAPPING");
    }

    @Test
    void shouldTellNoEndOfAGaugeThatIsOutOfService() {
        flap();
        desk.at(110).out("W");
        down(140, 1.1);
        hear(160, 180, 200);
        assertThat(since()).containsExactly("OUT_OF_SERVICE 1");
        desk.at(210).in("W");
        assertThat(since()).containsExactly("OUT_OF_SERVICE 1", "CLEARED 0 IN_SERVICE");
    }

    @Test
    void shouldListenToAnyOfRedundantGauges() {
        Desk place = new Desk(Catalogue.of(
                "test",
                "Test",
                Judging.USUAL,
                List.of(Catalogues.redundant("K", List.of("A", "B"), QualityLimits.NONE, QUAY)),
                null));
        for (int i = 0; i < 3; i++) {
            place.at(50 * i).find(place.edge(Edge.Kind.BEGAN, "K.level", 0, 1.1, false));
            place.at(50 * i + 40).find(place.edge(Edge.Kind.ENDED, "K.level", 0, 1.1, false));
        }
        place.at(160).hear(0);
        place.at(180).hear(1);
        assertThat(place.story()).hasSize(5);
        place.at(200).hear(1);
        assertThat(place.story()).hasSize(6).last().isEqualTo("CLEARED 0 FLAPPING");
    }
}

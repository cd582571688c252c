package dk.vandvagt.alert;

import static dk.vandvagt.alert.Desk.MIN;
import static dk.vandvagt.alert.Desk.T0;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Threshold;
import org.junit.jupiter.api.Test;

/** What comes and goes: told as that, and not each time. Each step also by a restored book, see {@link Desk}. */
class SwingsTest {
    private static final String W = "W.level";
    private static final Threshold QUAY = level("quay", 1, 1.0, 0, 0);
    private static final Threshold STREET = level("street", 2, 1.5, 0, 0);

    private final Desk desk = new Desk(revision(QUAY, STREET));

    private static Catalogue revision(Threshold... level) {
        return Catalogues.of(levelSensor("W", level));
    }

    private Desk up(long minutes, double value) {
        desk.at(minutes);
        return desk.find(desk.began(W, 0, value));
    }

    private Desk down(long minutes) {
        desk.at(minutes);
        return desk.find(desk.ended(W, 0, 0.9));
    }

    /** The third time, at 100 minutes, is told as flapping. */
    private void flap() {
        up(0, 1.1);
        down(40);
        up(50, 1.2);
        down(90);
        up(100, 1.1);
        assertThat(desk.story()).containsExactly("RAISED 1", "CLEARED 0", "RAISED 1", "CLEARED 0", "RAISED 1 FLAPPING");
    }

    private void nothingMore() {
        assertThat(desk.transitions()).hasSize(5);
    }

    @Test
    void shouldTellTheThirdTimeAsFlappingAndClearItAfterAnHourWithout() {
        flap();
        down(140);
        desk.at(199).find();
        nothingMore();
        assertThat(desk.book().standingCount()).isEqualTo(1);
        desk.at(200).find();
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0");
        assertThat(desk.last().atMs()).as("when the water was below").isEqualTo(T0 + 140 * MIN);
        assertThat(desk.last().clockMs()).isEqualTo(T0 + 200 * MIN);
        up(210, 1.1);
        assertThat(desk.story().getLast()).as("calm is calm").isEqualTo("RAISED 1");
    }

    @Test
    void shouldNotTellEachTimeAndKeepTheHighestOfThem() {
        flap();
        down(140);
        up(150, 1.4);
        down(160);
        up(215, 1.05);
        down(220);
        desk.at(279).find();
        nothingMore();
        desk.at(280).find();
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0");
        assertThat(desk.last().peak()).isEqualTo(1.4);
        assertThat(desk.last().peakAtMs()).isEqualTo(T0 + 150 * MIN);
        assertThat(desk.last().number()).as("one alert all along").isEqualTo(1);
    }

    @Test
    void shouldNotTakeAnHourOfSilenceForAnHourOfCalm() {
        flap();
        down(140);
        desk.at(150);
        desk.find(Edge.ofSensor(Edge.Kind.STALE, 0, desk.clockMs(), desk.clockMs()));
        desk.at(400).find();
        desk.find(Edge.ofSensor(Edge.Kind.BACK, 0, desk.clockMs(), desk.clockMs()));
        desk.at(459).find();
        assertThat(desk.story().subList(5, desk.story().size())).containsExactly("STALE 1", "BACK 1");
        desk.at(460).find();
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0");
    }

    @Test
    void shouldSayTheSameHoweverReadingsAreGathered() {
        flap();
        down(140);
        up(230, 1.1);
        assertThat(desk.story().subList(5, desk.story().size()))
                .as("it was over half an hour before this")
                .containsExactly("CLEARED 0", "RAISED 1");
    }

    @Test
    void shouldTellAnEscalationThatComesAndGoesToo() {
        up(0, 1.4);
        for (int i = 0; i < 3; i++) {
            desk.at(10 + 20 * i).find(desk.began(W, 1, 1.6));
            desk.at(20 + 20 * i).find(desk.ended(W, 1, 1.4));
        }
        assertThat(desk.story())
                .containsExactly(
                        "RAISED 1",
                        "ESCALATED 2",
                        "DE_ESCALATED 1",
                        "ESCALATED 2",
                        "DE_ESCALATED 1",
                        "ESCALATED 2 FLAPPING");
        desk.at(120).find();
        assertThat(desk.story().getLast()).isEqualTo("DE_ESCALATED 1");
    }

    @Test
    void shouldNotCallThreeTimesInAnAfternoonFlapping() {
        up(0, 1.1);
        down(60);
        up(100, 1.1);
        down(150);
        up(181, 1.1);
        assertThat(desk.story().getLast()).isEqualTo("RAISED 1");
        down(220);
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0");
    }

    @Test
    void shouldWithdrawAtOnceWhatShouldNotHaveBeenTold() {
        flap();
        desk.at(110).find(desk.edge(Edge.Kind.WITHDRAWN, W, 0, 1.1, false));
        assertThat(desk.story().getLast()).isEqualTo("WITHDRAWN 0");
    }

    @Test
    void shouldGoOnHoldingWhenABeginningThatWasNotToldIsWithdrawn() {
        flap();
        down(140);
        up(150, 1.4);
        desk.at(155).find(desk.edge(Edge.Kind.WITHDRAWN, W, 0, 1.4, false));
        desk.at(214).find();
        nothingMore();
        desk.at(215).find();
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0");
    }

    @Test
    void shouldEndWithItsThreshold() {
        flap();
        down(140);
        desk.at(150).use(revision(STREET));
        assertThat(desk.story().getLast()).isEqualTo("CLEARED 0 THRESHOLD_REMOVED");
        desk.at(300).find();
        assertThat(desk.transitions()).hasSize(6);
    }
}

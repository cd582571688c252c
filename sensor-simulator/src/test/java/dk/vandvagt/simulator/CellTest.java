package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CellTest {
    private static final String[] GAUGES = {"ASS-HAVN-R", "GLAMSBJERG-R", "AARUP-R"};

    @Test
    void shouldLeaveTheDepthsThatWereAskedForWhereItsHeartPasses() {
        for (double[] depths : new double[][] {{26.7, 34.2}, {14, 21}, {10, 20}, {20, 22.5}}) {
            Cell cell = Cell.leaving(depths[0], depths[1], 0, 60, 40, 0, 7);
            Cloudburst burst = new Cloudburst(1, 0, List.of(cell));
            Cloudburst.Place first = burst.place(0, GAUGES[0]);
            assertThat(burst.depthMm(first, -5 / 60.0, 5 / 60.0)).isCloseTo(depths[0], within(0.03));
            assertThat(burst.depthMm(first, -15 / 60.0, 15 / 60.0)).isCloseTo(depths[1], within(0.03));
        }
    }

    /** Glamsbjerg lies 13.3 km east of Assens, Aarup 14.6 km north-east: a cell that goes east meets the one and misses the other. */
    @Test
    void shouldTravelWhereItIsHeadedAtItsSpeed() {
        Cloudburst east = new Cloudburst(1, 0, List.of(Cell.leaving(20, 30, 0, 90, 26.6, 0, 3)));
        double atGlamsbjerg = passesAt(east, 1);
        assertThat(atGlamsbjerg).isCloseTo(0.5, within(0.05));
        assertThat(total(east, 1)).isGreaterThan(0.9 * total(east, 0));
        assertThat(total(east, 2)).isLessThan(0.05 * total(east, 0));
        Cloudburst back = new Cloudburst(1, 0, List.of(Cell.leaving(20, 30, 0, 270, 26.6, 0, 3)));
        assertThat(passesAt(back, 1)).isCloseTo(-0.5, within(0.05));
    }

    @Test
    void shouldPassBesideTheGaugeByWhatItIsOffTrack() {
        Cloudburst beside = new Cloudburst(1, 0, List.of(Cell.leaving(20, 30, 0, 60, 40, 7, 7)));
        Cloudburst over = new Cloudburst(1, 0, List.of(Cell.leaving(20, 30, 0, 60, 40, 0, 7)));
        // one standard deviation away
        assertThat(total(beside, 0) / total(over, 0)).isCloseTo(Math.exp(-0.5), within(0.001));
    }

    @Test
    void shouldSayWhatIsWrongWithACell() {
        assertThatThrownBy(() -> Cell.of("in10min=20,in30min=80")).hasMessageContaining("1.11 to 2.26 times in10min");
        assertThatThrownBy(() -> Cell.of(Map.of("hail", "2"), 0)).hasMessageContaining("a cell has no 'hail'");
        assertThatThrownBy(() -> Cell.of("at=noon")).hasMessageContaining("'noon' is no duration");
    }

    private static double total(Cloudburst burst, int gauge) {
        return burst.depthMm(burst.place(gauge, GAUGES[gauge]), -3, 3);
    }

    private static double passesAt(Cloudburst burst, int gauge) {
        Cloudburst.Place place = burst.place(gauge, GAUGES[gauge]);
        double weighted = 0;
        for (double hour = -3; hour < 3; hour += 0.05) {
            weighted += (hour + 0.025) * burst.depthMm(place, hour, hour + 0.05);
        }
        return weighted / total(burst, gauge);
    }
}

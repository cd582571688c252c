package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Geometry;

class FloodDepthsTest {
    private final Toy toy = Toy.drawn("~0123456", "~0123456", "~0123456", "~?123456");

    private FloodDepths at(double levelM) {
        return new FloodDepths(toy.terrain(), SeaLevels.everywhere(toy.terrain(), levelM, true));
    }

    @Test
    void shouldGiveAnAreaTheMeanOfItsCells() {
        // depths 1.5, 0.5 and 0 over three rows
        FloodDepths.Area area = at(2.5).area(toy.cellsAsArea(0, 2, 2, 4));
        assertThat(area.hazard()).isCloseTo((1 + 0.5 + 0) / 3, within(1e-9));
        assertThat(area.deepestM()).isEqualTo(1.5);
        assertThat(area.knownShare()).isEqualTo(1);
    }

    @Test
    void shouldGiveAnAreaSmallerThanACellThatCell() {
        Geometry small = toy.line(3.1, 0.1, 3.2, 0.1).buffer(0.01);
        assertThat(at(2.5).area(small)).isEqualTo(new FloodDepths.Area(0.5, 0.5, 1));
    }

    @Test
    void shouldSayHowMuchOfAnAreaItKnows() {
        FloodDepths.Area area = at(2.5).area(toy.cellsAsArea(3, 1, 3, 2));
        assertThat(area.knownShare()).isEqualTo(0.5);
        assertThat(area.hazard()).isEqualTo(1);
        assertThat(at(2.5).area(toy.cellsAsArea(3, 1, 3, 1)).hazard()).isNaN();
        assertThat(at(2.5).area(toy.line(20, 20, 30, 20).buffer(2)).hazard()).isNaN();
        assertThat(at(Double.NaN).area(toy.cellsAsArea(0, 2, 2, 4)).hazard()).isNaN();
    }

    @Test
    void shouldGiveAHouseTheDeepestWaterInTheRingAroundIt() {
        // on the cells of 4 m; beside it 3 and 5 m
        Geometry house = toy.cellsAsArea(1, 5, 2, 5);
        assertThat(at(3.5).around(house).depthM()).isEqualTo(0.5);
        assertThat(at(3).around(house).depthM()).isZero();
        assertThat(at(3.2).buildings(List.of(house))).isEqualTo(new FloodDepths.Buildings(1, 0, 0));
        assertThat(at(3.21).buildings(List.of(house))).isEqualTo(new FloodDepths.Buildings(1, 1, 0));
        Geometry elsewhere = toy.line(50, 50, 52, 50).buffer(1);
        assertThat(at(3.21).buildings(List.of(house, elsewhere))).isEqualTo(new FloodDepths.Buildings(1, 1, 1));
    }

    @Test
    void shouldNotCountWaterUnderAHouse() {
        Toy pit = Toy.drawn("~333", "~303", "~333");
        assertThat(new FloodDepths(pit.terrain(), SeaLevels.everywhere(pit.terrain(), 2, true))
                        .around(pit.cellAsArea(1, 2))
                        .depthM())
                .isZero();
    }

    @Test
    void shouldRefuseALevelTheTerrainIsNotPreparedFor() {
        assertThatThrownBy(() -> at(100.1)).hasMessage("level 100.1 m: the terrain is prepared up to 100.0 m");
    }
}

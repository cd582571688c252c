package dk.vandvagt.station;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.station.Threshold.Comparison;
import dk.vandvagt.station.Threshold.Direction;
import dk.vandvagt.station.Threshold.Kind;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final VerticalDatum DVR90 = new VerticalDatum("DVR90");

    private static Threshold threshold(String name, Kind kind, Direction direction, double raiseAt, long windowMs) {
        return new Threshold(
                name,
                Text.NONE,
                1,
                kind,
                direction,
                Comparison.AT_OR_BEYOND,
                raiseAt,
                raiseAt - 0.05,
                DVR90,
                0,
                0,
                windowMs,
                Double.NaN,
                "",
                false,
                Text.NONE,
                "",
                "");
    }

    private static Sensor sensor(String id, Threshold... thresholds) {
        return new Sensor(
                id,
                "ST",
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                600_000,
                2_100_000,
                0.01,
                QualityLimits.NONE,
                List.of(thresholds),
                false);
    }

    private static Catalogue catalogue(String text, @Nullable Catalogue previous, Sensor... sensors) {
        Station station = new Station("ST", "Somewhere", 9.9, 55.3, DVR90, List.of(), "", List.of(sensors));
        return Catalogue.of(text, "Here", Judging.USUAL, List.of(station), previous);
    }

    @Test
    void shouldNeverGiveASensorsIndexToAnother() {
        Catalogue first = catalogue("1", null, sensor("A"), sensor("B"), sensor("C"));
        Catalogue second = catalogue("2", first, sensor("D"), sensor("C"), sensor("A"));
        assertThat(IntStream.range(0, second.sensorCount())
                        .mapToObj(i -> second.sensor(i).id()))
                .containsExactly("A", "B", "C", "D");
        assertThat(second.sensor(1).retired()).isTrue();
        assertThat(second.sensorIndex("B")).isEqualTo(-1);
        assertThat(second.sensorIndexEvenRetired("B")).isEqualTo(1);
        Catalogue third = catalogue("3", second, sensor("B"));
        assertThat(third.sensorIndex("B")).isEqualTo(1);
        assertThat(third.sensor(1).retired()).isFalse();
        assertThat(third.sensorIndex("A")).isEqualTo(-1);
    }

    @Test
    void shouldRetireTheRulesOfARetiredSensor() {
        Threshold level = threshold("quays", Kind.LEVEL, Direction.RISING, 1, 0);
        Catalogue first = catalogue("1", null, sensor("A", level));
        Catalogue second = catalogue("2", first, sensor("B", level));
        assertThat(second.rule("A.level")).isNull();
        assertThat(second.rules(0)).isEmpty();
        assertThat(Objects.requireNonNull(second.rule("B.level")).sensorIndex()).isEqualTo(1);
    }

    @Test
    void shouldMakeOneLadderPerKindDirectionAndWindowMildestFirst() {
        Catalogue catalogue = catalogue(
                "1",
                null,
                sensor(
                        "A",
                        threshold("high", Kind.LEVEL, Direction.RISING, 1.5, 0),
                        threshold("low", Kind.LEVEL, Direction.FALLING, -1.0, 0),
                        threshold("quays", Kind.LEVEL, Direction.RISING, 1.0, 0),
                        threshold("lowest", Kind.LEVEL, Direction.FALLING, -1.5, 0),
                        threshold("fast", Kind.RISE, Direction.RISING, 0.3, 3 * 3_600_000L)));
        assertThat(catalogue.rules())
                .extracting(Rule::id)
                .containsExactlyInAnyOrder("A.level", "A.level.falling", "A.rise.180min");
        assertThat(Objects.requireNonNull(catalogue.rule("A.level")).rungs())
                .extracting(Threshold::name)
                .containsExactly("quays", "high");
        assertThat(Objects.requireNonNull(catalogue.rule("A.level.falling")).rungs())
                .extracting(Threshold::name)
                .containsExactly("low", "lowest");
    }

    @Test
    void shouldNameARevisionByItsText() {
        assertThat(catalogue("same", null, sensor("A")).revision())
                .isEqualTo(catalogue("same", null, sensor("A")).revision())
                .hasSize(16)
                .isNotEqualTo(catalogue("other", null, sensor("A")).revision());
    }

    @Test
    void shouldUseTheGaugeZeroThatHeldThen() {
        List<GaugeZero> zeros = List.of(new GaugeZero(1_000, 0.1, ""), new GaugeZero(2_000, 0.2, ""));
        Station station = new Station("ST", "Somewhere", 9.9, 55.3, DVR90, zeros, "", List.of());
        assertThat(station.gaugeZeroM(999)).isEqualTo(0.1);
        assertThat(station.gaugeZeroM(1_999)).isEqualTo(0.1);
        assertThat(station.gaugeZeroM(2_000)).isEqualTo(0.2);
    }

    @Test
    void shouldKeepCentimetresAsTheNearestMetres() {
        assertThat(Unit.CM.keep(227)).isEqualTo(2.27);
        assertThat(Unit.MM_LEVEL.keep(2270)).isEqualTo(2.27);
        assertThat(Unit.MILLIVOLT.keep(3612)).isEqualTo(3.612);
    }
}

package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.station.ConstituentName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that settings may use are those that the tide is computed of. */
class ConstituentNameTest {
    private static ConstituentName name(String name) {
        return ConstituentName.named(name).orElseThrow(() -> new AssertionError(name + " is not known"));
    }

    @Test
    void shouldKnowAConstituentForEveryNameAndNoOther() {
        assertThat(ConstituentName.known()).containsAll(Constituent.lines());
        for (String known : ConstituentName.known()) {
            ConstituentName name = name(known);
            Constituent constituent = Constituent.of(name);
            assertThat(constituent.name()).isEqualTo(name.name());
            assertThat(constituent.species()).as(known).isEqualTo(name.species());
            assertThat(constituent.isSeasonal()).as(known).isEqualTo(name.isSeasonal());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"M4", "MS4", "2MS6", "MSN2", "2SN(MK)2", "3MS2", "MO3", "M12", "2MK3", "ν2", "MνS2", "SK4"})
    void shouldCountACompoundsCyclesAsTheTideDoes(String compound) {
        assertThat(name(compound).species())
                .isEqualTo(Constituent.of(name(compound)).species());
        assertThat(name(compound).isSeasonal()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "N4, 2N4, true",
        "M2, m2, true",
        "RHO, ro1, true",
        "3MS2, 3M2S2, true",
        "M4, MS4, false",
        "SA, SSA, false"
    })
    void shouldTellWhichNamesMeanOneLine(String one, String other, boolean same) {
        assertThat(name(one).isSameLineAs(name(other))).isEqualTo(same);
        assertThat(name(other).isSameLineAs(name(one))).isEqualTo(same);
        if (same) {
            assertThat(Constituent.of(name(one)).speedDegPerHour())
                    .isEqualTo(Constituent.of(name(other)).speedDegPerHour());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "X2", "M", "(", "((((M2", "M99", "M0", "2", "MMMMMMMMMMMMMMMMMMMMMMMMM50"})
    void shouldKnowNothingElse(String unknown) {
        assertThat(ConstituentName.named(unknown)).isEmpty();
    }
}

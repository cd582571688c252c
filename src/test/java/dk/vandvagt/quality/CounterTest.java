package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Sensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A running counter of rain against its reading before. */
class CounterTest {
    private static final long T0 = 1_700_006_400_000L;

    @ParameterizedTest
    @CsvSource({
        "12.0, 12.0, PASS, dry",
        "12.0, 14.2, PASS, wet",
        "12.0, 11.95, PASS, a weighing gauge flutters by less than its resolution",
        "12.0, 11.0, SUSPECT, fell",
        "12.0, 0.2, PASS, began anew",
        "12.0, 3.0, PASS, began anew in heavy rain",
        "19.0, 4.0, PASS, wrapped at 20",
        "12.0, 7.0, SUSPECT, neither anew nor wrapped"
    })
    void shouldOnlyFallWhenItBeginsAnewOrWraps(double before, double value, String flag, String story) {
        Sensor plain = Catalogues.rainSensor("R");
        Sensor counter = Catalogues.counter(plain, 20);
        List<Sensor> sensors = List.of(counter);
        Recent recent = new Recent(new int[] {16});
        Neighbours nobody = new Neighbours(Catalogues.of(counter), sensors, new long[1]);
        Checks checks = new Checks(sensors, new RaisingPoints(sensors), nobody);
        checks.insert(recent, 0, 0, T0, before, 0);
        recent.setFlag(0, 0, Flag.PASS, QualityTest.GROSS_RANGE.code());
        checks.insert(recent, 0, 1, T0 + 300_000, value, 0);
        int verdict = checks.evaluate(recent, 0, 1, 0);
        assertThat(Checks.flag(verdict)).as(story).isEqualTo(flag.equals("PASS") ? Flag.PASS : Flag.SUSPECT);
        if (flag.equals("SUSPECT")) {
            assertThat(QualityTest.ofCode(Checks.test(verdict))).isEqualTo(QualityTest.COUNTER);
        }
    }
}

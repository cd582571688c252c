package dk.vandvagt.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.notify.AlertMessage;
import dk.vandvagt.station.Catalogue;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the settings file to the words: thresholds that raise below. */
class DeviceAlertTest {
    private static final long T0 = 1_700_006_400_000L;
    private static final long HOUR = 3_600_000;

    private static Catalogue catalogue(String sensor) {
        Read read = SettingsReader.read("""
                version: 1
                place: {id: here, name: Here}
                stations:
                  - id: ST
                    name: Havn
                    lon: 9.89
                    lat: 55.27
                    datum: DVR90
                    gaugeZero: 0.00
                    sensors:
                """ + "      - {" + sensor + "}\n", "test.yml", null);
        assertThat(read).isInstanceOf(Read.Good.class);
        return ((Read.Good) read).catalogue();
    }

    private static String english(Transition transition, Catalogue catalogue) {
        return new AlertMessage(transition, catalogue, ZoneOffset.UTC).text().en();
    }

    @Test
    void shouldTellOfALowBatteryInVoltsAndWithoutADatum() {
        Catalogue catalogue = catalogue("id: B, parameter: battery, unit: mV, interval: 1h, thresholds: [{name: low, "
                + "title: {da: Lavt batteri, en: Low battery}, severity: yellow, kind: level, direction: falling, "
                + "raiseAt: 11.5, clearAbove: 12}]");
        try (Rooms rooms = new Rooms(catalogue, 1)) {
            rooms.read("B", T0, 12.4);
            rooms.read("B", T0 + HOUR, 11.5);
            rooms.read("B", T0 + 2 * HOUR, 11.2);
            rooms.read("B", T0 + 3 * HOUR, 12.1);
            List<Transition> told = rooms.told();
            assertThat(told)
                    .extracting(Transition::kind)
                    .containsExactly(Transition.Kind.RAISED, Transition.Kind.CLEARED);
            assertThat(told).extracting(Transition::unit).containsOnly("V");
            assertThat(told).extracting(Transition::datum).containsOnly("");
            assertThat(english(told.getFirst(), catalogue))
                    .startsWith("Havn: the battery is at 11.50 V at ")
                    .contains("and has reached \"Low battery\" (11.50 V)");
            assertThat(english(told.getLast(), catalogue))
                    .contains(": above \"Low battery\" (11.50 V). Lowest measured: 11.20 V at ");
            assertThat(new AlertMessage(told.getLast(), catalogue, ZoneOffset.UTC)
                            .text()
                            .da())
                    .contains(": over »Lavt batteri« (11,50 V). Lavest målt: 11,20 V ");
        }
    }

    @Test
    void shouldTellOfAFallAsAFall() {
        Catalogue catalogue = catalogue("id: W, parameter: level, unit: m, interval: 10min, thresholds: [{name: fall, "
                + "title: {da: Fald, en: Fall}, severity: yellow, kind: rise, direction: falling, window: 1h, "
                + "raiseAt: -0.5, clearAbove: -0.3}]");
        try (Rooms rooms = new Rooms(catalogue, 1)) {
            for (int i = 0; i <= 12; i++) {
                rooms.read("W", T0 + i * HOUR / 6, 1.0 - Math.max(0, i - 6) * 0.1);
            }
            List<Transition> told = rooms.told();
            assertThat(told).extracting(Transition::kind).containsExactly(Transition.Kind.RAISED);
            assertThat(told.getFirst().value()).isBetween(-0.7, -0.5);
            assertThat(told.getFirst().unit()).isEqualTo("m/h");
            assertThat(english(told.getFirst(), catalogue))
                    .contains("the water is falling 0.")
                    .contains("(-0.50 m/h)");
        }
    }
}

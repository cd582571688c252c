package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.station.Catalogue;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalReadingsTest {
    private static final byte[] READING = "{\"t\":1697838000000,\"v\":227}".getBytes(StandardCharsets.UTF_8);

    private final Catalogue catalogue = Places.with("ASS-W", "ASS-W-CM");
    private final Decoder decoder = new CanonicalReadings("vandvagt/v1");
    private final Decoder.Session session = decoder.open(catalogue);
    private final ReadingBuffer buffer = new ReadingBuffer();

    @Test
    void shouldSubscribeToTheReadingsOfAllSensors() {
        assertThat(decoder.filters()).containsExactly("vandvagt/v1/readings/+");
    }

    @Test
    void shouldReadTheValueInTheUnitOfTheTopicsSensor() {
        assertThat(session.decode("vandvagt/v1/readings/ASS-W-CM", READING, 0, READING.length, 0L, buffer))
                .isNull();
        assertThat(session.decode("vandvagt/v1/readings/ASS-W", READING, 0, READING.length, 0L, buffer))
                .isNull();
        assertThat(buffer.sensorIndexes()).containsExactly(1, 0);
        assertThat(buffer.values()).containsExactly(2.27, 227);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vandvagt/v1/readings",
                "vandvagt/v1/readings/",
                "vandvagt/v1/readings/ASS-W/",
                "vandvagt/v1/readings/ASS-W/x",
                "vandvagt/v1/alerts/ASS-W",
                "vandvagt/v2/readings/ASS-W",
                "/vandvagt/v1/readings/ASS-W",
                "ASS-W"
            })
    void shouldRefuseTopicsThatAreNotOfReadings(String topic) {
        assertThat(session.decode(topic, READING, 0, READING.length, 0L, buffer))
                .isEqualTo(Refusal.UNKNOWN_TOPIC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vandvagt/v1/readings/ASS-X", "vandvagt/v1/readings/ass-w", "vandvagt/v1/readings/+"})
    void shouldRefuseSensorsThatTheCatalogueDoesNotHave(String topic) {
        assertThat(session.decode(topic, READING, 0, READING.length, 0L, buffer))
                .isEqualTo(Refusal.UNKNOWN_SENSOR);
    }

    @Test
    void shouldFollowAReloadedCatalogue() {
        session.use(Places.after(catalogue, "ASS-W-CM", "ASS-NEW"));

        assertThat(session.decode("vandvagt/v1/readings/ASS-W", READING, 0, READING.length, 0L, buffer))
                .isEqualTo(Refusal.UNKNOWN_SENSOR);
        assertThat(session.decode("vandvagt/v1/readings/ASS-NEW", READING, 0, READING.length, 0L, buffer))
                .isNull();
        assertThat(buffer.sensorIndexes()).containsExactly(2);
    }
}

package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.quality.SharedData.Row;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real gauge that froze for six months, flagged by ioos_qc with the thresholds of its notebook. */
class KotzebueTest {
    private static final String CONFIG = "qartod-ioos/kotzebue_config.json";
    private static final int GROSS_RANGE = 1;
    private static final int FLAT_LINE = 2;
    private static final int RATE_OF_CHANGE = 3;
    private static final int SPIKE = 4;
    /** The values have up to six decimals. */
    private static final double QUANTUM = 1e-6;

    private List<Row> rows = List.of();
    private List<List<String>> expected = List.of();
    private Series series = new Series(new double[0], new long[0]);

    @BeforeEach
    void readTheGauge() {
        rows = SharedData.rows("qartod-ioos/kotzebue_water_level.csv");
        expected = SharedData.cells("qartod-ioos/kotzebue_expected_flags.csv");
        series = new Series(
                rows.stream().mapToDouble(Row::level).toArray(),
                rows.stream().mapToLong(Row::observedAtMs).toArray());
        assertThat(rows).hasSize(7241).hasSameSizeAs(expected);
    }

    private static JsonNode limits(String test) throws IOException {
        return new ObjectMapper().readTree(SharedData.file(CONFIG).toFile()).get(test);
    }

    private int[] expected(int column) {
        return expected.stream()
                .mapToInt(cells -> Integer.parseInt(cells.get(column)))
                .toArray();
    }

    @Test
    void shouldFindTheGrossRangeThatIoosQcFinds() throws IOException {
        JsonNode sensor = limits("gross").get("fail_span");
        JsonNode user = limits("gross").get("suspect_span");
        assertThat(series.grossRange(
                        sensor.get(0).asDouble(),
                        sensor.get(1).asDouble(),
                        user.get(0).asDouble(),
                        user.get(1).asDouble()))
                .contains(Flag.SUSPECT)
                .isEqualTo(expected(GROSS_RANGE));
    }

    @Test
    void shouldFindTheSpikesThatIoosQcFinds() throws IOException {
        JsonNode spike = limits("spike");
        assertThat(series.spike(
                        true,
                        spike.get("suspect_threshold").asDouble(),
                        spike.get("fail_threshold").asDouble()))
                .contains(Flag.FAIL)
                .isEqualTo(expected(SPIKE));
    }

    @Test
    void shouldFindTheRatesOfChangeThatIoosQcFinds() throws IOException {
        assertThat(series.rateOfChange(limits("roc").get("threshold").asDouble(), Double.NaN))
                .contains(Flag.SUSPECT)
                .isEqualTo(expected(RATE_OF_CHANGE));
    }

    @Test
    void shouldFindTheFlatLineThatIoosQcFinds() throws IOException {
        JsonNode flat = limits("flat");
        assertThat(series.flatLine(
                        flat.get("suspect_threshold").asDouble(),
                        flat.get("fail_threshold").asDouble(),
                        flat.get("tolerance").asDouble(),
                        QUANTUM))
                .contains(Flag.FAIL)
                .isEqualTo(expected(FLAT_LINE));
    }
}

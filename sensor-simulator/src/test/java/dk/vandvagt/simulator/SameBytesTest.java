package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same seed gives the same traffic: instants, topics, payloads and their order, by a hash over all of them. */
class SameBytesTest {
    /** All that there are. */
    private static final String[] FAULTS = {
        "drop,share=0.02",
        "duplicate,share=0.02",
        "reorder,share=0.05,by=30min",
        "delay,by=2min,for=20h",
        "outage,sensor=BAAGOE-W,from=+30h,for=4h",
        "spike,sensor=ASS-HAVN-W,by=0.8,share=0.01",
        "stuck,sensor=HELNAES-W,from=peak-2h,for=3h",
        "drift,sensor=BAAGOE-W,perDay=0.02",
        "noise,sensor=ASS-HAVN-W,by=0.01",
        "clock,sensor=AARUP-R,by=-1h",
        "reset,sensor=GLAMSBJERG-R,from=+50h",
        "dead,sensor=HELNAES-W",
        "malformed,share=0.01"
    };

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(Format.class)
    void shouldSendTheSameBytesForTheSameSeedInEveryFormatWithEveryFault(Format format) throws Exception {
        assertThat(FAULTS).hasSameSizeAs(Fault.Kind.values());
        List<String> args =
                new ArrayList<>(List.of("storm", "--once", "--rain-as", "counter", "--format", format.toString()));
        for (String fault : FAULTS) {
            args.addAll(List.of("--fault", fault));
        }
        String first = hash(args);
        assertThat(hash(args)).isEqualTo(first);
        args.addAll(List.of("--seed", "8"));
        assertThat(hash(args)).isNotEqualTo(first);
    }

    /** Another machine, another day: a wanted change of storms, faults or encoders changes this too. */
    @Test
    void shouldSendTheBytesThatItAlwaysHas() throws Exception {
        List<String> args = new ArrayList<>(List.of("storm", "--once", "--rain-as", "counter", "--seed", "3"));
        for (String fault : FAULTS) {
            args.addAll(List.of("--fault", fault));
        }
        assertThat(hash(args)).isEqualTo("603dd05ec04d478582d68c86b20d09a26de0ae66180dd00f7600a19bc0f231ee");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"october-2023", "january-2019", "odense-cloudburst", "compound", "calm-week", "false-alarm-bait"
            })
    void shouldPlayAScenarioTheSameEachTime(String name) throws Exception {
        List<String> args = List.of("scenario", "sensor-simulator/scenarios/" + name + ".yml");
        assertThat(hash(args)).isEqualTo(hash(args));
    }

    private String hash(List<String> args) throws IOException, NoSuchAlgorithmException {
        Path traffic = folder.resolve("traffic");
        List<String> all = new ArrayList<>(args);
        all.addAll(List.of("--write", traffic.toString()));
        StringWriter err = new StringWriter();
        Simulator simulator = new Simulator(Instant::now, InputStream.nullInputStream(), new Stop());
        int code = simulator.run(all.toArray(String[]::new), new PrintWriter(new StringWriter()), new PrintWriter(err));
        assertThat(code).as(err.toString()).isZero();
        byte[] bytes = Files.readAllBytes(traffic);
        assertThat(bytes.length).isGreaterThan(10_000);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}

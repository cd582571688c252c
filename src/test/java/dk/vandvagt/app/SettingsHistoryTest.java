package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsHistoryTest {
    @TempDir
    private Path folder = Path.of("");

    private String text = "";

    @BeforeEach
    void read() throws IOException {
        text = Files.readString(Path.of("config", "assens.yml"));
    }

    private static Catalogue catalogue(String text) {
        return ((Read.Good) SettingsReader.read(text, "a test", null)).catalogue();
    }

    @Test
    void shouldTellWhichSettingsWereInForce() throws IOException {
        Catalogue first = catalogue(text);
        Catalogue second = catalogue(text.replace("name: Assens Havn", "name: Havnen"));
        SettingsHistory history = new SettingsHistory(folder, SettingsHistoryTest::catalogue);
        history.inForce(first, 1_000);
        history.inForce(first, 1_500);
        history.inForce(second, 2_000);
        history.inForce(first, 1_999);

        SettingsHistory again = new SettingsHistory(folder, SettingsHistoryTest::catalogue);
        for (SettingsHistory each : new SettingsHistory[] {history, again}) {
            assertThat(each.at(0).revision()).as("before the first").isEqualTo(first.revision());
            assertThat(each.at(1_999).revision()).isEqualTo(first.revision());
            assertThat(each.at(2_000).revision()).isEqualTo(second.revision());
            assertThat(each.at(2_001).revision())
                    .as("a clock that was set back does not turn the order round")
                    .isEqualTo(first.revision());
        }
        try (var files = Files.list(folder)) {
            assertThat(files)
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
    }
}

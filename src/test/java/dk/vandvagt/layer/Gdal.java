package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** GDAL's command-line tools, as planners' programs read what is written here. */
public final class Gdal {
    private Gdal() {}

    /** Skips the test where GDAL is missing, and fails it where CI=true. */
    public static void assumePresent() {
        boolean present;
        try {
            present = new ProcessBuilder("ogrinfo", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            present = false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (!present && "true".equals(System.getenv("CI"))) {
            fail("GDAL is missing: apt-get install gdal-bin");
        }
        assumeTrue(present, "GDAL is missing: apt-get install gdal-bin");
    }

    /** What it prints; fails where it ends with an error. */
    public static String run(String... command) {
        List<String> words = new ArrayList<>(List.of(command));
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(printed).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return printed;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(String.join(" ", words), e);
        }
    }
}

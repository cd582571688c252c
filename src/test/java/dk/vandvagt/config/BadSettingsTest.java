package dk.vandvagt.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One file per mistake under {@code config/bad/}, each saying in its first lines what is to be found. */
class BadSettingsTest {
    private static final Path BAD = Path.of("src/test/resources/config/bad");
    private static final Pattern EXPECT = Pattern.compile("# expect: (\\d+): (.+)");

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(BAD)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldFindTheFaultsAndNoOthers(Path file) throws IOException {
        List<Matcher> expected = Files.readAllLines(file).stream()
                .map(EXPECT::matcher)
                .filter(Matcher::matches)
                .toList();
        assertThat(expected).as("the file says what is wrong with it").isNotEmpty();
        Read read = SettingsFile.load(file, null);
        assertThat(read).isInstanceOf(Read.Bad.class);
        List<String> found = new ArrayList<>();
        ((Read.Bad) read)
                .faults()
                .forEach(fault -> found.add(fault.line() + ": " + fault.path() + ": " + fault.message()));
        assertThat(found).as("as many as expected").hasSameSizeAs(expected);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i))
                    .startsWith(expected.get(i).group(1) + ": ")
                    .contains(expected.get(i).group(2));
        }
    }

    @Test
    void shouldNeverSayAPassword() throws IOException {
        assertThat(files().map(file -> CheckConfig.text("f.yml", SettingsFile.load(file, null))))
                .isNotEmpty()
                .noneMatch(text -> text.contains("hunter2"));
    }

    @Test
    void shouldRefuseAFileOfUnreasonableSize() {
        String text = "# " + "x".repeat(YamlTree.LONGEST_TEXT);
        assertThat(SettingsReader.read(text, "long.yml", null))
                .isInstanceOfSatisfying(
                        Read.Bad.class,
                        bad -> assertThat(bad.faults())
                                .singleElement()
                                .satisfies(fault -> assertThat(fault.message()).contains("at most 16777216")));
    }

    @Test
    void shouldStopReadingAFileWithTenThousandFaults() {
        String text = "stations:\n" + "  - x\n".repeat(2 * Faults.KEPT);
        assertThat(SettingsReader.read(text, "many.yml", null))
                .isInstanceOfSatisfying(
                        Read.Bad.class,
                        bad -> assertThat(bad.faults())
                                .hasSize(Faults.KEPT + 1)
                                .last()
                                .satisfies(fault -> assertThat(fault.message())
                                        .isEqualTo("more than these 10000 were not looked for")));
    }

    /** Never an exception, whatever the text: a good file, damaged at random. */
    @Test
    void shouldAnswerToAnyText() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("BadSettingsTest.shouldAnswerToAnyText: -Dseed=" + seed);
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>(List.of(Files.readString(Path.of("config/assens.yml"))));
        try (Stream<Path> files = files()) {
            for (Path file : files.toList()) {
                texts.add(Files.readString(file));
            }
        }
        String pieces = "\n\t -:[]{}&*!|>'\"%@`#,?~<<=0123456789.eE+\\\u0000\u0085\u2028\uFEFF\uD83C\uDF0A\uD800æ";
        int bad = 0;
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder(texts.get(random.nextInt(texts.size())));
            int damages = 1 + random.nextInt(6);
            for (int i = 0; i < damages && !text.isEmpty(); i++) {
                int at = random.nextInt(text.length());
                int to = Math.min(text.length(), at + random.nextInt(30));
                switch (random.nextInt(4)) {
                    case 0 -> text.delete(at, to);
                    case 1 -> text.insert(at, text.substring(at, to));
                    case 2 -> text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
                    default -> text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
                }
            }
            String damaged = text.toString();
            Read read = SettingsReader.read(damaged, "fuzz.yml", null);
            assertThat(CheckConfig.text("fuzz.yml", read))
                    .as("seed %d round %d", seed, round)
                    .isNotEmpty();
            if (read instanceof Read.Bad) {
                bad++;
            }
        }
        assertThat(bad).as("damage is noticed").isGreaterThan(1_000);
    }
}

package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LikePatternTest {
    @Test
    void shouldMatchWhatARegularExpressionMatches() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("LikePatternTest seed " + seed);
        Random random = new Random(seed);
        String[] letters = {"a", "b", "æ", "😀", "%", "_", "\\", "\n"};
        for (int i = 0; i < 50_000; i++) {
            String text = mixed(random, letters, 8);
            StringBuilder pattern = new StringBuilder();
            StringBuilder regex = new StringBuilder();
            for (int n = random.nextInt(8); n > 0; n--) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        pattern.append('%');
                        regex.append(".*");
                    }
                    case 1 -> {
                        pattern.append('_');
                        regex.append('.');
                    }
                    default -> {
                        String letter = letters[random.nextInt(letters.length)];
                        boolean escaped = "%_\\".contains(letter);
                        pattern.append(escaped ? "\\" : "").append(letter);
                        regex.append(Pattern.quote(letter));
                    }
                }
            }
            assertThat(new LikePattern(pattern.toString()).matches(text))
                    .as("'%s' LIKE '%s'", text, pattern)
                    .isEqualTo(Pattern.compile(regex.toString(), Pattern.DOTALL)
                            .matcher(text)
                            .matches());
        }
    }

    @Test
    void shouldBeDoneSoonWithAPatternMadeToTakeLong() {
        String text = "a".repeat(5000) + "b";
        assertThat(new LikePattern("%a".repeat(2000) + "%c").matches(text)).isFalse();
    }

    private static String mixed(Random random, String[] letters, int most) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(most); n > 0; n--) {
            text.append(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }
}

package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page has words for whatever the service may tell it. */
class WordsTest {
    /** Every step of an alert, and every reason, in Danish and English. */
    @Test
    void shouldHaveWordsForEveryStepOfAnAlert() throws IOException {
        shouldHave("transition", Transition.Kind.values());
        shouldHave("cause", Transition.Cause.values());
    }

    private void shouldHave(String table, Enum<?>[] all) throws IOException {
        String words;
        try (InputStream file = getClass().getResourceAsStream("/web/words.js")) {
            words = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> languages = Pattern.compile("\\b" + table + ": \\{([^}]*)}")
                .matcher(words)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(languages).as(table).hasSize(2);
        for (String language : languages) {
            List<String> known = Pattern.compile("(\\w+): '[^']+'")
                    .matcher(language)
                    .results()
                    .map(each -> each.group(1))
                    .toList();
            assertThat(known)
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(all)
                            .map(each -> each.name().toLowerCase(Locale.ROOT))
                            .toList());
        }
    }
}

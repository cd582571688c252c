package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Text;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LetterTextTest {
    private static final ZoneId COPENHAGEN = ZoneId.of("Europe/Copenhagen");
    private static final Path GOLDEN = Path.of("src/test/resources/golden/letter");

    /** A red level and rain are new, a fast rise stands since before and its gauge is silent. */
    static Letter storm() {
        Transition level = Storms.level(1, Transition.Kind.ESCALATED, 3);
        Transition rain = Storms.rain(0, Transition.Kind.RAISED);
        Transition rise = Storms.rise(1, Transition.Kind.STALE, 0.45);
        return letter(List.of(rain, level), List.of(level, rain, rise));
    }

    static Letter allClear() {
        return letter(
                List.of(Storms.level(2, Transition.Kind.CLEARED, 0), Storms.rain(1, Transition.Kind.CLEARED)),
                List.of());
    }

    static Letter letter(List<Transition> steps, List<Transition> standing) {
        return new Letter("1-a1-0-0", 1, "1-a1-0", 0, steps, standing, Storms.AT_MS);
    }

    private static LetterText text(Letter letter, String language) {
        return new LetterText(letter, Storms.catalogue(), COPENHAGEN, false, language);
    }

    /** Three hundred stations within a minute, the worst somewhere among them. */
    private static Letter flood() {
        List<Transition> steps = new ArrayList<>();
        IntStream.range(0, 299)
                .forEach(i ->
                        steps.add(Storms.at("ST-" + i, "s" + i, Storms.level(0, Transition.Kind.RAISED, 1 + i % 2))));
        steps.add(150, Storms.level(0, Transition.Kind.RAISED, 3));
        return letter(
                steps,
                steps.stream().sorted((a, b) -> b.severity() - a.severity()).toList());
    }

    @ParameterizedTest
    @CsvSource({"storm,da", "storm,en", "all-clear,da", "all-clear,en"})
    void shouldReadAsWritten(String which, String language) throws Exception {
        LetterText text = text(which.equals("storm") ? storm() : allClear(), language);
        String found = text.title() + "\n\n" + text.text() + "\nSMS:\n" + text.sms(306) + "\n\nHTML:\n" + text.html();
        assertThat(found)
                .isEqualTo(Files.readString(GOLDEN.resolve(which + "." + language + ".txt"), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "EXERCISE_INTERRUPTED, ØVELSE: ØVELSEN AFBRUDT: Assens Havn, EXERCISE: EXERCISE INTERRUPTED: Assens Havn",
        "EXERCISE_OVER, ØVELSE: ØVELSEN ER SLUT: Assens Havn, EXERCISE: EXERCISE OVER: Assens Havn"
    })
    void shouldNotCallTheEndOfADrillAnAllClear(Transition.Cause cause, String danish, String english) {
        Letter end = letter(
                List.of(
                        Storms.because(cause, Storms.level(2, Transition.Kind.CLEARED, 0)),
                        Storms.rain(1, Transition.Kind.CLEARED)),
                List.of());
        LetterText da = new LetterText(end, Storms.catalogue(), COPENHAGEN, true, "da");
        LetterText en = new LetterText(end, Storms.catalogue(), COPENHAGEN, true, "en");
        assertThat(da.title()).isEqualTo(danish);
        assertThat(en.title()).isEqualTo(english);
        assertThat(da.text()).startsWith("ØVELSE ØVELSE ØVELSE").doesNotContain("Afblæst: alt");
        assertThat(da.sms(306)).startsWith("ØVELSE! ").doesNotContain("Alt afblæst");
    }

    @Test
    void shouldBeginWithWhatSomebodyIsCalledFor() {
        Letter plain = storm();
        Letter call = new Letter(
                plain.id(),
                0,
                plain.storm(),
                0,
                plain.steps(),
                plain.standing(),
                plain.madeAtMs(),
                new Text("Vagt Anna: kvittér inden 02.10, ellers Bo.", "On duty Anna & Bo."));
        assertThat(text(call, "da").text()).startsWith("Vagt Anna: kvittér inden 02.10, ellers Bo.\n\nRØD");
        assertThat(text(call, "da").sms(306)).startsWith("Vagt Anna: kvittér inden 02.10, ellers Bo.\nRØD");
        assertThat(text(call, "da").sms(160).length()).isLessThanOrEqualTo(160);
        assertThat(text(call, "en").html()).startsWith("<p><strong>On duty Anna &amp; Bo.</strong></p>");
    }

    @Test
    void shouldPutTheWorstFirstAndCountWhatDoesNotFit() {
        String text = text(flood(), "da").text();
        assertThat(text.lines().findFirst()).contains("RØD:");
        assertThat(text.lines().filter(line -> line.startsWith("- "))).hasSizeLessThan(20);
        assertThat(text).contains("- og 288 andre\n").contains("Luk Nordre Havnevej");
        assertThat(text(flood(), "en").text()).contains("- and 288 others\n");
        assertThat(text(flood(), "da").title()).isEqualTo("RØD: Assens Havn og 299 andre steder");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 160, 306, 1530})
    void shouldKeepTextMessagesWithinTheirLengthAndAlphabet(int most) {
        for (Letter letter : List.of(storm(), allClear(), flood())) {
            for (String language : List.of("da", "en")) {
                String sms = new LetterText(letter, Storms.catalogue(), COPENHAGEN, true, language).sms(most);
                assertThat(GsmText.length(sms)).isLessThanOrEqualTo(most);
                assertThat(GsmText.of(sms)).as("nothing outside the alphabet").isEqualTo(sms);
                assertThat(sms).startsWith(language.equals("da") ? "ØVELSE! " : "EXERCISE! ");
            }
        }
    }

    @Test
    void shouldTellTheWorstByTextMessageAndWhatToDo() {
        assertThat(text(flood(), "da").sms(160)).isEqualTo("""
                RØD Assens Havn: Vand på kajen, 1,27 m DVR90 20/10 23.40. Luk Nordre Havnevej
                +299 andre
                Lokal måling, ikke DMI-varsel""");
    }

    @Test
    void shouldNotCallItAnAllClearThatNobodyWatchesAnyMore() {
        Letter letter = letter(
                List.of(Storms.level(2, Transition.Kind.OUT_OF_SERVICE, 1), Storms.rain(1, Transition.Kind.CLEARED)),
                List.of());
        assertThat(text(letter, "da").title()).isEqualTo("Følges ikke længere: Assens Havn");
        assertThat(text(letter, "da").text()).startsWith("Ingen melding følges længere, men ikke alt er afblæst.");
        assertThat(text(letter, "en").sms(306)).doesNotStartWith("All clear").contains("no all-clear");
        Letter removed = letter(
                List.of(Storms.because(
                        Transition.Cause.THRESHOLD_REMOVED, Storms.level(2, Transition.Kind.CLEARED, 0))),
                List.of());
        assertThat(text(removed, "en").title()).startsWith("No longer watched");
        assertThat(text(removed, "en").sms(306)).contains("no all-clear");
    }

    @Test
    void shouldCallAFalseRaiseACorrection() {
        Letter letter = letter(List.of(Storms.level(1, Transition.Kind.WITHDRAWN, 0)), List.of());
        assertThat(text(letter, "da").title()).isEqualTo("Rettelse: Assens Havn");
        assertThat(text(letter, "da").text()).contains("trækkes tilbage").doesNotContain("Afblæst");
    }

    @Test
    void shouldTellACorrectedFigureUnderTheColourThatStands() {
        Transition corrected = Storms.level(1, Transition.Kind.CORRECTED, 1);
        Letter letter = letter(List.of(corrected), List.of(corrected));
        assertThat(text(letter, "da").title()).isEqualTo("GUL: Assens Havn");
        assertThat(text(letter, "da").text()).contains("GUL:", "rettelse: vandstanden er 1,27 m DVR90");
        assertThat(text(letter, "en").sms(306)).contains("YELLOW", "corrected, 1.27 m DVR90");
    }

    @Test
    void shouldCallItAnAllClearWhenWhatWentUpAndDownHasBeenCalm() {
        Transition cleared =
                Storms.but(Storms.level(1, Transition.Kind.CLEARED, 0), Map.of("cause", Transition.Cause.FLAPPING));
        Letter letter = letter(List.of(cleared), List.of());
        assertThat(text(letter, "da").title()).isEqualTo("Afblæst: Assens Havn");
        assertThat(text(letter, "da").text()).contains("er ikke nået igen siden");
        assertThat(text(letter, "en").sms(306)).startsWith("All clear.");
    }

    @Test
    void shouldSayInEveryTextThatADrillIsOne() {
        LetterText danish = new LetterText(storm(), Storms.catalogue(), COPENHAGEN, true, "da");
        assertThat(danish.title()).startsWith("ØVELSE: ");
        assertThat(danish.text()).startsWith("ØVELSE ");
        assertThat(danish.html()).startsWith("<p><strong>ØVELSE ");
        LetterText english = new LetterText(storm(), Storms.catalogue(), COPENHAGEN, true, "en");
        assertThat(english.title()).startsWith("EXERCISE: ");
        assertThat(english.text()).startsWith("EXERCISE ");
    }

    @Test
    void shouldLetNoNameOfAStationBecomeMarkup() {
        Transition step = Storms.at("<img src=x onerror=\"a('b')\">", "x", Storms.level(0, Transition.Kind.RAISED, 1));
        String html = text(letter(List.of(step), List.of(step)), "da").html();
        assertThat(html)
                .contains("&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;")
                .doesNotContain("<img");
    }

    @Test
    void shouldWriteWhatTheAlphabetOfTextMessagesLacksAsItsNearest() {
        assertThat(GsmText.of("»Ærø« – 5 °C, Šiauliai, Łódź €[1] 🌊"))
                .isEqualTo("\"Ærø\" - 5 oC, Siauliai, ?ódz €[1] ?".replace("ó", "o"));
        assertThat(GsmText.length("€[1]")).isEqualTo(7);
        assertThat(GsmText.cut("abcdefgh", 6)).isEqualTo("abc...");
    }
}

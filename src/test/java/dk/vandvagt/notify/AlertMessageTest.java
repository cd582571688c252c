package dk.vandvagt.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Text;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AlertMessageTest {
    private static final ZoneId COPENHAGEN = ZoneId.of("Europe/Copenhagen");

    @Test
    void shouldCarryAllThatIsNeededToUnderstandAndToAccount() throws IOException {
        JsonNode json = json(Storms.level(0, Transition.Kind.RAISED, 1));

        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                        {"id":"a1/0","alertId":"a1","kind":"raised","runId":"live","status":"actual",
                         "station":{"id":"ASS-HAVN","name":"Assens Havn"},
                         "sensor":"ASS-HAVN-W","rule":"ASS-HAVN-W.level",
                         "threshold":{"name":"quay","da":"Vand på kajen","en":"Water on the quay","raiseAt":1.0,"clearBelow":0.9},
                         "severity":1,"severityWord":{"da":"gul","en":"yellow"},
                         "beganAt":"2023-10-20T21:30:00Z","at":"2023-10-20T21:40:00Z","observedAt":"2023-10-20T21:40:00Z",
                         "value":1.27,"unit":"m","datum":"DVR90","flag":1,"peak":1.27,"peakAt":"2023-10-20T21:40:00Z",
                         "unconfirmed":false,"late":false,"possible":false,"cause":null,
                         "text":{"da":"Assens Havn: vandstanden er 1,27 m DVR90 kl. 23.40 den 20. oktober og har nået »Vand på kajen« (1,00 m DVR90). Niveau: gul.",
                                 "en":"Assens Havn: the water level is 1.27 m DVR90 at 23:40 on 20 October and has reached \\"Water on the quay\\" (1.00 m DVR90). Level: yellow."},
                         "action":{"da":"Luk Nordre Havnevej","en":"Close Nordre Havnevej"},
                         "notice":{"da":"Dette er en lokal måling og ikke et varsel fra DMI. Se DMI's varsler: https://www.dmi.dk/varsler/",
                                   "en":"This is a local measurement and not a warning from DMI. For DMI's warnings see https://www.dmi.dk/varsler/"}}
                        """));
    }

    @Test
    void shouldHeadEverythingThatIsReadOfADrillAndSayHowItEnded() throws IOException {
        Transition raised = Storms.but(Storms.level(0, Transition.Kind.RAISED, 1), Map.of("runId", "drill-1"));
        JsonNode json = json(raised);
        assertThat(json.get("status").asText()).isEqualTo("exercise");
        assertThat(json.at("/text/da").asText()).startsWith("ØVELSE: Assens Havn: vandstanden er 1,27 m");
        assertThat(json.at("/text/en").asText()).startsWith("EXERCISE: Assens Havn: the water level is 1.27 m");
        assertThat(json.at("/action/da").asText()).isEqualTo("ØVELSE: Luk Nordre Havnevej");

        Transition interrupted =
                Storms.because(Transition.Cause.EXERCISE_INTERRUPTED, Storms.level(1, Transition.Kind.CLEARED, 0));
        assertThat(text(interrupted).da())
                .isEqualTo("Assens Havn: ØVELSEN AFBRUDT: der er en rigtig melding. Øvelsens melding om »Vand på kajen«"
                        + " (1,00 m DVR90) gælder ikke længere.");
        assertThat(text(interrupted).en())
                .startsWith("Assens Havn: EXERCISE INTERRUPTED: there is a real alert.")
                .doesNotContain("all clear");
        assertThat(new AlertMessage(interrupted, Storms.catalogue(), COPENHAGEN)
                        .brief()
                        .da())
                .isEqualTo("Assens Havn: Vand på kajen ØVELSEN AFBRUDT, rigtig melding");
    }

    @Test
    void shouldTellRainByItsWindowAndSayThatAReadingIsDoubtful() {
        Text text = new AlertMessage(Storms.rain(0, Transition.Kind.RAISED), Storms.catalogue(), COPENHAGEN).text();

        assertThat(text.da())
                .isEqualTo("Assens Havn: der er faldet 18,2 mm regn på 30 minutter kl. 23.40 den 20. oktober"
                        + " og har nået »Skybrud« (15,0 mm). Niveau: orange. Målingen er usikker.");
        assertThat(text.en())
                .isEqualTo("Assens Havn: 18.2 mm of rain has fallen in 30 minutes at 23:40 on 20 October"
                        + " and has reached \"Cloudburst\" (15.0 mm). Level: orange. The reading is doubtful.");
    }

    @Test
    void shouldSayHowManyConditionsOfACompositeAreMet() {
        Transition raised = Storms.transition(
                "c1", 0, Transition.Kind.RAISED, "ASS-HAVN-R", "OUTFALL", "OUTFALL", 2, "members", "", 2, 2, 1);
        Text text = new AlertMessage(raised, Storms.catalogue(), COPENHAGEN).text();

        assertThat(text.da())
                .isEqualTo("Assens Havn: »OUTFALL«: 2 betingelser er opfyldt på én gang kl. 23.40 den 20. oktober."
                        + " Niveau: orange.");
        assertThat(text.en())
                .isEqualTo("Assens Havn: \"OUTFALL\": 2 conditions are met at the same time at 23:40 on 20 October."
                        + " Level: orange.");

        Transition cleared = Storms.transition(
                "c1", 1, Transition.Kind.CLEARED, "ASS-HAVN-R", "OUTFALL", "OUTFALL", 2, "members", "", 0, 1, 1);
        assertThat(new AlertMessage(cleared, Storms.catalogue(), COPENHAGEN)
                        .text()
                        .da())
                .isEqualTo("Assens Havn: afblæst kl. 23.40 den 20. oktober: »OUTFALL« gælder ikke længere.");
    }

    @Test
    void shouldNeverSoundLikeAnAllClearWhenTheSensorIsSilent() {
        Text text = new AlertMessage(Storms.level(1, Transition.Kind.STALE, 1), Storms.catalogue(), COPENHAGEN).text();

        assertThat(text.da()).contains("tavs siden kl. 23.40 den 20. oktober").contains("gælder stadig");
        assertThat(text.en()).contains("silent since 23:40 on 20 October").contains("still stands");
    }

    @Test
    void shouldSayThatRainIsOnlyPossible() {
        Text raised = text(Storms.possibly(Storms.rain(0, Transition.Kind.RAISED)));
        assertThat(raised.da())
                .isEqualTo("Assens Havn: der kan være faldet 18,2 mm regn på 30 minutter kl. 23.40 den 20. oktober"
                        + " og har muligvis nået »Skybrud« (15,0 mm). Niveau: orange."
                        + " Muligt, ikke sikkert: tidsrummet skærer gennem et måleinterval.");
        assertThat(raised.en())
                .isEqualTo("Assens Havn: 18.2 mm of rain may have fallen in 30 minutes at 23:40 on 20 October"
                        + " and has possibly reached \"Cloudburst\" (15.0 mm). Level: orange."
                        + " Possible, not certain: the window cuts through an interval of the gauge.");
        assertThat(text(Storms.rain(1, Transition.Kind.CONFIRMED)).en())
                .startsWith("Assens Havn: now certain: 18.2 mm");
        assertThat(text(Storms.possibly(Storms.rain(1, Transition.Kind.CLEARED)))
                        .en())
                .endsWith("It was never certain that it was reached.")
                .doesNotContain("measured");
    }

    @Test
    void shouldWordAWithdrawnTopRungAsACorrection() {
        Text text =
                text(Storms.because(Transition.Cause.READING_FAILED, Storms.level(2, Transition.Kind.DE_ESCALATED, 1)));
        assertThat(text.da()).startsWith("Assens Havn: rettelse:").doesNotContain("vandstanden er");
        assertThat(text.en())
                .isEqualTo("Assens Havn: correction: the reading behind the higher level failed its quality control."
                        + " Lowered to yellow, \"Water on the quay\" (1.00 m DVR90).");
    }

    @Test
    void shouldSayThatAReadingWasCorrectedRatherThanFaulty() throws IOException {
        Transition lowered =
                Storms.because(Transition.Cause.READING_CORRECTED, Storms.level(2, Transition.Kind.DE_ESCALATED, 1));
        assertThat(text(lowered).da())
                .isEqualTo("Assens Havn: rettelse: målingen bag det højere trin er siden rettet. Sænket til gul,"
                        + " »Vand på kajen« (1,00 m DVR90).");
        assertThat(json(lowered).get("corrects")).extracting(JsonNode::asText).containsExactly("a1/0", "a1/1");
        Transition withdrawn = Storms.but(Storms.level(2, Transition.Kind.WITHDRAWN, 0), Map.of("flag", 2));
        assertThat(text(withdrawn).en()).endsWith("The reading behind it has been corrected.");
        assertThat(text(Storms.but(withdrawn, Map.of("flag", 4))).en()).endsWith("failed its quality control.");
        assertThat(json(Storms.level(1, Transition.Kind.ESCALATED, 2)).has("corrects"))
                .isFalse();
    }

    @Test
    void shouldTellACorrectedFigureAndWhatItCorrects() throws IOException {
        Transition corrected = Storms.level(1, Transition.Kind.CORRECTED, 1);
        assertThat(text(corrected).da())
                .isEqualTo(
                        "Assens Havn: rettelse: vandstanden er 1,27 m DVR90 kl. 23.40 den 20. oktober, ikke som meldt."
                                + " Meldingen om »Vand på kajen« (1,00 m DVR90) gælder stadig.");
        assertThat(text(corrected).en())
                .isEqualTo(
                        "Assens Havn: correction: the water level is 1.27 m DVR90 at 23:40 on 20 October, not as told."
                                + " The alert for \"Water on the quay\" (1.00 m DVR90) still stands.");
        assertThat(json(corrected).get("corrects")).extracting(JsonNode::asText).containsExactly("a1/0");
        assertThat(brief(corrected).da()).isEqualTo("Assens Havn: Vand på kajen rettet, 1,27 m DVR90 20/10 23.40");
        assertThat(brief(corrected).en())
                .isEqualTo("Assens Havn: Water on the quay corrected, 1.27 m DVR90 20 Oct 23:40");
    }

    @Test
    void shouldSayThatItGoesUpAndDownAndThatItHasNotComeAgain() {
        Transition raised = flapping(Storms.level(0, Transition.Kind.RAISED, 1));
        assertThat(text(raised).da())
                .isEqualTo("Assens Havn: vandstanden er 1,27 m DVR90 kl. 23.40 den 20. oktober og har nået »Vand på"
                        + " kajen« (1,00 m DVR90). Niveau: gul. Det går op og ned: mindst tredje gang på tre timer."
                        + " Meldingen gælder, til der har været ro i en time.");
        assertThat(text(raised).en()).endsWith("The alert stands until it has been calm for an hour.");
        assertThat(brief(raised).da()).isEqualTo("Assens Havn: Vand på kajen, 1,27 m DVR90 20/10 23.40, går op og ned");
        assertThat(text(flapping(Storms.level(1, Transition.Kind.ESCALATED, 2))).en())
                .contains("Raised to orange.", "goes up and down");

        Transition cleared = flapping(Storms.level(1, Transition.Kind.CLEARED, 0));
        assertThat(text(cleared).da())
                .startsWith("Assens Havn: afblæst: »Vand på kajen« (1,00 m DVR90) er ikke nået igen siden kl. 23.40 den"
                        + " 20. oktober. Højest målt: ");
        assertThat(text(cleared).en())
                .startsWith("Assens Havn: all clear: \"Water on the quay\" (1.00 m DVR90) has not been reached again"
                        + " since 23:40 on 20 October. Highest measured: ");
        assertThat(brief(cleared).da()).startsWith("Assens Havn: Vand på kajen afblæst");
        assertThat(text(flapping(Storms.level(1, Transition.Kind.DE_ESCALATED, 1)))
                        .da())
                .isEqualTo("Assens Havn: det højere trin er ikke nået igen siden kl. 23.40 den 20. oktober. Sænket til"
                        + " gul, »Vand på kajen« (1,00 m DVR90).");
    }

    @Test
    void shouldTellAFigureWithTheTimeItWasMeasuredHoweverLateItWasDecided() {
        long measured = Storms.AT_MS - 30 * 60_000;
        Transition lowered =
                Storms.but(Storms.level(2, Transition.Kind.DE_ESCALATED, 1), Map.of("observedAtMs", measured));
        assertThat(text(lowered).en())
                .startsWith("Assens Havn: the water level is 1.27 m DVR90 at 23:10 on 20 October.");
        Transition unconfirmed = Storms.but(
                Storms.level(0, Transition.Kind.RAISED, 1), Map.of("observedAtMs", measured, "unconfirmed", true));
        assertThat(text(unconfirmed).en())
                .startsWith("Assens Havn: the water level is 1.27 m DVR90 at 23:10 on 20 October and has reached");
        assertThat(brief(unconfirmed).en())
                .isEqualTo("Assens Havn: Water on the quay, 1.27 m DVR90 20 Oct 23:10, unconfirmed");
    }

    private static Transition flapping(Transition t) {
        return Storms.but(t, Map.of("cause", Transition.Cause.FLAPPING));
    }

    private static Text brief(Transition transition) {
        return new AlertMessage(transition, Storms.catalogue(), COPENHAGEN).brief();
    }

    @Test
    void shouldNotCallAChangeOfSettingsAnAllClear() {
        Text text =
                text(Storms.because(Transition.Cause.THRESHOLD_REMOVED, Storms.level(2, Transition.Kind.CLEARED, 0)));
        assertThat(text.da()).contains("taget ud af indstillingerne").doesNotContain("afblæst", "under");
        assertThat(text.en()).contains("taken out of the settings").doesNotContain("all clear", "below");
    }

    @Test
    void shouldNotCallACompositeTakenOutOfTheSettingsAnAllClear() {
        Text text = text(
                Storms.because(Transition.Cause.THRESHOLD_REMOVED, Storms.composite(2, Transition.Kind.CLEARED, 0)));
        assertThat(text.da())
                .isEqualTo("Assens Havn: meldingen om »OUTFALL« ophører, fordi tærsklen er taget ud af indstillingerne."
                        + " Det skyldes ikke en måling.");
        assertThat(text.en())
                .isEqualTo("Assens Havn: the alert for \"OUTFALL\" ends because the threshold was taken out of the"
                        + " settings. No reading caused this.");
    }

    @ParameterizedTest
    @EnumSource
    void shouldNeverTellAFigureThatIsNone(Transition.Kind kind) {
        for (double none : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY}) {
            List<Transition> steps = List.of(
                    Storms.rise(3, kind, none), Storms.expected(3, kind, none), Storms.composite(3, kind, none));
            for (Transition step : steps) {
                Text text = text(step);
                for (String words : List.of(text.da(), text.en())) {
                    assertThat(words)
                            .startsWith("Assens Havn: ")
                            .endsWith(".")
                            .doesNotContain("NaN", "Infinity", "\u221e", "\ufffd", "0 betingelser", "0 conditions")
                            .doesNotContain("922337");
                }
            }
        }
    }

    @Test
    void shouldTellAStepWithoutAFigureAllTheSame() {
        Text lowered = text(Storms.rise(2, Transition.Kind.DE_ESCALATED, Double.NEGATIVE_INFINITY));
        assertThat(lowered.da())
                .isEqualTo("Assens Havn: sænket kl. 23.40 den 20. oktober til gul, »Hurtig stigning« (0,30 m/h).");
        assertThat(lowered.en())
                .isEqualTo("Assens Havn: lowered at 23:40 on 20 October to yellow, \"Fast rise\" (0.30 m/h).");
        Text raised = text(Storms.rise(0, Transition.Kind.RAISED, Double.NaN));
        assertThat(raised.da())
                .isEqualTo("Assens Havn: »Hurtig stigning« (0,30 m/h) er nået kl. 23.40 den 20. oktober. Niveau: gul.");
        assertThat(raised.en())
                .isEqualTo("Assens Havn: \"Fast rise\" (0.30 m/h) has been reached at 23:40 on 20 October."
                        + " Level: yellow.");
        assertThat(text(Storms.rise(3, Transition.Kind.CLEARED, Double.NaN)).en())
                .isEqualTo("Assens Havn: all clear at 23:40 on 20 October: below \"Fast rise\" (0.30 m/h).");
    }

    @Test
    void shouldNotSayThatAnExtrapolatedLevelIsReachedOrMeasured() {
        Text raised = text(Storms.expected(0, Transition.Kind.RAISED, 1.95));
        assertThat(raised.da())
                .isEqualTo("Assens Havn: fremskrivning kl. 23.40 den 20. oktober: vandstanden kan nå 1,95 m DVR90"
                        + " inden for 60 minutter og kan nå »Vand på kajen« (1,70 m DVR90). Niveau: orange.");
        assertThat(raised.en())
                .isEqualTo("Assens Havn: extrapolation at 23:40 on 20 October: the water level may reach 1.95 m DVR90"
                        + " within 60 minutes and may reach \"Water on the quay\" (1.70 m DVR90). Level: orange.");
        Text cleared = text(Storms.expected(1, Transition.Kind.CLEARED, 1.95));
        assertThat(cleared.da())
                .isEqualTo("Assens Havn: afblæst kl. 23.40 den 20. oktober: »Vand på kajen« (1,70 m DVR90) ventes ikke"
                        + " længere nået. Højest fremskrevet: 1,95 m DVR90 kl. 23.40 den 20. oktober.");
        assertThat(cleared.en())
                .isEqualTo("Assens Havn: all clear at 23:40 on 20 October: \"Water on the quay\" (1.70 m DVR90) is no"
                        + " longer expected to be reached. Highest extrapolated: 1.95 m DVR90 at 23:40 on 20 October.");
        for (Transition step : List.of(
                Storms.expected(1, Transition.Kind.UNSHELVED, 1.95),
                Storms.because(Transition.Cause.IN_SERVICE, Storms.expected(1, Transition.Kind.RAISED, 1.95)))) {
            assertThat(text(step).da()).contains("Højest fremskrevet: 1,95 m").doesNotContain("målt:", "er nået");
            assertThat(text(step).en())
                    .contains("Highest extrapolated: 1.95 m")
                    .doesNotContain("measured", "has been reached");
        }
    }

    @Test
    void shouldTellNoHighestOfAComposite() {
        Text text = text(Storms.composite(2, Transition.Kind.UNSHELVED, 2));
        assertThat(text.da())
                .isEqualTo("Assens Havn: meldingen om »OUTFALL« gælder, siden kl. 23.30 den 20. oktober."
                        + " Niveau: orange.");
        assertThat(text.en())
                .isEqualTo("Assens Havn: the alert for \"OUTFALL\" stands, since 23:30 on 20 October. Level: orange.");
    }

    @ParameterizedTest
    @EnumSource(names = {"STALE", "BACK", "OUT_OF_SERVICE"})
    void shouldNotSpeakOfTheGaugeWhereThereAreSeveral(Transition.Kind kind) {
        for (Transition step : List.of(Storms.place(1, kind), Storms.composite(1, kind, 2))) {
            assertThat(text(step).da())
                    .containsPattern(": (en|ingen) af målerne ")
                    .doesNotContain("måleren");
            assertThat(text(step).en())
                    .containsPattern(": (one|none) of the gauges ")
                    .doesNotContain("the sensor");
        }
        assertThat(text(Storms.level(1, kind, 1)).en()).contains(": the sensor ");
    }

    @Test
    void shouldSayThatNoneOfRedundantGaugesAnswers() {
        assertThat(text(Storms.place(1, Transition.Kind.STALE)).da())
                .startsWith("Assens Havn: ingen af målerne har svaret siden kl. 23.40 den 20. oktober. Meldingen om"
                        + " »Vand på kajen«")
                .contains("gælder stadig");
    }

    @Test
    void shouldSayThatOutOfServiceIsNoAllClear() {
        Text text = text(Storms.level(2, Transition.Kind.OUT_OF_SERVICE, 1));
        assertThat(text.da()).contains("taget ud af drift", "ikke en afblæsning");
        assertThat(text.en()).contains("out of service", "not an all-clear");
    }

    @ParameterizedTest
    @CsvSource({
        "READING_FAILED, DE_ESCALATED",
        "READING_CORRECTED, DE_ESCALATED",
        "FLAPPING, RAISED",
        "FLAPPING, ESCALATED",
        "FLAPPING, DE_ESCALATED",
        "FLAPPING, CLEARED",
        "THRESHOLD_REMOVED, DE_ESCALATED",
        "THRESHOLD_REMOVED, CLEARED",
        "SEVERITY_CHANGED, ESCALATED",
        "SEVERITY_CHANGED, DE_ESCALATED",
        "IN_SERVICE, RAISED",
        "IN_SERVICE, CLEARED"
    })
    void shouldHaveWordsForEveryCause(Transition.Cause cause, Transition.Kind kind) throws IOException {
        JsonNode json = json(Storms.because(cause, Storms.level(3, kind, kind == Transition.Kind.CLEARED ? 0 : 2)));
        assertThat(json.get("cause").asText()).isEqualTo(cause.name().toLowerCase(java.util.Locale.ROOT));
        for (String language : List.of("da", "en")) {
            assertThat(json.at("/text/" + language).asText())
                    .startsWith("Assens Havn: ")
                    .endsWith(".")
                    .doesNotContain("null", "NaN", "varsel");
        }
    }

    private static Text text(Transition transition) {
        return new AlertMessage(transition, Storms.catalogue(), COPENHAGEN).text();
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveWordsAndTheNoticeForEveryKind(Transition.Kind kind) throws IOException {
        JsonNode json = json(Storms.level(3, kind, kind == Transition.Kind.CLEARED ? 0 : 2));

        for (String language : List.of("da", "en")) {
            assertThat(json.at("/text/" + language).asText())
                    .startsWith("Assens Havn: ")
                    .endsWith(".")
                    .doesNotContain("null", "NaN", "varsel");
            assertThat(json.at("/notice/" + language).asText()).contains("DMI", "https://www.dmi.dk/");
        }
    }

    @Test
    void shouldFallBackToIdsForWhatTheCatalogueNoLongerKnows() {
        Catalogue empty = Catalogue.of("", "Assens", Judging.USUAL, List.of(), null);

        Text text = new AlertMessage(Storms.level(1, Transition.Kind.CLEARED, 0), empty, COPENHAGEN).text();

        assertThat(text.en()).startsWith("ASS-HAVN: all clear").contains("\"quay\"");
    }

    @Test
    void shouldWriteNullForWhatIsNotKnown() throws IOException {
        Transition unknown = Storms.transition(
                "a1",
                1,
                Transition.Kind.STALE,
                "ASS-HAVN-W",
                "ASS-HAVN-W.level",
                "quay",
                1.0,
                "m",
                "DVR90",
                1,
                Double.NaN,
                9);

        assertThat(json(unknown).get("value").isNull()).isTrue();
        assertThat(json(unknown).get("peak").isNull()).isTrue();
    }

    private static JsonNode json(Transition transition) throws IOException {
        return new ObjectMapper().readTree(new AlertMessage(transition, Storms.catalogue(), COPENHAGEN).json());
    }
}

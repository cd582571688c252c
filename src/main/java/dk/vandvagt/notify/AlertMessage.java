package dk.vandvagt.notify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * A transition in words and as JSON, for people woken at three in the morning and for programs. Pure; what the catalogue no
 * longer knows is called by its id.
 */
public final class AlertMessage {
    /** Every public message carries it: the colours look like DMI's. */
    static final Text NOTICE = new Text(
            "Dette er en lokal måling og ikke et varsel fra DMI. Se DMI's varsler: https://www.dmi.dk/varsler/",
            "This is a local measurement and not a warning from DMI. For DMI's warnings see https://www.dmi.dk/varsler/");

    private static final JsonFactory JSON = new JsonFactory();
    private static final Locale DANISH = Locale.of("da", "DK");
    private static final DateTimeFormatter DANISH_TIME =
            DateTimeFormatter.ofPattern("'kl.' HH.mm 'den' d. MMMM", DANISH);
    private static final DateTimeFormatter ENGLISH_TIME = DateTimeFormatter.ofPattern("HH:mm 'on' d MMMM", Locale.UK);
    private static final DateTimeFormatter BRIEF_DANISH = DateTimeFormatter.ofPattern("d/M HH.mm", DANISH);
    private static final DateTimeFormatter BRIEF_ENGLISH = DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.UK);
    private static final Text[] COLOURS = {
        new Text("ingen", "none"), new Text("gul", "yellow"), new Text("orange", "orange"), new Text("rød", "red")
    };

    private final Transition transition;
    private final boolean named;
    private final ZoneId zone;
    private final DateTimeFormatter danishTime;
    private final DateTimeFormatter englishTime;
    private final Optional<Rule> rule;
    private final String stationName;
    private final Text title;
    private final Text action;

    /** @param zone of the people told, for the times in the texts */
    public AlertMessage(Transition transition, Catalogue catalogue, ZoneId zone) {
        this(transition, catalogue, zone, true);
    }

    /** @param named says who of the staff did what */
    AlertMessage(Transition transition, Catalogue catalogue, ZoneId zone, boolean named) {
        this.transition = transition;
        this.named = named;
        this.zone = zone;
        this.danishTime = DANISH_TIME.withZone(zone);
        this.englishTime = ENGLISH_TIME.withZone(zone);
        this.rule = Optional.ofNullable(catalogue.rule(transition.ruleId()));
        this.stationName = Optional.ofNullable(catalogue.station(transition.stationId()))
                .map(Station::name)
                .orElse(transition.stationId());
        Optional<Threshold> threshold = rule.stream()
                .flatMap(ladder -> ladder.rungs().stream())
                .filter(rung -> rung.name().equals(transition.threshold()))
                .findFirst();
        this.title = threshold
                .map(Threshold::title)
                .filter(text -> !text.isEmpty())
                .orElse(new Text(transition.threshold(), transition.threshold()));
        this.action = threshold.map(Threshold::action).orElse(Text.NONE);
    }

    /** UTF-8. */
    public byte[] json() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(json);
        } catch (IOException intoMemory) {
            throw new UncheckedIOException(intoMemory);
        }
        return out.toByteArray();
    }

    private void write(JsonGenerator json) throws IOException {
        Transition t = transition;
        json.writeStartObject();
        json.writeStringField("id", t.id());
        json.writeStringField("alertId", t.alertId());
        json.writeStringField("kind", t.kind().name().toLowerCase(Locale.ROOT));
        json.writeStringField("runId", t.runId());
        json.writeStringField("status", ExerciseRun.status(t.runId()));
        json.writeObjectFieldStart("station");
        json.writeStringField("id", t.stationId());
        json.writeStringField("name", stationName);
        json.writeEndObject();
        json.writeStringField("sensor", t.sensorId());
        json.writeStringField("rule", t.ruleId());
        json.writeObjectFieldStart("threshold");
        json.writeStringField("name", t.threshold());
        json.writeStringField("da", title.da());
        json.writeStringField("en", title.en());
        number(json, "raiseAt", t.raiseAt());
        number(json, "clearBelow", t.clearBelow());
        json.writeEndObject();
        json.writeNumberField("severity", t.severity());
        text(json, "severityWord", colour());
        instant(json, "beganAt", t.beganAtMs());
        instant(json, "at", t.atMs());
        instant(json, "observedAt", t.observedAtMs());
        number(json, "value", t.value());
        json.writeStringField("unit", t.unit());
        json.writeStringField("datum", t.datum());
        json.writeNumberField("flag", t.flag());
        number(json, "peak", t.peak());
        instant(json, "peakAt", t.peakAtMs());
        json.writeBooleanField("unconfirmed", t.unconfirmed());
        json.writeBooleanField("late", t.late());
        json.writeBooleanField("possible", t.possible());
        if (isCorrection()) {
            // what people were told of this alert before, and must read with this in mind
            json.writeArrayFieldStart("corrects");
            for (int number = 0; number < t.number(); number++) {
                json.writeString(t.alertId() + "/" + number);
            }
            json.writeEndArray();
        }
        json.writeStringField(
                "cause", t.cause() == null ? null : t.cause().name().toLowerCase(Locale.ROOT));
        if (t.untilMs() != 0) {
            instant(json, "until", t.untilMs());
        }
        text(json, "text", ExerciseRun.headed(t.runId(), text()));
        text(json, "action", ExerciseRun.headed(t.runId(), action));
        text(json, "notice", NOTICE);
        json.writeEndObject();
    }

    static void text(JsonGenerator json, String name, Text text) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("da", text.da());
        json.writeStringField("en", text.en());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumberField(name, value);
        } else {
            json.writeNullField(name);
        }
    }

    /** RFC 3339 in UTC, null for 0. */
    private static void instant(JsonGenerator json, String name, long ms) throws IOException {
        if (ms == 0) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, Instant.ofEpochMilli(ms).toString());
        }
    }

    private boolean isCorrection() {
        return transition.kind() == Transition.Kind.WITHDRAWN
                || transition.kind() == Transition.Kind.CORRECTED
                || transition.cause() == Transition.Cause.READING_FAILED
                || transition.cause() == Transition.Cause.READING_CORRECTED;
    }

    /** By its gauge, rather than having failed its quality control. */
    private boolean isCorrected() {
        return transition.flag() == Flag.NOT_EVALUATED;
    }

    Text colour() {
        return colour(transition.severity());
    }

    static Text colour(int severity) {
        return COLOURS[Math.clamp(severity, 0, COLOURS.length - 1)];
    }

    String stationName() {
        return stationName;
    }

    /** Of the threshold; its name where it has none. */
    Text title() {
        return title;
    }

    /** What to do, of the threshold; empty where the settings have none. */
    Text action() {
        return action;
    }

    Text time(long ms) {
        Instant at = Instant.ofEpochMilli(ms);
        return new Text(danishTime.format(at), englishTime.format(at));
    }

    /** That it stands, told beside what is new. */
    Text standing() {
        return new Text(stationName + ": " + standing(true), stationName + ": " + standing(false));
    }

    private String standing(boolean danish) {
        boolean silent = transition.kind() == Transition.Kind.STALE;
        String reached = danish
                ? "»" + title.da() + "«" + raisingPoint(DANISH)
                : "\"" + title.en() + "\"" + raisingPoint(Locale.UK);
        return reached
                + (transition.possible() ? danish ? ", muligvis" : ", possibly" : "")
                + (danish ? ", siden " : ", since ")
                + began(danish)
                + "."
                + highest(danish)
                + (silent
                        ? danish
                                ? " " + capitalized(gauge(true)) + " er tavs: det er ikke en afblæsning."
                                : " " + capitalized(gauge(false)) + " is silent: that is not an all-clear."
                        : "");
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** As short as can be, for a text message: place, threshold, and how it is. */
    Text brief() {
        return new Text(stationName + ": " + title.da() + brief(true), stationName + ": " + title.en() + brief(false));
    }

    private String brief(boolean danish) {
        Instant instant = Instant.ofEpochMilli(saidAtMs());
        String at = " " + (danish ? BRIEF_DANISH : BRIEF_ENGLISH).withZone(zone).format(instant);
        return switch (transition.kind()) {
            case CLEARED ->
                switch (transition.cause()) {
                    case THRESHOLD_REMOVED ->
                        danish ? " følges ikke længere, ingen afblæsning" : " no longer watched, no all-clear";
                    case EXERCISE_OVER -> danish ? " øvelsen er slut" : " exercise over";
                    case EXERCISE_INTERRUPTED ->
                        danish ? " ØVELSEN AFBRUDT, rigtig melding" : " EXERCISE INTERRUPTED, real alert";
                    case null, default -> (danish ? " afblæst" : " all clear") + at;
                };
            case WITHDRAWN -> danish ? " trukket tilbage, fejlmåling" : " withdrawn, faulty reading";
            case OUT_OF_SERVICE ->
                transition.cause() == Transition.Cause.MAINTENANCE
                        ? danish
                                ? " følges ikke, måler vedligeholdes til "
                                        + BRIEF_DANISH.withZone(zone).format(until())
                                : " not watched, gauge in maintenance until "
                                        + BRIEF_ENGLISH.withZone(zone).format(until())
                        : danish ? " følges ikke længere, ingen afblæsning" : " no longer watched, no all-clear";
            case STALE -> danish ? " gælder stadig, måler tavs" : " still stands, gauge silent";
            case BACK -> danish ? " gælder stadig, måler svarer igen" : " still stands, gauge answers again";
            case ACKNOWLEDGED -> danish ? " gælder stadig, set" : " still stands, seen";
            case SHELVED -> danish ? " stillet til side, gælder stadig" : " shelved, still stands";
            case CORRECTED -> (danish ? " rettet" : " corrected") + briefFigure(danish) + at + briefCaveat(danish);
            case RAISED, ESCALATED, DE_ESCALATED, CONFIRMED, UNSHELVED ->
                (transition.possible() ? danish ? " (muligt)" : " (possible)" : "")
                        + (kind() == Threshold.Kind.EXPECTED ? danish ? " kan nås" : " may be reached" : "")
                        + briefFigure(danish)
                        + at
                        + briefCaveat(danish);
        };
    }

    private String briefFigure(boolean danish) {
        return hasFigure() && !isComposite() ? ", " + amount(transition.value(), danish ? DANISH : Locale.UK) : "";
    }

    private String briefCaveat(boolean danish) {
        String swings =
                transition.cause() == Transition.Cause.FLAPPING && transition.kind() != Transition.Kind.DE_ESCALATED
                        ? danish ? ", går op og ned" : ", goes up and down"
                        : "";
        if (transition.unconfirmed()) {
            return (danish ? ", ubekræftet" : ", unconfirmed") + swings;
        }
        boolean doubtful = !transition.possible() && transition.flag() == Flag.SUSPECT;
        return (doubtful ? danish ? ", usikker måling" : ", doubtful reading" : "") + swings;
    }

    /** What happened, in one or two sentences. */
    public Text text() {
        Transition.Kind kind = transition.kind();
        boolean ofComposite = isComposite()
                && transition.cause() == null
                && (kind == Transition.Kind.RAISED
                        || kind == Transition.Kind.CONFIRMED
                        || kind == Transition.Kind.CLEARED);
        return new Text(
                stationName + ": " + (ofComposite ? ofComposite(true) : danish()),
                stationName + ": " + (ofComposite ? ofComposite(false) : english()));
    }

    private String danish() {
        String at = instant(true);
        String colour = colour().da();
        String reached = "»" + title.da() + "«" + raisingPoint(DANISH);
        String maybe = transition.possible() ? "muligvis " : "";
        if (transition.cause() != null) {
            return danish(transition.cause(), reached, colour);
        }
        return switch (transition.kind()) {
            case RAISED -> measuredAndReached(true, at, reached) + ". Niveau: " + colour + "." + caveat(true);
            case ESCALATED -> measuredAndReached(true, at, reached) + ". Hævet til " + colour + "." + caveat(true);
            case CONFIRMED ->
                "nu sikkert: " + measuredAndReached(true, at, reached) + ". Niveau: " + colour + "." + caveat(true);
            case DE_ESCALATED ->
                (hasFigure() ? measured(true, at) + ". Sænket" : "sænket " + at) + " til " + colour + ", " + maybe
                        + reached + "." + caveat(true);
            case STALE ->
                silentSince(true) + ". Meldingen om " + reached + " gælder stadig: tavshed er ikke en afblæsning.";
            case BACK -> gauge(true) + " svarer igen (" + at + "). Meldingen om " + reached + " gælder stadig.";
            case CLEARED -> "afblæst " + at + ": " + noMore(true, reached) + "." + highest(true);
            case WITHDRAWN ->
                "rettelse: meldingen om " + reached + " trækkes tilbage. Målingen bag den "
                        + (isCorrected() ? "er siden rettet." : "bestod ikke kvalitetskontrollen.");
            case CORRECTED ->
                "rettelse: " + (hasFigure() ? measured(true, at) + ", ikke" : "det er ikke")
                        + " som meldt. Meldingen om " + reached + " gælder stadig." + caveat(true);
            case ACKNOWLEDGED -> "meldingen om " + reached + " er set" + by(" af ") + ". Den gælder stadig.";
            case SHELVED ->
                "meldingen om " + reached + " (" + colour + ") er stillet til side" + by(" af ") + " indtil "
                        + danishTime.format(Instant.ofEpochMilli(transition.shelvedUntilMs()))
                        + ". Den gælder stadig.";
            case UNSHELVED ->
                "meldingen om " + maybe + reached + " gælder, siden " + began(true) + ". Niveau: " + colour + "."
                        + highest(true) + caveat(true);
            case OUT_OF_SERVICE ->
                gauge(true) + " er taget ud af drift" + by(" af ") + ". Meldingen om " + reached
                        + " følges ikke længere: det er ikke en afblæsning.";
        };
    }

    /** What moved it is no reading, so none is told as the reason. */
    private String danish(Transition.Cause cause, String reached, String colour) {
        boolean ends = transition.kind().ends();
        return switch (cause) {
            case READING_FAILED ->
                "rettelse: målingen bag det højere trin bestod ikke kvalitetskontrollen. Sænket til " + colour + ", "
                        + reached + "." + caveat(true);
            case READING_CORRECTED ->
                "rettelse: målingen bag det højere trin er siden rettet. Sænket til " + colour + ", " + reached + "."
                        + caveat(true);
            case FLAPPING -> flapping(true, reached, colour);
            case THRESHOLD_REMOVED ->
                ends
                        ? "meldingen om " + reached
                                + " ophører, fordi tærsklen er taget ud af indstillingerne. Det skyldes ikke en måling."
                        : "den højere tærskel er taget ud af indstillingerne. Sænket til " + colour + ", " + reached
                                + "." + caveat(true);
            case SEVERITY_CHANGED ->
                "niveauet er ændret i indstillingerne. "
                        + (transition.kind() == Transition.Kind.ESCALATED ? "Hævet til " : "Sænket til ") + colour
                        + ", "
                        + reached + "." + caveat(true);
            case IN_SERVICE ->
                ends
                        ? gauge(true) + " er i drift igen. Meldingen er afblæst: " + noMore(true, reached) + "."
                        : gauge(true) + " er i drift igen. " + reached + stands(true) + ", siden " + began(true)
                                + ". Niveau: " + colour + "." + highest(true) + caveat(true);
            case EXERCISE_OVER -> "ØVELSEN ER SLUT. Øvelsens melding om " + reached + " gælder ikke længere.";
            case EXERCISE_INTERRUPTED ->
                "ØVELSEN AFBRUDT: der er en rigtig melding. Øvelsens melding om " + reached + " gælder ikke længere.";
            case MAINTENANCE ->
                gauge(true) + " vedligeholdes" + by(" af ") + " indtil " + danishTime.format(until())
                        + ". Meldingen om " + reached + " følges ikke imens: det er ikke en afblæsning.";
        };
    }

    private String english() {
        String at = "at " + instant(false);
        String colour = colour().en();
        String reached = "\"" + title.en() + "\"" + raisingPoint(Locale.UK);
        String maybe = transition.possible() ? "possibly " : "";
        if (transition.cause() != null) {
            return english(transition.cause(), reached, colour);
        }
        return switch (transition.kind()) {
            case RAISED -> measuredAndReached(false, at, reached) + ". Level: " + colour + "." + caveat(false);
            case ESCALATED -> measuredAndReached(false, at, reached) + ". Raised to " + colour + "." + caveat(false);
            case CONFIRMED ->
                "now certain: " + measuredAndReached(false, at, reached) + ". Level: " + colour + "." + caveat(false);
            case DE_ESCALATED ->
                (hasFigure() ? measured(false, at) + ". Lowered" : "lowered " + at) + " to " + colour + ", " + maybe
                        + reached + "." + caveat(false);
            case STALE ->
                silentSince(false) + ". The alert for " + reached + " still stands: silence is not an all-clear.";
            case BACK -> gauge(false) + " answers again (" + at + "). The alert for " + reached + " still stands.";
            case CLEARED -> "all clear " + at + ": " + noMore(false, reached) + "." + highest(false);
            case WITHDRAWN ->
                "correction: the alert for " + reached + " is withdrawn. The reading behind it "
                        + (isCorrected() ? "has been corrected." : "failed its quality control.");
            case CORRECTED ->
                "correction: " + (hasFigure() ? measured(false, at) + ", not" : "it is not")
                        + " as told. The alert for " + reached + " still stands." + caveat(false);
            case ACKNOWLEDGED -> "the alert for " + reached + " has been seen" + by(" by ") + ". It still stands.";
            case SHELVED ->
                "the alert for " + reached + " (" + colour + ") is shelved" + by(" by ") + " until "
                        + englishTime.format(Instant.ofEpochMilli(transition.shelvedUntilMs())) + ". It still stands.";
            case UNSHELVED ->
                "the alert for " + maybe + reached + " stands, since " + began(false) + ". Level: " + colour + "."
                        + highest(false) + caveat(false);
            case OUT_OF_SERVICE ->
                gauge(false) + " is taken out of service" + by(" by ") + ". The alert for " + reached
                        + " is no longer watched: that is not an all-clear.";
        };
    }

    private String english(Transition.Cause cause, String reached, String colour) {
        boolean ends = transition.kind().ends();
        return switch (cause) {
            case READING_FAILED ->
                "correction: the reading behind the higher level failed its quality control. Lowered to " + colour
                        + ", " + reached + "." + caveat(false);
            case READING_CORRECTED ->
                "correction: the reading behind the higher level has been corrected. Lowered to " + colour + ", "
                        + reached + "." + caveat(false);
            case FLAPPING -> flapping(false, reached, colour);
            case THRESHOLD_REMOVED ->
                ends
                        ? "the alert for " + reached
                                + " ends because the threshold was taken out of the settings. No reading caused this."
                        : "the higher threshold was taken out of the settings. Lowered to " + colour + ", " + reached
                                + "." + caveat(false);
            case SEVERITY_CHANGED ->
                "the level was changed in the settings. "
                        + (transition.kind() == Transition.Kind.ESCALATED ? "Raised to " : "Lowered to ") + colour
                        + ", "
                        + reached + "." + caveat(false);
            case IN_SERVICE ->
                ends
                        ? gauge(false) + " is in service again. All clear: " + noMore(false, reached) + "."
                        : gauge(false) + " is in service again. " + reached + stands(false) + ", since " + began(false)
                                + ". Level: " + colour + "." + highest(false) + caveat(false);
            case EXERCISE_OVER -> "EXERCISE OVER. The exercise's alert for " + reached + " no longer stands.";
            case EXERCISE_INTERRUPTED ->
                "EXERCISE INTERRUPTED: there is a real alert. The exercise's alert for " + reached
                        + " no longer stands.";
            case MAINTENANCE ->
                gauge(false) + " is being maintained" + by(" by ") + " until " + englishTime.format(until())
                        + ". The alert for " + reached + " is not watched meanwhile: that is not an all-clear.";
        };
    }

    /** A beginning says that it comes and goes, an end that it has not come again. */
    private String flapping(boolean danish, String reached, String colour) {
        String at = danish ? instant(true) : "at " + instant(false);
        Instant ended = Instant.ofEpochMilli(transition.atMs());
        String again = danish
                ? " er ikke nået igen siden " + danishTime.format(ended)
                : " has not been reached again since " + englishTime.format(ended);
        return switch (transition.kind()) {
            case CLEARED ->
                (danish ? "afblæst: " : "all clear: ")
                        + (kind() == Threshold.Kind.EXPECTED ? noMore(danish, reached) : reached + again)
                        + "." + highest(danish);
            case DE_ESCALATED ->
                (danish ? "det højere trin" : "the higher level") + again
                        + (danish ? ". Sænket til " : ". Lowered to ")
                        + colour + ", " + reached + "." + caveat(danish);
            default ->
                measuredAndReached(danish, at, reached)
                        + (transition.kind() == Transition.Kind.ESCALATED
                                ? danish ? ". Hævet til " : ". Raised to "
                                : danish ? ". Niveau: " : ". Level: ")
                        + colour + "."
                        + caveat(danish)
                        + (danish
                                ? " Det går op og ned: mindst tredje gang på tre timer. Meldingen gælder, til der har"
                                        + " været ro i en time."
                                : " It goes up and down: at least the third time in three hours. The alert stands until"
                                        + " it has been calm for an hour.");
        };
    }

    /** Of the figure: when it was measured, however long it took to decide. */
    private long saidAtMs() {
        return hasFigure() && transition.observedAtMs() != 0 ? transition.observedAtMs() : transition.atMs();
    }

    private String instant(boolean danish) {
        return (danish ? danishTime : englishTime).format(Instant.ofEpochMilli(saidAtMs()));
    }

    /** When the maintenance is to end. */
    private Instant until() {
        return Instant.ofEpochMilli(transition.untilMs());
    }

    /** The last word on it: what it was about has ended. */
    private String noMore(boolean danish, String reached) {
        return switch (kind()) {
            case COMPOSITE -> reached + (danish ? " gælder ikke længere" : " no longer holds");
            case EXPECTED -> reached + (danish ? " ventes ikke længere nået" : " is no longer expected to be reached");
            default -> (danish ? falls() ? "over " : "under " : falls() ? "above " : "below ") + reached;
        };
    }

    private String stands(boolean danish) {
        return switch (kind()) {
            case COMPOSITE -> danish ? " gælder" : " holds";
            case EXPECTED -> danish ? " kan nås" : " may be reached";
            default -> danish ? " er nået" : " has been reached";
        };
    }

    /** Of something that was only ever possible, no figure is known for sure. */
    private String highest(boolean danish) {
        if (transition.possible()) {
            return transition.kind().ends()
                    ? danish
                            ? " Det blev aldrig sikkert, at den var nået."
                            : " It was never certain that it was reached."
                    : "";
        }
        if (isComposite() || !Double.isFinite(transition.peak()) || transition.peakAtMs() == 0) {
            return "";
        }
        boolean extrapolated = kind() == Threshold.Kind.EXPECTED;
        Instant at = Instant.ofEpochMilli(transition.peakAtMs());
        return danish
                ? (falls() ? " Lavest " : " Højest ") + (extrapolated ? "fremskrevet: " : "målt: ")
                        + amount(transition.peak(), DANISH) + " " + danishTime.format(at) + "."
                : (falls() ? " Lowest " : " Highest ") + (extrapolated ? "extrapolated: " : "measured: ")
                        + amount(transition.peak(), Locale.UK) + " at " + englishTime.format(at) + ".";
    }

    private String began(boolean danish) {
        return (danish ? danishTime : englishTime).format(Instant.ofEpochMilli(transition.beganAtMs()));
    }

    /** Without the figure where there is none; an extrapolated level is not reached yet. */
    private String measuredAndReached(boolean danish, String at, String reached) {
        String maybe = transition.possible() ? danish ? "muligvis " : "possibly " : "";
        boolean late = transition.late();
        if (kind() == Threshold.Kind.EXPECTED) {
            if (!hasFigure()) {
                return danish
                        ? "fremskrivning " + at + ": " + reached + (late ? " kunne nås" : " kan nås")
                        : "extrapolation " + at + ": " + reached + (late ? " might be" : " may be") + " reached";
            }
            return measured(danish, at)
                    + (danish ? late ? " og kunne nå " : " og kan nå " : late ? " and might reach " : " and may reach ")
                    + reached;
        }
        if (!hasFigure()) {
            return danish
                    ? reached + (late ? " var " : " er ") + maybe + "nået " + at
                    : reached + (late ? " was " : " has ") + maybe + (late ? "reached " : "been reached ") + at;
        }
        if (late && transition.kind() == Transition.Kind.RAISED) {
            String side = danish ? falls() ? "under " : "over " : falls() ? "below " : "above ";
            return measured(danish, at) + (danish ? " og var dermed " : " and so was ") + maybe + side + reached;
        }
        return measured(danish, at)
                + (danish ? " og har " + maybe + "nået " : " and has " + maybe + "reached ")
                + reached;
    }

    private boolean hasFigure() {
        return Double.isFinite(transition.value());
    }

    /** {@code vandstanden er 2,02 m (DVR90) kl. 23.40 den 20. oktober}, by what the rule is about; only where there is a figure. */
    private String measured(boolean danish, String at) {
        String amount = amount(transition.value(), danish ? DANISH : Locale.UK);
        String size = amount(Math.abs(transition.value()), danish ? DANISH : Locale.UK);
        long minutes = rule.map(Rule::windowMs).orElse(0L) / 60_000;
        String what = switch (kind()) {
            case LEVEL ->
                switch (transition.unit()) {
                    case "V" -> (danish ? "batteriet er på " : "the battery is at ") + amount;
                    case "dBm" -> (danish ? "signalet er på " : "the signal is at ") + amount;
                    default -> (danish ? "vandstanden er " : "the water level is ") + amount;
                };
            case RISE ->
                (transition.value() < 0
                                ? danish ? "vandstanden falder " : "the water is falling "
                                : danish ? "vandstanden stiger " : "the water is rising ")
                        + size;
            case RESIDUAL ->
                danish
                        ? "vandet står " + size + (transition.value() < 0 ? " under" : " over") + " tidevandet"
                        : "the water stands " + size + (transition.value() < 0 ? " below" : " above") + " the tide";
            case EXPECTED ->
                danish
                        ? "fremskrivning " + at + ": vandstanden kan nå " + amount + " inden for " + minutes
                                + " minutter"
                        : "extrapolation " + at + ": the water level may reach " + amount + " within " + minutes
                                + " minutes";
            case COMPOSITE -> conditions(danish);
            case ACCUMULATION ->
                danish
                        ? (transition.possible() ? "der kan være faldet " : "der er faldet ") + amount + " regn på "
                                + minutes + " minutter"
                        : amount + (transition.possible() ? " of rain may have fallen in " : " of rain has fallen in ")
                                + minutes + " minutes";
        };
        return kind() == Threshold.Kind.EXPECTED ? what : what + " " + at;
    }

    boolean falls() {
        return rule.map(Rule::direction).orElse(Threshold.Direction.RISING) == Threshold.Direction.FALLING;
    }

    Threshold.Kind kind() {
        return isComposite() ? Threshold.Kind.COMPOSITE : rule.map(Rule::kind).orElse(Threshold.Kind.LEVEL);
    }

    /** A composite's, or redundant sensors'. */
    private boolean isOfSeveralSensors() {
        return isComposite()
                || rule.map(Rule::sensorIndex)
                        .filter(i -> i == Rule.NO_ONE_SENSOR)
                        .isPresent();
    }

    private String gauge(boolean danish) {
        if (isOfSeveralSensors()) {
            return danish ? "en af målerne" : "one of the gauges";
        }
        return danish ? "måleren" : "the sensor";
    }

    /** Redundant sensors count as silent only once none is left. */
    private String silentSince(boolean danish) {
        if (isOfSeveralSensors() && !isComposite()) {
            return (danish ? "ingen af målerne har svaret siden " : "none of the gauges has answered since ")
                    + sinceHeard(danish);
        }
        return gauge(danish) + (danish ? " har været tavs siden " : " has been silent since ") + sinceHeard(danish);
    }

    /** Also where the catalogue no longer has its rule. */
    private boolean isComposite() {
        return transition.unit().equals(Threshold.Kind.COMPOSITE.unit());
    }

    private String ofComposite(boolean danish) {
        String at = instant(danish);
        String what = danish ? "»" + title.da() + "«" : "\"" + title.en() + "\"";
        if (transition.kind() == Transition.Kind.CLEARED) {
            return (danish ? "afblæst " : "all clear at ") + at + ": " + noMore(danish, what) + ".";
        }
        boolean confirmed = transition.kind() == Transition.Kind.CONFIRMED;
        return (confirmed ? danish ? "nu sikkert: " : "now certain: " : "")
                + what
                + (hasFigure() ? ": " + conditions(danish) : stands(danish))
                + (danish ? " " : " at ") + at
                + (danish ? ". Niveau: " + colour().da() : ". Level: " + colour().en()) + "."
                + caveat(danish);
    }

    private String conditions(boolean danish) {
        long n = Math.round(transition.value());
        if (danish) {
            return n == 1 ? "1 betingelse er opfyldt" : n + " betingelser er opfyldt på én gang";
        }
        return n == 1 ? "1 condition is met" : n + " conditions are met at the same time";
    }

    private String raisingPoint(Locale locale) {
        return isComposite() ? "" : " (" + amount(transition.raiseAt(), locale) + ")";
    }

    private String amount(double value, Locale locale) {
        int decimals = transition.unit().equals("mm") ? 1 : 2;
        String unit = transition.unit().equals("m") && !transition.datum().isEmpty()
                ? "m " + transition.datum()
                : transition.unit();
        return String.format(locale, "%." + decimals + "f %s", value, unit);
    }

    private String sinceHeard(boolean danish) {
        long ms = transition.observedAtMs() != 0 ? transition.observedAtMs() : transition.atMs();
        return (danish ? danishTime : englishTime).format(Instant.ofEpochMilli(ms));
    }

    private String by(String word) {
        return transition.by() == null || !named ? "" : word + transition.by();
    }

    private String caveat(boolean danish) {
        if (transition.unconfirmed()) {
            return danish
                    ? " Ubekræftet: " + gauge(true) + " er tavs."
                    : " Unconfirmed: " + gauge(false) + " is silent.";
        }
        if (transition.possible()) {
            return danish
                    ? " Muligt, ikke sikkert: tidsrummet skærer gennem et måleinterval."
                    : " Possible, not certain: the window cuts through an interval of the gauge.";
        }
        if (transition.flag() == Flag.SUSPECT) {
            return danish ? " Målingen er usikker." : " The reading is doubtful.";
        }
        return "";
    }
}

package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;

/** What a CAP message says of an alert, in CAP's words and in people's. Pure. */
final class CapText {
    private static final String[] SEVERITIES = {"Minor", "Moderate", "Severe", "Extreme"};

    /** How an alert stands, as far as CAP tells such things apart. */
    private enum Standing {
        ACTIVE,
        SILENT,
        OVER,
        /** ended, and nobody knows whether the water has */
        UNWATCHED,
        /** should never have been raised */
        FALSE
    }

    private final Transition told;
    private final AlertMessage message;
    private final Standing standing;
    private final boolean renewal;
    private final boolean exercise;
    private final long sentMs;

    CapText(Transition told, boolean silent, boolean renewal, long sentMs, Catalogue catalogue, CapSettings settings) {
        this.told = told;
        // who of the staff did it is nobody's business outside
        this.message = new AlertMessage(told, catalogue, settings.zone(), false);
        this.standing = standing(told, silent);
        this.renewal = renewal;
        this.exercise = settings.exercise();
        this.sentMs = sentMs;
    }

    private static Standing standing(Transition told, boolean silent) {
        return switch (told.kind()) {
            case WITHDRAWN -> Standing.FALSE;
            case OUT_OF_SERVICE -> Standing.UNWATCHED;
            case CLEARED ->
                switch (told.cause()) {
                    case THRESHOLD_REMOVED, EXERCISE_OVER, EXERCISE_INTERRUPTED -> Standing.UNWATCHED;
                    case null, default -> Standing.OVER;
                };
            default -> silent ? Standing.SILENT : Standing.ACTIVE;
        };
    }

    /** Of the water, not of the instruments: batteries and radio links are no news for the public. */
    static boolean concernsThePublic(Transition t) {
        return !t.unit().equals("V") && !t.unit().equals("dBm");
    }

    Text event() {
        boolean falls = message.falls();
        return mark(
                switch (message.kind()) {
                    case LEVEL, RESIDUAL ->
                        falls ? new Text("Lavvande", "Low water") : new Text("Højvande", "High water");
                    case RISE ->
                        falls
                                ? new Text("Hurtigt faldende vandstand", "Rapidly falling water")
                                : new Text("Hurtigt stigende vandstand", "Rapidly rising water");
                    case ACCUMULATION -> new Text("Kraftig regn", "Heavy rain");
                    case EXPECTED ->
                        falls
                                ? new Text("Lavvande kan ventes", "Low water expected")
                                : new Text("Højvande kan ventes", "High water expected");
                    case COMPOSITE -> new Text("Fare for oversvømmelse", "Danger of flooding");
                });
    }

    String responseType() {
        return switch (standing) {
            case OVER -> "AllClear";
            case UNWATCHED -> "Monitor";
            case FALSE -> "None";
            case ACTIVE, SILENT -> message.action().isEmpty() ? "Monitor" : "Execute";
        };
    }

    String urgency() {
        return switch (standing) {
            case OVER, FALSE -> "Past";
            case UNWATCHED -> "Unknown";
            case ACTIVE, SILENT -> message.kind() == Threshold.Kind.EXPECTED ? "Expected" : "Immediate";
        };
    }

    String severity() {
        return SEVERITIES[Math.clamp(told.severity(), 0, SEVERITIES.length - 1)];
    }

    String certainty() {
        boolean expected = message.kind() == Threshold.Kind.EXPECTED;
        return switch (standing) {
            case OVER -> expected ? "Unlikely" : "Observed";
            case FALSE -> "Unlikely";
            case UNWATCHED -> "Unknown";
            case ACTIVE, SILENT -> {
                if (told.possible() || told.unconfirmed() || told.flag() == Flag.SUSPECT) {
                    yield "Possible";
                }
                yield expected || standing == Standing.SILENT ? "Likely" : "Observed";
            }
        };
    }

    Text headline() {
        Text colour = message.colour();
        Text what = switch (standing) {
            case ACTIVE -> colour;
            case SILENT -> new Text(colour.da() + " (måleren er tavs)", colour.en() + " (sensor silent)");
            case OVER -> new Text("afblæst", "all clear");
            case UNWATCHED -> new Text("følges ikke længere, ikke afblæst", "no longer watched, not an all-clear");
            case FALSE -> new Text("trukket tilbage", "withdrawn");
        };
        Text title = message.title();
        Text station = new Text(message.stationName(), message.stationName());
        return mark(new Text(
                station.da() + ": " + title.da() + " – " + what.da(),
                station.en() + ": " + title.en() + " – " + what.en()));
    }

    Text description() {
        Text text = message.text();
        if (renewal) {
            Text at = message.time(sentMs);
            text = new Text(
                    "Meldingen gælder stadig " + at.da() + (isSilent() ? "; måleren er tavs" : "") + ". Senest: "
                            + text.da(),
                    "The alert still stands at " + at.en() + (isSilent() ? "; the sensor is silent" : "")
                            + ". Last told: " + text.en());
        }
        return mark(new Text(text.da() + " " + AlertMessage.NOTICE.da(), text.en() + " " + AlertMessage.NOTICE.en()));
    }

    private boolean isSilent() {
        return standing == Standing.SILENT;
    }

    /** Empty where there is nothing to do. */
    Text instruction() {
        boolean stands = standing == Standing.ACTIVE || standing == Standing.SILENT;
        return message.action().isEmpty() || !stands ? Text.NONE : mark(message.action());
    }

    private Text mark(Text text) {
        String da = CapXml.allowed(text.da());
        String en = CapXml.allowed(text.en());
        return exercise ? new Text("ØVELSE: " + da, "EXERCISE: " + en) : new Text(da, en);
    }
}

package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;
import static dk.vandvagt.layer.Property.of;
import static dk.vandvagt.layer.Property.oneOf;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Alerts and their transitions as flat members: figures as they then stood, names and texts from the catalogue in use. */
public final class AlertText {
    private AlertText() {}

    /** What {@link #write(FlatJson, Catalogue, Alert)} writes. */
    static List<Property> properties() {
        return List.of(
                of("alertId", TEXT, "Alert", "Alarm"),
                oneOf("state", "State", "Tilstand", words(Alert.State.values())),
                of("highestSeverity", WHOLE, "Highest severity, 1 to 3", "Højeste alvor, 1 til 3"),
                of("raisedAt", INSTANT, "Raised", "Rejst"),
                of("endedAt", INSTANT, "Ended", "Afsluttet"),
                of("silent", TRUTH, "The sensor is silent", "Måleren er tavs"),
                of("acknowledgedBy", TEXT, "Acknowledged by", "Kvitteret af"),
                of("acknowledgedAt", INSTANT, "Acknowledged", "Kvitteret"),
                of("note", TEXT, "Note", "Bemærkning"),
                of("shelvedUntil", INSTANT, "Shelved until", "Sat på hylden til"),
                of("shelvedBy", TEXT, "Shelved by", "Sat på hylden af"),
                of("shelvedNote", TEXT, "Why it is shelved", "Hvorfor på hylden"),
                of("number", WHOLE, "Number of the transition", "Skiftets nummer"),
                oneOf("transition", "Newest transition", "Seneste skifte", words(Transition.Kind.values())),
                oneOf("cause", "Its cause", "Dets årsag", words(Transition.Cause.values())),
                of("maintenanceUntil", INSTANT, "Maintenance until", "Vedligehold til"),
                of("changedAt", INSTANT, "Changed", "Ændret"),
                of("severity", WHOLE, "Severity, 0 to 3", "Alvor, 0 til 3"),
                oneOf("severityColor", "Colour of the severity", "Alvorens farve", SensorText.severityColors()),
                of("stationId", TEXT, "Station", "Station"),
                of("stationName", TEXT, "Name of the station", "Stationens navn"),
                of("sensorId", TEXT, "Sensor", "Måler"),
                of("ruleId", TEXT, "Rule", "Regel"),
                oneOf("kind", "Kind of threshold", "Tærskelens art", words(Threshold.Kind.values())),
                of("threshold", TEXT, "Threshold", "Tærskel"),
                of("titleDa", TEXT, "Title (Danish)", "Overskrift"),
                of("titleEn", TEXT, "Title", "Overskrift (engelsk)"),
                of("actionDa", TEXT, "What to do (Danish)", "Hvad der gøres"),
                of("actionEn", TEXT, "What to do", "Hvad der gøres (engelsk)"),
                of("raiseAt", NUMBER, "Raising point", "Alarmpunkt"),
                of("clearBelow", NUMBER, "Clearing point", "Afblæsningspunkt"),
                of("unit", TEXT, "Unit of the figures", "Tallenes enhed"),
                of("datum", TEXT, "Vertical datum", "Højdesystem"),
                of("value", NUMBER, "Value that decided", "Værdi der afgjorde"),
                of("observedAt", INSTANT, "Observed", "Målt"),
                of("flag", WHOLE, "Quality flag (QARTOD)", "Kvalitetsflag (QARTOD)"),
                of("peak", NUMBER, "Highest value so far", "Højeste værdi indtil nu"),
                of("peakAt", INSTANT, "Its time", "Dens tid"),
                of("beganAt", INSTANT, "Exceedance began", "Overskridelsen begyndte"),
                of("unconfirmed", TRUTH, "Unconfirmed: the sensor went silent", "Ubekræftet: måleren blev tavs"),
                of("late", TRUTH, "Raised by a late reading", "Rejst af en sen måling"),
                of("possible", TRUTH, "Possible: only the upper bound is above", "Mulig: kun den øvre grænse er over"),
                of("transitionSequence", WHOLE, "Batch of the transition", "Skiftets portion"));
    }

    private static List<String> words(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** Writes the members of an alert into an open object. */
    public static void write(FlatJson json, Catalogue catalogue, Alert alert) {
        json.text("alertId", alert.id())
                .text("state", alert.state().name().toLowerCase(Locale.ROOT))
                .whole("highestSeverity", alert.highestSeverity())
                .instant("raisedAt", alert.raisedAtMs())
                .instant("endedAt", alert.endedAtMs())
                .truth("silent", alert.silent())
                .text("acknowledgedBy", alert.acknowledgedBy())
                .instant("acknowledgedAt", alert.acknowledgedAtMs())
                .text("note", alert.note());
        Shelving shelving = alert.shelving();
        json.instant("shelvedUntil", shelving == null ? 0 : shelving.untilMs())
                .text("shelvedBy", shelving == null ? null : shelving.by())
                .text("shelvedNote", shelving == null ? null : shelving.note());
        writeStep(json, catalogue, alert.last(), alert.peak(), alert.peakAtMs());
    }

    /** Writes the members of a transition into an open object. */
    public static void write(FlatJson json, Catalogue catalogue, Transition transition) {
        json.text("transitionId", transition.id())
                .text("alertId", transition.alertId())
                .text("by", transition.by())
                .text("note", transition.note())
                .truth("shelved", transition.shelved())
                .instant("shelvedUntil", transition.shelvedUntilMs());
        writeStep(json, catalogue, transition, transition.peak(), transition.peakAtMs());
    }

    private static void writeStep(FlatJson json, Catalogue catalogue, Transition step, double peak, long peakAtMs) {
        Station station = catalogue.station(step.stationId());
        Threshold threshold = threshold(catalogue, step);
        Text title = ExerciseRun.headed(step.runId(), threshold == null ? Text.NONE : threshold.title());
        Text action = ExerciseRun.headed(step.runId(), threshold == null ? Text.NONE : threshold.action());
        Rule rule = catalogue.rule(step.ruleId());
        json.whole("number", step.number())
                .text("transition", step.kind().name().toLowerCase(Locale.ROOT))
                .text("cause", step.cause() == null ? null : step.cause().name().toLowerCase(Locale.ROOT))
                .instant("maintenanceUntil", step.untilMs())
                .instant("changedAt", step.atMs())
                .whole("severity", step.severity())
                .text("severityColor", SensorText.severityColor(step.severity()))
                .text("stationId", step.stationId())
                .text("stationName", station == null ? step.stationId() : station.name())
                .text("sensorId", step.sensorId())
                .text("ruleId", step.ruleId())
                .text("kind", rule == null ? null : rule.kind().name().toLowerCase(Locale.ROOT))
                .text("threshold", step.threshold())
                .text("titleDa", title.da())
                .text("titleEn", title.en())
                .text("actionDa", action.da())
                .text("actionEn", action.en())
                .number("raiseAt", step.raiseAt())
                .number("clearBelow", step.clearBelow())
                .text("unit", step.unit())
                .text("datum", step.datum().isEmpty() ? null : step.datum())
                .number("value", FlatJson.derived(step.value()))
                .instant("observedAt", step.observedAtMs());
        if (step.observedAtMs() == 0) {
            json.nothing("flag");
        } else {
            json.whole("flag", step.flag());
        }
        json.number("peak", FlatJson.derived(peak))
                .instant("peakAt", peakAtMs)
                .instant("beganAt", step.beganAtMs())
                .truth("unconfirmed", step.unconfirmed())
                .truth("late", step.late())
                .truth("possible", step.possible())
                .whole("transitionSequence", step.sequence());
    }

    private static @Nullable Threshold threshold(Catalogue catalogue, Transition step) {
        Rule rule = catalogue.rule(step.ruleId());
        if (rule == null) {
            return null;
        }
        for (Threshold rung : rule.rungs()) {
            if (rung.name().equals(step.threshold())) {
                return rung;
            }
        }
        return null;
    }
}

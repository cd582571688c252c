package dk.vandvagt.layer;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Alerts and their transitions as flat members: figures as they then stood, names and texts from the catalogue in use. */
public final class AlertText {
    private AlertText() {}

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

package dk.vandvagt.notify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * How an area stands, as JSON: what happened last, the worst severity, and each alert that stands in a line. Pure.
 *
 * @param last the step that makes it news
 * @param standing the worst first
 */
record AreaMessage(String area, Transition last, List<Transition> standing, Catalogue catalogue, ZoneId zone) {
    private static final JsonFactory JSON = new JsonFactory();

    /** UTF-8. */
    byte[] json() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            write(json);
        } catch (IOException intoMemory) {
            throw new UncheckedIOException(intoMemory);
        }
        return out.toByteArray();
    }

    private int severity() {
        return standing.isEmpty() ? 0 : standing.getFirst().severity();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", area + "/" + last.id());
        json.writeStringField("area", area);
        json.writeStringField("runId", last.runId());
        json.writeStringField("status", ExerciseRun.status(last.runId()));
        json.writeNumberField("severity", severity());
        AlertMessage.text(json, "severityWord", AlertMessage.colour(severity()));
        json.writeStringField("at", Instant.ofEpochMilli(last.atMs()).toString());
        json.writeStringField("transitionId", last.id());
        json.writeArrayFieldStart("alerts");
        for (Transition each : standing) {
            write(json, each);
        }
        json.writeEndArray();
        AlertMessage.text(json, "text", ExerciseRun.headed(last.runId(), text()));
        AlertMessage.text(json, "notice", AlertMessage.NOTICE);
        json.writeEndObject();
    }

    private void write(JsonGenerator json, Transition each) throws IOException {
        AlertMessage message = new AlertMessage(each, catalogue, zone);
        json.writeStartObject();
        json.writeStringField("alertId", each.alertId());
        json.writeStringField("transitionId", each.id());
        json.writeStringField("station", each.stationId());
        json.writeStringField("stationName", message.stationName());
        json.writeStringField("rule", each.ruleId());
        json.writeNumberField("severity", each.severity());
        json.writeStringField("beganAt", Instant.ofEpochMilli(each.beganAtMs()).toString());
        AlertMessage.text(json, "text", ExerciseRun.headed(each.runId(), message.standing()));
        AlertMessage.text(json, "action", ExerciseRun.headed(each.runId(), message.action()));
        json.writeEndObject();
    }

    private Text text() {
        Text news = new AlertMessage(last, catalogue, zone).text();
        Text colour = AlertMessage.colour(severity());
        int count = standing.size();
        return switch (count) {
            case 0 ->
                new Text(
                        news.da() + " Ingen melding gælder længere i området.",
                        news.en() + " No alert stands in the area any more.");
            case 1 ->
                new Text(
                        news.da() + " I området gælder 1 melding: " + colour.da() + ".",
                        news.en() + " 1 alert stands in the area: " + colour.en() + ".");
            default ->
                new Text(
                        news.da() + " I området gælder " + count + " meldinger, den højeste " + colour.da() + ".",
                        news.en() + " " + count + " alerts stand in the area, the highest " + colour.en() + ".");
        };
    }
}

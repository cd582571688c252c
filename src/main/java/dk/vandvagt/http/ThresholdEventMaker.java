package dk.vandvagt.http;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Property;
import dk.vandvagt.layer.Schema;
import dk.vandvagt.layer.Stamp;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The threshold-event log as a collection, newest first. It lies in the database, and is read again when alerts have changed, and now and
 * then since a late reading changes it without one; while the database is away the collection stays as it was.
 */
public final class ThresholdEventMaker implements LayerMaker {
    private static final int MOST = 10_000;
    private static final long AGAIN_AFTER_MS = 30_000;
    private static final long WAIT_S = 5;

    private static final LayerInfo INFO = new LayerInfo(
            "threshold-events",
            new Text("Overskridelser", "Threshold events"),
            new Text(
                    "Hvornår hver tærskel var overskredet, hvor længe og hvor højt, med det kvalitetsflag målingerne havde."
                            + " Dokumentation for en stormflodsskade; Naturskaderådet afgør sagen.",
                    "When each threshold was exceeded, for how long and how far, with the quality flag of the readings. Evidence for"
                            + " whoever has to prove a flood."),
            Schema.timed(
                    Schema.Shape.POINT,
                    List.of(
                            Property.of("stationId", TEXT, "Station", "Station"),
                            Property.of("stationName", TEXT, "Name of the station", "Stationens navn"),
                            Property.of("sensorId", TEXT, "Sensor", "Måler"),
                            Property.of("ruleId", TEXT, "Rule", "Regel"),
                            Property.of("threshold", TEXT, "Threshold", "Tærskel"),
                            Property.of("severity", WHOLE, "Severity, 1 to 3", "Alvor, 1 til 3"),
                            Property.of("raiseAt", NUMBER, "Raising point then", "Alarmpunkt dengang"),
                            Property.of("clearBelow", NUMBER, "Clearing point then", "Afblæsningspunkt dengang"),
                            Property.of("unit", TEXT, "Unit of the figures", "Tallenes enhed"),
                            Property.of("datum", TEXT, "Vertical datum", "Højdesystem"),
                            Property.of("beganAt", INSTANT, "Began", "Begyndte"),
                            Property.of("endedAt", INSTANT, "Ended", "Sluttede"),
                            Property.of("durationMs", WHOLE, "Duration", "Varighed", "ms"),
                            Property.of("peak", NUMBER, "Peak", "Højeste værdi"),
                            Property.of("peakAt", INSTANT, "Time of the peak", "Tid for højeste værdi"),
                            Property.of(
                                    "worstFlag",
                                    WHOLE,
                                    "Worst quality flag (QARTOD)",
                                    "Dårligste kvalitetsflag (QARTOD)"),
                            Property.of(
                                    "falseRaise",
                                    TRUTH,
                                    "Its reading failed afterwards",
                                    "Målingen blev siden kasseret"),
                            Property.of("late", TRUTH, "Rests on a late reading", "Hviler på en sen måling"),
                            Property.of(
                                    "possible",
                                    TRUTH,
                                    "Only the upper bound was above",
                                    "Kun den øvre grænse var over"),
                            Property.of(
                                    "outOfService",
                                    TRUTH,
                                    "The sensor was out of service",
                                    "Måleren var ude af drift"))));

    private final Past past;
    private List<Alert> alerts = List.of();
    private String revision = "";
    private long readAtMs;
    private @Nullable Layer last;

    public ThresholdEventMaker(Past past) {
        this.past = past;
    }

    @Override
    public LayerInfo info() {
        return INFO;
    }

    @Override
    public Layer make(LiveState live, Stamp stamp) {
        boolean isPast = live.sequence() == 0;
        if (isPast) {
            return read(live, stamp);
        }
        boolean changed =
                !live.alerts().equals(alerts) || !live.catalogue().revision().equals(revision);
        Layer before = last;
        if (before != null && !changed && Math.abs(live.clockMs() - readAtMs) < AGAIN_AFTER_MS) {
            return before;
        }
        // whether or not the database answers: it is not asked at every copy
        alerts = live.alerts();
        revision = live.catalogue().revision();
        readAtMs = live.clockMs();
        try {
            Layer now = read(live, stamp);
            last = now;
            return now;
        } catch (IllegalStateException away) {
            return before == null
                    ? new Layer.Writer(INFO, stamp)
                            .about(about -> about.text("missing", "the database cannot be reached"))
                            .done()
                    : before;
        }
    }

    private Layer read(LiveState live, Stamp stamp) {
        try {
            // those that have begun by then; nothing is observed after the clock but for a step
            List<Exceedance> events = past.exceedances(
                            new Past.ExceedanceRequest(null, null, 0, live.clockMs() + 1, MOST))
                    .toCompletableFuture()
                    .get(WAIT_S, TimeUnit.SECONDS);
            return layer(live, stamp, events);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the threshold-event log cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopping", e);
        }
    }

    private static Layer layer(LiveState live, Stamp stamp, List<Exceedance> events) {
        Layer.Writer writer = new Layer.Writer(INFO, stamp)
                .about(about -> about.whole("holds", events.size()).truth("olderOnesLeftOut", events.size() == MOST));
        Catalogue catalogue = live.catalogue();
        List<ThresholdEvents.Column<Exceedance>> columns = ThresholdEvents.columns(stationId -> {
            Station station = catalogue.station(stationId);
            return station == null ? null : station.name();
        });
        events.stream().sorted(Comparator.comparing(ThresholdEventMaker::key)).forEach(each -> {
            Exceedance event = asKnownAt(each, live.clockMs());
            Station station = catalogue.station(event.stationId());
            writer.feature(
                    ThresholdEvents.id(event),
                    key(event),
                    station == null ? Double.NaN : station.lon(),
                    station == null ? Double.NaN : station.lat(),
                    event.beganAtMs(),
                    event.endedAtMs() == 0 ? Long.MAX_VALUE : event.endedAtMs(),
                    json -> ThresholdEvents.write(json, columns, event));
        });
        return writer.done();
    }

    private static String key(Exceedance event) {
        return HexFormat.of().toHexDigits(Long.MAX_VALUE - event.beganAtMs()) + ThresholdEvents.id(event);
    }

    /** An end or a peak that came later was not known then. */
    private static Exceedance asKnownAt(Exceedance event, long atMs) {
        boolean lasts = event.endedAtMs() == 0 || event.endedAtMs() > atMs;
        boolean peaked = event.peakAtMs() <= atMs;
        return new Exceedance(
                event.runId(),
                event.ruleId(),
                event.threshold(),
                event.stationId(),
                event.sensorId(),
                event.severity(),
                event.raiseAt(),
                event.clearBelow(),
                event.unit(),
                event.datum(),
                event.beganAtMs(),
                lasts ? 0 : event.endedAtMs(),
                peaked ? event.peak() : Double.NaN,
                peaked ? event.peakAtMs() : 0,
                event.worstFlag(),
                event.late(),
                event.possible(),
                event.outOfService());
    }
}

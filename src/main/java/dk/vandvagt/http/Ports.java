package dk.vandvagt.http;

import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.LayerSource;
import dk.vandvagt.shard.AlertTrail;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this room asks of the others.
 *
 * @param metrics Prometheus' text format, made when called; called off the event loop
 * @param wallClock of the machine
 * @param intake for posted readings; null where none are taken
 * @param bulletins CAP messages; null where none are issued
 * @param subscribers null where nobody can subscribe
 * @param alerts what the live stream tells
 * @param drills null where there are none
 * @param checks of staff gauges; null where none are taken
 * @param zones null where planners cannot draw any
 */
public record Ports(
        LayerSource layers,
        Past past,
        Operator operator,
        Health health,
        Supplier<String> metrics,
        InstantSource wallClock,
        @Nullable Intake intake,
        @Nullable Bulletins bulletins,
        @Nullable Subscribers subscribers,
        AlertTrail alerts,
        @Nullable Drills drills,
        @Nullable Checks checks,
        List<LayerMaker> makers,
        @Nullable Zones zones) {
    public Ports(
            LayerSource layers,
            Past past,
            Operator operator,
            Health health,
            Supplier<String> metrics,
            InstantSource wallClock) {
        this(
                layers,
                past,
                operator,
                health,
                metrics,
                wallClock,
                null,
                null,
                null,
                AlertTrail.NONE,
                null,
                null,
                List.of(),
                null);
    }
}

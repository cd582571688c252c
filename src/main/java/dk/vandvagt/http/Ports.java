package dk.vandvagt.http;

import dk.vandvagt.layer.LayerSource;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What this room asks of the others.
 *
 * @param metrics Prometheus' text format, made when called; called off the event loop
 * @param wallClock of the machine
 */
public record Ports(
        LayerSource layers,
        Past past,
        Operator operator,
        Health health,
        Supplier<String> metrics,
        InstantSource wallClock) {}

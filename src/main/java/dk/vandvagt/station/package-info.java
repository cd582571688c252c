/**
 * The catalogue: stations, sensors, datums and thresholds as one immutable revision, and the way from a sensor's
 * id to its dense index. It never does I/O, never reads a clock and never knows a sensor's state.
 */
@NullMarked
package dk.vandvagt.station;

import org.jspecify.annotations.NullMarked;

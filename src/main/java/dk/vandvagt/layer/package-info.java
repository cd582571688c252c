/**
 * Layers: what the map and a GIS are shown, built from copies of the live state. Each feature says when it was computed
 * and from which readings; nothing here reads a database or a clock.
 */
@NullMarked
package dk.vandvagt.layer;

import org.jspecify.annotations.NullMarked;

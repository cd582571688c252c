/**
 * Terrain models: reads them piece by piece, prepares them on disk for flood extents, and hands {@code layer} what was prepared.
 * What a file or the settings do not say of CRS, unit and datum is asked for, never guessed.
 */
@NullMarked
package dk.vandvagt.terrain;

import org.jspecify.annotations.NullMarked;

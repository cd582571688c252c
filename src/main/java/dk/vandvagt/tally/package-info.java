/**
 * Named counts and timers, by Micrometer. Pure rooms count in plain fields; this room reads them.
 */
@NullMarked
package dk.vandvagt.tally;

import org.jspecify.annotations.NullMarked;

/**
 * The one order of things: every batch of readings, ticks and commands gets a sequence and is on disk before it is
 * judged. It never looks into a reading further than its identity.
 */
@NullMarked
package dk.vandvagt.journal;

import org.jspecify.annotations.NullMarked;

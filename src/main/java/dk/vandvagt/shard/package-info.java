/**
 * One thread writes a sensor's state; everyone else gets a copy. Batches come in by sequence, verdicts and edges go out
 * in the same order; the ports that the I/O rooms implement stand here.
 */
@NullMarked
package dk.vandvagt.shard;

import org.jspecify.annotations.NullMarked;

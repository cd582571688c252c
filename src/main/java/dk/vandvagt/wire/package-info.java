/**
 * Bytes are hostile: a message becomes readings or one named refusal. Nothing here throws on bad input, blocks, or
 * knows where the bytes came from.
 */
@NullMarked
package dk.vandvagt.wire;

import org.jspecify.annotations.NullMarked;

/** Tests of the decoders: by files, against slow references, and by mutated messages. */
@NullMarked
package dk.vandvagt.wire;

import org.jspecify.annotations.NullMarked;

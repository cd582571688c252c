/** Shows the quality tests against published references, real faults and chance. */
@NullMarked
package dk.vandvagt.quality;

import org.jspecify.annotations.NullMarked;

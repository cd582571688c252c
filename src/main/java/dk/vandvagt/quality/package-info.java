/**
 * A check flags a reading; it never edits or drops one. Flags and test names are QARTOD's.
 */
@NullMarked
package dk.vandvagt.quality;

import org.jspecify.annotations.NullMarked;

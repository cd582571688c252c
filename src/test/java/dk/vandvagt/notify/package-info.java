/** Tests of the channels, against real servers. */
@NullMarked
package dk.vandvagt.notify;

import org.jspecify.annotations.NullMarked;

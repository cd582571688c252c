/** Measured data, and a sensor network to send it. */
@NullMarked
package dk.vandvagt.data;

import org.jspecify.annotations.NullMarked;

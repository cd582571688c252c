/** Tests of the sources, against a real broker in a process of its own. */
@NullMarked
package dk.vandvagt.mqtt;

import org.jspecify.annotations.NullMarked;

/**
 * The only room that knows everyone: builds the others, joins their ports, starts and stops them in order. It holds no
 * rule about water.
 */
@NullMarked
package dk.vandvagt.app;

import org.jspecify.annotations.NullMarked;

/**
 * Sends what the alert book decided, once it is durable. It decides nothing and never holds up judging.
 */
@NullMarked
package dk.vandvagt.notify;

import org.jspecify.annotations.NullMarked;

/**
 * Messages from brokers, by Eclipse Paho. Nothing is acknowledged before the journal has it or it is counted as refused.
 */
@NullMarked
package dk.vandvagt.mqtt;

import org.jspecify.annotations.NullMarked;

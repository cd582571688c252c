/**
 * The sensor simulator: plays gauges, measured or made up, towards an MQTT broker exactly as devices in the field would.
 * It knows the canonical payload by its own encoder and never imports the service, so neither can paper over the other.
 */
@NullMarked
package dk.vandvagt.simulator;

import org.jspecify.annotations.NullMarked;

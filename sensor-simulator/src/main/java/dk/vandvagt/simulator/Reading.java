package dk.vandvagt.simulator;

/**
 * One measurement of one sensor.
 *
 * @param value a JSON number, digit for digit as it goes on the wire: measured series are never re-rounded here
 */
record Reading(String sensorId, long observedAtMs, String value) {}

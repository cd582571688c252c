package dk.vandvagt.simulator;

import java.util.List;

/** Writes one sensor's readings as a device of some make publishes them. What it remembers, such as frame counters, is that device's. */
interface Encoder {
    /**
     * Usually one message; births come before what they announce.
     *
     * @param readings of one sensor, in time order, at most {@link #mostReadings}
     * @param sentAtMs when the device hands them over
     */
    List<Message> messages(List<Reading> readings, long sentAtMs);

    /** Readings that a message can hold; of a longer batch, a format that holds one and has no time for it sends the newest. */
    int mostReadings();
}

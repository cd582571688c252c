package dk.vandvagt.simulator;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * What a command is going to send.
 *
 * @param units by sensor id, as far as known
 * @param event the messages that must all be acknowledged for success
 * @param repeats how many times the event is sent
 * @param afterwards what follows until stopped; empty where nothing does
 * @param notes what the summary says beside the counts, as JSON values
 */
record Plan(
        String command,
        Map<String, String> units,
        List<Message> event,
        int repeats,
        Iterator<Message> afterwards,
        Map<String, String> notes) {

    long eventMessages() {
        return (long) event.size() * repeats;
    }
}

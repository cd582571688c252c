package dk.vandvagt.quality;

import dk.vandvagt.shard.Rooms;
import dk.vandvagt.shard.Verdicts;
import java.util.Map;
import java.util.TreeMap;

/** What the rooms finally said of every observation. */
final class Flags {
    /** @param value on the sensor's own zero */
    record Observed(String sensorId, long observedAtMs, double value, int flag, QualityTest test) {
        boolean is(int otherFlag, QualityTest otherTest) {
            return flag == otherFlag && test == otherTest;
        }
    }

    private Flags() {}

    /** By sensor and time; a later verdict on the same observation takes the place of the one before. */
    static Map<String, Observed> all(Rooms rooms) {
        Map<String, Observed> last = new TreeMap<>();
        for (Verdicts verdicts : rooms.verdicts()) {
            for (int i = 0; i < verdicts.size(); i++) {
                Observed observed = new Observed(
                        verdicts.sensorId()[i],
                        verdicts.observedAtMs()[i],
                        verdicts.value()[i],
                        verdicts.flag()[i],
                        QualityTest.ofCode(verdicts.test()[i]));
                last.put(observed.sensorId + " " + observed.observedAtMs, observed);
            }
        }
        return last;
    }

    static Observed of(Rooms rooms, String sensorId, long observedAtMs) {
        Observed observed = all(rooms).get(sensorId + " " + observedAtMs);
        if (observed == null) {
            throw new AssertionError("nothing was said of " + sensorId + " at " + observedAtMs);
        }
        return observed;
    }
}

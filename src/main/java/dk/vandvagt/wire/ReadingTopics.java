package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import java.util.HashMap;
import java.util.Map;

/** Which sensor a topic {@code {prefix}/readings/{sensorId}} names, in one revision of the catalogue. Looking up allocates nothing. */
public final class ReadingTopics {
    /** Not of the form {@code {prefix}/readings/{one level}}. */
    public static final int UNKNOWN_TOPIC = -1;
    /** Of that form, but no sensor in use has that id. */
    public static final int UNKNOWN_SENSOR = -2;

    private final String stem;
    private final Map<String, Integer> indexByTopic;

    /** @param prefix such as {@code vandvagt/v1}, without a slash at its end */
    public ReadingTopics(String prefix, Catalogue catalogue) {
        this.stem = stem(prefix);
        this.indexByTopic = HashMap.newHashMap(catalogue.sensorCount());
        for (int i = 0; i < catalogue.sensorCount(); i++) {
            if (!catalogue.sensor(i).retired()) {
                indexByTopic.put(stem + catalogue.sensor(i).id(), i);
            }
        }
    }

    /** The filter that matches the topics of all sensors. */
    public static String filter(String prefix) {
        return stem(prefix) + '+';
    }

    private static String stem(String prefix) {
        return prefix + "/readings/";
    }

    /** The sensor's index, {@link #UNKNOWN_TOPIC} or {@link #UNKNOWN_SENSOR}. */
    public int sensorIndex(String topic) {
        Integer index = indexByTopic.get(topic);
        if (index != null) {
            return index;
        }
        boolean wellFormed =
                topic.startsWith(stem) && topic.length() > stem.length() && topic.indexOf('/', stem.length()) < 0;
        return wellFormed ? UNKNOWN_SENSOR : UNKNOWN_TOPIC;
    }
}

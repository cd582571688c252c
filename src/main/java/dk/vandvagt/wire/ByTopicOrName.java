package dk.vandvagt.wire;

import dk.vandvagt.station.Catalogue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The formats that remember nothing between messages and name their sensor by topic or by a name in the payload. */
final class ByTopicOrName implements Decoder {
    enum Kind {
        SENML_JSON,
        SENML_CBOR,
        PLAIN,
        CSV
    }

    private final Kind kind;
    private final List<String> filters;

    ByTopicOrName(Kind kind, List<String> filters) {
        this.kind = kind;
        this.filters = List.copyOf(filters);
    }

    @Override
    public List<String> filters() {
        return filters;
    }

    @Override
    public Session open(Catalogue catalogue) {
        return new NamedSession(kind, catalogue);
    }

    private static final class NamedSession implements Session {
        private final Kind kind;
        private final SenmlPack pack;
        private final SenmlJson senmlJson;
        private final SenmlCbor senmlCbor;
        private final PlainNumber plain = new PlainNumber();
        private final CsvLines csv = new CsvLines();
        private Catalogue catalogue;
        private SensorNames names;

        NamedSession(Kind kind, Catalogue catalogue) {
            this.kind = kind;
            this.catalogue = catalogue;
            this.names = new SensorNames(catalogue);
            this.pack = new SenmlPack(catalogue);
            this.senmlJson = new SenmlJson(pack);
            this.senmlCbor = new SenmlCbor(pack);
        }

        @Override
        public void use(Catalogue catalogue) {
            this.catalogue = catalogue;
            names = new SensorNames(catalogue);
            pack.use(catalogue);
        }

        @Override
        public @Nullable Refusal decode(
                String topic, byte[] payload, int offset, int length, long receivedAtMs, ReadingBuffer into) {
            return switch (kind) {
                case SENML_JSON -> senmlJson.decode(payload, offset, length, receivedAtMs, into);
                case SENML_CBOR -> senmlCbor.decode(payload, offset, length, receivedAtMs, into);
                case CSV -> csv.decode(catalogue, names, topic, payload, offset, length, into);
                case PLAIN -> {
                    int sensorIndex = names.sensorIndexOfTopic(topic);
                    yield sensorIndex == SensorNames.UNKNOWN
                            ? Refusal.UNKNOWN_SENSOR
                            : plain.decode(catalogue, sensorIndex, payload, offset, length, receivedAtMs, into);
                }
            };
        }
    }
}

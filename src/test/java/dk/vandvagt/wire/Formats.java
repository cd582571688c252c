package dk.vandvagt.wire;

import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The messages under {@code golden/wire-formats}: each {@code format--what} beside what is to become of it. */
final class Formats {
    static final Path FOLDER = Path.of("src/test/resources/golden/wire-formats");
    static final long RECEIVED_AT_MS = 1_700_000_000_000L;

    private Formats() {}

    record Message(String name, Format format, String topic, byte[] payload, List<String> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Catalogue catalogue() {
        return switch (SettingsFile.load(FOLDER.resolve("settings.yml"), null)) {
            case Read.Good good -> good.catalogue();
            case Read.Bad bad -> throw new AssertionError(bad.faults());
        };
    }

    static Stream<Message> messages() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .filter(file -> file.toString().endsWith(".expected"))
                    .sorted()
                    .map(Formats::message)
                    .toList()
                    .stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Message message(Path expected) {
        try {
            List<String> lines = Files.readAllLines(expected);
            String name = expected.getFileName().toString().replace(".expected", "");
            byte[] payload = Files.readAllBytes(FOLDER.resolve(name));
            String topic = lines.getFirst().substring("topic ".length());
            return new Message(
                    name,
                    format(name.substring(0, name.indexOf("--"))),
                    topic,
                    payload,
                    lines.subList(1, lines.size()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Format format(String tag) {
        return Stream.of(Format.values())
                .filter(format -> format.tag().equals(tag))
                .findAny()
                .orElseThrow();
    }

    static Decoder.Session open(Format format, Catalogue catalogue) {
        return format.decoder(List.of("#"), "vandvagt/v1").open(catalogue);
    }

    /** Readings as {@code sensor time value}, or the refusal's name. */
    static List<String> decode(Catalogue catalogue, Decoder.Session session, String topic, byte[] payload) {
        ReadingBuffer into = new ReadingBuffer();
        Refusal refusal = session.decode(topic, payload, 0, payload.length, RECEIVED_AT_MS, into);
        if (refusal != null) {
            return into.size() == 0 ? List.of(refusal.tag()) : List.of(refusal.tag(), "with readings left behind");
        }
        List<String> readings = new ArrayList<>();
        for (int i = 0; i < into.size(); i++) {
            double rounded = Math.round(into.value(i) * 1e9) / 1e9;
            readings.add(catalogue.sensor(into.sensorIndex(i)).id() + " " + into.observedAtMs(i) + " " + rounded);
        }
        return readings;
    }
}

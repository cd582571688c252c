package dk.vandvagt.notify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.alert.Subscription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The subscriptions on disk: one file each, {@code 0600}, so that deleting one leaves nothing of it. One thread. */
final class SubscriptionFolder {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String SUFFIX = ".json";
    private static final String HIGHEST = "highest";

    private final Path folder;
    private int highest;

    SubscriptionFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** In order of their numbers; a file that cannot be read is named in the exception. */
    List<Subscription> all() throws IOException {
        List<Subscription> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
                try {
                    all.add(JSON.readValue(Files.readAllBytes(file), Subscription.class));
                } catch (IOException unreadable) {
                    throw new IOException(file + " is no subscription: move it away to go on without it", unreadable);
                }
            }
        }
        all.sort(Comparator.comparingInt(Subscription::number));
        return all;
    }

    /** A number nobody had before, also after the one with the highest was deleted. */
    int nextNumber() throws IOException {
        if (highest == 0) {
            Path file = folder.resolve(HIGHEST);
            highest =
                    Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
            for (Subscription each : all()) {
                highest = Math.max(highest, each.number());
            }
        }
        int next = highest + 1;
        write(HIGHEST, Integer.toString(next).getBytes(StandardCharsets.US_ASCII));
        highest = next;
        return next;
    }

    /** Durable when it returns. */
    void save(Subscription subscription) throws IOException {
        write(subscription.number() + SUFFIX, JSON.writeValueAsBytes(subscription));
    }

    void delete(int number) throws IOException {
        Files.deleteIfExists(folder.resolve(number + SUFFIX));
        forceFolder();
    }

    private void write(String name, byte[] content) throws IOException {
        Path unfinished = folder.resolve(name + ".tmp");
        Files.deleteIfExists(unfinished);
        try (FileChannel file = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        forceFolder();
    }

    private void forceFolder() throws IOException {
        try (FileChannel directory = FileChannel.open(folder)) {
            directory.force(true);
        }
    }
}

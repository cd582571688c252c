package dk.vandvagt.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The one folder everything lives in, readable by its owner only. */
record DataFolder(Path path) {
    private static final int SECRET_BYTES = 24;

    /** Makes it, or closes one that stood open to others. */
    static DataFolder at(Path path) throws IOException {
        Path folder = path.toAbsolutePath().normalize();
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return new DataFolder(folder);
    }

    Path sub(String name) throws IOException {
        return Files.createDirectories(path.resolve(name));
    }

    /** A secret of that name: made at random the first time it is asked for, and kept {@code 0600}. */
    String secret(String name) throws IOException {
        Path file = secretFile(name);
        if (!Files.exists(file)) {
            byte[] random = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(random);
            Path unfinished = file.resolveSibling(name + ".tmp");
            Files.deleteIfExists(unfinished);
            Files.createFile(
                    unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    unfinished,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n",
                    StandardOpenOption.TRUNCATE_EXISTING);
            Files.move(unfinished, file);
        }
        return Files.readString(file, StandardCharsets.UTF_8).strip();
    }

    Path secretFile(String name) throws IOException {
        return sub("secrets").resolve(name);
    }
}

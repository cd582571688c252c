package dk.vandvagt.app;

import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** {@code serve}, but that its wall clock is off by what a file says. */
final class ServiceOnAClock {
    private static final long LOOK_EVERY_MS = 20;

    private ServiceOnAClock() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        // it is killed, never asked to stop; when the test is killed, it must not be left behind
        ProcessHandle.current()
                .parent()
                .orElseThrow()
                .onExit()
                .thenRun(() -> Runtime.getRuntime().halt(1));
        Path config = Path.of(args[0]);
        Path clock = Path.of(args[2]);
        if (!(SettingsFile.load(config, null) instanceof Read.Good good)) {
            throw new IllegalArgumentException(SettingsFile.load(config, null).toString());
        }
        AtomicLong offsetMs = new AtomicLong(Long.parseLong(Files.readString(clock)));
        Thread.ofPlatform().daemon().start(() -> follow(clock, offsetMs));
        Service.start(
                good.settings(),
                config,
                Path.of(args[1]),
                Progress.on(System.out),
                () -> System.currentTimeMillis() + offsetMs.get());
        System.out.println("up");
        new CountDownLatch(1).await();
    }

    private static void follow(Path clock, AtomicLong offsetMs) {
        while (true) {
            try {
                offsetMs.set(Long.parseLong(Files.readString(clock)));
                // sleeps: this is what hands time in, from a file, to a process that a test can reach in no other way
                Thread.sleep(LOOK_EVERY_MS);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package dk.vandvagt.app;

import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** {@code serve}, but that its wall clock is off: by so many milliseconds at the start, then by what each line of its input says. */
final class ServiceOnAClock {
    private ServiceOnAClock() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path config = Path.of(args[0]);
        if (!(SettingsFile.load(config, null) instanceof Read.Good good)) {
            throw new IllegalArgumentException(SettingsFile.load(config, null).toString());
        }
        AtomicLong offsetMs = new AtomicLong(Long.parseLong(args[2]));
        Thread.ofPlatform().daemon().start(() -> follow(offsetMs));
        Service.start(
                good.settings(),
                config,
                Path.of(args[1]),
                Progress.on(System.out),
                () -> System.currentTimeMillis() + offsetMs.get());
        System.out.println("up");
        Thread.currentThread().join();
    }

    private static void follow(AtomicLong offsetMs) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            lines.lines().forEach(line -> offsetMs.set(Long.parseLong(line)));
        } catch (IOException gone) {
            // as its end
        }
        // it is killed, never asked to stop; when the test is killed, it must not be left behind
        Runtime.getRuntime().halt(1);
    }
}

package dk.vandvagt.app;

import dk.vandvagt.data.FreePort;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.store.BreakableDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The service in a process of its own, between a mosquitto and a PostgreSQL of its own, with lines between all of them, on a
 * small disk and a clock that can be set: everything that can be broken, and how.
 */
final class FaultyMachine implements AutoCloseable {
    private static final int DISK_MIB = 64;

    final Line toBroker;
    final Line brokerToService;
    final Line serviceToDatabase;
    final Line toService;
    final BreakableDatabase database;
    private final @Nullable Mosquitto broker;
    /** Past all lines. */
    final int brokerPort;

    final Path config;
    private final Path data;
    private long clockOffsetMs;
    private final Path log;
    private final boolean smallDisk;
    private final String databaseUrl;
    private Process service;
    private volatile boolean killed;
    private volatile boolean diskWasFull;
    private int starts;
    private boolean closed;

    private FaultyMachine(
            Path folder, String catalogue, @Nullable Mosquitto broker, BreakableDatabase database, String databaseUrl)
            throws IOException, InterruptedException {
        this.broker = broker;
        this.database = database;
        this.databaseUrl = databaseUrl;
        brokerPort = broker == null ? FreePort.any() : portOf(broker.uri());
        toBroker = new Line(brokerPort);
        brokerToService = new Line(brokerPort);
        serviceToDatabase = new Line(portOf(databaseUrl));
        int httpPort = FreePort.any();
        toService = new Line(httpPort);
        data = Files.createDirectories(folder.resolve("data"));
        // the embedded broker has files of its own there, and more of them
        smallDisk =
                broker != null && run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", data.toString());
        log = folder.resolve("service.log");
        config = folder.resolve("place.yml");
        Files.writeString(
                config,
                catalogue
                        .replace(
                                "@mqtt@",
                                broker == null
                                        ? "{port: " + brokerPort + "}"
                                        : "{broker: \"tcp://127.0.0.1:" + brokerToService.port() + "\"}")
                        .replace("@database@", databaseUrl.replaceFirst(":\\d+/", ":" + serviceToDatabase.port() + "/"))
                        .replace("@http@", Integer.toString(httpPort))
                        .replace("@user@", database.user()));
        service = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeAtLast));
    }

    /**
     * The broker and the database are closed with it.
     *
     * @param broker null for the one that the service embeds
     */
    static FaultyMachine start(
            Path folder, String catalogue, @Nullable Mosquitto broker, BreakableDatabase database, String databaseUrl)
            throws IOException, InterruptedException {
        return new FaultyMachine(folder, catalogue, broker, database, databaseUrl);
    }

    private static int portOf(String url) {
        return Integer.parseInt(url.replaceFirst(".*?:(\\d+)(/.*|)$", "$1"));
    }

    Mosquitto broker() {
        return Objects.requireNonNull(broker, "the broker cannot be broken alone");
    }

    /** Past all lines. */
    String databaseUrl() {
        return databaseUrl;
    }

    String databaseUser() {
        return database.user();
    }

    boolean hasSmallDisk() {
        return smallDisk;
    }

    private Process launch() throws IOException {
        starts++;
        killed = false;
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                        broker == null ? "-Xmx512m" : "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServiceOnAClock.class.getName(),
                        config.toString(),
                        data.toString(),
                        Long.toString(clockOffsetMs)))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    synchronized void killService() throws InterruptedException {
        killed = true;
        service.destroyForcibly().waitFor();
    }

    synchronized void startService() throws IOException {
        service = launch();
    }

    /** As a service manager does, where it gave up on a full disk; that it ends otherwise is a failure. */
    synchronized void watchOverService() throws IOException {
        if (!killed && !service.isAlive()) {
            if (!diskWasFull) {
                throw new AssertionError("the service ended by itself with " + service.exitValue());
            }
            service = launch();
        }
    }

    /**
     * Lets so long pass, by the machine's clock: what happens meanwhile happens in other processes, which the kernel starts, stops and
     * kills, and no time can be handed to them. A service that ends by itself is noticed when it does.
     */
    void goesOnFor(long ms) throws IOException, InterruptedException {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        for (long left = untilNanos - System.nanoTime(); left > 0; left = untilNanos - System.nanoTime()) {
            if (serviceNow().waitFor(left, TimeUnit.NANOSECONDS)) {
                watchOverService();
            }
        }
    }

    private synchronized Process serviceNow() {
        return service;
    }

    int starts() {
        return starts;
    }

    void signalService(String name) throws IOException, InterruptedException {
        run("kill", "-" + name, Long.toString(service.pid()));
    }

    /** @return whether the service answered with all its threads' stacks, in its log */
    boolean dumpThreads() throws IOException, InterruptedException {
        return run("kill", "-QUIT", Long.toString(service.pid()));
    }

    void fillDisk() throws IOException {
        diskWasFull = true;
        byte[] some = new byte[1 << 16];
        try (var ballast = Files.newOutputStream(data.resolve("ballast"))) {
            while (true) {
                ballast.write(some);
            }
        } catch (IOException full) {
            // that is what it is for
        }
    }

    void emptyDisk() throws IOException {
        Files.deleteIfExists(data.resolve("ballast"));
    }

    /** From here on the disk is no reason for anything. */
    void diskIsWell() {
        diskWasFull = false;
    }

    synchronized void setClock(long offsetMs) {
        clockOffsetMs = offsetMs;
        try {
            service.outputWriter().append(offsetMs + "\n").flush();
        } catch (IOException gone) {
            // it is dead, and told when it is started again
        }
    }

    Path secret(String name) {
        return data.resolve("secrets").resolve(name);
    }

    /** Null where the broker lets anybody in. */
    Device.@Nullable Account account(String name) throws IOException {
        return broker == null
                ? new Device.Account(
                        name, Files.readString(secret("mqtt-" + name)).strip())
                : null;
    }

    List<String> lastWords(int lines) throws IOException {
        List<String> all = Files.readAllLines(log);
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }

    static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    private void closeAtLast() {
        try {
            close();
        } catch (IOException | InterruptedException | RuntimeException e) {
            System.err.println("not all of the faulty machine is stopped: " + e);
        }
    }

    @Override
    public synchronized void close() throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        closed = true;
        service.destroyForcibly().waitFor();
        toBroker.close();
        brokerToService.close();
        serviceToDatabase.close();
        toService.close();
        if (broker != null) {
            broker.close();
        }
        database.close();
        if (smallDisk) {
            run("umount", data.toString());
        }
    }
}

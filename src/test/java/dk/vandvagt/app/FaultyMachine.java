package dk.vandvagt.app;

import dk.vandvagt.data.FreePort;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.store.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
    final Mosquitto broker;
    private final @Nullable PostgresServer database;
    final Path config;
    private final Path data;
    private final Path clock;
    private final Path log;
    private final boolean smallDisk;
    private final String databaseUrl;
    private final String databaseUser;
    private Process service;
    private volatile boolean killed;
    private volatile boolean diskWasFull;
    private int starts;
    private boolean closed;

    private FaultyMachine(
            Path folder,
            String catalogue,
            Mosquitto broker,
            @Nullable PostgresServer database,
            String databaseUrl,
            String user)
            throws IOException, InterruptedException {
        this.broker = broker;
        this.database = database;
        this.databaseUrl = databaseUrl;
        this.databaseUser = user;
        toBroker = new Line(portOf(broker.uri()));
        brokerToService = new Line(portOf(broker.uri()));
        serviceToDatabase = new Line(portOf(databaseUrl));
        int httpPort = FreePort.any();
        toService = new Line(httpPort);
        data = Files.createDirectories(folder.resolve("data"));
        smallDisk = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", data.toString());
        clock = folder.resolve("clock");
        setClock(0);
        log = folder.resolve("service.log");
        config = folder.resolve("place.yml");
        Files.writeString(
                config,
                catalogue
                        .replace("@broker@", "tcp://127.0.0.1:" + brokerToService.port())
                        .replace("@database@", databaseUrl.replaceFirst(":\\d+/", ":" + serviceToDatabase.port() + "/"))
                        .replace("@http@", Integer.toString(httpPort))
                        .replace("@user@", user));
        service = launch();
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeAtLast));
    }

    /** The broker and the database are closed with it. */
    static FaultyMachine start(
            Path folder,
            String catalogue,
            Mosquitto broker,
            @Nullable PostgresServer database,
            String databaseUrl,
            String user)
            throws IOException, InterruptedException {
        return new FaultyMachine(folder, catalogue, broker, database, databaseUrl, user);
    }

    private static int portOf(String url) {
        return Integer.parseInt(url.replaceFirst(".*?:(\\d+)(/.*|)$", "$1"));
    }

    PostgresServer database() {
        return Objects.requireNonNull(database, "this database cannot be broken");
    }

    /** Past all lines. */
    String databaseUrl() {
        return databaseUrl;
    }

    String databaseUser() {
        return databaseUser;
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
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServiceOnAClock.class.getName(),
                        config.toString(),
                        data.toString(),
                        clock.toString()))
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

    void setClock(long offsetMs) throws IOException {
        Path next = clock.resolveSibling("clock.next");
        Files.writeString(next, Long.toString(offsetMs));
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    Path deviceToken() {
        return data.resolve("secrets").resolve(Service.DEVICE_SECRET);
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
        broker.close();
        if (database != null) {
            database.close();
        }
        if (smallDisk) {
            run("umount", data.toString());
        }
    }
}

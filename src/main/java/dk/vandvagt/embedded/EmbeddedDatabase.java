package dk.vandvagt.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own, run as a child process on the loopback address. Should this process be killed, the server lives
 * on; the next start finds it by its pid file, stops it in good order and starts its own.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

    private static final String USER = "vandvagt";
    private static final String DATABASE = "vandvagt";
    private static final int PASSWORD_BYTES = 24;

    private static final long START_LIMIT_MS = 60_000;
    private static final long STOP_LIMIT_MS = 60_000;
    private static final long SHARED_MEMORY_LIMIT_MS = 15_000;
    private static final long POLL_MS = 10;
    private static final long LOG_LIMIT_BYTES = 10_000_000;
    private static final int LOG_LINES_SHOWN = 8;

    /** Line of postmaster.pid that holds the state, counted from 0 (PostgreSQL's src/include/utils/pidfile.h). */
    private static final int STATE_LINE = 7;

    private final Process process;
    private final FileChannel lock;
    private final int port;
    private final String password;

    private EmbeddedDatabase(Process process, FileChannel lock, int port, String password) {
        this.process = process;
        this.lock = lock;
        this.port = port;
        this.password = password;
    }

    /** @param port 0 takes a free one */
    public static EmbeddedDatabase start(Path dataFolder, int port) throws IOException {
        Path folder = Folders.createPrivate(dataFolder.toAbsolutePath().normalize());
        FileChannel lock = lock(folder);
        try {
            Path binaries = PostgresBinaries.unpackInto(folder);
            Path cluster = folder.resolve("data");
            stopOrphan(cluster);
            String password = createOnce(folder, cluster, binaries);
            int claimed = Ports.claim("the embedded database", InetAddress.getByName("127.0.0.1"), port);
            return new EmbeddedDatabase(launch(folder, cluster, binaries, claimed), lock, claimed, password);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Stops what an earlier process, killed, left running on that folder; for whoever wants to remove it. */
    public static void stopLeftover(Path dataFolder) throws IOException {
        Path folder = dataFolder.toAbsolutePath().normalize();
        if (Files.isDirectory(folder)) {
            try (FileChannel held = lock(folder)) {
                stopOrphan(folder.resolve("data"));
            }
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    public int port() {
        return port;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                stop(process.toHandle());
            }
        } finally {
            try {
                lock.close();
            } catch (IOException e) {
                log.warn("The lock of the embedded database's folder could not be given back: {}", e.getMessage());
            }
        }
    }

    /** Held while this process lives, however it ends: without it a second service would stop the first one's server. */
    private static FileChannel lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("in-use.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            log.debug("Locked by this very process", e);
        }
        if (held == null) {
            channel.close();
            throw new IllegalStateException(
                    "the database folder " + folder + " is in use by another running service: stop that one first");
        }
        return channel;
    }

    /** Makes the cluster at the first start; whatever was interrupted half-way is made anew. Returns the password. */
    private static String createOnce(Path folder, Path cluster, Path binaries) throws IOException {
        Path passwordFile = folder.resolve("password");
        if (Files.isDirectory(cluster)) {
            try {
                return Files.readString(passwordFile).strip();
            } catch (NoSuchFileException e) {
                throw new IllegalStateException(
                        "the embedded database in " + folder + " has lost its password file: put " + passwordFile
                                + " back, or move the folder away to start empty",
                        e);
            }
        }
        log.info("Making a new database in {}", cluster);
        writePrivate(passwordFile, newPassword());
        Path half = folder.resolve("data.part");
        Folders.delete(half);
        List<String> initdb = program(binaries, "initdb");
        initdb.addAll(List.of(
                "--pgdata=" + half,
                "--username=" + USER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C"));
        run(initdb, "");
        List<String> single = program(binaries, "postgres");
        single.addAll(List.of("--single", "-D", half.toString(), "postgres"));
        run(single, "CREATE DATABASE " + DATABASE + ";\n");
        Files.move(half, cluster, StandardCopyOption.ATOMIC_MOVE);
        return Files.readString(passwordFile).strip();
    }

    private static String newPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static void writePrivate(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text + "\n");
    }

    private static Process launch(Path folder, Path cluster, Path binaries, int port) throws IOException {
        Path serverLog = folder.resolve("postgres.log");
        if (Files.exists(serverLog) && Files.size(serverLog) > LOG_LIMIT_BYTES) {
            Files.move(serverLog, folder.resolve("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        long giveUpNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHARED_MEMORY_LIMIT_MS);
        while (true) {
            long logStart = Files.exists(serverLog) ? Files.size(serverLog) : 0;
            Process process = new ProcessBuilder(server(cluster, binaries, port))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(serverLog.toFile()))
                    .start();
            process.getOutputStream().close();
            if (becomesReady(process, cluster)) {
                return process;
            }
            List<String> said = linesFrom(serverLog, logStart);
            // Backends of a killed postmaster live on until they next look for it.
            boolean backendsLeft = said.stream().anyMatch(line -> line.contains("shared memory block"));
            if (!backendsLeft || System.nanoTime() - giveUpNanos > 0) {
                throw new IllegalStateException("the embedded database did not start on 127.0.0.1:" + port
                        + "; the end of "
                        + serverLog + " says:\n"
                        + String.join("\n", said.subList(Math.max(0, said.size() - LOG_LINES_SHOWN), said.size())));
            }
        }
    }

    private static List<String> server(Path cluster, Path binaries, int port) {
        List<String> command = program(binaries, "postgres");
        command.addAll(List.of("-D", cluster.toString()));
        List<String> settings = List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "password_encryption=scram-sha-256",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "max_connections=20",
                "shared_buffers=128MB",
                // One writer, no replicas: the least WAL that still recovers from a crash.
                "wal_level=minimal",
                "max_wal_senders=0",
                "max_wal_size=512MB",
                "checkpoint_timeout=15min",
                "log_checkpoints=off",
                "log_timezone=UTC",
                "timezone=UTC");
        for (String setting : settings) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    /** The command line up to the program's own arguments. */
    private static List<String> program(Path binaries, String name) {
        List<String> command = new ArrayList<>();
        if (isInstalled("setsid")) {
            // Out of the terminal's process group: Ctrl-C is ours to handle, the database stops last.
            command.add("setsid");
        }
        if (new UnixSystem().getUid() == 0) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it is.
            command.add("unshare");
            command.add("--user");
        }
        command.add(binaries.resolve("bin").resolve(name).toString());
        return command;
    }

    private static boolean isInstalled(String program) {
        for (String folder :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static void run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> {
            try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(input);
        } catch (IOException e) {
            log.debug("The program did not read its input to the end", e);
        }
        String said = await(output, process);
        if (await(process.onExit(), process).exitValue() != 0) {
            throw new IllegalStateException(
                    "making the embedded database failed: " + String.join(" ", command) + " said:\n"
                            + said.strip()
                            + (command.contains("unshare")
                                    ? "\n(as root it needs \"unshare --user\"; where that is not allowed, run as another user)"
                                    : ""));
        }
    }

    private static boolean becomesReady(Process process, Path cluster) throws IOException {
        long giveUpNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_LIMIT_MS);
        String pid = Long.toString(process.pid());
        while (System.nanoTime() - giveUpNanos < 0) {
            List<String> lines = pidFile(cluster);
            if (lines.size() > STATE_LINE
                    && lines.getFirst().strip().equals(pid)
                    && lines.get(STATE_LINE).strip().equals("ready")) {
                return true;
            }
            if (endsWithin(process, POLL_MS)) {
                return false;
            }
        }
        stop(process.toHandle());
        return false;
    }

    private static boolean endsWithin(Process process, long limitMs) {
        try {
            return process.waitFor(limitMs, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }

    private static void stopOrphan(Path cluster) throws IOException {
        List<String> lines = pidFile(cluster);
        if (lines.isEmpty()) {
            return;
        }
        ProcessHandle orphan = postgresOf(cluster, lines.getFirst().strip());
        if (orphan != null) {
            log.info("Stopping the database that an earlier run left behind (process {})", orphan.pid());
            stop(orphan);
        }
        Files.deleteIfExists(cluster.resolve("postmaster.pid"));
    }

    /** The process, if it is a PostgreSQL on this very folder; the number alone may long belong to another. */
    private static @Nullable ProcessHandle postgresOf(Path cluster, String pid) {
        if (!pid.matches("\\d{1,18}")) {
            return null;
        }
        ProcessHandle process = ProcessHandle.of(Long.parseLong(pid)).orElse(null);
        if (process == null || !process.isAlive()) {
            return null;
        }
        String command = process.info().commandLine().orElse("");
        boolean ours = command.contains("/bin/postgres ") && command.contains(" -D " + cluster + " ");
        return ours ? process : null;
    }

    private static List<String> pidFile(Path cluster) throws IOException {
        try {
            return Files.readAllLines(cluster.resolve("postmaster.pid"));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static List<String> linesFrom(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int start = (int) Math.min(offset, bytes.length);
        return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /** Fast shutdown: sessions are cut, committed data is on disk; after a minute the immediate one, which recovers later. */
    private static void stop(ProcessHandle postmaster) {
        signal(postmaster, "INT");
        if (exitsWithin(postmaster, STOP_LIMIT_MS)) {
            return;
        }
        log.warn(
                "The database (process {}) did not stop within {} s: stopping it hard",
                postmaster.pid(),
                STOP_LIMIT_MS / 1000);
        signal(postmaster, "QUIT");
        if (!exitsWithin(postmaster, STOP_LIMIT_MS)) {
            throw new IllegalStateException("the database (process " + postmaster.pid() + ") cannot be stopped");
        }
    }

    /** Java itself can send TERM and KILL only; TERM would wait for all sessions to end. */
    private static void signal(ProcessHandle process, String signal) {
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            await(kill.onExit(), kill);
        } catch (IOException e) {
            throw new UncheckedIOException("the database (process " + process.pid() + ") could not be signalled", e);
        }
    }

    /** For one that runs: one that is only just being started has an empty command line for a moment, too. */
    private static boolean exitsWithin(ProcessHandle process, long limitMs) {
        CompletableFuture<ProcessHandle> exit = process.onExit();
        long giveUpNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        do {
            try {
                exit.get(POLL_MS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                if (process.info().commandLine().isEmpty()) {
                    // Ended, but its new parent has not collected it yet, or never will.
                    return true;
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("waiting for the database to stop failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the database", e);
            }
        } while (System.nanoTime() - giveUpNanos < 0);
        return false;
    }

    private static <T> T await(CompletableFuture<T> future, Process process) {
        try {
            return future.get(START_LIMIT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        } catch (ExecutionException | TimeoutException e) {
            process.destroy();
            throw new IllegalStateException("a program of the embedded database did not end", e);
        }
    }
}

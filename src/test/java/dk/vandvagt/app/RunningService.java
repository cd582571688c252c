package dk.vandvagt.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The service in a process of its own, as {@code ./vandvagt serve} starts it: embedded broker and database, real ports. */
final class RunningService implements AutoCloseable {
    private static final Pattern PAGE = Pattern.compile("Page and API: +(http://\\S+)");
    private static final Pattern MQTT = Pattern.compile("Sensors publish: +mqtt port (\\d+)");
    private static final Pattern DATABASE = Pattern.compile("database \\(embedded.* port (\\d+)");

    private final Process process;
    private final Path data;
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());
    private final HttpClient http = HttpClient.newHttpClient();
    private final int mqttPort;
    private final int databasePort;
    private final String address;

    private RunningService(Process process, Path data) {
        this.process = process;
        this.data = data;
        Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                lines.lines().forEach(output::add);
            } catch (IOException | UncheckedIOException gone) {
                output.add(gone.toString());
            }
        });
        Awaitility.await("service up")
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> output.stream().anyMatch(line -> line.startsWith("Ctrl-C")) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError("the service ended:\n" + String.join("\n", output));
        }
        address = said(PAGE);
        mqttPort = Integer.parseInt(said(MQTT));
        databasePort = Integer.parseInt(said(DATABASE));
    }

    /** Port 0 takes a free one. */
    static RunningService start(Path config, Path data, int httpPort, int mqttPort, int databasePort)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "dk.vandvagt.app.Vandvagt",
                "serve",
                "--config",
                config.toString(),
                "--data",
                data.toString(),
                "--http-port",
                String.valueOf(httpPort),
                "--mqtt-port",
                String.valueOf(mqttPort),
                "--db-port",
                String.valueOf(databasePort)));
        return new RunningService(
                new ProcessBuilder(command).redirectErrorStream(true).start(), data);
    }

    private String said(Pattern pattern) {
        synchronized (output) {
            for (String line : output) {
                Matcher found = pattern.matcher(line);
                if (found.find()) {
                    return found.group(1);
                }
            }
        }
        throw new AssertionError("not said: " + pattern + " in\n" + String.join("\n", output));
    }

    int mqttPort() {
        return mqttPort;
    }

    int databasePort() {
        return databasePort;
    }

    int httpPort() {
        return URI.create(address).getPort();
    }

    String sensorPassword() throws IOException {
        return Files.readString(data.resolve("secrets").resolve("mqtt-sensors")).strip();
    }

    String operatorToken() throws IOException {
        return Files.readString(data.resolve("secrets").resolve("operator-token"))
                .strip();
    }

    Connection database() throws IOException, SQLException {
        String password =
                Files.readString(data.resolve("database").resolve("password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + databasePort + "/vandvagt", "vandvagt", password);
    }

    String get(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(address + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    HttpResponse<String> post(String path, String body, @Nullable String token)
            throws IOException, InterruptedException {
        return send("POST", path, body, token);
    }

    HttpResponse<String> put(String path, String body, @Nullable String token)
            throws IOException, InterruptedException {
        return send("PUT", path, body, token);
    }

    private HttpResponse<String> send(String method, String path, String body, @Nullable String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A metric's value by its whole name with tags, as Prometheus has it. */
    double metric(String name) {
        try {
            return get("/metrics")
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no metric " + name));
        } catch (IOException | InterruptedException unreachable) {
            throw new AssertionError(unreachable);
        }
    }

    List<String> output() {
        return List.copyOf(output);
    }

    /** {@code kill -9}; the database it started lives on without it. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, as Ctrl-C and service managers do. */
    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("the service did not stop within 30 s:\n" + String.join("\n", output));
        }
    }
}

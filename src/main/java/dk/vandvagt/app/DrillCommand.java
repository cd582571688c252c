package dk.vandvagt.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * A drill at the service that runs here: begins one, plays a storm to it through the broker, and ends it. On the service's machine and
 * as its user, whose secrets it reads.
 */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        description =
                "Plays a storm to the service that runs here, as an exercise: nothing of it reaches where real alerts go.",
        footer = {
            "",
            "What follows -- is the simulator's: storm (the usual one), or replay, with options of its own, such as",
            "  vandvagt drill --config config/assens.yml --by Anna --note \"autumn drill\" -- storm --speed 600 --once"
        })
final class DrillCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> USUAL_STORM =
            List.of("storm", "--end-now", "--duration", "62", "--speed", "1200", "--once");
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_S = 2;
    private static final int REFUSED = 1;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "the service's settings")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Option(names = "--by", required = true, paramLabel = "NAME", description = "who holds the drill")
    private String by = "";

    @Option(names = "--note", required = true, paramLabel = "TEXT", description = "what for")
    private String note = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "4h",
            description = "ends by itself after so long (default: ${DEFAULT-VALUE})")
    private String lasting = "";

    @Mixin
    private Vandvagt.Where where = new Vandvagt.Where();

    @Parameters(paramLabel = "SIMULATOR", arity = "0..*", description = "what is played")
    private List<String> played = new ArrayList<>();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(WITHIN).build();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings read = Vandvagt.load(config, spec);
        if (read == null) {
            return Vandvagt.FAULTY_SETTINGS;
        }
        String simulator = System.getProperty(DemoCommand.SIMULATOR);
        if (simulator == null || !Files.isRegularFile(Path.of(simulator))) {
            throw new IOException(
                    "the simulator is not there (" + simulator + "): start by ./vandvagt drill, which builds it");
        }
        Settings settings = where.applyTo(read);
        Path secrets = (where.data == null ? Path.of("data") : where.data).resolve("secrets");
        String token =
                Files.readString(secrets.resolve(Service.OPERATOR_SECRET)).strip();
        String address = address(settings.http());
        String order = JSON.writeValueAsString(Map.of("by", by, "note", note, "for", lasting));
        HttpResponse<String> begun = send(request(address + "/drill", token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(order)));
        if (begun.statusCode() != 201) {
            spec.commandLine().getErr().println("no drill began: " + detail(begun));
            return REFUSED;
        }
        System.out.printf(
                """
                ØVELSE / EXERCISE: %s runs
                See         %s/exercise/alerts, and collections and live beside it
                Hear        %s/exercise/# at the broker
                Ctrl-C ends it; a real alert ends it, too.
                """,
                JSON.readTree(begun.body()).get("runId").asText(),
                address,
                settings.mqtt().topicPrefix());
        System.out.flush();
        Process storm = new ProcessBuilder(command(simulator, settings, secrets))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread ending = new Thread(() -> end(storm, address, token), "vandvagt-drill-end");
        Runtime.getRuntime().addShutdownHook(ending);
        while (!storm.waitFor(LOOK_EVERY_S, TimeUnit.SECONDS)) {
            if (!runs(address)) {
                System.out.println("The drill is over: a real alert, its time, or somebody else ended it.");
                break;
            }
        }
        // what the hook does, whoever ended it
        return CommandLine.ExitCode.OK;
    }

    private static String address(Settings.Http http) {
        return (http.tls() == null ? "http://" : "https://") + http.bind() + ":" + http.port();
    }

    private static HttpRequest.Builder request(String address, String token) {
        return HttpRequest.newBuilder(URI.create(address)).timeout(WITHIN).header("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String detail(HttpResponse<String> answer) throws IOException {
        JsonNode detail = JSON.readTree(answer.body()).path("detail");
        return detail.isMissingNode() ? "status " + answer.statusCode() : detail.asText();
    }

    private boolean runs(String address) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    send(HttpRequest.newBuilder(URI.create(address + "/drill")).timeout(WITHIN));
            return JSON.readTree(answer.body()).path("running").asBoolean();
        } catch (IOException away) {
            return false;
        }
    }

    private List<String> command(String simulator, Settings settings, Path secrets) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-jar",
                simulator));
        command.addAll(played.isEmpty() ? USUAL_STORM : played);
        command.addAll(List.of("--topic-prefix", settings.mqtt().topicPrefix() + "/exercise/readings"));
        switch (settings.mqtt().broker()) {
            case Settings.Broker.Embedded embedded -> {
                command.addAll(List.of("--broker", "tcp://127.0.0.1:" + embedded.port()));
                command.addAll(List.of("--username", Service.EXERCISE_ACCOUNT));
                command.addAll(List.of(
                        "--password-file",
                        secrets.resolve(Service.EXERCISE_SECRET).toString()));
            }
            case Settings.Broker.Outside outside -> {
                command.addAll(List.of("--broker", outside.url()));
                add(command, "--username", outside.username());
                add(command, "--password-file", outside.passwordFile());
            }
        }
        command.addAll(List.of("--exit-with-parent", "--quiet"));
        return command;
    }

    private static void add(List<String> command, String option, @Nullable Object value) {
        if (value != null) {
            command.addAll(List.of(option, value.toString()));
        }
    }

    private void end(Process storm, String address, String token) {
        storm.destroy();
        String ofWhom = URLEncoder.encode(by, StandardCharsets.UTF_8);
        try {
            HttpResponse<String> ended =
                    send(request(address + "/drill?by=" + ofWhom, token).DELETE());
            System.out.println(ended.statusCode() == 200 ? "The drill is ended." : "No drill runs any more.");
        } catch (IOException away) {
            System.err.println("the drill could not be ended: " + away.getMessage() + "; it ends by itself");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}

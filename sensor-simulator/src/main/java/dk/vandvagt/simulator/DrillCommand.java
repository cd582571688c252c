package dk.vandvagt.simulator;

import java.io.IOException;
import java.io.PrintWriter;
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
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code drill}: begins a drill at a running service, plays to its exercise topics alone, and ends it. */
@Command(
        name = "drill",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description =
                "Plays a storm to a running service as an exercise: all it tells is marked so, and reaches nobody by mistake.",
        footer = {
            "",
            "What follows -- is another command with its options, to be played instead of the usual storm:",
            "  vandvagt-simulator drill --by Anna --note \"autumn drill\" --operator-token-file data/secrets/operator-token \\",
            "    -- scenario compound --end-now --speed 1200 --username exercise --password-file data/secrets/mqtt-exercise",
            "On the machine of the service, ./vandvagt drill knows broker, token and password by itself."
        })
final class DrillCommand implements Callable<Integer> {
    private static final List<String> USUAL =
            List.of("storm", "--end-now", "--duration", "62", "--speed", "1200", "--once");
    private static final List<String> NOT_PLAYED = List.of("drill", "load", "faults");
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @ParentCommand
    private @Nullable Simulator simulator;

    @Option(
            names = "--service",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            order = 1,
            description = "(default: ${DEFAULT-VALUE})")
    private String service = "";

    @Option(
            names = "--operator-token-file",
            paramLabel = "FILE",
            required = true,
            order = 2,
            description = "file whose first line is the operator's token")
    private @Nullable Path tokenFile;

    @Option(names = "--by", required = true, paramLabel = "NAME", order = 3, description = "who holds the drill")
    private String by = "";

    @Option(names = "--note", required = true, paramLabel = "TEXT", order = 4, description = "what for")
    private String note = "";

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "4h",
            order = 5,
            description = "it ends by itself after so long (default: ${DEFAULT-VALUE})")
    private String lasting = "";

    @Option(
            names = "--topics",
            paramLabel = "TOPIC",
            defaultValue = "vandvagt/v1",
            order = 6,
            description =
                    "the service's topicPrefix; readings go below exercise/readings there (default: ${DEFAULT-VALUE})")
    private String topics = "";

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "what is played")
    private List<String> played = new ArrayList<>();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(WITHIN).build();

    @Override
    public Integer call() throws InterruptedException {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        PrintWriter err = line.getErr();
        List<String> words = new ArrayList<>(played.isEmpty() ? USUAL : played);
        if (NOT_PLAYED.contains(words.getFirst())) {
            throw new CommandLine.ParameterException(
                    line, "'" + words.getFirst() + "' is not played in a drill: storm, scenario or replay is");
        }
        if (words.contains("--topic-prefix") || words.contains("--format")) {
            throw new CommandLine.ParameterException(
                    line,
                    "a drill chooses topics and format by itself: leave --topic-prefix and --format out, see --topics");
        }
        words.addAll(List.of("--topic-prefix", topics + "/exercise/readings"));
        Simulator main = Objects.requireNonNull(simulator);
        String token = token(line);
        try {
            String order = "{\"by\":" + Summary.quoted(by) + ",\"note\":" + Summary.quoted(note) + ",\"for\":"
                    + Summary.quoted(lasting) + "}";
            HttpResponse<String> begun = http.send(
                    request("/drill", token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(order))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (begun.statusCode() != 201) {
                err.println("vandvagt-simulator: no drill began (" + begun.statusCode() + "): " + begun.body());
                return 1;
            }
        } catch (IOException e) {
            err.println(
                    "vandvagt-simulator: the service at " + service + " does not answer (" + e + "); see --service");
            return 1;
        }
        err.println(
                "ØVELSE / EXERCISE: see " + service + "/exercise/alerts; Ctrl-C ends it, a real alert ends it, too");
        Stop over = new Stop();
        Thread watch = Thread.ofPlatform().daemon().name("drill-watch").start(() -> watch(main, over));
        try {
            return main.again(words, line.getOut(), err);
        } finally {
            over.request("played");
            watch.join();
            end(token, err);
        }
    }

    private String token(CommandLine line) {
        Path file = Objects.requireNonNull(tokenFile);
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandLine.ParameterException(
                    line,
                    "--operator-token-file " + file + ": cannot be read ("
                            + e.getClass().getSimpleName() + ")");
        }
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create(service + path))
                .timeout(WITHIN)
                .header("Authorization", "Bearer " + token);
    }

    /** Nothing is played on once a real alert, or somebody else, has ended it. */
    private void watch(Simulator main, Stop over) {
        while (!over.await(BETWEEN_LOOKS.toMillis())) {
            try {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create(service + "/drill"))
                                .timeout(WITHIN)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200 && answer.body().replace(" ", "").contains("\"running\":false")) {
                    main.stop().request("the drill is over");
                    return;
                }
            } catch (IOException _) {
                // it will answer again, or the drill ends by itself
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void end(String token, PrintWriter err) throws InterruptedException {
        try {
            String path = "/drill?by=" + URLEncoder.encode(by, StandardCharsets.UTF_8);
            int status = http.send(request(path, token).DELETE().build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
            err.println(status == 200 ? "the drill is ended" : "no drill runs any more");
        } catch (IOException e) {
            err.println(
                    "vandvagt-simulator: the drill could not be ended (" + e + "); it ends by itself after " + lasting);
        }
    }
}

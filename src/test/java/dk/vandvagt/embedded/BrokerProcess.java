package dk.vandvagt.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The broker in a JVM of its own, so that it can be killed. */
public final class BrokerProcess {

    private BrokerProcess() {}

    public static void main(String[] args) throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBroker.Settings(
                Path.of(args[0]), "127.0.0.1", 0, "vandvagt/v1", Integer.parseInt(args[1]), TestAccounts.ALL));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(
                    switch (line) {
                        case "port" -> Integer.toString(broker.port());
                        case "open" -> {
                            broker.openForSensors();
                            yield "opened";
                        }
                        case "outstanding" -> Integer.toString(broker.outstanding());
                        case "dropped" -> Long.toString(broker.counts().dropped());
                        default -> "not understood: " + line;
                    });
        }
        Runtime.getRuntime().halt(0);
    }
}

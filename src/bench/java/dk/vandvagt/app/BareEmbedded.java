package dk.vandvagt.app;

import dk.vandvagt.embedded.Account;
import dk.vandvagt.embedded.EmbeddedBroker;
import dk.vandvagt.embedded.Secret;
import dk.vandvagt.mqtt.BareConsumer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The embedded broker and the consumer that does nothing, in one process, as the service has them. {@code FOLDER QUEUE_LIMIT} */
final class BareEmbedded {
    static final String EAR = "ear";
    static final String PASSWORD = "bench-only";

    private BareEmbedded() {}

    public static void main(String[] args) throws IOException {
        EmbeddedBroker broker = EmbeddedBroker.start(new EmbeddedBroker.Settings(
                Path.of(args[0]),
                "127.0.0.1",
                0,
                "vandvagt/v1",
                Integer.parseInt(args[1]),
                List.of(
                        Account.service("bare", Secret.of(PASSWORD.toCharArray())),
                        Account.service(EAR, Secret.of(PASSWORD.toCharArray())),
                        Account.device(Service.SENSOR_ACCOUNT, Secret.of(PASSWORD.toCharArray()), Set.of("*")))));
        System.out.println("port " + broker.port());
        BareConsumer.run("tcp://127.0.0.1:" + broker.port(), "bare", PASSWORD.toCharArray(), broker::openForSensors);
    }
}

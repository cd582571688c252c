package dk.vandvagt.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.internal.NetworkModule;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/** Paho's client for MQTT 5, which leaves no thread behind when a connection fails at once: see {@link SpeakFirst}. */
public final class Mqtt5Client extends MqttAsyncClient {
    /** Remembers nothing over the end of the process, and pings by itself. */
    public Mqtt5Client(String uri, String clientId) throws MqttException {
        this(uri, clientId, null);
    }

    Mqtt5Client(String uri, String clientId, @Nullable MqttPingSender pings) throws MqttException {
        super(uri, clientId, new MemoryPersistence(), pings, null);
    }

    @Override
    protected NetworkModule[] createNetworkModules(String address, MqttConnectionOptions options) throws MqttException {
        return Arrays.stream(super.createNetworkModules(address, options))
                .map(Speaking::new)
                .toArray(NetworkModule[]::new);
    }

    private static final class Speaking implements NetworkModule {
        private final NetworkModule module;
        private SpeakFirst order = new SpeakFirst();

        Speaking(NetworkModule module) {
            this.module = module;
        }

        @Override
        public void start() throws IOException, MqttException {
            order = new SpeakFirst();
            module.start();
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return order.listening(module.getInputStream());
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return order.speaking(module.getOutputStream());
        }

        @Override
        public void stop() throws IOException {
            order.over();
            module.stop();
        }

        @Override
        public String getServerURI() {
            return module.getServerURI();
        }
    }
}

package dk.vandvagt.mqtt;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttPingSender;
import org.eclipse.paho.client.mqttv3.internal.NetworkModule;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** Paho's client for MQTT 3.1.1, which leaves no thread behind when a connection fails at once: see {@link SpeakFirst}. */
final class Mqtt3Client extends MqttAsyncClient {
    Mqtt3Client(String uri, String clientId, MqttPingSender pings) throws MqttException {
        super(uri, clientId, new MemoryPersistence(), pings);
    }

    @Override
    protected NetworkModule[] createNetworkModules(String address, MqttConnectOptions options) throws MqttException {
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

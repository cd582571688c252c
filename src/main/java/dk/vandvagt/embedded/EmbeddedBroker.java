package dk.vandvagt.embedded;

import com.codahale.metrics.MetricRegistry;
import com.google.inject.Injector;
import com.hivemq.HiveMQServer;
import com.hivemq.bootstrap.NettyShutdownHook;
import com.hivemq.bootstrap.netty.NettyConfiguration;
import com.hivemq.common.shutdown.ShutdownHooks;
import com.hivemq.configuration.ConfigurationBootstrap;
import com.hivemq.configuration.info.SystemInformationImpl;
import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.migration.meta.PersistenceType;
import com.hivemq.persistence.clientqueue.ClientQueueLocalPersistence;
import com.hivemq.persistence.connection.ConnectionPersistence;
import com.hivemq.persistence.local.xodus.bucket.BucketUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HiveMQ CE inside this process. What it has acknowledged to a sensor it keeps on file until the service acknowledges it;
 * what it could not keep it refuses.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

    private static final int BUCKETS = 4;
    /** Unacknowledged messages on their way to the service; by default 50, which with manual acks caps the throughput. */
    private static final int IN_FLIGHT_TO_SERVICE = 1000;
    /** Unacknowledged messages that one sensor may have on their way to the broker. */
    private static final int IN_FLIGHT_FROM_SENSOR = 100;
    /** Room for what passed the door while the queue filled up: every connection may have that many on their way. */
    private static final long ROOM_BEHIND_THE_DOOR = 1_000_000;

    private static final int SHUTDOWN_GRACE_MS = 200;
    private static final long CUT_LIMIT_S = 10;

    private final HiveMQServer server;
    private final MetricRegistry metrics;
    private final Doorkeeper doorkeeper;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param dataFolder everything the broker keeps lies below it
     * @param port 0 takes a free one
     * @param queueLimit messages waiting for the service at which sensors are refused
     */
    public record Settings(
            Path dataFolder, String bindAddress, int port, String topicPrefix, int queueLimit, List<Account> accounts) {
        public Settings {
            accounts = List.copyOf(accounts);
            if (queueLimit < 1) {
                throw new IllegalArgumentException("queueLimit=" + queueLimit + ": it must be 1 or more");
            }
        }
    }

    /** What the broker has refused since it started, and what it has dropped, which must stay 0. */
    public record Counts(
            long refusedConnects, long refusedTopics, long refusedWhileClosed, long refusedWhileFull, long dropped) {}

    private EmbeddedBroker(HiveMQServer server, MetricRegistry metrics, Doorkeeper doorkeeper, int port) {
        this.server = server;
        this.metrics = metrics;
        this.doorkeeper = doorkeeper;
        this.port = port;
    }

    /** Starts closed for sensors; see {@link #openForSensors}. */
    public static EmbeddedBroker start(Settings settings) throws IOException {
        Path folder =
                Folders.createPrivate(settings.dataFolder().toAbsolutePath().normalize());
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Path extensions = Files.createDirectories(folder.resolve("extensions"));
        InetAddress address = InetAddress.getByName(settings.bindAddress());
        int port = Ports.claim("the MQTT broker", address, settings.port());
        Files.writeString(conf.resolve("config.xml"), configuration(address, port, settings.queueLimit()));
        tune();

        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        MetricRegistry metrics = new MetricRegistry();
        SystemInformationImpl system =
                new SystemInformationImpl(true, true, conf.toFile(), data.toFile(), extensions.toFile());
        system.init();
        // EmbeddedHiveMQ does just these steps, but keeps the injector to itself, and with it the length of a queue.
        HiveMQServer server =
                new HiveMQServer(system, metrics, ConfigurationBootstrap.bootstrapConfig(system), false, false);
        try {
            server.bootstrap();
            ClientQueueLocalPersistence queues =
                    Objects.requireNonNull(server.getInjector()).getInstance(ClientQueueLocalPersistence.class);
            Doorkeeper doorkeeper = new Doorkeeper(
                    settings.accounts(),
                    settings.topicPrefix(),
                    settings.queueLimit(),
                    clientId -> queues.size(clientId, false, BucketUtils.getBucket(clientId, BUCKETS)));
            server.startInstance(EmbeddedExtension.builder()
                    .withId("vandvagt-doorkeeper")
                    .withName("Vandvagt doorkeeper")
                    .withVersion("1")
                    .withAuthor("Vandvagt")
                    .withExtensionMain(doorkeeper)
                    .build());
            return new EmbeddedBroker(server, metrics, doorkeeper, port);
        } catch (Exception e) {
            server.stop();
            throw new IllegalStateException(
                    "the MQTT broker did not start in " + folder + " on " + address.getHostAddress() + ":" + port + ": "
                            + e.getMessage(),
                    e);
        } finally {
            // HiveMQ's own would end the process on an exception in any of our threads.
            Thread.setDefaultUncaughtExceptionHandler(handler);
        }
    }

    public int port() {
        return port;
    }

    /**
     * Lets devices in. To be called once the service's never-expiring session has subscribed: before, the broker would
     * acknowledge readings and discard them.
     */
    public void openForSensors() {
        doorkeeper.open();
        log.info("Broker open for sensors on port {}", port);
    }

    /** Refuses devices that connect, and what connected ones publish. */
    public void closeForSensors() {
        doorkeeper.close();
        log.info("Broker closed for sensors");
    }

    /** Messages that wait for the service's acknowledgement, those kept from before a restart included. */
    public int outstanding() {
        return doorkeeper.outstanding();
    }

    public Counts counts() {
        // HiveMQ counts as dropped what the door refused, too.
        long notDelivered = metrics.counter("com.hivemq.messages.dropped.count").getCount();
        long refusedTopics = doorkeeper.refusedTopics.sum();
        long refusedWhileClosed = doorkeeper.refusedWhileClosed.sum();
        long refusedWhileFull = doorkeeper.refusedWhileFull.sum();
        long dropped = Math.max(0, notDelivered - refusedTopics - refusedWhileClosed - refusedWhileFull);
        return new Counts(
                doorkeeper.refusedConnects.sum(), refusedTopics, refusedWhileClosed, refusedWhileFull, dropped);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            doorkeeper.close();
            cutConnections();
            server.stop();
        }
    }

    /** In place of HiveMQ's own hook, which first waits two seconds for the event loops to fall quiet. */
    private void cutConnections() {
        Injector injector = Objects.requireNonNull(server.getInjector());
        ShutdownHooks hooks = injector.getInstance(ShutdownHooks.class);
        List.copyOf(hooks.getShutdownHooks().values()).stream()
                .filter(NettyShutdownHook.class::isInstance)
                .forEach(hooks::remove);
        NettyConfiguration netty = injector.getInstance(NettyConfiguration.class);
        try {
            injector.getInstance(ConnectionPersistence.class).shutDown().get(CUT_LIMIT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Clients of the broker were not told that it stops: {}", e.getMessage());
        }
        netty.getChildEventLoopGroup()
                .shutdownGracefully(0, CUT_LIMIT_S, TimeUnit.SECONDS)
                .awaitUninterruptibly();
        netty.getParentEventLoopGroup()
                .shutdownGracefully(0, CUT_LIMIT_S, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }

    private static void tune() {
        InternalConfigurations.PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
        InternalConfigurations.PAYLOAD_PERSISTENCE_BUCKET_COUNT.set(BUCKETS);
        // Xodus for all: RocksDB reserves 33 MB for its logs and unpacks a native library into the temp folder.
        InternalConfigurations.PAYLOAD_PERSISTENCE_TYPE.set(PersistenceType.FILE);
        InternalConfigurations.RETAINED_MESSAGE_PERSISTENCE_TYPE.set(PersistenceType.FILE);
        InternalConfigurations.ACKNOWLEDGE_INCOMING_PUBLISH_AFTER_PERSISTING_ENABLED.set(true);
        InternalConfigurations.PUBLISH_POLL_BATCH_SIZE = IN_FLIGHT_TO_SERVICE;
        InternalConfigurations.MAX_INFLIGHT_WINDOW_SIZE_MESSAGES = IN_FLIGHT_TO_SERVICE;
        InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(SHUTDOWN_GRACE_MS);
        InternalConfigurations.JMX_REPORTER_ENABLED.set(false);
        InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(true);
    }

    private static String configuration(InetAddress address, int port, int queueLimit) {
        return """
                <?xml version="1.0"?>
                <!-- Written anew at every start: changes here are lost. -->
                <hivemq>
                    <listeners>
                        <tcp-listener>
                            <port>%d</port>
                            <bind-address>%s</bind-address>
                        </tcp-listener>
                    </listeners>
                    <mqtt>
                        <queued-messages>
                            <max-queue-size>%d</max-queue-size>
                            <strategy>discard</strategy>
                        </queued-messages>
                        <topic-alias>
                            <enabled>false</enabled>
                        </topic-alias>
                        <receive-maximum>
                            <server-receive-maximum>%d</server-receive-maximum>
                        </receive-maximum>
                    </mqtt>
                    <anonymous-usage-statistics>
                        <enabled>false</enabled>
                    </anonymous-usage-statistics>
                    <persistence>
                        <mode>file</mode>
                    </persistence>
                </hivemq>
                """.formatted(
                        port, address.getHostAddress(), 2L * queueLimit + ROOM_BEHIND_THE_DOOR, IN_FLIGHT_FROM_SENSOR);
    }
}

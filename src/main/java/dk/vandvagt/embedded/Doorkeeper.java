package dk.vandvagt.embedded;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionAttributeStore;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.auth.ModifiableDefaultPermissions;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.ModifiablePublishPacket;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at the broker's door who comes in and what each may publish or read, and refuses readings that the broker would
 * acknowledge and then lose: while nobody subscribes, and when the service's queue is full.
 */
final class Doorkeeper implements ExtensionMain {

    private static final Logger log = LoggerFactory.getLogger(Doorkeeper.class);

    private static final String USERNAME = "vandvagt.username";
    /** Longest interval MQTT 5 can write, 136 years (section 3.3.2.3.3). */
    private static final long NEVER_EXPIRES_S = 4_294_967_295L;

    private static final Duration LONGEST_DERIVATION = Duration.ofSeconds(20);

    private final Map<String, Account> accounts;
    private final String everything;
    private final String readings;
    private final String alerts;
    private final String areas;
    private final String exercise;
    private final String exerciseReadings;
    private final int queueLimit;
    private final ToIntFunction<String> queueLengthOf;
    /** Client ids that a service account has used: their queues hold readings, so nobody else may take their sessions over. */
    private final Set<String> serviceClients = ConcurrentHashMap.newKeySet();

    /** Apart from those: a drill that is slow holds up no real reading. */
    private final Set<String> drillClients = ConcurrentHashMap.newKeySet();

    /** One thread: wrong passwords, however many, may not take the processors from the readings. */
    private final ExecutorService passwords = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("vandvagt-password").daemon().factory());

    private final AtomicBoolean open = new AtomicBoolean();
    private final AtomicBoolean full = new AtomicBoolean();
    final LongAdder refusedConnects = new LongAdder();
    final LongAdder refusedTopics = new LongAdder();
    final LongAdder refusedWhileClosed = new LongAdder();
    final LongAdder refusedWhileFull = new LongAdder();

    /**
     * @param topicPrefix such as {@code vandvagt/v1}, without a slash at its end
     * @param queueLengthOf messages that the broker keeps for a client id, sent or not, until it acknowledges them
     */
    Doorkeeper(Collection<Account> accounts, String topicPrefix, int queueLimit, ToIntFunction<String> queueLengthOf) {
        everything = topicPrefix + "/#";
        readings = topicPrefix + "/readings/";
        alerts = topicPrefix + "/alerts/#";
        areas = topicPrefix + "/areas/#";
        exercise = topicPrefix + "/exercise/#";
        exerciseReadings = topicPrefix + "/exercise/readings/+";
        this.accounts = accounts.stream().collect(Collectors.toUnmodifiableMap(Account::username, Function.identity()));
        this.queueLimit = queueLimit;
        this.queueLengthOf = queueLengthOf;
    }

    void open() {
        if (serviceClients.isEmpty()) {
            throw new IllegalStateException(
                    "the broker opens for sensors only after a service account has connected and subscribed: none has");
        }
        open.set(true);
    }

    void close() {
        open.set(false);
    }

    /** Messages that the fullest service client has not yet acknowledged. */
    int outstanding() {
        return outstanding(serviceClients);
    }

    private int outstanding(Set<String> clientIds) {
        int most = 0;
        for (String clientId : clientIds) {
            most = Math.max(most, queueLengthOf.applyAsInt(clientId));
        }
        return most;
    }

    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
        SimpleAuthenticator authenticator = this::authenticate;
        Services.securityRegistry().setAuthenticatorProvider(provided -> authenticator);
        Services.initializerRegistry().setClientInitializer((client, context) -> {
            Account account = account(client.getConnectionInformation().getConnectionAttributeStore());
            if (account != null && account.role() == Role.DEVICE) {
                Set<String> beginnings = account.beginnings();
                context.addPublishInboundInterceptor((publish, out) -> judge(account, beginnings, out));
            } else if (account != null && account.role() == Role.EXERCISE) {
                context.addPublishInboundInterceptor((publish, out) -> judgeExercise(out));
            }
        });
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
        passwords.shutdownNow();
    }

    private @Nullable Account account(ConnectionAttributeStore attributes) {
        return attributes.getAsString(USERNAME).map(accounts::get).orElse(null);
    }

    private void authenticate(SimpleAuthInput input, SimpleAuthOutput output) {
        String username = input.getConnectPacket().getUserName().orElse("");
        ByteBuffer given = input.getConnectPacket().getPassword().orElse(null);
        if (username.isEmpty() || given == null) {
            refuse(output, ConnackReasonCode.NOT_AUTHORIZED, "user name and password are needed");
            return;
        }
        Account account = accounts.get(username);
        if (account == null) {
            refuse(output, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, "user name or password is wrong");
            return;
        }
        byte[] password = new byte[given.remaining()];
        given.get(password);
        if (account.secret().isQuick(password)) {
            admit(input, output, account, password);
            return;
        }
        Async<SimpleAuthOutput> later = output.async(LONGEST_DERIVATION, TimeoutFallback.FAILURE);
        passwords.execute(() -> {
            try {
                admit(input, output, account, password);
            } finally {
                later.resume();
            }
        });
    }

    private void admit(SimpleAuthInput input, SimpleAuthOutput output, Account account, byte[] password) {
        if (!account.secret().matches(password)) {
            refuse(output, ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, "user name or password is wrong");
            return;
        }
        String clientId = input.getClientInformation().getClientId();
        if (account.role() == Role.SERVICE) {
            serviceClients.add(clientId);
        } else if (serviceClients.contains(clientId)
                || account.role() != Role.DRILL && drillClients.contains(clientId)) {
            refuse(output, ConnackReasonCode.CLIENT_IDENTIFIER_NOT_VALID, "this client id belongs to the service");
            return;
        } else if (serviceClients.isEmpty() || (account.role() == Role.DEVICE && !open.get())) {
            refuse(output, ConnackReasonCode.SERVER_UNAVAILABLE, "the service is not listening yet: try again");
            return;
        }
        if (account.role() == Role.DRILL) {
            drillClients.add(clientId);
        }
        if (account.role() == Role.DEVICE
                && input.getConnectPacket().getWillPublish().isPresent()) {
            // The broker itself would publish it, past judge().
            refuse(output, ConnackReasonCode.NOT_AUTHORIZED, "a device may not leave a will");
            return;
        }
        input.getConnectionInformation().getConnectionAttributeStore().putAsString(USERNAME, account.username());
        permit(output.getDefaultPermissions(), account.role());
        output.authenticateSuccessfully();
    }

    private void refuse(SimpleAuthOutput output, ConnackReasonCode code, String reason) {
        refusedConnects.increment();
        output.failAuthentication(code, reason);
    }

    private void permit(ModifiableDefaultPermissions permissions, Role role) {
        switch (role) {
            case SERVICE -> {
                // A shared subscription has a queue of its own, whose length nobody would watch.
                permissions.add(Builders.topicPermission()
                        .topicFilter(everything)
                        .activity(TopicPermission.MqttActivity.SUBSCRIBE)
                        .sharedSubscription(TopicPermission.SharedSubscription.NOT_SHARED)
                        .build());
                permissions.add(publishing(alerts));
                permissions.add(publishing(areas));
                permissions.add(publishing(exercise));
            }
            case DRILL -> {
                permissions.add(subscribing(exercise));
                permissions.add(publishing(exercise));
            }
            case EXERCISE -> {
                permissions.add(subscribing(exercise));
                permissions.add(publishing(exerciseReadings));
            }
            case VIEWER -> {
                permissions.add(subscribing(alerts));
                permissions.add(subscribing(areas));
            }
            case DEVICE -> permissions.add(publishing(readings + "+")); // which of them, judge() says
        }
        permissions.setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
    }

    private static TopicPermission subscribing(String topicFilter) {
        return Builders.topicPermission()
                .topicFilter(topicFilter)
                .activity(TopicPermission.MqttActivity.SUBSCRIBE)
                .build();
    }

    private static TopicPermission publishing(String topicFilter) {
        return Builders.topicPermission()
                .topicFilter(topicFilter)
                .activity(TopicPermission.MqttActivity.PUBLISH)
                .build();
    }

    /** As an interceptor, because a refusal by an authorizer would also cut the connection. */
    private void judge(Account account, Set<String> beginnings, PublishInboundOutput output) {
        ModifiablePublishPacket publish = output.getPublishPacket();
        if (!isOwn(account, beginnings, publish.getTopic())) {
            refusedTopics.increment();
            output.preventPublishDelivery(AckReasonCode.NOT_AUTHORIZED, "not a sensor of this device");
        } else if (!open.get()) {
            refusedWhileClosed.increment();
            output.preventPublishDelivery(AckReasonCode.QUOTA_EXCEEDED, "the service is not listening: try again");
        } else if (isFull()) {
            refusedWhileFull.increment();
            output.preventPublishDelivery(AckReasonCode.QUOTA_EXCEEDED, "the queue is full: try again");
        } else if (publish.getMessageExpiryInterval().isPresent()) {
            // What is acknowledged must reach the service, however long that is away.
            publish.setMessageExpiryInterval(NEVER_EXPIRES_S);
        }
    }

    private void judgeExercise(PublishInboundOutput output) {
        if (outstanding(drillClients) >= queueLimit) {
            output.preventPublishDelivery(AckReasonCode.QUOTA_EXCEEDED, "the drill's queue is full: try again");
        }
    }

    private boolean isOwn(Account account, Set<String> beginnings, String topic) {
        return topic.startsWith(readings) && account.owns(topic.substring(readings.length()), beginnings);
    }

    private boolean isFull() {
        boolean now = outstanding() >= queueLimit;
        if (now != full.get() && full.compareAndSet(!now, now)) {
            if (now) {
                log.warn(
                        "Queue full: {} messages wait for the service, queueLimit is {}: sensors are refused",
                        outstanding(),
                        queueLimit);
            } else {
                log.info("Queue has room again: sensors are heard");
            }
        }
        return now;
    }
}

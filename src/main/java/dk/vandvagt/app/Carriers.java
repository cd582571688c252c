package dk.vandvagt.app;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.config.Settings;
import dk.vandvagt.notify.Carrier;
import dk.vandvagt.station.Catalogue;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The ways to subscribers that the settings switch on. */
final class Carriers {
    private Carriers() {}

    /**
     * @param catalogue the revision in use
     * @param unsubscribeUrl by which a subscription is ended without logging in, RFC 8058
     * @throws IOException a password file cannot be read
     */
    static Map<Subscription.Way, Carrier> of(
            Settings settings,
            Vertx vertx,
            Supplier<Catalogue> catalogue,
            Function<Subscription, String> unsubscribeUrl,
            LongSupplier wallClockMs)
            throws IOException {
        return new EnumMap<>(Subscription.Way.class);
    }
}

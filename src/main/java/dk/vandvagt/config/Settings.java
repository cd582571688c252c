package dk.vandvagt.config;

import dk.vandvagt.alert.Subscription;
import dk.vandvagt.layer.RainfallSettings;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import dk.vandvagt.wire.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the service itself is told: where it listens, where it stores, how it runs. Stations, sensors and thresholds are in the
 * {@link dk.vandvagt.station.Catalogue}.
 *
 * @param shards threads that judge
 * @param cap null: no CAP messages are issued
 * @param snapshotEvery how often the state of judging is written down, so that a restart need not replay the whole journal
 */
public record Settings(
        Place place,
        Run run,
        int shards,
        Duration snapshotEvery,
        Journal journal,
        Http http,
        Mqtt mqtt,
        List<Source> sources,
        Database database,
        @Nullable Cap cap,
        Post post,
        Layers layers,
        @Nullable Terrain terrain) {
    public Settings {
        sources = List.copyOf(sources);
    }

    /**
     * @param timeZone of the people told; everything stored and computed is UTC
     */
    public record Place(String id, String name, ZoneId timeZone) {}

    /**
     * @param id in every alert id and message, such as {@code live}
     */
    public record Run(String id, Clock clock) {}

    public sealed interface Clock {
        record Wall() implements Clock {}

        /**
         * Time is the newest observation's.
         *
         * @param maxStep how far one sensor alone may move it ahead
         */
        record Stream(Duration maxStep) implements Clock {}
    }

    /**
     * @param maxBytes a journal grown to this takes no more readings in, and says so
     */
    public record Journal(long segmentBytes, long maxBytes) {}

    /**
     * @param trustedProxy address of the proxy that adds TLS in front of the service
     * @param publicUrl where people reach the service, without a slash at the end; null where {@code bind} says it
     * @param allowedHosts further names it is called by
     * @param licence address of the licence that the data are given under; null for none
     * @param tiles of the page's map; null for the coastline that comes along
     */
    public record Http(
            String bind,
            int port,
            @Nullable Tls tls,
            @Nullable String trustedProxy,
            @Nullable String publicUrl,
            List<String> allowedHosts,
            @Nullable String licence,
            @Nullable Tiles tiles) {
        public Http {
            allowedHosts = List.copyOf(allowedHosts);
        }
    }

    /**
     * @param url with {z}, {x} and {y} in it
     * @param credit what their owner wants to be said on the map
     */
    public record Tiles(String url, String credit) {}

    /** Files in PEM. */
    public record Tls(Path cert, Path key) {}

    /**
     * @param clientId of the service's session at the broker, which keeps messages for that name while the service is down
     */
    public record Mqtt(Broker broker, String clientId, String topicPrefix) {}

    public sealed interface Broker {
        /**
         * @param queueLimit messages kept for a client that is away
         */
        record Embedded(String bind, int port, int queueLimit) implements Broker {}

        /**
         * @param url such as {@code ssl://broker.example:8883}
         * @param passwordFile a file that holds the password and nothing else
         */
        record Outside(
                String url,
                @Nullable String username,
                @Nullable Path passwordFile) implements Broker {}
    }

    /**
     * Readings from one more broker, or in another format.
     *
     * @param broker null for the one that {@link Mqtt} names
     * @param clientId of the session there; with several clients {@code -1}, {@code -2} and so on follow it
     * @param onlyMqtt3 the broker has MQTT 3.1.1 and not 5
     * @param topics filters; null for the format's usual ones
     * @param topicPrefix for the formats of Vandvagt's own topics
     * @param clients more than one share the subscription
     */
    public record Source(
            String id,
            Broker.@Nullable Outside broker,
            @Nullable Trust trust,
            boolean onlyMqtt3,
            String clientId,
            Format format,
            @Nullable List<String> topics,
            String topicPrefix,
            int clients,
            String shareGroup) {}

    /**
     * Whom a broker's TLS is held against, and who the service is there; files in PEM.
     *
     * @param ca null for those that the JVM trusts
     * @param cert of the client, with {@code key}; null where the broker asks for none
     */
    public record Trust(
            @Nullable Path ca,
            @Nullable Path cert,
            @Nullable Path key) {}

    public sealed interface Database {
        Ages ages();

        Batches batches();

        /** Listens on loopback only. */
        record Embedded(int port, Ages ages, Batches batches) implements Database {}

        /**
         * @param url such as {@code jdbc:postgresql://db.example/vandvagt}
         * @param passwordFile a file that holds the password and nothing else
         */
        record Outside(
                String url,
                @Nullable String username,
                @Nullable Path passwordFile,
                Ages ages,
                Batches batches) implements Database {}
    }

    /**
     * What becomes of stored readings.
     *
     * @param columnstoreAfter where the database has a columnstore, older ones move there
     * @param keepReadings older ones are dropped, their aggregates stay; zero keeps all
     * @param keepVersions what was corrected longer ago is dropped; zero keeps all
     * @param keepDeliveries what became of letters longer ago is dropped; zero keeps all
     */
    public record Ages(
            Duration columnstoreAfter, Duration keepReadings, Duration keepVersions, Duration keepDeliveries) {
        public static final Ages USUAL = new Ages(Duration.ofDays(14), Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    /**
     * What the database is given in one transaction.
     *
     * @param readings as many, and the last message's more
     * @param within which fewer are written all the same; zero writes what is there
     */
    public record Batches(int readings, Duration within) {
        public static final Batches USUAL = new Batches(10_000, Duration.ZERO);
    }

    /** @param hexagonM of the risk grid, from one side to the opposite one */
    public record Layers(RainfallSettings rainfall, double hexagonM) {
        public static final Layers USUAL = new Layers(RainfallSettings.USUAL, 500);
    }

    /**
     * Alerts as messages of the Common Alerting Protocol.
     *
     * @param sender who they are from, as other systems know it; without spaces, commas, {@code <} and {@code &}
     * @param web where people read on
     * @param updateInterval after so long without news a message is renewed; each holds for twice as long
     * @param keep how long after its end a message can still be fetched
     */
    public record Cap(String sender, String senderName, String web, Duration updateInterval, Duration keep) {}
    /** What carries letters to subscribers; a way that is null is off. */
    public record Post(
            @Nullable Webhook webhook,
            @Nullable Sms sms,
            @Nullable Mail mail,
            @Nullable Duty duty) {
        public static final Post NONE = new Post(null, null, null, null);
    }

    /**
     * Who is called, one after the other, until somebody answers.
     *
     * @param after how long each has to answer
     * @param severityFrom 1 yellow, 2 orange, 3 red
     */
    public record Duty(Duration after, int severityFrom, List<OnDuty> people) {
        public Duty {
            people = List.copyOf(people);
        }
    }

    /**
     * @param secretFile a file that holds the secret that signs what goes to a webhook; null for other ways
     * @param language {@code da} or {@code en}
     */
    public record OnDuty(
            String name,
            Subscription.Way way,
            String address,
            @Nullable Path secretFile,
            String language) {
        /** Without where to reach them. */
        @Override
        public String toString() {
            return name + " (" + way + ")";
        }
    }

    /**
     * @param http whether a subscriber's address may be one without TLS
     * @param allow ranges such as {@code 10.20.0.0/16} that are reached although they are not public
     * @param callsPerHost at a time
     * @param timeout of a call as a whole
     */
    public record Webhook(boolean http, List<String> allow, int callsPerHost, Duration timeout) {
        public Webhook {
            allow = List.copyOf(allow);
        }
    }

    /**
     * A gateway that takes one text message a call. In {@code url}, {@code body} and the values of headers, {@code {to}} and the like
     * stand for what the call is about.
     *
     * @param passwordFile a file that holds what {@code {password}} stands for and nothing else
     * @param maxLength of a message, in characters of the GSM alphabet
     * @param success what the answer's body must hold, a regular expression; null where the status says it all
     */
    public record Sms(
            String url,
            String method,
            List<Header> headers,
            Format format,
            String body,
            @Nullable Path passwordFile,
            String sender,
            int maxLength,
            @Nullable String success,
            Duration timeout) {
        /** How the body is written, and so how texts in it are escaped. */
        public enum Format {
            JSON,
            FORM,
            XML
        }

        public Sms {
            headers = List.copyOf(headers);
        }
    }

    public record Header(String name, String value) {}

    /**
     * @param passwordFile a file that holds the password and nothing else
     * @param ca whom the server's certificate is held against; null for those that the JVM trusts
     * @param from address; {@code fromName} is what people see
     */
    public record Mail(
            String host,
            int port,
            Encryption encryption,
            @Nullable Path ca,
            @Nullable String username,
            @Nullable Path passwordFile,
            String from,
            String fromName,
            @Nullable String replyTo,
            Duration timeout) {
        public enum Encryption {
            /** asked for after connecting; a server without it gets no mail */
            STARTTLS,
            /** from the first byte */
            TLS,
            NONE
        }
    }

    /**
     * How the terrain model that flood extents are made of is to be understood.
     *
     * @param crs null where the model's file says it
     * @param unitM of its heights, metres
     * @param neighbours 8 or 4
     * @param highestLevelM up to which extents can be asked
     * @param barriers GeoJSON of lines; null for none
     * @param culverts likewise
     * @param coast at least one
     */
    public record Terrain(
            @Nullable String crs,
            VerticalDatum datum,
            double unitM,
            int neighbours,
            double highestLevelM,
            @Nullable Path barriers,
            @Nullable Path culverts,
            String source,
            String licence,
            List<Coast> coast) {
        public Terrain {
            coast = List.copyOf(coast);
        }
    }

    /**
     * A stretch of coast along which the sea stands at one level.
     *
     * @param sensors whose level that is: the first that can be relied on
     * @param sea GeoJSON of polygons of sea
     * @param area GeoJSON of what the level is for; null for all
     */
    public record Coast(
            String id,
            Text name,
            List<String> sensors,
            Path sea,
            @Nullable Path area) {
        public Coast {
            sensors = List.copyOf(sensors);
        }
    }

    Settings withTerrain(@Nullable Terrain its) {
        return new Settings(
                place, run, shards, snapshotEvery, journal, http, mqtt, sources, database, cap, post, layers, its);
    }

    /** The same place under another run's id and clock: a demo, a drill, a replay. */
    public Settings withRun(String id, Clock clock) {
        return new Settings(
                place,
                new Run(id, clock),
                shards,
                snapshotEvery,
                journal,
                http,
                mqtt,
                sources,
                database,
                cap,
                post,
                layers,
                terrain);
    }

    public Settings withHttpPort(int port) {
        return new Settings(
                place,
                run,
                shards,
                snapshotEvery,
                journal,
                new Http(
                        http.bind,
                        port,
                        http.tls,
                        http.trustedProxy,
                        http.publicUrl,
                        http.allowedHosts,
                        http.licence,
                        http.tiles),
                mqtt,
                sources,
                database,
                cap,
                post,
                layers,
                terrain);
    }

    /** The embedded broker moved to another port; unchanged with an outside one. */
    public Settings withMqttPort(int port) {
        Broker moved = switch (mqtt.broker) {
            case Broker.Embedded(String bind, int ignored, int queueLimit) ->
                new Broker.Embedded(bind, port, queueLimit);
            case Broker.Outside outside -> outside;
        };
        return new Settings(
                place,
                run,
                shards,
                snapshotEvery,
                journal,
                http,
                new Mqtt(moved, mqtt.clientId, mqtt.topicPrefix),
                sources,
                database,
                cap,
                post,
                layers,
                terrain);
    }

    /** The embedded database moved to another port; unchanged with an outside one. */
    public Settings withDatabasePort(int port) {
        Database moved = switch (database) {
            case Database.Embedded(int ignored, Ages ages, Batches batches) ->
                new Database.Embedded(port, ages, batches);
            case Database.Outside outside -> outside;
        };
        return new Settings(
                place, run, shards, snapshotEvery, journal, http, mqtt, sources, moved, cap, post, layers, terrain);
    }
}

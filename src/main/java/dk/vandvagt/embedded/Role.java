package dk.vandvagt.embedded;

/** What an account of the embedded broker may do. */
public enum Role {
    /** Subscribes to anything below {@code vandvagt/}, publishes alerts and exercises. */
    SERVICE,
    /** Publishes the readings of its own sensors and nothing else; subscribes to nothing. */
    DEVICE,
    /** Subscribes to alerts; publishes nothing. */
    VIEWER
}

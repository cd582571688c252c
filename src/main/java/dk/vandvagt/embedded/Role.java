package dk.vandvagt.embedded;

/** What an account of the embedded broker may do. */
public enum Role {
    /** Subscribes to anything below {@code vandvagt/}, publishes alerts and exercises. */
    SERVICE,
    /** The service in a drill: reads and publishes exercises, nothing else. */
    DRILL,
    /** Who plays a drill's gauges, and watches what comes of them: publishes exercises' readings, subscribes to exercises. */
    EXERCISE,
    /** Publishes the readings of its own sensors and nothing else; subscribes to nothing. */
    DEVICE,
    /** Subscribes to alerts; publishes nothing. */
    VIEWER
}

package dk.vandvagt.embedded;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may connect to the embedded broker.
 *
 * @param sensors for a device the sensors it may publish for: ids, or a beginning of ids followed by {@code *}
 */
public record Account(String username, Secret secret, Role role, Set<String> sensors) {

    public Account {
        sensors = Set.copyOf(sensors);
        if (username.isEmpty()) {
            throw new IllegalArgumentException("an account of the broker needs a user name: found an empty one");
        }
        if (role == Role.DEVICE && sensors.isEmpty()) {
            throw new IllegalArgumentException("device account " + username
                    + " names no sensors: list the ids it may publish for, or ASS-* for all that begin so");
        }
        for (String sensor : sensors) {
            int star = sensor.indexOf('*');
            if (sensor.isEmpty()
                    || (star >= 0 && star < sensor.length() - 1)
                    || sensor.chars().anyMatch(c -> c == '/' || c == '+' || c == '#')) {
                throw new IllegalArgumentException("device account " + username + ": sensor \"" + sensor
                        + "\" is neither an id nor a beginning followed by *");
            }
        }
    }

    public static Account service(String username, Secret secret) {
        return new Account(username, secret, Role.SERVICE, Set.of());
    }

    /** The service in a drill. */
    public static Account drill(String username, Secret secret) {
        return new Account(username, secret, Role.DRILL, Set.of());
    }

    /** Who plays a drill's gauges. */
    public static Account exercise(String username, Secret secret) {
        return new Account(username, secret, Role.EXERCISE, Set.of());
    }

    public static Account viewer(String username, Secret secret) {
        return new Account(username, secret, Role.VIEWER, Set.of());
    }

    public static Account device(String username, Secret secret, Set<String> sensors) {
        return new Account(username, secret, Role.DEVICE, sensors);
    }

    /** Whether a device of this account measures the sensor: one look-up, or one prefix test per beginning. */
    boolean owns(String sensorId, Set<String> beginnings) {
        // A wild card is no sensor, and neither is a level below one.
        if (sensorId.isEmpty() || sensorId.indexOf('*') >= 0 || sensorId.indexOf('/') >= 0) {
            return false;
        }
        return sensors.contains(sensorId) || beginnings.stream().anyMatch(sensorId::startsWith);
    }

    /** What stands before the {@code *} of each pattern. */
    Set<String> beginnings() {
        return sensors.stream()
                .filter(sensor -> sensor.endsWith("*"))
                .map(sensor -> sensor.substring(0, sensor.length() - 1))
                .collect(Collectors.toUnmodifiableSet());
    }
}

package dk.vandvagt.config;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * What one key of a section holds. Its value is there only if it is well formed; otherwise the fault has been told, and
 * whatever is concluded from it stays silent.
 */
final class Field<T> {
    private final Section section;
    private final String key;
    private final @Nullable Node node;
    private @Nullable T value;

    Field(Section section, String key, @Nullable Node node, @Nullable T value) {
        this.section = section;
        this.key = key;
        this.node = node;
        this.value = value;
    }

    /** Whether the key stands there at all. */
    boolean isWritten() {
        return node != null;
    }

    boolean isGood() {
        return value != null;
    }

    @Nullable
    T orNull() {
        return value;
    }

    /**
     * @param usual where the key is missing
     */
    T or(T usual) {
        return value == null ? usual : value;
    }

    /**
     * A missing key is a fault.
     *
     * @param meanwhile what to go on with, to find the other faults
     */
    T required(String wouldBeRight, T meanwhile) {
        if (node == null) {
            section.missing(key, wouldBeRight);
        }
        return or(meanwhile);
    }

    /** The same key, read as something else that follows from it. */
    <U> Field<U> as(Function<T, U> meaning) {
        return new Field<>(section, key, node, value == null ? null : meaning.apply(value));
    }

    /** A value that the rule does not hold for is a fault, and counts as not well formed from there on. */
    Field<T> check(Predicate<T> rule, String wouldBeRight) {
        if (value != null && !rule.test(value)) {
            fault("found " + written() + ", should be " + wouldBeRight);
            value = null;
        }
        return this;
    }

    /** As {@link #check}, in words of its own. */
    Field<T> refuse(Predicate<T> wrong, String why) {
        if (value != null && wrong.test(value)) {
            fault(why);
            value = null;
        }
        return this;
    }

    /** The value as it stands in the file, such as {@code 2.40}. */
    String written() {
        return node == null ? "nothing" : Section.written(node);
    }

    /** {@code key=2.40}. */
    String named() {
        return key + "=" + written();
    }

    void fault(String message) {
        section.fault(key, node, message);
    }

    void warn(String message) {
        section.warn(key, node, message);
    }

    /** A key that does not go with the others, though it may be well formed. */
    void refuseIfWritten(String why) {
        if (node != null) {
            fault(why);
        }
    }

    /** Line of the value, 0 where it is missing. */
    int line() {
        return node == null ? 0 : Faults.lineOf(node);
    }
}

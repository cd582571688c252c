package dk.vandvagt.quality;

import java.util.Locale;

/** The test that decided a flag; {@link #code} is what is stored and never changes its meaning. */
public enum QualityTest {
    NONE(0),
    GAP(1),
    GROSS_RANGE(2),
    CLIMATOLOGY(3),
    SPIKE(4),
    RATE_OF_CHANGE(5),
    FLAT_LINE(6),
    ATTENUATED_SIGNAL(7),
    NEIGHBOR(8),
    /** not one of QARTOD's: older than the lateness window, so nothing else was tested */
    LATE(9),
    /** not one of QARTOD's: a rain gauge's running counter that fell, and neither began anew nor wrapped */
    COUNTER(10);

    private static final QualityTest[] BY_CODE = values();
    private final byte code;

    QualityTest(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    /** As served: {@code gross_range}. */
    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static QualityTest ofCode(int code) {
        return BY_CODE[code];
    }
}

package dk.vandvagt.wire;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

/** Writes documents that are mostly canonical payloads, in every dress JSON allows. */
final class RandomDocument {
    private static final String[] SPACE = {"", "", "", "", " ", "\n", "\t", "\r\n  "};
    private static final String[] TEXTS = {"", "t", "v", "Ærø", "\\u00e6\\\"", "🌊", "a\\/b\\n", "\\ud83c\\udf0a", "[{"
    };
    private final Random random;

    RandomDocument(Random random) {
        this.random = random;
    }

    String canonical() {
        if (random.nextInt(3) > 0) {
            return space() + reading() + space();
        }
        StringBuilder array = new StringBuilder(space() + "[" + space());
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            array.append(i == 0 ? "" : ",").append(space()).append(reading()).append(space());
        }
        return array + "]" + space();
    }

    private String reading() {
        String time = name('t') + ":" + space() + time();
        String value = name('v') + space() + ":" + number();
        String other = member(0);
        String between = space() + "," + space();
        return "{" + space()
                + switch (random.nextInt(12)) {
                    case 0, 1, 2, 3 -> time + between + value;
                    case 4, 5 -> value + between + time;
                    case 6, 7 -> other + between + time + between + value;
                    case 8, 9 -> time + between + other + between + value + between + member(0);
                    case 10 -> time + between + value + between + name('v') + ":" + any(0);
                    default -> name('t') + ":" + any(0) + between + name('v') + ":" + any(0);
                }
                + space() + "}";
    }

    private String name(char letter) {
        return random.nextInt(20) > 0 ? "\"" + letter + "\"" : "\"\\u00" + Integer.toHexString(letter) + "\"";
    }

    private String time() {
        long ms = CanonicalJson.EARLIEST_MS
                + (long) (random.nextDouble() * (CanonicalJson.LATEST_MS - CanonicalJson.EARLIEST_MS));
        if (random.nextInt(4) == 0) {
            return Long.toString(ms);
        }
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * (random.nextInt(36 * 60 + 1) - 18 * 60));
        String text = Instant.ofEpochMilli(ms).atOffset(offset).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
        return "\"" + (random.nextInt(8) == 0 ? text.replace("T", "t").replace("Z", "z") : text) + "\"";
    }

    private String number() {
        return switch (random.nextInt(5)) {
            case 0 -> Integer.toString(random.nextInt());
            case 1 -> String.format(Locale.ROOT, "%.2f", random.nextGaussian());
            case 2 -> Double.toString(random.nextGaussian());
            case 3 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
            default -> Double.toString(Double.longBitsToDouble(random.nextLong()));
        };
    }

    private String member(int depth) {
        return text() + space() + ":" + space() + any(depth);
    }

    private String any(int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> "null";
            case 1 -> Boolean.toString(random.nextBoolean());
            case 2 -> number();
            case 3 -> time();
            case 4 -> text();
            case 5 -> "[" + space() + any(depth + 1) + "," + any(depth + 1) + "]";
            default -> "{" + member(depth + 1) + space() + "," + member(depth + 1) + "}";
        };
    }

    private String text() {
        return "\"" + TEXTS[random.nextInt(TEXTS.length)] + "\"";
    }

    private String space() {
        return SPACE[random.nextInt(SPACE.length)];
    }
}

package dk.vandvagt.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages a message a little, in the ways that find mistakes in a scanner. */
final class Mutation {
    private static final String[] TOKENS = {
        "NaN",
        "-Infinity",
        "Infinity",
        "null",
        "true",
        "\"v\"",
        "\"t\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\u0074",
        "0",
        "-",
        ".",
        "e",
        "E+",
        "1e400",
        "60",
        "99999999999999999999",
        " ",
        "\n",
        "\u0000",
        "\uFEFF",
        "æ",
        "+00:00",
        "-23:59",
        "Z",
        "z",
        "t",
        "24:00",
        "02-29",
        "{\"t\":1697838000000,\"v\":1}"
    };

    private Mutation() {}

    static byte[] of(byte[] message, List<byte[]> corpus, Random random) {
        byte[] mutated = message;
        int steps = 1 + random.nextInt(3);
        for (int i = 0; i < steps; i++) {
            mutated = step(mutated, corpus, random);
        }
        return mutated;
    }

    private static byte[] step(byte[] m, List<byte[]> corpus, Random random) {
        int at = random.nextInt(m.length + 1);
        int length = Math.min(m.length - at, 1 + random.nextInt(8));
        return switch (random.nextInt(9)) {
            case 0 -> replaced(m, at, 0, new byte[] {(byte) random.nextInt()});
            case 1 -> replaced(m, at, Math.min(1, length), new byte[] {(byte) random.nextInt()});
            case 2 -> replaced(m, at, Math.min(1, length), new byte[] {(byte) ('0' + random.nextInt(10))});
            case 3 -> replaced(m, at, length, new byte[0]);
            case 4 -> replaced(m, at, 0, Arrays.copyOfRange(m, at, at + length));
            case 5 -> replaced(m, at, 0, token(random));
            case 6 -> replaced(m, at, length, token(random));
            case 7 -> Arrays.copyOf(m, at);
            default -> {
                byte[] other = corpus.get(random.nextInt(corpus.size()));
                yield replaced(
                        m, at, m.length - at, Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
            }
        };
    }

    private static byte[] token(Random random) {
        return TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] replaced(byte[] m, int at, int length, byte[] by) {
        byte[] out = new byte[m.length - length + by.length];
        System.arraycopy(m, 0, out, 0, at);
        System.arraycopy(by, 0, out, at, by.length);
        System.arraycopy(m, at + length, out, at + by.length, m.length - at - length);
        return out;
    }
}

package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    private static final int[] LEADS = {
        0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4,
        0xF5, 0xFF
    };

    @Test
    void shouldAgreeWithJavasDecoderOnEverySequenceOfTwoBytesAndThenSome() {
        for (int two = 0; two < 0x10000; two++) {
            assertAgreement((byte) (two >> 8), (byte) two);
            assertAgreement((byte) (two >> 8), (byte) two, (byte) 0x80);
            assertAgreement((byte) (two >> 8), (byte) two, (byte) 0x80, (byte) 0xBF);
        }
        for (int lead : LEADS) {
            for (int two = 0; two < 0x10000; two++) {
                assertAgreement((byte) lead, (byte) 0x90, (byte) (two >> 8), (byte) two);
            }
        }
    }

    @Test
    void shouldAgreeWithJavasDecoderAnywhereInALongText() {
        Random random = Seed.random("UTF-8");
        for (int i = 0; i < 100_000; i++) {
            byte[] text = "Assens Havn, 2,02 m".repeat(3).getBytes(StandardCharsets.UTF_8);
            byte[] inner = "Æ€🌊".getBytes(StandardCharsets.UTF_8);
            System.arraycopy(inner, 0, text, random.nextInt(text.length - inner.length), inner.length);
            text[random.nextInt(text.length)] = (byte) random.nextInt();
            assertAgreement(Arrays.copyOf(text, random.nextInt(text.length + 1)));
        }
    }

    private static void assertAgreement(byte... bytes) {
        boolean expected;
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            expected = true;
        } catch (CharacterCodingException e) {
            expected = false;
        }
        if (Utf8.isWellFormed(bytes, 0, bytes.length) != expected) {
            assertThat(!expected).as(HexFormat.of().formatHex(bytes)).isEqualTo(expected);
        }
    }
}

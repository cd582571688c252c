package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecimalTest {
    private static final int TRIES = 300_000;

    @Test
    void shouldReadBackEveryDoubleThatJavaPrints() {
        Random random = Seed.random("printed doubles");
        for (int i = 0; i < TRIES; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(any)) {
                assertExact(Double.toString(any));
                assertExact(new BigDecimal(any)
                        .round(new MathContext(1 + random.nextInt(25)))
                        .toString());
            }
            assertExact(Double.toString(Float.intBitsToFloat(random.nextInt() & 0xFF7F_FFFF)));
            assertExact(Double.toString(random.nextInt(100_000) / 100.0));
        }
    }

    @Test
    void shouldReadOddNotations() {
        Random random = Seed.random("odd notations");
        for (int i = 0; i < TRIES; i++) {
            StringBuilder number = new StringBuilder(random.nextBoolean() ? "-" : "");
            digits(number, random, 1 + random.nextInt(random.nextInt(8) == 0 ? 60 : 20), false);
            if (random.nextBoolean()) {
                number.append('.');
                digits(number, random, 1 + random.nextInt(random.nextInt(8) == 0 ? 60 : 20), true);
            }
            if (random.nextBoolean()) {
                number.append(random.nextBoolean() ? "e" : "E")
                        .append(random.nextBoolean() ? "-" : random.nextBoolean() ? "+" : "")
                        .append("0".repeat(random.nextInt(3)))
                        .append(random.nextInt(random.nextBoolean() ? 30 : 400));
            }
            assertExact(number.toString());
        }
    }

    @Test
    void shouldRoundTiesAndTheirNeighboursAsJavaDoes() {
        Random random = Seed.random("ties");
        for (int i = 0; i < 20_000; i++) {
            double any = Math.abs(Double.longBitsToDouble(random.nextLong()));
            double next = Math.nextUp(any);
            if (Double.isFinite(next)) {
                BigDecimal tie = new BigDecimal(any).add(new BigDecimal(next)).divide(BigDecimal.valueOf(2));
                assertExact(tie.toString());
                assertExact(tie.toString().replaceFirst("E|$", "1E").replaceFirst("E$", ""));
                assertExact(tie.subtract(tie.ulp()).toString());
            }
            long odd = (1L << 53) + 1 + 2L * random.nextInt(1 << 20);
            assertExact(Long.toString(odd));
            assertExact(odd + ".00000000000000000000000000001");
        }
    }

    @Test
    void shouldReadTheEdges() {
        for (String number : new String[] {
            "0",
            "-0",
            "0.0",
            "-0e999999999999",
            "0.000e-400",
            "1e-323",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "4.9e-324",
            "2.2250738585072011e-308",
            "2.2250738585072012e-308",
            "2.225073858507201e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "1e308",
            "1e309",
            "-1e309",
            "1e99999999999999999999",
            "1e-99999999999999999999",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999",
            "9999999999999999999",
            "1" + "0".repeat(400),
            "0." + "0".repeat(400) + "1",
            "0." + "0".repeat(400) + "1e400",
            "1" + "0".repeat(60_000) + "e-60000",
            "123456789012345678901234567890e-29",
            "1e0000000000000000000000001"
        }) {
            assertExact(number);
        }
    }

    private static void digits(StringBuilder into, Random random, int count, boolean mayStartWithZero) {
        char first = (char) ('0' + random.nextInt(10));
        into.append(first);
        if (first == '0' && !mayStartWithZero) {
            return;
        }
        for (int i = 1; i < count; i++) {
            into.append((char) ('0' + random.nextInt(10)));
        }
    }

    private static void assertExact(String number) {
        byte[] bytes = ("x" + number + "9").getBytes(StandardCharsets.US_ASCII);
        double parsed = Decimal.parse(bytes, 1, bytes.length - 1);
        if (Double.doubleToRawLongBits(parsed) != Double.doubleToRawLongBits(Double.parseDouble(number))) {
            assertThat(parsed).as(number).isEqualTo(Double.parseDouble(number));
            throw new AssertionError(number + " differs in the sign of zero");
        }
    }
}

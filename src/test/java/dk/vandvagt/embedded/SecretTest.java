package dk.vandvagt.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretTest {

    private static final byte[] RIGHT = "rødgrød".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRONG = "rodgrod".getBytes(StandardCharsets.UTF_8);

    @Test
    void shouldTellRightFromWrong() {
        Secret plain = Secret.of("rødgrød".toCharArray());
        assertThat(plain.matches(RIGHT)).isTrue();
        assertThat(plain.matches(WRONG)).isFalse();
    }

    @Test
    void shouldDeriveSlowlyOnlyUntilThePasswordIsKnown() {
        Secret hashed = Secret.hashed(Secret.hash("rødgrød".toCharArray()));
        assertThat(hashed.isQuick(RIGHT)).isFalse();
        assertThat(hashed.matches(WRONG)).isFalse();
        assertThat(hashed.matches(RIGHT)).isTrue();
        assertThat(hashed.isQuick(RIGHT)).isTrue();
        assertThat(hashed.isQuick(WRONG)).isFalse();
    }

    @Test
    void shouldAgreeWithAnIndependentDerivation() {
        // Python: hashlib.pbkdf2_hmac("sha256", "rødgrød".encode(), b"salt-of-16-bytes", 1000)
        Secret hashed = Secret.hashed(
                "pbkdf2-sha256:1000:c2FsdC1vZi0xNi1ieXRlcw==:RbebPC/0lBcoHDeeCzrPMmBHnSSx992yNHrJuuphIcs=");
        assertThat(hashed.matches(RIGHT)).isTrue();
        assertThat(hashed.matches(WRONG)).isFalse();
    }

    @Test
    void shouldNeverShowItself() {
        assertThat(Account.service("service", Secret.of("rødgrød".toCharArray()))
                        .toString())
                .doesNotContain("rødgrød");
    }

    @Test
    void shouldRefuseWhatIsNotAHash() {
        for (String text : List.of("", "rødgrød", "pbkdf2-sha256:x:c2FsdA==:c2FsdA==", "pbkdf2-sha256:1:c2FsdA==:?")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Secret.hashed(text))
                    .withMessageContaining("pbkdf2-sha256:rounds:salt:hash");
        }
    }
}

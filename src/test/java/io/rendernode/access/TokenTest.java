package io.rendernode.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTest {
    private static final String SECRET = "0123456789abcdef";

    @Test
    void aLineHasANameARoleAndAToken() {
        assertThat(Token.read("# who may\n\n  ann  render\t" + SECRET + "\r\nbob operate " + SECRET + "x\n"))
                .extracting(Token::name, Token::role)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("ann", Role.RENDER),
                        org.assertj.core.groups.Tuple.tuple("bob", Role.OPERATE));
    }

    @ParameterizedTest
    @CsvSource({
        "ann render, a line must have",
        "ann render 0123456789abcdef more, a line must have",
        "ann admin 0123456789abcdef, 'the role must be read, render or operate'",
        "ann render short, the token must have 16 to 512",
        "../ann render 0123456789abcdef, the name must have",
        ".ann render 0123456789abcdef, the name must have"
    })
    void aLineThatWillNotDoIsToldWhyAndNotRepeated(String line, String reason) {
        assertThatThrownBy(() -> Token.read(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void aCookieTellsNothingOfTheTokenAndIsAnotherForEach() {
        Token token = Token.of("ann", Role.READ, SECRET);
        assertThat(token.cookie())
                .matches("[A-Za-z0-9_-]{43}")
                .isNotEqualTo(Token.of("ann", Role.READ, SECRET + "x").cookie());
        assertThat(token.cookieDigest()).isEqualTo(Token.sha256(token.cookie())).isNotEqualTo(token.digest());
    }

    @Test
    void eachRoleMayWhatThoseBeforeItMay() {
        assertThat(Role.READ.labels()).containsExactlyInAnyOrder(Role.MAY_READ);
        assertThat(Role.RENDER.labels()).containsExactlyInAnyOrder(Role.MAY_READ, Role.MAY_RENDER);
        assertThat(Role.OPERATE.labels()).containsExactlyInAnyOrder(Role.MAY_READ, Role.MAY_RENDER, Role.MAY_OPERATE);
    }
}

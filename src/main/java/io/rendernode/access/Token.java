package io.rendernode.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token, known by its digests alone.
 *
 * @param name whose it is: the owner of the jobs that are posted with it
 * @param role what it allows
 * @param digest SHA-256 of the token
 * @param cookie what a browser keeps in its place: it tells nothing of the token, and is worth nothing without it here
 * @param cookieDigest SHA-256 of the cookie
 */
record Token(String name, Role role, String digest, String cookie, String cookieDigest) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern SECRET = Pattern.compile("[!-~]{16,512}");

    /**
     * A token of its text.
     *
     * @throws IllegalArgumentException if name or text will not do; the text is not told
     */
    static Token of(String name, Role role, String secret) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name must have 1 to 64 letters, digits, dots, hyphens or underscores, the first a letter or a digit");
        }
        if (!SECRET.matcher(secret).matches()) {
            throw new IllegalArgumentException("the token must have 16 to 512 ASCII characters without a space:"
                    + " 'openssl rand -hex 32' makes one");
        }
        String cookie = cookie(secret);
        return new Token(name, role, sha256(secret), cookie, sha256(cookie));
    }

    /** Tokens of a file: a line each, with a name, a role and the token, or a comment after #. */
    static List<Token> read(String file) {
        return file.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Token::readLine)
                .toList();
    }

    private static Token readLine(String line) {
        String[] words = line.split("\\s+", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("a line must have a name, a role and a token");
        }
        return of(words[0], Role.of(words[1]), words[2]);
    }

    /** SHA-256 of a text, in hexadecimal digits. */
    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String cookie(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal("render-node cookie".getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

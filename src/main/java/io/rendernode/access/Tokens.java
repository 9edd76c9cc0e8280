package io.rendernode.access;

import io.quarkus.runtime.StartupEvent;
import io.rendernode.problem.Refusal;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** The tokens that are good now: the file is read again each second. */
@ApplicationScoped
class Tokens {
    private static final Logger LOG = Logger.getLogger(Tokens.class);
    private static final long LOOK_MILLIS = 1000;

    private final AccessConfig config;
    private final Vertx vertx;
    private String lastRead;
    private boolean readable = true;
    private volatile List<Token> tokens = List.of();

    Tokens(AccessConfig config, Vertx vertx) {
        this.config = config;
        this.vertx = vertx;
    }

    /** Before all else that a start does. */
    void load(@Observes @Priority(1) StartupEvent event) {
        if (config.apiTokenFile().isPresent()) {
            Path file = Path.of(config.apiTokenFile().get());
            try {
                lastRead = Files.readString(file);
                tokens = Token.read(lastRead);
            } catch (IOException unreadable) {
                throw new Refusal("RENDER_API_TOKEN_FILE: " + file + " cannot be read: " + Refusal.words(unreadable));
            } catch (IllegalArgumentException malformed) {
                throw new Refusal("RENDER_API_TOKEN_FILE: " + file + ": " + malformed.getMessage());
            }
            if (tokens.isEmpty()) {
                throw new Refusal("RENDER_API_TOKEN_FILE: " + file + " has no token");
            }
            vertx.setPeriodic(LOOK_MILLIS, timer -> vertx.executeBlocking(() -> look(file), false));
        } else if (config.apiToken().isPresent()) {
            try {
                tokens = List.of(
                        Token.of("token", Role.OPERATE, config.apiToken().get()));
            } catch (IllegalArgumentException unusable) {
                throw new Refusal("RENDER_API_TOKEN: " + unusable.getMessage());
            }
        }
    }

    /** Whether a caller must have a token: a file that has lost all of its own lets nobody in. */
    boolean areAsked() {
        return config.apiTokenFile().isPresent() || config.apiToken().isPresent();
    }

    /** The token of that text. */
    Optional<Token> ofSecret(String secret) {
        return find(secret, Token::digest);
    }

    /** The token that a browser has that cookie for. */
    Optional<Token> ofCookie(String cookie) {
        return find(cookie, Token::cookieDigest);
    }

    /** Takes as long for a good one as for a bad one. */
    private Optional<Token> find(String text, Function<Token, String> digest) {
        byte[] given = bytes(Token.sha256(text));
        Token found = null;
        for (Token token : tokens) {
            if (MessageDigest.isEqual(bytes(digest.apply(token)), given)) {
                found = token;
            }
        }
        return Optional.ofNullable(found);
    }

    private static byte[] bytes(String digits) {
        return digits.getBytes(StandardCharsets.US_ASCII);
    }

    /** A file that cannot be read, or that is half written, changes nothing. */
    private Void look(Path file) {
        try {
            String now = Files.readString(file);
            readable = true;
            if (!now.equals(lastRead)) {
                lastRead = now;
                tokens = Token.read(now);
                LOG.infof("RENDER_API_TOKEN_FILE has changed: %d tokens", tokens.size());
            }
        } catch (IllegalArgumentException malformed) {
            unusable(malformed);
        } catch (IOException unreadable) {
            if (readable) {
                unusable(unreadable);
            }
            readable = false;
        }
        return null;
    }

    private static void unusable(Exception reason) {
        LOG.warnf(
                "RENDER_API_TOKEN_FILE has changed but cannot be used, the tokens from before hold: %s",
                reason.getMessage());
    }
}

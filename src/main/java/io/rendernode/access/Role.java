package io.rendernode.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a caller may do; each role may what those before it may. */
public enum Role {
    /** Look at all there is. */
    READ,
    /** Post jobs, and change its own. */
    RENDER,
    /** Change everybody's jobs, and drain nodes. */
    OPERATE;

    /** {@link #READ} for annotations. */
    public static final String MAY_READ = "read";

    /** {@link #RENDER} for annotations. */
    public static final String MAY_RENDER = "render";

    /** {@link #OPERATE} for annotations. */
    public static final String MAY_OPERATE = "operate";

    /** The role of that name, as {@code RENDER_API_TOKEN_FILE} has it. */
    static Role of(String name) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the role must be read, render or operate"));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The names of this role and of those before it. */
    Set<String> labels() {
        return Arrays.stream(values())
                .filter(role -> role.compareTo(this) <= 0)
                .map(Role::label)
                .collect(Collectors.toUnmodifiableSet());
    }
}

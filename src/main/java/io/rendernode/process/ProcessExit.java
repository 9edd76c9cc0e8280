package io.rendernode.process;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * How a process ended: by itself with an exit code, or by a signal.
 *
 * @param code its exit code, 0 to 255; empty if a signal ended it
 * @param signal the number of the signal that ended it, 1 to 64; empty if it ended by itself
 */
public record ProcessExit(OptionalInt code, OptionalInt signal) {
    /** Linux's signals 1 to 31 (signal(7), x86 and ARM), in order. */
    /** Ended by SIGKILL. */
    static final ProcessExit KILLED = ofStatus(128 + 9);

    private static final List<String> NAMES = Stream.of(("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE"
                            + " ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
                    .split(" ", -1))
            .map(name -> "SIG" + name)
            .toList();

    private static final int LAST_SIGNAL = 64;
    private static final int SIGNAL_BASE = 128;

    /** Refuses both, neither, and numbers that no process can end with. */
    public ProcessExit {
        if (code.isPresent() == signal.isPresent()) {
            throw new IllegalArgumentException("a process ends with an exit code or by a signal, one of both");
        }
        if (code.isPresent() && (code.getAsInt() < 0 || code.getAsInt() > 255)) {
            throw new IllegalArgumentException("no exit code: " + code.getAsInt());
        }
        if (signal.isPresent() && (signal.getAsInt() < 1 || signal.getAsInt() > LAST_SIGNAL)) {
            throw new IllegalArgumentException("no signal: " + signal.getAsInt());
        }
    }

    /**
     * Reads Java's number. Java reports 128 + n for a process that signal n ended and cannot tell it from one that
     * called {@code exit(128 + n)}; here 129 to 192 are taken as signals, since programs seldom exit with these
     * numbers, other than shells, which mean the same by them.
     *
     * @param status what {@link Process#exitValue()} gave, 0 to 255
     */
    public static ProcessExit ofStatus(int status) {
        if (status > SIGNAL_BASE && status <= SIGNAL_BASE + LAST_SIGNAL) {
            return new ProcessExit(OptionalInt.empty(), OptionalInt.of(status - SIGNAL_BASE));
        }
        return new ProcessExit(OptionalInt.of(status), OptionalInt.empty());
    }

    /** The number that {@link #ofStatus} reads. */
    int status() {
        return code.orElseGet(() -> SIGNAL_BASE + signal.getAsInt());
    }

    /** True for exit code 0. */
    public boolean isSuccess() {
        return code.isPresent() && code.getAsInt() == 0;
    }

    /**
     * Tells whether a certain signal ended the process.
     *
     * @param name such as {@code SIGTERM}
     */
    public boolean isBy(String name) {
        return signal.isPresent() && nameOf(signal.getAsInt()).equals(name);
    }

    /** The exit in words: {@code exit code 1}, {@code killed by SIGKILL}. */
    public String describe() {
        return signal.isPresent() ? "killed by " + nameOf(signal.getAsInt()) : "exit code " + code.getAsInt();
    }

    /**
     * Names a signal.
     *
     * @param signal a number from 1 to 64
     * @return its name, such as {@code SIGKILL}; {@code signal 34} for one that has none
     */
    public static String nameOf(int signal) {
        return signal <= NAMES.size() ? NAMES.get(signal - 1) : "signal " + signal;
    }
}

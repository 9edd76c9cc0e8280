package io.rendernode.process;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Names one process for good: a pid is used again, a pid with its start time is not, until the machine boots anew. Both
 * are plain numbers, to be stored as they are.
 *
 * @param pid the process id
 * @param startTicks its start in clock ticks since boot, {@code /proc/<pid>/stat} field 22
 */
public record ProcessIdentity(long pid, long startTicks) {
    /** Pid 1 and what is below it name all processes, or a group, to {@code kill}: never one of our children. */
    public ProcessIdentity {
        if (pid <= 1 || startTicks < 0) {
            throw new IllegalArgumentException("no child has pid " + pid + " and start " + startTicks);
        }
    }

    /** Names the process that has a pid now; empty if there is none, or only a zombie. */
    public static Optional<ProcessIdentity> of(long pid) {
        if (pid <= 1) {
            return Optional.empty();
        }
        return ProcessState.of(pid)
                .filter(ProcessState::isAlive)
                .map(state -> new ProcessIdentity(pid, state.startTicks()));
    }

    /** True while this very process runs; a zombie is dead, and so is a pid that another process has by now. */
    public boolean isAlive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /**
     * Ends this process and its whole group by SIGKILL and waits until all are dead: for an orphan found after a
     * restart. Does nothing if the pid is free or another's by now, since the group might then be another's too.
     *
     * @param patience how long to wait; a process in uninterruptible sleep may take its time
     * @return true if nothing of it lives any more
     * @throws InterruptedException if interrupted while it waits
     */
    public boolean killGroup(Duration patience) throws InterruptedException {
        if (ProcessState.of(pid).filter(this::isThis).isEmpty()) {
            return true;
        }
        Signal.KILL.send(-pid);
        Signal.KILL.send(pid);
        long end = System.nanoTime() + patience.toNanos();
        while (isAlive() || groupIsAlive()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(10);
        }
        return true;
    }

    /**
     * True if the pid is this process's or nobody's. As long as a group has a member the kernel gives its number to no
     * new process, so a group whose leader has just ended can still be signalled by that number.
     */
    boolean ownsNumber() {
        return ProcessState.of(pid).map(this::isThis).orElse(true);
    }

    private boolean isThis(ProcessState state) {
        return state.startTicks() == startTicks;
    }

    private boolean groupIsAlive() {
        try {
            return ProcessState.pids().stream()
                    .flatMap(process -> ProcessState.of(process).stream())
                    .anyMatch(state -> state.group() == pid && state.isAlive());
        } catch (IOException unreadable) {
            return true;
        }
    }
}

package io.rendernode;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Ports for programs that are told where to listen. They are none of those that the kernel gives to connections: such a
 * one may be taken between the choice and the start of the program, or while it is stopped.
 */
public final class Ports {
    private static final int FIRST = 12_000;

    /** Linux gives connections the ports from 32768 on. */
    private static final int COUNT = 20_000;

    private static final Random RANDOM = new Random();
    private static final Set<Integer> GIVEN = new HashSet<>();

    private Ports() {}

    /** A port that nobody listens on, and that was not given before. */
    public static synchronized int free() {
        while (true) {
            int port = FIRST + RANDOM.nextInt(COUNT);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}

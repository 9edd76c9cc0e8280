package io.rendernode.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between one node and the store: it can fall silent, or break, and be mended. */
final class Wire implements AutoCloseable {
    private enum State {
        WHOLE,
        /** Nothing arrives and nobody is told, as when a cable is pulled; what was under way arrives later. */
        SILENT,
        /** Each connection is reset, as when a firewall or a proxy goes down. */
        BROKEN
    }

    private final int target;
    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private State state = State.WHOLE;

    /** A wire to that port of this machine. */
    Wire(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        thread(this::admit);
    }

    /** The node's end of it. */
    int port() {
        return door.getLocalPort();
    }

    /** From now on nothing arrives, at either end. */
    synchronized void fallSilent() {
        state = State.SILENT;
    }

    /** Ends all connections, and each new one. */
    synchronized void breakOff() {
        state = State.BROKEN;
        notifyAll();
        hangUp();
    }

    /** All is well again. */
    synchronized void mend() {
        state = State.WHOLE;
        notifyAll();
    }

    private void admit() {
        try {
            while (true) {
                Socket node = door.accept();
                if (pass()) {
                    connect(node);
                } else {
                    node.close();
                }
            }
        } catch (IOException closed) {
            hangUp();
        }
    }

    private void connect(Socket node) throws IOException {
        try {
            Socket store = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(node);
            open.add(store);
            thread(() -> carry(node, store));
            thread(() -> carry(store, node));
        } catch (IOException away) {
            node.close();
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] buffer = new byte[16_384];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length = in.read(buffer);
            while (length >= 0 && pass()) {
                out.write(buffer, 0, length);
                length = in.read(buffer);
            }
            // The end of a connection is silenced, too.
            pass();
        } catch (IOException gone) {
            pass();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    /** Waits while all is silent, and says whether the wire is not broken. */
    private synchronized boolean pass() {
        try {
            while (state == State.SILENT) {
                wait();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
        return state == State.WHOLE;
    }

    private void hangUp() {
        open.forEach(Wire::close);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        mend();
        door.close();
    }
}

package io.rendernode.task;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this node is called. */
public final class NodeName {
    private NodeName() {}

    /** RENDER_NODE_NAME, or the host's name where that is not set. */
    public static String of(TaskConfig config) {
        return config.nodeName().filter(name -> !name.isBlank()).orElseGet(NodeName::hostName);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException withoutName) {
            return "localhost";
        }
    }
}

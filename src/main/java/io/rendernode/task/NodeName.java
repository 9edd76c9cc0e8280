package io.rendernode.task;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this node is called: RENDER_NODE_NAME, or the host's name. */
@ApplicationScoped
public class NodeName {
    private final String value;

    NodeName(TaskConfig config) {
        this.value = config.nodeName().filter(name -> !name.isBlank()).orElseGet(NodeName::hostName);
    }

    /** The name. */
    public String value() {
        return value;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException withoutName) {
            return "localhost";
        }
    }
}

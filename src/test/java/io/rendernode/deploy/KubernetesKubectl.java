package io.rendernode.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine's kubectl, where it has one whose kustomize is new enough for components and labels. */
final class KubernetesKubectl {
    private static final Pattern VERSION = Pattern.compile("Kustomize Version: v(\\d+)\\.");
    private static final int OLDEST = 5;

    private KubernetesKubectl() {}

    /** Whether there is one. */
    static boolean isThere() throws InterruptedException {
        try {
            Matcher version = VERSION.matcher(run("version", "--client"));
            return version.find() && Integer.parseInt(version.group(1)) >= OLDEST;
        } catch (IOException none) {
            return false;
        }
    }

    /** What it makes of a folder. */
    static List<ObjectNode> render(Path folder) throws IOException, InterruptedException {
        return KubernetesYaml.parse(run("kustomize", folder.toString()));
    }

    private static String run(String command, String argument) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("kubectl", command, argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("kubectl " + command + " " + argument + " failed");
        }
        return output;
    }
}

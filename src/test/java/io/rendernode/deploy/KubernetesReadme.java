package io.rendernode.deploy;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What deploy/kubernetes/README.md tells a user to do first. */
final class KubernetesReadme {
    private static final Pattern SECRET = Pattern.compile("create secret generic (\\S+)((?:[^`]|\\\\\n)*?)\n(?!  )");
    private static final Pattern KEY = Pattern.compile("--from-(?:literal|file)=([a-z]+)=");

    private KubernetesReadme() {}

    /** The secrets that its commands make, as {@code name key}. */
    static Set<String> secretKeys() {
        Set<String> made = new HashSet<>();
        Matcher secrets = SECRET.matcher(KubernetesProgram.text(KubernetesOverlays.FOLDER.resolve("README.md")));
        while (secrets.find()) {
            Matcher keys = KEY.matcher(secrets.group(2));
            while (keys.find()) {
                made.add(secrets.group(1) + " " + keys.group(1));
            }
        }
        return made;
    }
}

package io.rendernode.process;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The environment a child process gets: an allow-list, so that a secret of the node (a password, a token) cannot reach
 * a program that runs what others wrote, whatever the secret's name will be one day.
 */
public class ChildEnvironment {
    private static final Set<String> NAMES =
            Set.of("PATH HOME TMPDIR TMP TEMP USER LOGNAME TZ DISPLAY XAUTHORITY LD_LIBRARY_PATH OCIO".split(" ", -1));

    /** Folders of the program and of the desktop, and what chooses and tunes a GPU. */
    private static final List<String> PREFIXES =
            List.of("XDG_", "BLENDER_", "CYCLES_", "CUDA_", "OPTIX_", "NVIDIA_", "HIP_", "HSA_", "ROCR_", "ZE_");

    /** The node's own settings: the child has no use for them. */
    private static final Set<String> OURS = Set.of("BLENDER_PATH");

    private static final List<String> SECRET_WORDS = List.of("PASSWORD", "TOKEN", "SECRET", "CREDENTIAL", "KEY");

    private ChildEnvironment() {}

    /**
     * Picks what a child may see. {@code PYTHON*} is left out: a search path of the node's user must not change what a
     * render imports.
     *
     * @param parent the node's own environment, usually {@link System#getenv()}
     * @return the child's complete environment, with {@code LANG=C} and {@code LC_ALL=C} so that its lines are not
     *     translated
     */
    public static Map<String, String> of(Map<String, String> parent) {
        Map<String, String> child = new HashMap<>(parent);
        child.keySet().removeIf(name -> !isAllowed(name));
        child.put("LANG", "C");
        child.put("LC_ALL", "C");
        return Map.copyOf(child);
    }

    private static boolean isAllowed(String name) {
        if (NAMES.contains(name)) {
            return true;
        }
        String upper = name.toUpperCase(Locale.ROOT);
        return PREFIXES.stream().anyMatch(name::startsWith)
                && !OURS.contains(name)
                && SECRET_WORDS.stream().noneMatch(upper::contains);
    }
}

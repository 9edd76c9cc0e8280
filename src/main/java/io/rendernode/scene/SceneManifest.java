package io.rendernode.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.rendernode.problem.ProblemException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a scene of many files consists of.
 *
 * @param blend the file that is rendered, one of the files
 * @param files all of them, 20,000 at most
 */
@RegisterForReflection
@Schema(name = "SceneManifest")
record SceneManifest(
        @Schema(description = "the file that is rendered, one of the files", examples = "shot/010.blend")
        String blend,

        @Schema(description = "all that belongs to the scene, by paths that hold between them; 20,000 at most")
        List<Entry> files) {
    private static final int MOST_FILES = 20_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    /**
     * A file of a scene.
     *
     * @param path where it is in the scene, with {@code /} between folders
     * @param sha256 of its bytes, in lower case
     * @param size bytes
     */
    @RegisterForReflection
    @Schema(name = "SceneManifestFile")
    record Entry(String path, String sha256, Long size) {}

    /**
     * Reads a manifest.
     *
     * @throws ProblemException if anything in it is wrong: which field, and why
     */
    static SceneManifest read(byte[] json) {
        SceneManifest manifest = parse(json);
        if (manifest == null) {
            throw ProblemException.invalid("the manifest", "must be an object");
        }
        manifest.check();
        return manifest;
    }

    /** One after the other: what is in 4 MB may take ten times that in memory. */
    private static synchronized SceneManifest parse(byte[] json) {
        try {
            return JSON.readValue(json, SceneManifest.class);
        } catch (JsonMappingException wrong) {
            StringBuilder field = new StringBuilder();
            for (JsonMappingException.Reference step : wrong.getPath()) {
                field.append(step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName());
            }
            String name = field.length() == 0 ? "the manifest" : field.substring(field.charAt(0) == '.' ? 1 : 0);
            throw ProblemException.invalid(name, "is not as it must be: unknown, twice, or of another type");
        } catch (JsonProcessingException malformed) {
            throw ProblemException.invalid("the manifest", "is no JSON: " + malformed.getOriginalMessage());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void check() {
        if (blend == null) {
            throw ProblemException.invalid("blend", "is missing");
        }
        ScenePath.checkBlend("blend", blend);
        if (files == null || files.isEmpty() || files.size() > MOST_FILES) {
            throw ProblemException.invalid("files", "must be 1 to " + MOST_FILES + " files");
        }
        Map<String, Long> sizes = new HashMap<>();
        TreeMap<String, Integer> paths = new TreeMap<>();
        for (int number = 0; number < files.size(); number++) {
            String field = "files[" + number + "]";
            Entry file = files.get(number);
            if (file == null || file.path() == null) {
                throw ProblemException.invalid(field + ".path", "is missing");
            }
            ScenePath.check(field + ".path", file.path());
            requireSha256(field + ".sha256", file.sha256());
            if (file.size() == null || file.size() < 0) {
                throw ProblemException.invalid(field + ".size", "must be the number of its bytes");
            }
            if (paths.put(file.path(), number) != null) {
                throw ProblemException.invalid(field + ".path", "comes twice: '" + file.path() + "'");
            }
            if (!file.size().equals(sizes.computeIfAbsent(file.sha256(), sum -> file.size()))) {
                throw ProblemException.invalid(field + ".size", "is another than that of the same sha256 before");
            }
        }
        for (String path : paths.keySet()) {
            String inside = paths.higherKey(path + "/");
            if (inside != null && inside.startsWith(path + "/")) {
                throw ProblemException.invalid(
                        "files[" + paths.get(path) + "].path", "is a file and a folder: '" + path + "'");
            }
        }
        if (!paths.containsKey(blend)) {
            throw ProblemException.invalid("blend", "'" + blend + "' is none of the files");
        }
    }

    /**
     * Makes sure that this can be a file's name in the store.
     *
     * @throws ProblemException if it is no SHA-256 in lower case
     */
    static void requireSha256(String field, String sum) {
        if (sum == null || !SHA256.matcher(sum).matches()) {
            throw ProblemException.invalid(field, "must be a SHA-256 as 64 hexadecimal digits in lower case");
        }
    }
}

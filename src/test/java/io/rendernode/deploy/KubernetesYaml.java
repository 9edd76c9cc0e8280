package io.rendernode.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** YAML as kubectl reads it: several documents to a file, no key twice, 0440 an octal number. */
final class KubernetesYaml {
    private static final ObjectMapper TREES = new ObjectMapper();
    private static final ObjectWriter SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, SerializationFeature.INDENT_OUTPUT)
            .build()
            .writer();

    private KubernetesYaml() {}

    /** An object as a text that is the same for equal objects. */
    static String sorted(ObjectNode object) {
        try {
            return SORTED.writeValueAsString(TREES.treeToValue(object, Object.class));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The documents of a file, in their order. */
    static List<ObjectNode> read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The documents of a text, in their order. */
    static List<ObjectNode> parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<ObjectNode> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(text)) {
            JsonNode tree = TREES.valueToTree(document);
            if (!(tree instanceof ObjectNode object)) {
                throw new IllegalArgumentException("not an object: " + tree);
            }
            documents.add(object);
        }
        return documents;
    }
}

package io.rendernode.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/** ConfigMaps that kustomize makes, with its hash of their content in their names, so that a change is a rollout. */
final class KubernetesSettings {
    /** The field of an object that was made with its plain name, until its name is final. */
    private static final String MADE = "made";

    private static final int HASH_LENGTH = 10;

    private KubernetesSettings() {}

    /** The ConfigMap, still under its plain name. */
    static ObjectNode make(KubernetesKustomization.Settings settings) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", "v1").put("kind", "ConfigMap").put(MADE, settings.name());
        ObjectNode data = object.putObject("data");
        settings.literals().forEach(literal -> {
            String[] words = literal.split("=", 2);
            data.put(words[0], words[1]);
        });
        object.putObject("metadata").put("name", settings.name());
        return object;
    }

    /** Gives those that were made their final names, and the containers that take variables from them. */
    static void nameByContent(List<ObjectNode> objects) {
        for (ObjectNode object : objects) {
            JsonNode plain = object.remove(MADE);
            if (plain != null) {
                String name = object.at("/metadata/name").asText() + "-" + hash(object.get("data"));
                object.withObject("/metadata").put("name", name);
                objects.forEach(each -> rename(each, plain.asText(), name));
            }
        }
    }

    private static void rename(ObjectNode object, String plain, String name) {
        for (JsonNode container : object.at("/spec/template/spec/containers")) {
            for (JsonNode source : container.path("envFrom")) {
                if (source.at("/configMapRef/name").asText().equals(plain)) {
                    ((ObjectNode) source.get("configMapRef")).put("name", name);
                }
            }
        }
    }

    /** Of the JSON that Go writes of kind, data and an empty name, with letters in place of what might spell a word. */
    private static String hash(JsonNode data) {
        ObjectNode sorted = JsonNodeFactory.instance.objectNode();
        TreeMap<String, JsonNode> keys = new TreeMap<>();
        data.properties().forEach(field -> keys.put(field.getKey(), field.getValue()));
        keys.forEach(sorted::set);
        String text = "{\"data\":" + sorted + ",\"kind\":\"ConfigMap\",\"name\":\"\"}";
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of()
                    .formatHex(digest)
                    .substring(0, HASH_LENGTH)
                    .replace('0', 'g')
                    .replace('1', 'h')
                    .replace('3', 'k')
                    .replace('a', 'm')
                    .replace('e', 't');
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

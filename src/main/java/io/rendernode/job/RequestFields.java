package io.rendernode.job;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rendernode.problem.Problem;
import io.rendernode.problem.ProblemException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The fields of a JSON object, read one by one and strictly: nothing unknown, nothing twice, no null, no text after it.
 * Each refusal is a {@link ProblemException} that names the field and the reason.
 */
final class RequestFields {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final Pattern TWICE = Pattern.compile("Duplicate field '([^']*)'");
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final int LONGEST_WORD = 64;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final JsonNode fields;
    private final Map<String, Field> declared;

    private RequestFields(JsonNode fields, Map<String, Field> declared) {
        this.fields = fields;
        this.declared = declared;
    }

    /**
     * What a request's record says of a field.
     *
     * @param smallest the smallest number
     * @param largest the largest number
     * @param longest how many characters a text may have
     * @param words the texts that there are, or empty where any will do
     * @param fallback what a request means that leaves it out, or null
     */
    record Field(int smallest, int largest, int longest, List<String> words, String fallback) {
        static Field of(RecordComponent component) {
            Schema schema = component.getAccessor().getAnnotation(Schema.class);
            return new Field(
                    schema.minimum().isEmpty() ? 0 : Integer.parseInt(schema.minimum()),
                    schema.maximum().isEmpty() ? 0 : Integer.parseInt(schema.maximum()),
                    schema.maxLength(),
                    component.getType().isEnum()
                            ? Arrays.stream(component.getType().getEnumConstants())
                                    .map(word -> ((Enum<?>) word).name())
                                    .toList()
                            : List.of(),
                    schema.defaultValue().isEmpty() ? null : schema.defaultValue());
        }
    }

    /** The fields of a request, each a component of its record with a {@link Schema}, in order. */
    static Map<String, Field> declared(Class<? extends Record> request) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (RecordComponent component : request.getRecordComponents()) {
            fields.put(component.getName(), Field.of(component));
        }
        return fields;
    }

    /**
     * Reads the body of a request.
     *
     * @param declared all fields that there are
     * @param example what a body may be
     */
    static RequestFields read(byte[] body, Map<String, Field> declared, String example) {
        JsonNode node = parse(body);
        if (node == null || !node.isObject()) {
            throw new ProblemException(Problem.INVALID_INPUT, "the body must be a JSON object such as " + example);
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!declared.containsKey(name)) {
                throw new ProblemException(
                        Problem.INVALID_INPUT,
                        "unknown field '" + shorten(name) + "', known are " + String.join(", ", declared.keySet()));
            }
            if (node.get(name).isNull()) {
                throw ProblemException.invalid(name, "must not be null");
            }
        }
        return new RequestFields(node, declared);
    }

    /** Whether none is there. */
    boolean isEmpty() {
        return fields.isEmpty();
    }

    /** A whole number, or what the field's absence means, or null; a whole number in a string is one, too. */
    Integer number(String name) {
        JsonNode value = fields.get(name);
        Field field = declared.get(name);
        if (value == null) {
            return field.fallback() == null ? null : Integer.valueOf(field.fallback());
        }
        if (!isWhole(value)) {
            throw ProblemException.invalid(name, "must be a whole number, not " + shorten(value.toString()));
        }
        long number = value.isTextual()
                ? Long.parseLong(value.textValue())
                : value.canConvertToLong() ? value.longValue() : Long.MAX_VALUE;
        if (number < field.smallest() || number > field.largest()) {
            throw ProblemException.invalid(
                    name,
                    "must be " + field.smallest() + " to " + field.largest() + ", not " + shorten(value.asText()));
        }
        return (int) number;
    }

    /** Text without control characters, one of the field's words where it has some; or what its absence means, or null. */
    String text(String name) {
        JsonNode value = fields.get(name);
        Field field = declared.get(name);
        if (value == null) {
            return field.fallback();
        }
        List<String> words = field.words();
        String text = text(name, value, words.isEmpty() ? field.longest() : LONGEST_WORD);
        if (!words.isEmpty() && !words.contains(text)) {
            throw ProblemException.invalid(name, "must be one of " + String.join(", ", words) + ", not " + text);
        }
        return text;
    }

    /** True or false; false where the field is missing. */
    boolean flag(String name) {
        return Boolean.TRUE.equals(choice(name));
    }

    /** True or false; null where the field is missing. */
    Boolean choice(String name) {
        JsonNode value = fields.get(name);
        if (value != null && !value.isBoolean()) {
            throw ProblemException.invalid(name, "must be true or false, not " + shorten(value.toString()));
        }
        return value == null ? null : value.booleanValue();
    }

    /** A list of words of letters, digits, dot, dash and underscore; empty where the field is missing. */
    List<String> words(String name, Pattern form, int most) {
        JsonNode value = fields.get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray() || value.size() > most) {
            throw ProblemException.invalid(name, "must be a list of at most " + most + " words");
        }
        List<String> words = new ArrayList<>();
        for (JsonNode item : value) {
            String word = text(name, item, LONGEST_WORD);
            if (!form.matcher(word).matches()) {
                throw ProblemException.invalid(
                        name, "must hold words of letters, digits, '.', '_' and '-', not '" + word + "'");
            }
            words.add(word);
        }
        return words;
    }

    private static boolean isWhole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isTextual() && WHOLE.matcher(value.textValue()).matches());
    }

    private static String text(String name, JsonNode value, int longest) {
        if (!value.isTextual()) {
            throw ProblemException.invalid(name, "must be text, not " + shorten(value.toString()));
        }
        String text = value.textValue();
        if (text.isBlank() || text.length() > longest) {
            throw ProblemException.invalid(name, "must have 1 to " + longest + " characters");
        }
        if (CONTROL.matcher(text).find()) {
            throw ProblemException.invalid(name, "must not hold control characters");
        }
        return text;
    }

    private static JsonNode parse(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (MismatchedInputException trailing) {
            throw new ProblemException(Problem.INVALID_INPUT, "there is text after the JSON");
        } catch (JsonProcessingException malformed) {
            throw new ProblemException(Problem.INVALID_INPUT, reason(malformed));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String reason(JsonProcessingException malformed) {
        Matcher twice = TWICE.matcher(malformed.getOriginalMessage());
        if (twice.find()) {
            return shorten(twice.group(1)) + " is given twice";
        }
        JsonLocation at = malformed.getLocation();
        return "the body is no JSON" + (at == null ? "" : ", line " + at.getLineNr() + " column " + at.getColumnNr());
    }

    private static String shorten(String text) {
        String oneLine = CONTROL.matcher(text).replaceAll(" ");
        return oneLine.length() <= 60 ? oneLine : oneLine.substring(0, 60) + "…";
    }
}

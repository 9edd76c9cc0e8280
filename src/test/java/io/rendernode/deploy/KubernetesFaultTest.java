package io.rendernode.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** The checks themselves: each rule finds the mistakes that are planted for it in kubernetes-faults.csv. */
class KubernetesFaultTest {
    private static final String FAULTS = "/kubernetes/faults.csv";

    @ParameterizedTest
    @CsvFileSource(resources = FAULTS, delimiter = '|', numLinesToSkip = 1)
    void a_planted_fault_is_found(String expected, String overlay, String object, String pointer, String yaml) {
        KubernetesFault fault = new KubernetesFault(expected, overlay, object, pointer, yaml);
        if (expected.equals("TYPES")) {
            assertThatThrownBy(() -> KubernetesObjects.of(fault.plant())).hasMessageContaining(object);
            return;
        }
        KubernetesObjects objects = KubernetesObjects.of(fault.plant());
        String rule = expected.replaceFirst("/.*", "");
        List<String> breaches = KubernetesRule.valueOf(rule).breaches(objects);
        assertThat(breaches).isNotEmpty();
        if (!rule.equals(expected)) {
            assertThat(breaches).anyMatch(breach -> breach.contains(expected.replaceFirst(".*/", "") + ":"));
        }
    }

    @Test
    void every_rule_has_a_fault_planted_for_it() {
        Set<String> planted = KubernetesProgram.text(Path.of("src/test/resources" + FAULTS))
                .lines()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf('|')).strip())
                .collect(Collectors.toSet());
        assertThat(planted)
                .containsAll(Stream.concat(
                                Arrays.stream(KubernetesRule.values())
                                        .filter(rule -> rule != KubernetesRule.RESTRICTED)
                                        .map(KubernetesRule::name),
                                Arrays.stream(KubernetesPodSecurity.values()).map(rule -> "RESTRICTED/" + rule))
                        .toList());
    }
}

package io.rendernode.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessExitTest {
    @ParameterizedTest
    @CsvSource({
        "0,exit code 0",
        "1,exit code 1",
        "127,exit code 127",
        "128,exit code 128",
        "129,killed by SIGHUP",
        "130,killed by SIGINT",
        "134,killed by SIGABRT",
        "137,killed by SIGKILL",
        "139,killed by SIGSEGV",
        "143,killed by SIGTERM",
        "159,killed by SIGSYS",
        "162,killed by signal 34",
        "192,killed by signal 64",
        "193,exit code 193",
        "255,exit code 255"
    })
    void isToldInWords(int status, String words) {
        assertThat(ProcessExit.ofStatus(status).describe()).isEqualTo(words);
    }

    @Property
    void isEitherACodeOrASignal(@ForAll @IntRange(max = 255) int status) {
        ProcessExit exit = ProcessExit.ofStatus(status);

        assertThat(exit.code().isPresent()).isNotEqualTo(exit.signal().isPresent());
        assertThat(exit.code().orElseGet(() -> 128 + exit.signal().getAsInt())).isEqualTo(status);
        assertThat(exit.isSuccess()).isEqualTo(status == 0);
        assertThat(exit.isBy("SIGTERM")).isEqualTo(status == 143);
    }

    @Test
    void refusesWhatCannotBe() {
        OptionalInt none = OptionalInt.empty();
        assertRefused(none, none);
        assertRefused(OptionalInt.of(1), OptionalInt.of(9));
        assertRefused(OptionalInt.of(-1), none);
        assertRefused(OptionalInt.of(256), none);
        assertRefused(none, OptionalInt.of(0));
        assertRefused(none, OptionalInt.of(65));
    }

    private static void assertRefused(OptionalInt code, OptionalInt signal) {
        assertThatThrownBy(() -> new ProcessExit(code, signal)).isInstanceOf(IllegalArgumentException.class);
    }
}

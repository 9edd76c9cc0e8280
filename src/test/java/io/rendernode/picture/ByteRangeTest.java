package io.rendernode.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.ClientErrorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, 14.1.2 and 14.2. */
class ByteRangeTest {
    private static final long SIZE = 100;

    @ParameterizedTest
    @CsvSource({"bytes=0-9,0,9", "bytes=90-,90,99", "bytes=90-200,90,99", "bytes=-5,95,99", "bytes=-500,0,99"})
    void aPartOfTheFileIsGiven(String header, long first, long last) {
        assertThat(ByteRange.parse(header, SIZE)).contains(new ByteRange(first, last));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=5-3", "bytes=500-3", "bytes=-", "bytes=a-b", "bytes=0-1,5-6", "lines=1-2", ""})
    void whatMakesNoSenseIsIgnored(String header) {
        assertThat(ByteRange.parse(header, SIZE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void whatIsNotInTheFileIsRefusedWithItsSize(String header) {
        assertThatThrownBy(() -> ByteRange.parse(header, SIZE))
                .isInstanceOfSatisfying(ClientErrorException.class, refused -> {
                    assertThat(refused.getResponse().getStatus()).isEqualTo(416);
                    assertThat(refused.getResponse().getHeaderString("Content-Range"))
                            .isEqualTo("bytes */100");
                });
    }

    @Test
    void anAnswerSaysWhichPartItIs() {
        ByteRange range = new ByteRange(10, 19);
        assertThat(range.length()).isEqualTo(10);
        assertThat(range.header(SIZE)).isEqualTo("bytes 10-19/100");
    }
}

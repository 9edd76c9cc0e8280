package io.rendernode.process;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into lines of text, in bounded memory. A line ends at {@code \n}, {@code \r\n} or {@code \r}.
 * What is not UTF-8 becomes U+FFFD, and so does NUL, which databases refuse.
 */
class LineSplitter {
    /** A longer line is cut here, and the note behind it tells how much is missing. */
    static final int MAX_LINE_BYTES = 64 * 1024;

    private final Consumer<String> lines;
    private final byte[] line = new byte[MAX_LINE_BYTES];
    private int length;
    private long dropped;
    private boolean afterCarriageReturn;

    LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Takes the next part of the stream: the first bytes of an array, as many as count. */
    void accept(byte[] bytes, int count) {
        int start = 0;
        for (int index = 0; index < count; index++) {
            byte value = bytes[index];
            if (value == '\r' || (value == '\n' && !afterCarriageReturn)) {
                append(bytes, start, index);
                emit();
            }
            if (value == '\r' || value == '\n') {
                start = index + 1;
            }
            afterCarriageReturn = value == '\r';
        }
        append(bytes, start, count);
    }

    /** Tells that no byte follows: a last line without an end is a line too. */
    void end() {
        if (length > 0) {
            emit();
        }
    }

    private void append(byte[] bytes, int from, int to) {
        int kept = Math.min(to - from, line.length - length);
        System.arraycopy(bytes, from, line, length, kept);
        length += kept;
        dropped += to - from - kept;
    }

    private void emit() {
        int end = dropped > 0 ? wholeCharacters() : length;
        long missing = dropped + length - end;
        String text = new String(line, 0, end, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
        length = 0;
        dropped = 0;
        lines.accept(missing > 0 ? text + " … " + missing + " bytes of this line left out" : text);
    }

    /** The length without the part of a character at the end that the cut went through. */
    private int wholeCharacters() {
        int lead = length - 1;
        while (lead > length - 4 && (line[lead] & 0xC0) == 0x80) {
            lead--;
        }
        int first = line[lead] & 0xFF;
        int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
        return lead + size > length ? lead : length;
    }
}

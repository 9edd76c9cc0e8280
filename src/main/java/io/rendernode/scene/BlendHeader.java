package io.rendernode.scene;

import io.rendernode.store.BlenderTag;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Which Blender saved a file, by its first bytes: plain, packed by gzip (until 2.93) or by Zstandard (from 3.0). Of a file
 * of any size or malice no more than 129 KB are read, and no more than 128 KB unpacked.
 *
 * @param major such as 3 for 3.4
 * @param minor such as 4 for 3.4, 93 for 2.93
 */
public record BlendHeader(int major, int minor) implements Comparable<BlendHeader> {
    /** {@code BLENDER-v304}: pointers of 32 ({@code _}) or 64 bit, little or big ({@code V}) endian. */
    private static final Pattern SHORT = Pattern.compile("BLENDER[_-][vV]([0-9])([0-9]{2})");

    /** {@code BLENDER17-01v0502}, since 5.0: the header's size and the format's number come between. */
    private static final Pattern LONG = Pattern.compile("BLENDER[0-9]{2}[_-][0-9]{2}[vV]([0-9]{2})([0-9]{2})");

    private static final int LONGEST = 17;
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");
    private static final int SNIFFED = 512;

    /** How much of the scene a Blender reads. */
    public enum Reading {
        /** All. */
        WHOLE,
        /** The file opens, without what that Blender does not know yet. */
        WITH_LOSS,
        /** Nothing: it crashes, or says that this is no .blend file. */
        NONE,
        /** Its version is not known. */
        UNKNOWN
    }

    /** The file is not a .blend; the message says what it is instead, as in "is empty". */
    public static final class NoBlendException extends Exception {
        private static final long serialVersionUID = 1L;

        NoBlendException(String message) {
            super(message);
        }
    }

    /**
     * Reads the first bytes of a file.
     *
     * @throws NoBlendException if no Blender saved it
     * @throws IOException if it is not there or cannot be read
     */
    public static BlendHeader read(Path file) throws IOException, NoBlendException {
        byte[] start;
        try (InputStream input = Files.newInputStream(file)) {
            start = input.readNBytes(ZstandardStart.MOST_BYTES);
        }
        try {
            byte[] unpacked = unpack(start);
            Optional<BlendHeader> header = parse(unpacked);
            if (header.isPresent()) {
                return header.get();
            }
            if (isCut(unpacked)) {
                throw new NoBlendException("is cut short");
            }
        } catch (EOFException cut) {
            throw new NoBlendException(start.length < ZstandardStart.MOST_BYTES ? "is cut short" : "is no .blend file");
        } catch (IOException damaged) {
            throw new NoBlendException("is no .blend file");
        }
        throw new NoBlendException(whatItIs(start));
    }

    /**
     * How much of a file with this header a Blender reads. One of an older major version ends by SIGSEGV (3.4 with a file of
     * 4.0), or says "not a blend file" (3.4 with one of 5), unless it is that version's last (by the manual's page on compatibility).
     *
     * @param blenderVersion such as {@code 3.4.1}
     */
    public Reading by(String blenderVersion) {
        Matcher version = VERSION.matcher(blenderVersion);
        if (!version.lookingAt()) {
            return Reading.UNKNOWN;
        }
        BlendHeader reader = of(version);
        if (major > BlenderTag.newestMajor(reader.major, reader.minor)) {
            return Reading.NONE;
        }
        return compareTo(reader) > 0 ? Reading.WITH_LOSS : Reading.WHOLE;
    }

    @Override
    public int compareTo(BlendHeader other) {
        return Comparator.comparingInt(BlendHeader::major)
                .thenComparingInt(BlendHeader::minor)
                .compare(this, other);
    }

    /** As Blender calls its versions: {@code 3.4}. */
    @Override
    public String toString() {
        return major + "." + minor;
    }

    private static Optional<BlendHeader> parse(byte[] start) {
        String text = new String(start, 0, Math.min(LONGEST, start.length), StandardCharsets.US_ASCII);
        for (Pattern form : new Pattern[] {SHORT, LONG}) {
            Matcher header = form.matcher(text);
            if (header.lookingAt()) {
                return Optional.of(of(header));
            }
        }
        return Optional.empty();
    }

    private static BlendHeader of(Matcher version) {
        return new BlendHeader(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2)));
    }

    private static byte[] unpack(byte[] start) throws IOException {
        if (start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B) {
            try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(start))) {
                return unpacked.readNBytes(LONGEST);
            }
        }
        return ZstandardStart.isZstandard(start) ? ZstandardStart.unpack(start) : start;
    }

    /** Whether the bytes end where a header could go on. */
    private static boolean isCut(byte[] start) {
        String whole = "BLENDER";
        String text = new String(start, StandardCharsets.US_ASCII);
        return start.length > 0
                && start.length < LONGEST
                && (text.length() < whole.length() ? whole.startsWith(text) : text.startsWith(whole));
    }

    private static String whatItIs(byte[] start) {
        if (start.length == 0) {
            return "is empty";
        }
        String text = new String(Arrays.copyOf(start, Math.min(SNIFFED, start.length)), StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            return "is a git-lfs pointer, not the file itself: run git lfs pull";
        }
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            return "is a web page (HTML), no .blend file: it was not downloaded, but the page about it";
        }
        if (text.startsWith("pk\u0003\u0004") || text.startsWith("pk\u0005\u0006")) {
            return "is a zip archive, no .blend file: unpack it";
        }
        return "is no .blend file";
    }
}

package io.rendernode.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which channels of an OpenEXR file are its picture, by its headers (OpenEXR file layout).
 *
 * @param part the number of the part that they are in, from 0
 * @param names the channels to take for red, green and blue; all the same one where there are no colours
 */
public record ExrChannels(int part, List<String> names) {
    private static final int MULTIPART = 0x1000;

    /** Blender writes a part a layer and view at most. */
    private static final int MOST_PARTS = 100;

    /** A layer has some thirty passes of up to four channels, for each eye. */
    private static final int MOST_CHANNELS = 10_000;

    /** Blender's names have 64 bytes at most, and a channel has three with its view's. */
    private static final int LONGEST_NAME = 255;

    /** What a channel has beside its name: type, how it is stored, sampling. */
    private static final int CHANNEL_BYTES = 16;

    /** The rank of what is no picture. */
    private static final int OTHER = 9;

    /**
     * A candidate.
     *
     * @param rank the smaller, the more it is the picture
     */
    private record Candidate(int rank, ExrChannels channels) {}

    /** Keeps a copy. */
    public ExrChannels {
        names = List.copyOf(names);
    }

    /**
     * Finds the picture: plain red, green and blue, or else what the compositor has made, or else a layer's Combined pass,
     * the first eye's where there are two, or else any three colours, or else the first channel there is.
     *
     * @throws TornImageException if the file is no whole OpenEXR
     */
    public static ExrChannels ofPicture(Path file) throws IOException, TornImageException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ImageCursor in = new ImageCursor(channel, ByteOrder.LITTLE_ENDIAN);
            in.skip(Integer.BYTES, "the OpenEXR magic number");
            boolean several = (in.signedInt("the OpenEXR version") & MULTIPART) != 0;
            Optional<Candidate> best = Optional.empty();
            for (int part = 0; part < MOST_PARTS; part++) {
                Optional<List<String>> names = channels(in);
                if (names.isEmpty()) {
                    break;
                }
                Candidate next = candidate(part, names.get());
                best = best.filter(found -> found.rank() <= next.rank()).or(() -> Optional.of(next));
                if (!several) {
                    break;
                }
            }
            return best.filter(found -> !found.channels().names().isEmpty())
                    .map(Candidate::channels)
                    .orElseThrow(() -> in.torn("OpenEXR without channels"));
        }
    }

    /** The channels of the header at the cursor, which goes behind it; empty where the headers are over. */
    private static Optional<List<String>> channels(ImageCursor in) throws IOException, TornImageException {
        List<String> names = new ArrayList<>();
        String attribute = text(in);
        if (attribute.isEmpty()) {
            return Optional.empty();
        }
        for (; !attribute.isEmpty(); attribute = text(in)) {
            text(in);
            long size = in.unsignedInt("an OpenEXR attribute");
            if (!attribute.equals("channels")) {
                in.skip(size, "an OpenEXR attribute");
                continue;
            }
            for (String name = text(in); !name.isEmpty(); name = text(in)) {
                in.tornIf(names.size() == MOST_CHANNELS, "OpenEXR of too many channels");
                names.add(name);
                in.skip(CHANNEL_BYTES, "an OpenEXR channel");
            }
        }
        return Optional.of(names);
    }

    private static Candidate candidate(int part, List<String> names) {
        Set<String> all = new HashSet<>(names);
        return names.stream()
                .filter(name -> name.equals("R") || name.endsWith(".R"))
                .map(name -> name.substring(0, name.length() - 1))
                .filter(layer -> all.contains(layer + "G") && all.contains(layer + "B"))
                .map(layer -> new Candidate(
                        rank(layer), new ExrChannels(part, List.of(layer + "R", layer + "G", layer + "B"))))
                // The first of the best: a file has its channels by name, and left comes before right.
                .reduce((best, next) -> next.rank() < best.rank() ? next : best)
                .orElseGet(() -> new Candidate(
                        OTHER,
                        new ExrChannels(part, names.isEmpty() ? List.of() : Collections.nCopies(3, names.get(0)))));
    }

    private static int rank(String layer) {
        if (layer.isEmpty()) {
            return 0;
        }
        if (layer.startsWith("Composite.Combined.")) {
            return 1;
        }
        return layer.contains("Combined.") ? 2 : 3;
    }

    private static String text(ImageCursor in) throws IOException, TornImageException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int letter = in.unsignedByte("a name"); letter != 0; letter = in.unsignedByte("a name")) {
            in.tornIf(bytes.size() == LONGEST_NAME, "OpenEXR name without an end");
            bytes.write(letter);
        }
        return bytes.toString(UTF_8);
    }
}

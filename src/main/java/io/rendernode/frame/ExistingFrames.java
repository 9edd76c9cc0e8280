package io.rendernode.frame;

import io.rendernode.image.ImageCheck;
import io.rendernode.image.ImageType;
import io.rendernode.image.TornImageException;
import io.rendernode.store.Claims;
import io.rendernode.store.Claims.Claim;
import io.rendernode.store.Frame;
import io.rendernode.store.FrameStore;
import io.rendernode.store.Sql;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Counts frames that are in the output folder already, for {@code skipExisting}. Only whole files of one view: how many
 * views a scene has is known only once Blender has loaded it.
 */
@ApplicationScoped
public class ExistingFrames {
    private static final Logger LOG = Logger.getLogger(ExistingFrames.class);

    private final FrameFiles files;
    private final Sql sql;
    private final Claims claims;
    private final FrameStore frames;

    ExistingFrames(FrameFiles files, Sql sql, Claims claims, FrameStore frames) {
        this.files = files;
        this.sql = sql;
        this.claims = claims;
        this.frames = frames;
    }

    /**
     * Lets each of the frames count whose file is in the output folder and whole.
     *
     * @param type the format that the job asks for, or null for any
     * @param missing the frames that do not count yet; those found are removed from it
     */
    public void count(Claim claim, FramePattern pattern, ImageType type, Set<Integer> missing) {
        for (Iterator<Integer> each = missing.iterator(); each.hasNext(); ) {
            int frame = each.next();
            Optional<PublishedFile> file = find(pattern, type, frame);
            if (file.isPresent()) {
                record(claim, frame, file.get());
                each.remove();
            }
        }
    }

    private Optional<PublishedFile> find(FramePattern pattern, ImageType wanted, int frame) {
        for (ImageType type : ImageType.values()) {
            if (wanted == null || wanted == type) {
                String name = pattern.fileName(frame, type, "");
                try {
                    Optional<PublishedFile> file = files.find(name);
                    if (file.isPresent() && ImageCheck.check(files.resolve(name)) == type) {
                        return file;
                    }
                } catch (TornImageException | IOException unusable) {
                    LOG.debugf("%s does not count: %s", name, unusable.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private void record(Claim claim, int frame, PublishedFile file) {
        sql.transaction(() -> {
            claims.hold(claim);
            frames.insert(List.of(new Frame(
                    claim.task().job(),
                    frame,
                    "",
                    claim.task(),
                    0,
                    file.name(),
                    file.sizeBytes(),
                    file.lastModified(),
                    file.inode(),
                    null,
                    Instant.now())));
        });
    }
}

package io.rendernode.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlenderTagTest {

    @Test
    void aNodeOffersItsMajorVersionAndAllOlderOnes() {
        assertThat(BlenderTag.offered("3.4.1"))
                .contains(BlenderTag.needed(2), BlenderTag.needed(3))
                .doesNotContain(BlenderTag.needed(4), BlenderTag.needed(30));
        assertThat(BlenderTag.offered("10.0.0")).contains(BlenderTag.needed(9), BlenderTag.needed(10));
        assertThat(BlenderTag.offered("2.82")).contains(BlenderTag.needed(2)).doesNotContain(BlenderTag.needed(3));
    }

    @Test
    void aNodeWhoseBlenderIsNotKnownOffersNone() {
        assertThat(BlenderTag.offered("")).isEmpty();
        assertThat(BlenderTag.offered("unknown")).isEmpty();
    }

    @Test
    void aNodesOfferIsItsTagsAndItsBlenders() {
        NodeStore.NodeRecord node = new NodeStore.NodeRecord(
                "ant", "home", "instance", 1, 0, List.of("gpu"), "2.93.4", false, Instant.EPOCH, Instant.EPOCH);
        assertThat(node.offer()).containsExactly("gpu", "blender:0", "blender:1", "blender:2", "blender:3");
        assertThat(node.tags()).containsExactly("gpu");
    }

    @Test
    void aClientIsToldOfVersionsAndNotOfTags() {
        assertThat(BlenderTag.words(BlenderTag.needed(5))).isEqualTo("Blender 5 or newer");
        assertThat(BlenderTag.words("gpu")).isEqualTo("gpu");
    }
}

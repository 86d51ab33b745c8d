package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MessageSizesTest {
  private static final long HIGHEST = 0xFFFF_FFFFL;

  @Test
  void messagesComeBackInTheOrderOfTheirUidsUpToTheHighestThatThereCanBe() {
    MessageSizes sizes = new MessageSizes();
    sizes.add(HIGHEST, 5);
    sizes.add(7, 1L << 40);
    sizes.add(0x8000_0000L, 3);
    sizes.add(7, 70);
    assertThat(sizes.uids()).containsExactly(7L, 0x8000_0000L, HIGHEST);
    assertThat(sizes.toMap())
        .containsExactlyInAnyOrderEntriesOf(Map.of(7L, 70L, 0x8000_0000L, 3L, HIGHEST, 5L));
    assertThat(sizes.from(8)).isEqualTo(0x8000_0000L);
    assertThat(sizes.from(HIGHEST + 1)).isEqualTo(-1);
    assertThatThrownBy(() -> sizes.add(HIGHEST + 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsRemovedFromACopyStaysInTheOther() {
    MessageSizes sizes = new MessageSizes();
    for (long uid = 1; uid <= 100; uid++) {
      sizes.add(uid, uid);
    }
    MessageSizes copy = sizes.copy();
    copy.removeIf(uid -> uid > 10);
    copy.removeAll(Set.of(1L, 2L, 50L));
    assertThat(copy.uids()).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(copy.from(1)).isEqualTo(3);
    assertThat(copy.contains(50)).isFalse();
    assertThat(sizes.count()).isEqualTo(100);
    assertThat(sizes.size(50)).isEqualTo(50);
  }

  @Test
  void itHoldsWhatAMapWouldHold() {
    Random random = new Random(14);
    MessageSizes sizes = new MessageSizes();
    NavigableMap<Long, Long> map = new TreeMap<>();
    for (int i = 0; i < 3_000; i++) {
      long uid = 1L + random.nextInt(5_000);
      long size = random.nextInt(1_000_000);
      sizes.add(uid, size);
      map.put(uid, size);
    }
    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < 200; i++) {
        long uid = 1L + random.nextInt(5_000);
        sizes.remove(uid);
        map.remove(uid);
      }
      int modulus = 3 + round;
      sizes.removeIf(uid -> uid % modulus == 0);
      map.keySet().removeIf(uid -> uid % modulus == 0);
      assertThat(sizes.toMap()).isEqualTo(map);
      assertThat(sizes.count()).isEqualTo(map.size());
    }
  }
}

package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UidMapTest {
  private static NavigableMap<Long, Long> pairs(long... sourceThenDestination) {
    NavigableMap<Long, Long> pairs = new TreeMap<>();
    for (int i = 0; i < sourceThenDestination.length; i += 2) {
      pairs.put(sourceThenDestination[i], sourceThenDestination[i + 1]);
    }
    return pairs;
  }

  @Test
  void messagesCopiedInOrderAreOneRange() {
    UidMap map = new UidMap(List.of());
    map.add(pairs(5, 101, 6, 102));
    map.add(pairs(7, 103));

    assertThat(map.ranges()).containsExactly(new UidMap.Range(5, 3, 101));
    assertThat(map.count()).isEqualTo(3);
  }

  @Test
  void aGapOnEitherSideBeginsANewRange() {
    UidMap map = new UidMap(List.of());
    map.add(pairs(5, 101, 7, 102, 8, 110));

    assertThat(map.ranges())
        .containsExactly(
            new UidMap.Range(5, 1, 101), new UidMap.Range(7, 1, 102), new UidMap.Range(8, 1, 110));
  }

  @Test
  void unknownDestinationsJoinOnlyEachOther() {
    UidMap map = new UidMap(List.of());
    map.add(pairs(1, 0, 2, 0, 3, 1));

    assertThat(map.ranges()).containsExactly(new UidMap.Range(1, 2, 0), new UidMap.Range(3, 1, 1));
  }

  @Test
  void whatFillsAGapJoinsBothSidesAndTellsWhichRangesToRewrite() {
    UidMap map = new UidMap(List.of(new UidMap.Range(1, 2, 11), new UidMap.Range(4, 2, 14)));

    UidMap.Change change = map.add(pairs(3, 13));

    assertThat(map.ranges()).containsExactly(new UidMap.Range(1, 5, 11));
    assertThat(change.removed())
        .containsExactlyInAnyOrder(new UidMap.Range(1, 2, 11), new UidMap.Range(4, 2, 14));
    assertThat(change.made()).containsExactly(new UidMap.Range(1, 5, 11));
  }

  @Test
  void aMessageCannotBeRecordedTwice() {
    UidMap map = new UidMap(List.of(new UidMap.Range(1, 3, 11)));

    assertThatThrownBy(() -> map.add(pairs(2, 99))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyOrderOfAdditionsEndsInTheSameRanges() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      NavigableMap<Long, Long> all = new TreeMap<>();
      long destination = 1;
      for (long source = 1; source < 60; source++) {
        if (random.nextInt(4) > 0) {
          all.put(source, random.nextInt(5) == 0 ? 0 : destination++);
        }
      }
      UidMap inOrder = new UidMap(List.of());
      inOrder.add(all);
      List<Long> shuffled = new ArrayList<>(all.keySet());
      Collections.shuffle(shuffled, random);
      UidMap mixed = new UidMap(List.of());
      for (long source : shuffled) {
        mixed.add(pairs(source, all.getOrDefault(source, 0L)));
      }

      assertThat(mixed.ranges()).as("seed %d", seed).isEqualTo(inOrder.ranges());
      assertThat(mixed.count()).as("seed %d", seed).isEqualTo(all.size());
      for (long source = 0; source < 62; source++) {
        assertThat(mixed.contains(source)).as("seed %d", seed).isEqualTo(all.containsKey(source));
      }
    }
  }
}

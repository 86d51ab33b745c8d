package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NumbersByUidTest {
  private static NavigableMap<Long, Long> pairs(NumbersByUid numbers) {
    NavigableMap<Long, Long> pairs = new TreeMap<>();
    numbers.forEach(pairs::put);
    return pairs;
  }

  @Test
  void anyUidHasAnyNumber() {
    NumbersByUid numbers = new NumbersByUid();
    numbers.put(NumbersByUid.MOST, 0);
    numbers.put(1, NumbersByUid.MOST);
    numbers.put(0x8000_0000L, 7);
    numbers.put(1, 8);

    assertThat(pairs(numbers))
        .containsExactlyEntriesOf(
            new TreeMap<>(Map.of(1L, 8L, 0x8000_0000L, 7L, NumbersByUid.MOST, 0L)));
    assertThat(numbers.uidOf(1)).isEqualTo(8);
    assertThat(numbers.uidOf(2)).isZero();
    assertThat(numbers.row(2)).isEqualTo(-2);
    assertThatThrownBy(() -> numbers.put(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> numbers.put(NumbersByUid.MOST + 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyOrderEndsInTheOrderOfTheUids() {
    for (int count : new int[] {10, 5_000, 40_000}) {
      Random random = new Random(count);
      List<Long> uids = new ArrayList<>();
      NavigableMap<Long, Long> simple = new TreeMap<>();
      for (long uid = 1; uid <= count; uid++) {
        uids.add(3 * uid);
      }
      Collections.shuffle(uids, random);
      NumbersByUid numbers = new NumbersByUid();
      for (long uid : uids) {
        long number = random.nextInt(1_000_000);
        numbers.put(uid, number);
        simple.put(uid, number);
        if (random.nextInt(10) == 0) {
          numbers.put(uid, number + 1);
          simple.put(uid, number + 1);
        }
        assertThat(numbers.contains(uid)).isTrue();
        assertThat(numbers.contains(uid + 1)).isFalse();
      }

      assertThat(numbers.count()).isEqualTo(count);
      assertThat(pairs(numbers)).isEqualTo(simple);
      assertThat(numbers.uid(numbers.row(3L * count))).isEqualTo(3L * count);
    }
  }
}

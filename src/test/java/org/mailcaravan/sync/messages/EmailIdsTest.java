package org.mailcaravan.sync.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EmailIdsTest {
  @Test
  void theyAreGivenBackInTheOrderOfTheUidsWhateverTheirLengths() {
    Random random = new Random(8);
    EmailIds ids = new EmailIds();
    NavigableMap<Long, String> simple = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      long uid = 1L + random.nextInt(30_000);
      String id = "M" + i + "x".repeat(random.nextInt(i % 100 == 0 ? 250 : 20));
      ids.put(uid, id);
      simple.put(uid, id);
    }

    assertThat(ids).isEqualTo(simple);
    assertThat(ids.keySet()).containsExactlyElementsOf(simple.keySet());
    assertThat(ids.get(1L)).isEqualTo(simple.get(1L));
    assertThat(ids.get(30_001L)).isNull();
  }

  @Test
  void whatIsTooLongForAnyServerIsNotKept() {
    EmailIds ids = new EmailIds();
    ids.put(1L, "x".repeat(256));
    ids.put(2L, "x".repeat(255));
    assertThat(ids).containsExactly(Map.entry(2L, "x".repeat(255)));
  }
}

package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UidMapTest {
  private static Place copied(long destinationUid) {
    return Place.of(destinationUid, Standing.COPIED);
  }

  private static UidMap.Range range(long first, long length, long destinationFirst) {
    return new UidMap.Range(first, length, copied(destinationFirst));
  }

  private static NavigableMap<Long, Place> pairs(long... sourceThenDestination) {
    NavigableMap<Long, Place> pairs = new TreeMap<>();
    for (int i = 0; i < sourceThenDestination.length; i += 2) {
      pairs.put(sourceThenDestination[i], copied(sourceThenDestination[i + 1]));
    }
    return pairs;
  }

  @Test
  void messagesCopiedInOrderAreOneRange() {
    UidMap map = new UidMap(List.of());
    map.put(pairs(5, 101, 6, 102));
    map.put(pairs(7, 103));

    assertThat(map.ranges()).containsExactly(range(5, 3, 101));
    assertThat(map.count()).isEqualTo(3);
  }

  @Test
  void aGapOnEitherSideBeginsANewRange() {
    UidMap map = new UidMap(List.of());
    map.put(pairs(5, 101, 7, 102, 8, 110));

    assertThat(map.ranges()).containsExactly(range(5, 1, 101), range(7, 1, 102), range(8, 1, 110));
  }

  @Test
  void unknownDestinationsJoinOnlyEachOther() {
    UidMap map = new UidMap(List.of());
    map.put(pairs(1, 0, 2, 0, 3, 1));

    assertThat(map.ranges()).containsExactly(range(1, 2, 0), range(3, 1, 1));
  }

  @Test
  void anotherStandingBeginsANewRange() {
    UidMap map = new UidMap(List.of());
    map.put(pairs(1, 11, 2, 12, 3, 13));

    UidMap.Change change = map.put(new TreeMap<>(Map.of(2L, new Place(12, Standing.COPIED, true))));

    assertThat(map.ranges())
        .containsExactly(
            range(1, 1, 11),
            new UidMap.Range(2, 1, new Place(12, Standing.COPIED, true)),
            range(3, 1, 13));
    assertThat(change.removed()).containsExactly(range(1, 3, 11));
    assertThat(change.made()).containsExactlyElementsOf(map.ranges());
  }

  @Test
  void whatFillsAGapJoinsBothSidesAndTellsWhichRangesToRewrite() {
    UidMap map = new UidMap(List.of(range(1, 2, 11), range(4, 2, 14)));

    UidMap.Change change = map.put(pairs(3, 13));

    assertThat(map.ranges()).containsExactly(range(1, 5, 11));
    assertThat(change.removed()).containsExactlyInAnyOrder(range(1, 2, 11), range(4, 2, 14));
    assertThat(change.made()).containsExactly(range(1, 5, 11));
  }

  @Test
  void anyOrderOfChangesEndsInTheSameRanges() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      NavigableMap<Long, Place> all = new TreeMap<>();
      long destination = 1;
      for (long source = 1; source < 60; source++) {
        if (random.nextInt(4) > 0) {
          all.put(
              source,
              new Place(
                  random.nextInt(5) == 0 ? 0 : destination++,
                  random.nextInt(8) == 0 ? Standing.FOUND : Standing.COPIED,
                  random.nextInt(8) == 0));
        }
      }
      UidMap inOrder = new UidMap(List.of());
      inOrder.put(all);
      UidMap mixed = new UidMap(List.of());
      List<Long> shuffled = new ArrayList<>();
      for (long source = 1; source < 60; source++) {
        shuffled.add(source);
      }
      Collections.shuffle(shuffled, random);
      List<UidMap.Range> stored = new ArrayList<>();
      for (long source : shuffled) {
        apply(stored, mixed.put(new TreeMap<>(Map.of(source, copied(source + 7)))));
      }
      for (long source : shuffled) {
        Place place = all.get(source);
        apply(
            stored,
            place == null
                ? mixed.remove(List.of(source))
                : mixed.put(new TreeMap<>(Map.of(source, place))));
      }

      assertThat(mixed.ranges()).as("seed %d", seed).isEqualTo(inOrder.ranges());
      assertThat(mixed.count()).as("seed %d", seed).isEqualTo(all.size());
      assertThat(stored)
          .as("what was written down, seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(mixed.ranges());
      for (long source = 0; source < 62; source++) {
        assertThat(mixed.place(source)).as("seed %d", seed).isEqualTo(all.get(source));
      }
    }
  }

  @Test
  void thousandsOfRangesTellTheSameAsASimpleMap() {
    for (long seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      NavigableMap<Long, Place> simple = new TreeMap<>();
      UidMap map = new UidMap(List.of());
      for (long source = 1; source < 6_000; source += 2) {
        simple.put(source, copied(source));
      }
      map.put(simple);
      assertThat(map.ranges()).hasSize(3_000);
      for (int change = 0; change < 6_000; change++) {
        long source = 1L + random.nextInt(7_000);
        if (random.nextInt(3) == 0) {
          simple.remove(source);
          map.remove(List.of(source));
        } else {
          Place place = new Place(random.nextInt(9_000), Standing.FOUND, random.nextBoolean());
          simple.put(source, place);
          map.put(new TreeMap<>(Map.of(source, place)));
        }
      }

      for (long source = 0; source < 7_002; source++) {
        assertThat(map.place(source)).as("seed %d", seed).isEqualTo(simple.get(source));
      }
      assertThat(map.count()).isEqualTo(simple.size());
      assertThat(map.present())
          .isEqualTo(simple.values().stream().filter(place -> !place.gone()).count());
      for (int part = 0; part < 100; part++) {
        long first = 1L + random.nextInt(7_000);
        long last = first + random.nextInt(2_000);
        NavigableMap<Long, Place> told = new TreeMap<>();
        map.forEach(first, last, told::put);
        assertThat(told).as("seed %d", seed).isEqualTo(simple.subMap(first, true, last, true));
      }
      assertThat(new UidMap(map.ranges()).ranges()).isEqualTo(map.ranges());
      map.remove(simple.keySet());
      assertThat(map.ranges()).isEmpty();
    }
  }

  private static void apply(List<UidMap.Range> stored, UidMap.Change change) {
    assertThat(stored).containsAll(change.removed());
    stored.removeAll(change.removed());
    stored.addAll(change.made());
  }
}

package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UidSetTest {
  private static List<Long> members(UidSet set) {
    return set.ranges().stream()
        .flatMap(range -> LongStream.rangeClosed(range.first(), range.last()).boxed())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5|5|4,6",
        "5:9,12|5,7,9,12|4,10,11,13",
        "9:5|5,9|4,10",
        "100:*|100,4294967295|99,50",
        "*|1,7|0",
        "1:3,2:8,20|1,8,20|9,21"
      })
  void knowsWhatIsInASet(String set, String inside, String outside) {
    UidSet uids = UidSet.parse(set);
    for (String uid : inside.split(",", -1)) {
      assertThat(uids.contains(Long.parseLong(uid))).as(uid).isTrue();
    }
    for (String uid : outside.split(",", -1)) {
      assertThat(uids.contains(Long.parseLong(uid))).as(uid).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "0",
        "1,",
        ",1",
        "1:",
        "1:2:3",
        "1 2",
        "1\r\nA2 DELETE x",
        "-1",
        "12345678901"
      })
  void refusesWhatIsNoSet(String set) {
    assertThatThrownBy(() -> UidSet.parse(set)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void remembersWhatWasAddedInAnyOrder() {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      UidSet uids = new UidSet();
      TreeSet<Long> expected = new TreeSet<>();
      for (int i = 0; i < 60; i++) {
        long uid = 1L + random.nextInt(80);
        uids.add(uid);
        expected.add(uid);
      }
      for (long uid = 0; uid < 90; uid++) {
        assertThat(uids.contains(uid)).isEqualTo(expected.contains(uid));
      }
      assertThat(uids.count()).isEqualTo(expected.size());
      assertThat(uids.toString()).isEqualTo(UidSet.of(expected).toString());
      assertThat(members(uids)).containsExactlyElementsOf(expected);
    }
  }

  @Test
  void expandsAppendUidsInTheirOrder() {
    assertThat(UidSet.inOrder("5:7,12,3", 5)).containsExactly(5L, 6L, 7L, 12L, 3L);
    assertThat(UidSet.inOrder("7:5", 3)).containsExactly(5L, 6L, 7L);
    assertThat(UidSet.inOrder("5:7", 2)).isEmpty();
    assertThat(UidSet.inOrder("1:4294967295", 2)).isEmpty();
    assertThat(UidSet.inOrder("5:*", 2)).isEmpty();
    assertThat(UidSet.inOrder("5,x", 2)).isEmpty();
  }

  @Test
  void writesShortSetsThatFitACommand() {
    assertThat(UidSet.of(List.of()).commands()).isEmpty();
    assertThat(UidSet.of(List.of(7L)).commands()).containsExactly("7");
    assertThat(UidSet.of(List.of(10L, 2L, 3L, 5L, 9L, 1L, 2L)).commands())
        .containsExactly("1:3,5,9:10");
    List<Long> odd =
        new ArrayList<>(LongStream.range(0, 5000).map(n -> 2 * n + 1_000_001).boxed().toList());
    Collections.shuffle(odd, new Random(5));

    List<String> commands = UidSet.of(odd).commands();

    assertThat(commands)
        .hasSizeGreaterThan(1)
        .allSatisfy(set -> assertThat(set).hasSizeLessThanOrEqualTo(7_500));
    assertThat(commands.get(0)).hasSizeGreaterThan(7_480);
    UidSet read = UidSet.parse(String.join(",", commands));
    assertThat(members(read)).containsExactlyElementsOf(odd.stream().sorted().toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"9,5:6,7|5:7,9", "9:5|5:9", "*:100|100:*", "*|1:*", "4294967295|4294967295"})
  void isWrittenAsOneSet(String read, String written) {
    assertThat(UidSet.parse(read)).hasToString(written);
  }

  @Test
  void isEmptyAtFirst() {
    UidSet set = new UidSet();
    assertThat(set.isEmpty()).isTrue();
    assertThat(set.count()).isZero();
    assertThat(set).hasToString("");
    assertThat(set.ranges()).isEmpty();
    set.add(3, 5);
    assertThat(set.isEmpty()).isFalse();
    assertThat(set.count()).isEqualTo(3);
    assertThat(set.ranges()).containsExactly(new UidSet.Range(3, 5));
  }

  @Test
  void takesOnlyUids() {
    UidSet set = new UidSet();
    assertThatThrownBy(() -> set.add(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> set.add(3, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThat(set.isEmpty()).isTrue();
  }

  @Test
  void readsSetsOfAnyLength() {
    String odd =
        LongStream.range(0, 200_000)
            .mapToObj(n -> "" + (2 * n + 1))
            .collect(Collectors.joining(","));
    UidSet set = UidSet.parse(odd);
    assertThat(set.count()).isEqualTo(200_000);
    assertThat(set.toString()).isEqualTo(odd);
  }
}

package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailcaravan.imap.Connections.scripted;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FlagStoreTest {
  private static final Set<String> SEEN = Set.of("\\Seen");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CONDSTORE|true|320162338|UID STORE 5,7:9 (UNCHANGEDSINCE 320162338) +FLAGS.SILENT ($A \\Seen)",
        "QRESYNC|false|0|UID STORE 5,7:9 (UNCHANGEDSINCE 0) -FLAGS.SILENT ($A \\Seen)",
        "CONDSTORE|true|-1|UID STORE 5,7:9 +FLAGS.SILENT ($A \\Seen)",
        "''|false|320162338|UID STORE 5,7:9 -FLAGS.SILENT ($A \\Seen)"
      })
  void makesTheChangeUnderTheConditionThatTheServerKnows(
      String capabilities, boolean add, long unchangedSince, String command) {
    scripted(
        capabilities,
        client -> {
          client.expect(command);
          client.untagged("1 FETCH (UID 5 MODSEQ (320162342))", "2 FETCH (FLAGS (\\Seen))");
          client.ok("done");
        },
        connection ->
            assertThat(
                    connection
                        .store(List.of(9L, 5L, 8L, 7L), add, Set.of("\\Seen", "$A"), unchangedSince)
                        .isEmpty())
                .isTrue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OK [MODIFIED 7,9] Conditional STORE failed|7,9",
        "NO [MODIFIED 7] Some of the messages no longer exist|7",
        "OK [modified 9,5:7] more than was asked|5,7,9",
        "OK [MODIFIED] which?|5,7,9",
        "OK [MODIFIED 7 and 9] which?|5,7,9",
        "OK done|''"
      })
  void tellsWhatTheServerLeftAlone(String answer, String uids) {
    scripted(
        "CONDSTORE",
        client -> {
          String tag = client.expectMatching("UID STORE .*");
          client.untagged("1 FETCH (UID 7 MODSEQ (99) FLAGS (\\Flagged))");
          client.tagged(tag, answer);
        },
        connection ->
            assertThat(connection.store(List.of(5L, 7L, 9L), true, SEEN, 10)).hasToString(uids));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [READ-ONLY] not here",
        "NO some are gone",
        "BAD [MODIFIED 7] what?",
        "BAD what?"
      })
  void isRefusedWithoutModified(String answer) {
    scripted(
        "CONDSTORE",
        client -> {
          String tag = client.expectMatching("UID STORE .*");
          client.tagged(tag, answer);
        },
        connection ->
            assertThatThrownBy(() -> connection.store(List.of(5L, 7L), true, SEEN, 10))
                .isInstanceOf(CommandRefused.class)
                .hasMessage("UID STORE: " + answer));
  }

  @Test
  void sendsManyUidsInSeveralCommandsAtOnce() {
    List<Long> odd = LongStream.range(0, 2000).map(n -> 2 * n + 1_000_001).boxed().toList();
    List<String> sets = UidSet.of(odd).commands();
    assertThat(sets).hasSize(3);
    scripted(
        "CONDSTORE",
        client -> {
          String first =
              client.expect("UID STORE " + sets.get(0) + " (UNCHANGEDSINCE 3) +FLAGS.SILENT (a)");
          String second =
              client.expect("UID STORE " + sets.get(1) + " (UNCHANGEDSINCE 3) +FLAGS.SILENT (a)");
          String third =
              client.expect("UID STORE " + sets.get(2) + " (UNCHANGEDSINCE 3) +FLAGS.SILENT (a)");
          client.tagged(third, "OK [MODIFIED 1003999] one");
          client.tagged(first, "NO [MODIFIED 1000001] one");
          client.tagged(second, "OK done");
          client.expectMatching("UID STORE .*");
          client.no("refused");
          client.expectMatching("UID STORE .*");
          client.ok("done");
          client.expectMatching("UID STORE .*");
          client.ok("done");
          client.expect("UID STORE 1 -FLAGS.SILENT (b)");
          client.ok("done");
        },
        connection -> {
          assertThat(connection.store(odd, true, Set.of("a"), 3)).hasToString("1000001,1003999");
          assertThatThrownBy(() -> connection.store(odd, true, Set.of("a"), 3))
              .isInstanceOf(CommandRefused.class);
          assertThat(connection.store(List.of(1L), false, Set.of("b"), -1)).hasToString("");
        });
  }

  @Test
  void sendsNothingForNothingAndNothingThatIsNoFlag() {
    scripted(
        "CONDSTORE",
        client -> {},
        connection -> {
          assertThat(connection.store(List.of(), true, SEEN, 1)).hasToString("");
          assertThat(connection.store(List.of(1L), true, Set.of(), 1)).hasToString("");
          assertThatThrownBy(() -> connection.store(List.of(1L), true, Set.of("a b"), 1))
              .isInstanceOf(IllegalArgumentException.class);
          assertThatThrownBy(() -> connection.store(List.of(0L), true, SEEN, 1))
              .isInstanceOf(IllegalArgumentException.class);
        });
  }
}

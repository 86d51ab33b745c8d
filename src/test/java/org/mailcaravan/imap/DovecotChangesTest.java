package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;

/** What changed in a folder, and changes to it, on a real Dovecot. */
@EnabledIfInstalled("dovecot")
@Timeout(60)
class DovecotChangesTest {
  private static final Set<FetchItem> FLAGS = Set.of(FetchItem.FLAGS, FetchItem.MODSEQ);

  private static DovecotServer dovecot;

  @BeforeAll
  static void start() {
    dovecot = DovecotServer.start();
  }

  @AfterAll
  static void stop() {
    dovecot.close();
  }

  private static ImapConnection login(DovecotServer server, String user) {
    server.addUser(user, "secret");
    return Connections.login(server.port(), user, "secret");
  }

  private static void append(ImapConnection connection, FolderName folder, int first, int last) {
    connection.append(
        folder,
        LongStream.rangeClosed(first, last)
            .mapToObj(n -> Connections.message("Subject: " + n + "\r\n\r\nbody " + n + "\r\n"))
            .toList());
  }

  private static NavigableMap<Long, Set<String>> flags(ImapConnection connection) {
    NavigableMap<Long, Set<String>> flags = new TreeMap<>();
    Connections.fetch(connection, "1:*", FetchItem.FLAGS)
        .forEach(message -> flags.put(message.uid(), message.flags()));
    return flags;
  }

  private static String header(ImapConnection connection, long uid) {
    return new String(
        Connections.octets(
            Connections.fetch(connection, Long.toString(uid), FetchItem.HEADER).get(0)),
        StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "IMAP4rev1 ENABLE CONDSTORE UIDPLUS"})
  void tellsWhatChangedAndWhatVanished(String capability) {
    try (DovecotServer server = DovecotServer.builder().capability(capability).start();
        ImapConnection watcher = login(server, "ann");
        ImapConnection user = login(server, "ann")) {
      FolderName inbox = user.folderName("INBOX");
      append(user, inbox, 1, 8);
      long before = watcher.select(inbox).status().highestModSeq();
      assertThat(before).isPositive();
      user.select(inbox);
      user.store(List.of(2L, 3L), true, Set.of("\\Flagged"), -1);
      user.expunge(List.of(3L, 5L, 6L));
      append(user, inbox, 9, 9);

      SelectedFolder now = watcher.select(inbox);
      List<FetchedMessage> changed = new ArrayList<>();
      Optional<UidSet> vanished = watcher.fetchChanges(before, FLAGS, changed::add);

      assertThat(changed).extracting(FetchedMessage::uid).containsExactlyInAnyOrder(2L, 9L);
      assertThat(changed.get(0).flags()).containsExactly("\\Flagged");
      assertThat(changed)
          .allSatisfy(
              message ->
                  assertThat(message.modSeq())
                      .isGreaterThan(before)
                      .isLessThanOrEqualTo(now.status().highestModSeq()));
      assertThat(vanished.map(UidSet::toString))
          .isEqualTo(capability.isEmpty() ? Optional.of("3,5:6") : Optional.empty());
      changed.clear();
      vanished = watcher.fetchChanges(now.status().highestModSeq(), FLAGS, changed::add);
      assertThat(changed).isEmpty();
      assertThat(vanished.map(UidSet::toString))
          .isEqualTo(capability.isEmpty() ? Optional.of("") : Optional.empty());
    }
  }

  @Test
  void staysInStepWithRandomChanges() {
    Random random = new Random(20);
    try (ImapConnection watcher = login(dovecot, "random");
        ImapConnection user = login(dovecot, "random")) {
      FolderName inbox = user.folderName("INBOX");
      append(user, inbox, 1, 30);
      user.select(inbox);
      long known = watcher.select(inbox).status().highestModSeq();
      NavigableMap<Long, Set<String>> copy = flags(watcher);
      for (int round = 0; round < 60; round++) {
        List<Long> some = copy.keySet().stream().filter(uid -> random.nextInt(8) == 0).toList();
        switch (random.nextInt(4)) {
          case 0 -> append(user, inbox, 1, 1 + random.nextInt(4));
          case 1 -> user.expunge(some.stream().limit(3).toList());
          default ->
              user.store(some, random.nextBoolean(), Set.of(random.nextBoolean() ? "a" : "b"), -1);
        }
        if (random.nextInt(3) > 0) {
          continue;
        }
        long now = watcher.select(inbox).status().highestModSeq();
        UidSet vanished =
            watcher.fetchChanges(known, FLAGS, m -> copy.put(m.uid(), m.flags())).orElseThrow();
        copy.keySet().removeIf(vanished::contains);
        known = now;
        assertThat(copy).as("round %d", round).isEqualTo(flags(watcher));
      }
      assertThat(copy).isNotEmpty();
    }
  }

  @Test
  void leavesAloneWhatWasChangedMeanwhile() {
    try (ImapConnection connection = login(dovecot, "store");
        ImapConnection user = login(dovecot, "store")) {
      FolderName inbox = user.folderName("INBOX");
      append(user, inbox, 1, 4);
      long before = connection.select(inbox).status().highestModSeq();
      user.select(inbox);
      user.store(List.of(2L), true, Set.of("\\Seen"), -1);

      UidSet refused =
          connection.store(List.of(1L, 2L, 3L, 77L), true, Set.of("\\Flagged", "$Work"), before);

      assertThat(refused).hasToString("2");
      Set<String> both = Set.of("\\Flagged", "$Work");
      assertThat(flags(connection))
          .isEqualTo(Map.of(1L, both, 2L, Set.of("\\Seen"), 3L, both, 4L, Set.of()));
      assertThat(connection.store(List.of(1L, 2L), false, Set.of("$Work", "\\Seen"), -1))
          .hasToString("");
      assertThat(flags(connection))
          .isEqualTo(Map.of(1L, Set.of("\\Flagged"), 2L, Set.of(), 3L, both, 4L, Set.of()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "IMAP4rev1 UIDPLUS"})
  void movesExactlyTheNamedMessages(String capability) {
    try (DovecotServer server = DovecotServer.builder().capability(capability).start();
        ImapConnection connection = login(server, "ann")) {
      FolderName inbox = connection.folderName("INBOX");
      FolderName target = connection.folderName("Zïel");
      connection.create(target);
      append(connection, target, 100, 100);
      append(connection, inbox, 1, 6);
      connection.select(inbox);
      connection.store(List.of(2L, 3L), true, Set.of("\\Deleted"), -1);
      connection.store(List.of(5L), true, Set.of("kept"), -1);

      NavigableMap<Long, Long> moved = connection.move(List.of(5L, 1L, 99L, 3L), target);

      assertThat(moved).isEqualTo(Map.of(1L, 2L, 3L, 3L, 5L, 4L));
      assertThat(flags(connection))
          .isEqualTo(Map.of(2L, Set.of("\\Deleted"), 4L, Set.of(), 6L, Set.of()));
      connection.select(target);
      assertThat(flags(connection))
          .isEqualTo(
              Map.of(1L, Set.of(), 2L, Set.of(), 3L, Set.of("\\Deleted"), 4L, Set.of("kept")));
      moved.forEach(
          (before, now) ->
              assertThat(header(connection, now)).isEqualTo("Subject: " + before + "\r\n\r\n"));
      assertThatThrownBy(() -> connection.move(List.of(1L), connection.folderName("None")))
          .isInstanceOfSatisfying(
              CommandRefused.class, e -> assertThat(e.refusal().codeName()).isEqualTo("TRYCREATE"));
      assertThat(flags(connection)).containsKey(1L);
    }
  }

  @Test
  void removesExactlyTheNamedMessages() {
    try (ImapConnection connection = login(dovecot, "expunge")) {
      FolderName inbox = connection.folderName("INBOX");
      append(connection, inbox, 1, 5);
      connection.select(inbox);
      connection.store(List.of(2L), true, Set.of("\\Deleted"), -1);
      assertThat(connection.canExpunge()).isTrue();

      connection.expunge(List.of(4L, 1L, 50L));

      assertThat(flags(connection))
          .isEqualTo(Map.of(2L, Set.of("\\Deleted"), 3L, Set.of(), 5L, Set.of()));
    }
  }

  @Test
  void renamesAFolderWithWhatIsBelow() {
    try (ImapConnection connection = login(dovecot, "rename")) {
      FolderName old = connection.folderName("Alt");
      FolderName renamed = connection.folderName("Neu & schön");
      connection.create(old);
      connection.create(connection.folderName("Alt/Kind"));
      append(connection, old, 1, 3);
      long uidValidity = connection.status(old).uidValidity();

      connection.rename(old, renamed);

      assertThat(connection.status(renamed).messages()).isEqualTo(3);
      assertThat(connection.status(renamed).uidValidity()).isEqualTo(uidValidity);
      assertThat(connection.list(false))
          .extracting(folder -> folder.name().text())
          .contains("Neu & schön", "Neu & schön/Kind")
          .doesNotContain("Alt", "Alt/Kind");
      assertThatThrownBy(() -> connection.rename(old, connection.folderName("X")))
          .isInstanceOf(CommandRefused.class)
          .hasMessageStartingWith("RENAME Alt to X: NO");
    }
  }
}

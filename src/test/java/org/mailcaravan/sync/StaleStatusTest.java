package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Messages;

/** A source whose STATUS tells of what was there some time ago. */
class StaleStatusTest {
  private static final List<String> FOLDERS = List.of("INBOX", "Archive", "Work");

  /** It opens INBOX. */
  private static final int ONLY_THE_CHECK = 1;

  @TempDir Path folder;

  private final Messages mail = new Messages(1);
  private final Map<String, String> told = new ConcurrentHashMap<>();
  private final ImapHost destination = ImapHost.start();
  private final HostAccount to = destination.account(Caravan.USER, Caravan.PASSWORD);
  private Caravan caravan;

  @BeforeEach
  void start() {
    caravan = new Caravan(folder, destination.port());
  }

  @AfterEach
  void stop() {
    caravan.close();
    destination.close();
  }

  /** STATUS says of each folder what it said first. */
  private Behaviour stale() {
    return Behaviours.telling(
        Behaviours.named("STATUS", "LIST"),
        answer ->
            answer.mapped(
                line ->
                    line != null && line.startsWith("STATUS ")
                        ? told.computeIfAbsent(line.replaceAll(" \\d+", ""), first -> line)
                        : line));
  }

  private HostAccount filled(ImapHost source) {
    HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
    for (String name : FOLDERS) {
      for (int i = 0; i < 4; i++) {
        come(from, name);
      }
    }
    return from;
  }

  private void come(HostAccount from, String name) {
    from.folder(name).put(mail.next(), Set.of("\\Seen"), mail.date());
  }

  private void assertAllCopied(ImapHost source, HostAccount from) {
    MailboxResult result = caravan.pass(source.port());

    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertThat(Objects.requireNonNull(result.certificate()).verdict()).isEqualTo(Verdict.COMPLETE);
    assertThat(to.snapshot().differencesFrom(from.snapshot())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "LIST-EXTENDED LIST-STATUS", "QRESYNC", "CONDSTORE"})
  void newMailAndFlagsArriveThoughStatusStaysAsItWas(String missing) {
    try (ImapHost source = ImapHost.start().without(missing.split(" ", -1)).behaves(stale())) {
      HostAccount from = filled(source);
      assertAllCopied(source, from);

      FOLDERS.forEach(name -> come(from, name));
      from.folder("INBOX").flags(1, flags -> Set.of("\\Answered"));
      assertAllCopied(source, from);

      // Known by now, it is not believed though nothing has come to INBOX.
      come(from, "Work");
      assertAllCopied(source, from);
      from.folder("Work").remove(List.of(2L));
      from.folder("INBOX").flags(2, flags -> Set.of("\\Flagged"));
      assertThat(caravan.pass(source.port()).carriedOver().deletedAtSource()).isEqualTo(1);
    }
  }

  @Test
  void aNewFolderThatShowsMoreThanItsStatusHasAllOpened() {
    try (ImapHost source = ImapHost.start().behaves(stale())) {
      HostAccount from = filled(source);
      assertAllCopied(source, from);

      come(from, "Work");
      come(from, "New");
      told.put(
          "STATUS \"New\" (MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ SIZE)",
          "STATUS \"New\" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY %d HIGHESTMODSEQ 1 SIZE 0)"
              .formatted(from.folder("New").uidValidity()));
      assertAllCopied(source, from);
    }
  }

  @Test
  void mailThatComesBetweenStatusAndExamineHasAllFoldersOpenedOnce() {
    try (ImapHost source = ImapHost.start()) {
      HostAccount from = filled(source);
      assertAllCopied(source, from);
      assertThat(source.commands("EXAMINE")).hasSizeGreaterThan(2);

      int before = source.commands("EXAMINE").size();
      assertAllCopied(source, from);
      assertThat(source.commands("EXAMINE")).hasSize(before + ONLY_THE_CHECK);

      // The first EXAMINE is that of the check.
      source.behaves(
          Behaviours.telling(
              Behaviours.first(1, Behaviours.named("LIST")),
              answer -> {
                come(from, "Archive");
                return answer;
              }));
      come(from, "Archive");
      before = source.commands("EXAMINE").size();
      assertAllCopied(source, from);
      List<ImapCommand> examined = source.commands("EXAMINE");
      assertThat(examined.subList(before, examined.size()))
          .extracting(ImapCommand::folder)
          .containsAll(FOLDERS);

      before = source.commands("EXAMINE").size();
      assertAllCopied(source, from);
      assertThat(source.commands("EXAMINE")).hasSize(before + ONLY_THE_CHECK);
    }
  }
}

package org.mailcaravan.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.model.MigrationStage.CANCELLED;
import static org.mailcaravan.model.MigrationStage.CLOSED;
import static org.mailcaravan.model.MigrationStage.COMPLETE;
import static org.mailcaravan.model.MigrationStage.COPYING;
import static org.mailcaravan.model.MigrationStage.FINAL_PASSES;
import static org.mailcaravan.model.MigrationStage.NEEDS_ATTENTION;
import static org.mailcaravan.model.MigrationStage.WAITING;
import static org.mailcaravan.model.MigrationStage.WAITING_FOR_CUTOVER;
import static org.mailcaravan.model.MigrationStage.WAITING_FOR_MAILBOX;
import static org.mailcaravan.model.MigrationStage.WAITING_FOR_PASSWORD;
import static org.mailcaravan.model.MigrationStage.WAITING_FOR_START;
import static org.mailcaravan.model.MigrationStage.WAITING_FOR_WINDOW;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.model.MailboxStage.FirstPass;
import org.mailcaravan.model.MailboxStage.Standing;

class MigrationStageTest {
  /** Mailboxes such as {@code 2 COPYING, 1 QUIET}. */
  private static Map<MailboxStage, Long> mailboxes(@Nullable String text) {
    Map<MailboxStage, Long> mailboxes = new EnumMap<>(MailboxStage.class);
    if (text != null) {
      for (String each : text.split(", ", -1)) {
        String[] parts = each.split(" ", -1);
        mailboxes.put(MailboxStage.valueOf(parts[1]), Long.valueOf(parts[0]));
      }
    }
    return mailboxes;
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                | CLOSED",
        "3 CANCELLED                                     | CANCELLED",
        "2 WAITING                                       | WAITING",
        "2 WAITING, 1 COPYING                            | COPYING",
        // Some are done, and it is the turn of others.
        "2 WAITING, 1 WAITING_FOR_CUTOVER                | COPYING",
        "2 WAITING, 1 QUIET                              | COPYING",
        "2 WAITING, 1 NEEDS_ATTENTION                    | WAITING",
        "2 WAITING_FOR_WINDOW, 5 WAITING_FOR_CUTOVER     | WAITING_FOR_WINDOW",
        "2 WAITING_FOR_START, 1 WAITING                  | WAITING_FOR_START",
        "2 WAITING_FOR_MAILBOX, 1 WAITING_FOR_PASSWORD   | WAITING_FOR_MAILBOX",
        // Of equally many the one that a person can end.
        "1 WAITING_FOR_WINDOW, 1 WAITING_FOR_PASSWORD    | WAITING_FOR_PASSWORD",
        "1 WAITING, 1 WAITING_FOR_START                  | WAITING_FOR_START",
        "1 WAITING_FOR_PASSWORD, 9 CANCELLED             | WAITING_FOR_PASSWORD",
        "1 NEEDS_ATTENTION                               | NEEDS_ATTENTION",
        "1 NEEDS_ATTENTION, 5 WAITING_FOR_CUTOVER        | NEEDS_ATTENTION",
        "1 NEEDS_ATTENTION, 5 QUIET                      | NEEDS_ATTENTION",
        // These go on by themselves.
        "1 NEEDS_ATTENTION, 1 FINAL_PASSES               | FINAL_PASSES",
        "1 NEEDS_ATTENTION, 1 FINAL_PASSES, 1 WAITING_FOR_CUTOVER | NEEDS_ATTENTION",
        "3 WAITING_FOR_CUTOVER                           | WAITING_FOR_CUTOVER",
        "3 WAITING_FOR_CUTOVER, 1 FINAL_PASSES           | WAITING_FOR_CUTOVER",
        "3 WAITING_FOR_CUTOVER, 1 QUIET, 4 CANCELLED     | WAITING_FOR_CUTOVER",
        "1 FINAL_PASSES, 7 QUIET                         | FINAL_PASSES",
        "7 QUIET                                         | COMPLETE",
        "7 QUIET, 1 CANCELLED                            | COMPLETE",
      })
  void aMigrationIsWhereMostOfItsUnfinishedMailboxesAre(
      @Nullable String mailboxes, MigrationStage expected) {
    assertThat(MigrationStage.of(false, mailboxes(mailboxes))).isEqualTo(expected);
    assertThat(MigrationStage.of(true, mailboxes(mailboxes))).isEqualTo(CANCELLED);
  }

  @ParameterizedTest(name = "{0} {1} copied {2} cut over {3} quiet {4} stuck {5} -> {6}")
  @CsvSource({
    "QUEUED,     TURN,        false, false, false, false, WAITING",
    "QUEUED,     PREFLIGHT,   false, false, false, false, WAITING",
    "QUEUED,     RESUME,      false, false, false, false, WAITING",
    "QUEUED,     START,       false, false, false, false, WAITING_FOR_START",
    "QUEUED,     WINDOW,      false, false, false, false, WAITING_FOR_WINDOW",
    "QUEUED,     MAILBOX,     false, false, false, false, WAITING_FOR_MAILBOX",
    "QUEUED,     PASSWORD,    false, false, false, false, WAITING_FOR_PASSWORD",
    // It has begun, and goes on by itself.
    "QUEUED,     begun RETRY, false, false, false, false, COPYING",
    "QUEUED,     begun WINDOW,false, false, false, false, WAITING_FOR_WINDOW",
    "COPYING,    runs,        false, false, false, false, COPYING",
    // A request has named it again.
    "QUEUED,     TURN,        true,  true,  true,  false, WAITING",
    "BLOCKED,    ,            false, false, false, false, NEEDS_ATTENTION",
    "FAULT,      ,            false, true,  false, false, NEEDS_ATTENTION",
    "CANCELLED,  ,            false, false, false, false, CANCELLED",
    "CANCELLED,  ,            true,  true,  true,  false, CANCELLED",
    "COPIED,     ,            true,  false, false, false, WAITING_FOR_CUTOVER",
    "INCOMPLETE, ,            true,  false, false, false, WAITING_FOR_CUTOVER",
    "BLOCKED,    ,            true,  false, false, false, WAITING_FOR_CUTOVER",
    "COPIED,     ,            true,  true,  false, false, FINAL_PASSES",
    "COPIED,     ,            true,  true,  true,  false, QUIET",
    "INCOMPLETE, ,            true,  true,  false, true,  NEEDS_ATTENTION",
  })
  void aMailboxIsWhereItsPassesAre(
      MailboxState state,
      @Nullable String first,
      boolean copied,
      boolean cutOver,
      boolean quiet,
      boolean stuck,
      MailboxStage expected) {
    Standing standing = new Standing(state, pass(first), copied, cutOver, quiet, stuck);
    assertThat(MailboxStage.of(standing)).isEqualTo(expected);
  }

  private static @Nullable FirstPass pass(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return text.equals("runs")
        ? new FirstPass(null, true)
        : new FirstPass(WaitsFor.valueOf(text.replace("begun ", "")), text.startsWith("begun"));
  }

  @ParameterizedTest
  @EnumSource(MigrationStage.class)
  void whatMayFollowAStage(MigrationStage stage) {
    Set<MigrationStage> any = EnumSet.allOf(MigrationStage.class);
    any.remove(stage);
    Set<MigrationStage> expected =
        switch (stage) {
          case CLOSED -> Set.of();
          case COMPLETE -> Set.of(CLOSED);
          case CANCELLED -> {
            any.remove(COMPLETE);
            yield any;
          }
          case WAITING,
              WAITING_FOR_START,
              WAITING_FOR_WINDOW,
              WAITING_FOR_MAILBOX,
              WAITING_FOR_PASSWORD,
              COPYING,
              NEEDS_ATTENTION,
              WAITING_FOR_CUTOVER,
              FINAL_PASSES ->
              any;
        };
    assertThat(EnumSet.allOf(MigrationStage.class).stream().filter(stage::mayBecome))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void everyStageHasItsWords() {
    assertThat(MigrationStage.values()).allMatch(stage -> !stage.words().isBlank());
    assertThat(WAITING_FOR_CUTOVER.id()).isEqualTo("waiting-for-cutover");
    assertThat(WAITING_FOR_CUTOVER.words()).isEqualTo("waiting for the cutover");
    assertThat(
            Set.of(
                WAITING,
                WAITING_FOR_START,
                WAITING_FOR_WINDOW,
                WAITING_FOR_MAILBOX,
                WAITING_FOR_PASSWORD,
                COPYING,
                NEEDS_ATTENTION,
                FINAL_PASSES,
                COMPLETE))
        .noneMatch(MigrationStage::isOver);
    // The column of events has room for 20 characters.
    assertThat(MigrationStage.values()).allMatch(stage -> stage.name().length() <= 20);
  }

  @Test
  void theDocumentHasARowForEachStageInItsWords() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("docs/life.md")).stream()
            .filter(line -> line.matches("\\| [a-z ]+ \\| `[a-z-]+` \\|.*"))
            .map(line -> line.replaceFirst("` \\|.*", "` |"))
            .toList();
    assertThat(rows)
        .containsExactlyElementsOf(
            Arrays.stream(MigrationStage.values())
                .map(stage -> "| %s | `%s` |".formatted(stage.words(), stage.id()))
                .toList());
  }
}

package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;

/**
 * Servers that cannot bear a command before they have answered the one before, or many on one
 * connection: everything arrives, and they are treated so from the start in the next pass.
 */
class OneCommandAtATimeTest {
  private static final int FOLDERS = 12;
  private static final int MESSAGES = 9;

  @TempDir Path folder;

  /** What a server does with a command that comes early. */
  private enum Trouble implements Behaviour {
    BAD,
    HANGS_UP,
    BYE,
    SHOWS_NOTHING;

    private Answer answer() {
      return switch (this) {
        case BAD -> Answer.bad("one command at a time");
        case HANGS_UP -> Answer.hangUp();
        case BYE -> Answer.bye("you are too fast");
        case SHOWS_NOTHING -> Answer.ok("done");
      };
    }

    @Override
    public Answer answer(ImapCommand command, java.util.function.Supplier<Answer> usual) {
      boolean early = command.pipelined() && !command.is("LOGOUT", "ID");
      return early && (this != SHOWS_NOTHING || command.is("UID FETCH")) ? answer() : usual.get();
    }
  }

  private static HostAccount account(ImapHost host) {
    return host.account(Caravan.USER, Caravan.PASSWORD);
  }

  private static void fill(ImapHost host) {
    for (int f = 0; f < FOLDERS; f++) {
      String name = f == 0 ? "INBOX" : "Folder " + f;
      account(host).subscribed().add(name);
      for (int i = 0; i < MESSAGES; i++) {
        account(host)
            .folder(name)
            .put(
                "Message-ID: <%d.%d@example.org>\r\n\r\nmessage %d of %s\r\n"
                    .formatted(f, i, i, name),
                Set.of(),
                OffsetDateTime.parse("2020-02-03T04:05:06Z"));
      }
    }
  }

  private static long early(ImapHost host) {
    return host.commands().stream().filter(command -> command.pipelined()).count();
  }

  private static void assertSame(ImapHost source, ImapHost destination) {
    assertThat(
            account(destination)
                .snapshot()
                .inAnyOrder()
                .differencesFrom(account(source).snapshot().inAnyOrder()))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void aSourceThatTakesOneCommandAtATimeIsFoundOutAndRemembered(Trouble trouble) {
    try (ImapHost source = ImapHost.start().without("LIST-STATUS");
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port(), 4, 4 << 20)) {
      fill(source);
      account(destination);
      source.behaves(trouble);

      MailboxResult first = caravan.pass(source.port());

      assertThat(first.problems()).isEmpty();
      assertThat(first.state()).isEqualTo(MailboxState.COPIED);
      assertSame(source, destination);

      source.forget();
      fill(source);
      assertThat(caravan.pass(source.port()).problems()).isEmpty();
      assertSame(source, destination);
      assertThat(early(source)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void aCheckFindsItOutToo(Trouble trouble) {
    try (ImapHost source = ImapHost.start().without("LIST-STATUS");
        ImapHost destination = ImapHost.start().without("LIST-STATUS");
        Caravan caravan = new Caravan(folder, destination.port(), 4, 4 << 20)) {
      fill(source);
      account(destination);
      source.behaves(trouble);
      destination.behaves(trouble);

      assertThat(caravan.problemsOfCheck(source.port())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Trouble.class,
      names = {"BAD", "HANGS_UP"})
  void aDestinationThatTakesOneCommandAtATimeGetsEverythingOnce(Trouble trouble) {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start().without("LIST-STATUS", "MULTIAPPEND");
        Caravan caravan = new Caravan(folder, destination.port(), 4, 4 << 20)) {
      fill(source);
      account(destination);
      destination.behaves(trouble);

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertSame(source, destination);
    }
  }

  @Test
  void aFolderThatIsCappedIsToldAsBeforeAndPipeliningGoesOn() {
    try (ImapHost source = ImapHost.start();
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(source);
      account(destination);
      source.behaves(
          Behaviours.telling(
              command -> command.is("UID FETCH") && !command.fetchesContent(),
              answer ->
                  answer.withUntagged(
                      answer.untagged().subList(0, Math.min(5, answer.untagged().size())))),
          // What is capped is not found by a search either.
          Behaviours.telling(
              command -> command.is("UID SEARCH"),
              answer ->
                  answer.mapped(
                      line ->
                          line == null
                              ? null
                              : line.replaceFirst("(SEARCH( \\d+){0,5}).*", "$1"))));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.copied()).isEqualTo(5L * FOLDERS);
      assertThat(result.problems())
          .extracting(problem -> problem.code())
          .contains(ProblemCode.PARTIAL_VIEW);
      source.forget();
      caravan.pass(source.port());
      assertThat(early(source)).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 10, 15})
  void aSourceThatClosesAfterSoManyCommandsGivesEverything(int commands) {
    try (ImapHost source = ImapHost.start().without("LIST-STATUS");
        ImapHost destination = ImapHost.start();
        Caravan caravan = new Caravan(folder, destination.port(), 4, 4 << 20)) {
      fill(source);
      account(destination);
      source.behaves(Behaviours.closingAfter(commands, Answer.hangUp()));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(result.state()).isEqualTo(MailboxState.COPIED);
      assertSame(source, destination);
    }
  }
}

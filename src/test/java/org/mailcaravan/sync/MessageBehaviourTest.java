package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.storing;
import static org.mailcaravan.server.Behaviours.telling;
import static org.mailcaravan.sync.Row.row;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapCommand.Given;
import org.mailcaravan.sync.Row.Aspect;

/** Messages that are odd, that other tools copied before, or that come during a pass. */
class MessageBehaviourTest extends BehaviourTable {
  /** Puts all of the source at the destination, as another tool left it there. */
  private static void copiedBefore(Stage stage, UnaryOperator<String> change) {
    stage
        .from
        .folders()
        .forEach(
            (name, folder) -> {
              stage.to.subscribed().add(name);
              HostFolder there = stage.to.folder(name);
              folder
                  .messages()
                  .forEach(
                      each -> there.put(change.apply(each.octets()), each.flags(), each.date()));
            });
  }

  private static Row knownAgain(String name, UnaryOperator<String> change) {
    return row("copied before, " + name, stage -> copiedBefore(stage, change))
        .differs(Aspect.OCTETS)
        .inState(MailboxState.COPIED)
        .also(stage -> assertThat(stage.to.count()).isEqualTo(25));
  }

  static Stream<Row> copiedByOtherTools() {
    return Stream.of(
        knownAgain("exactly", octets -> octets),
        knownAgain(
            "with X-TUID at the end of the header",
            octets -> octets.replaceFirst("\r\n\r\n", "\r\nX-TUID: abcDEF012345\r\n\r\n")),
        knownAgain("with X-TUID before all", octets -> "X-TUID: abcDEF012345\r\n" + octets),
        knownAgain(
            "with X-OfflineIMAP",
            octets ->
                octets.replaceFirst("\r\n\r\n", "\r\nX-OfflineIMAP: 1234-5678-v7.3.3\r\n\r\n")),
        knownAgain(
            "with Received and Delivered-To of the destination",
            octets ->
                "Return-Path: <ann@example.org>\r\nDelivered-To: ann@example.org\r\nReceived: from"
                    + " old.example\r\n\tby new.example; Mon, 4 Mar 2019 05:06:07 +0100\r\n"
                    + octets),
        knownAgain(
            "without the blanks after the colon",
            octets -> octets.replaceAll("(?m)^(From|To|Subject): ", "$1:")),
        knownAgain(
            "with other folding", octets -> octets.replaceFirst("From: Ann <", "From: Ann\r\n <")),
        knownAgain(
            "with X-headers of a spam filter",
            octets -> octets.replaceFirst("\r\n\r\n", "\r\nX-Spam-Status: No\r\n\r\n")));
  }

  @ParameterizedTest
  @MethodSource
  void copiedByOtherTools(Row row) {
    play(row);
  }

  private static Row internalDate(String name, String told, String header, OffsetDateTime then) {
    return row(
            "INTERNALDATE " + name,
            stage -> {
              stage
                  .from
                  .folder("INBOX")
                  .put(
                      Stage.message(401, header),
                      Set.of(),
                      OffsetDateTime.parse("2018-01-01T00:00:00Z"));
              stage.source.behaves(
                  telling(
                      Behaviours.named("UID FETCH"),
                      answer ->
                          answer.mapped(
                              line ->
                                  line != null && line.contains("UID 21 ")
                                      ? line.replaceFirst("INTERNALDATE \"[^\"]*\" ?", told)
                                      : line)));
            })
        .differs(Aspect.DATE)
        .also(
            stage ->
                assertThat(
                        stage.to.folder("INBOX").messages().stream()
                            .filter(message -> message.octets().contains("mark-401."))
                            .map(message -> message.date().toInstant()))
                    .containsExactly(then.toInstant()));
  }

  static Stream<Row> dates() {
    String received =
        "Received: from a by b; Tue, 5 Mar 2019 10:11:12 +0000\r\nReceived: from c by a; Tue, 5 Mar 2019 09:00:00"
            + " +0000\r\n";
    OffsetDateTime atReceived = OffsetDateTime.parse("2019-03-05T10:11:12Z");
    OffsetDateTime atDate = OffsetDateTime.parse("2019-03-04T05:06:11+01:00");
    return Stream.of(
            "NIL",
            "\"\"",
            "\"garbage\"",
            "\"30-Dec-1899 00:00:00 +0000\"",
            "\"01-Jan-1904 00:00:00 +0000\"",
            "\"31-Dec-1969 23:59:59 +0000\"",
            "\"00-xxx-0000 00:00:00 +0000\"")
        .flatMap(
            told ->
                Stream.of(
                    internalDate(
                        told + ", Received tells it",
                        "INTERNALDATE " + told + " ",
                        received,
                        atReceived),
                    internalDate(
                        told + ", the Date header tells it",
                        "INTERNALDATE " + told + " ",
                        "",
                        atDate)));
  }

  @ParameterizedTest
  @MethodSource
  void dates(Row row) {
    play(row);
  }

  private static Row repaired(
      String name, String refusal, String octets, Predicate<String> refused) {
    Behaviour behaviour =
        refusing(
            command -> command.given().stream().anyMatch(given -> refused.test(given.octets())),
            refusal);
    return row(
            name + ": " + refusal,
            stage -> {
              stage.from.folder("INBOX").put(octets, Set.of("\\Seen"), Stage.date(501));
              stage.destination.behaves(behaviour);
            })
        .bringsSome()
        .inState(MailboxState.COPIED, MailboxState.INCOMPLETE)
        .with(Verdict.values())
        .problems(1)
        .differs(Aspect.OCTETS)
        .endsLater(MailboxState.COPIED, MailboxState.INCOMPLETE)
        .also(
            stage ->
                assertThat(
                        stage.to.folder("INBOX").messages().stream()
                            .filter(message -> message.octets().contains("mark-501.")))
                    .as("the repaired message has come")
                    .hasSize(1));
  }

  static Stream<Row> repairs() {
    String plain = Stage.message(501);
    Function<String, String> inBody = text -> plain + text + "\r\n";
    return Stream.of(
        repaired(
            "NUL",
            "NO Message contains NUL characters",
            inBody.apply("a\0b"),
            octets -> octets.indexOf('\0') >= 0),
        repaired(
            "NUL",
            "BAD Invalid character in literal",
            inBody.apply("a\0b"),
            octets -> octets.indexOf('\0') >= 0),
        repaired(
            "bare newlines",
            "NO Message contains bare newlines",
            inBody.apply("a\nb\nc"),
            octets -> octets.matches("(?s).*[^\r]\n.*")),
        repaired(
            "an mbox From line",
            "NO Message contains invalid header",
            "From ann@example.org Thu Jan  1 00:00:00 2015\r\n" + plain,
            octets -> octets.startsWith("From ")),
        repaired(
            "8-bit in the header",
            "NO Message contains invalid header",
            Stage.message(501, "X-Comment: Gr\u00fc\u00dfe\r\n"),
            octets ->
                octets
                    .substring(0, octets.indexOf("\r\n\r\n") + 2)
                    .matches("(?s).*[\u0080-\u00ff].*")),
        repaired(
            "an over-long line",
            "BAD Command Argument Error. 11",
            inBody.apply("z".repeat(3_000)),
            octets -> octets.lines().anyMatch(line -> line.length() > 998)));
  }

  @ParameterizedTest
  @MethodSource
  void repairs(Row row) {
    play(row);
  }

  static Stream<Row> mailDuringAPass() {
    return Stream.of(
        row(
            "mail comes at the first fetch of contents",
            stage -> stage.source.behaves(comingAt(stage, 1))),
        row(
            "mail comes at the last fetch of contents",
            stage -> stage.source.behaves(comingAt(stage, 3))),
        row(
            "a message is deleted at the source before it is fetched",
            stage -> stage.from.folder("INBOX").remove(List.of(7L))),
        row(
                "true duplicates stay",
                stage -> {
                  HostFolder inbox = stage.from.folder("INBOX");
                  HostMessage one = inbox.messages().get(4);
                  inbox.put(one.octets(), one.flags(), one.date());
                  inbox.put(one.octets(), one.flags(), one.date());
                })
            .also(stage -> assertThat(stage.to.count()).isEqualTo(27)));
  }

  /** The source gets a message in the middle of a pass; it may come now or with the next. */
  private static Behaviour comingAt(Stage stage, int fetch) {
    Predicate<ImapCommand> once =
        Behaviours.first(1, Behaviours.after(fetch - 1, ImapCommand::fetchesContent));
    return (command, usual) -> {
      if (once.test(command)) {
        stage.cameDuringThePass(601);
      }
      return usual.get();
    };
  }

  @ParameterizedTest
  @MethodSource
  void mailDuringAPass(Row row) {
    play(row);
  }

  static Stream<Row> destinationsThatRewrite() {
    return Stream.<UnaryOperator<String>>of(
            octets -> "Received: by new.example; Mon, 4 Mar 2019 05:06:07 +0100\r\n" + octets,
            octets -> octets.replaceFirst("\r\n\r\n", "\r\nX-Scanned: yes\r\n\r\n"),
            octets -> octets.replaceAll("(?m)^(From|To|Subject): ", "$1:"))
        .map(
            change ->
                row(
                        "the destination rewrites headers, way "
                            + change.apply("a: b\r\n\r\n").length(),
                        stage ->
                            stage.destination.behaves(
                                storing(
                                    given ->
                                        new Given(
                                            change.apply(given.octets()),
                                            given.flags(),
                                            given.date()))))
                    .differs(Aspect.OCTETS)
                    .inState(MailboxState.COPIED, MailboxState.INCOMPLETE)
                    .with(Verdict.values())
                    .problems(2)
                    .endsLater(MailboxState.COPIED, MailboxState.INCOMPLETE));
  }

  @ParameterizedTest
  @MethodSource
  void destinationsThatRewrite(Row row) {
    play(row);
  }
}

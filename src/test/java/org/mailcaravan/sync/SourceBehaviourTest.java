package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.model.MailboxState.BLOCKED;
import static org.mailcaravan.model.MailboxState.COPIED;
import static org.mailcaravan.model.MailboxState.INCOMPLETE;
import static org.mailcaravan.model.ProblemCode.CONNECTION_LOST;
import static org.mailcaravan.model.ProblemCode.FOLDER_CAPPED;
import static org.mailcaravan.model.ProblemCode.FOLDER_REFUSED;
import static org.mailcaravan.model.ProblemCode.FOLDER_REPLACED;
import static org.mailcaravan.model.ProblemCode.MESSAGE_CUT;
import static org.mailcaravan.model.ProblemCode.MESSAGE_UNREADABLE;
import static org.mailcaravan.model.ProblemCode.NOT_COMPARED;
import static org.mailcaravan.model.ProblemCode.NO_FOLDERS;
import static org.mailcaravan.model.ProblemCode.NO_MAILBOX;
import static org.mailcaravan.model.ProblemCode.NO_STARTTLS;
import static org.mailcaravan.model.ProblemCode.PARTIAL_VIEW;
import static org.mailcaravan.model.ProblemCode.SERVER_DOWN;
import static org.mailcaravan.model.ProblemCode.THROTTLED;
import static org.mailcaravan.model.ProblemCode.TLS_WRONG_SECURITY;
import static org.mailcaravan.server.Behaviours.fetching;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.givingUntil;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.rewritingFetch;
import static org.mailcaravan.server.Behaviours.telling;
import static org.mailcaravan.sync.Row.row;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.Lengthy;

/** What old providers do, and what must come of it. */
@Lengthy
class SourceBehaviourTest extends BehaviourTable {
  /** Where in the INBOX of three batches the bad messages are. */
  private static final Map<String, List<Long>> POSITIONS = positions();

  private static Map<String, List<Long>> positions() {
    Map<String, List<Long>> positions = new LinkedHashMap<>();
    positions.put("the first message", List.of(1L));
    positions.put("a message in the middle of a batch", List.of(12L));
    positions.put("the last message of a batch", List.of(8L));
    positions.put("the last message", List.of(20L));
    positions.put("two neighbours", List.of(4L, 5L));
    positions.put("three of a batch, far from each other", List.of(1L, 5L, 8L));
    positions.put("one of each batch", List.of(2L, 10L, 18L));
    positions.put("all but one of a batch", List.of(1L, 2L, 3L, 4L, 6L, 7L, 8L));
    return positions;
  }

  /** How a server answers a FETCH that holds a message that it cannot give. */
  private static Map<String, Function<List<Long>, Behaviour>> refusals() {
    Map<String, Function<List<Long>, Behaviour>> ways = new LinkedHashMap<>();
    for (String tagged :
        List.of(
            "NO [UNAVAILABLE] UID FETCH Server error while fetching messages",
            "NO [SERVERBUG] Internal error occurred. Refer to server log for more information.",
            "NO UID FETCH Server error - Please try again later",
            "NO Some messages could not be FETCHed (Failure)",
            "BAD Internal Server Error")) {
      ways.put(tagged, bad -> refusing(fetching(bad), tagged));
    }
    ways.put("BYE", bad -> instead(fetching(bad), Answer.bye("Internal error, closing")));
    ways.put("a hang-up", bad -> instead(fetching(bad), Answer.hangUp()));
    ways.put(
        "the messages before and NO [UNAVAILABLE]",
        bad -> givingUntil(bad, answer -> answer.ending("NO [UNAVAILABLE] Server error")));
    ways.put("the messages before and a hang-up", bad -> givingUntil(bad, Answer::thenHangUp));
    ways.put("OK and nothing of it", bad -> rewritingFetch(fetching(bad), bad, line -> null));
    ways.put(
        "OK and no content",
        bad ->
            rewritingFetch(
                fetching(bad), bad, line -> line.substring(0, line.indexOf(" BODY[]")) + ")"));
    ways.put(
        "OK and NIL for its content",
        bad ->
            rewritingFetch(
                fetching(bad), bad, line -> line.substring(0, line.indexOf("{")) + "NIL)"));
    ways.put("half of its content and a hang-up", SourceBehaviourTest::cutting);
    return ways;
  }

  /** Sends what comes before the first bad message and the first octets of it. */
  private static Behaviour cutting(List<Long> bad) {
    return (command, usual) -> {
      Answer answer = usual.get();
      if (!fetching(bad).test(command)) {
        return answer;
      }
      long octets = 0;
      for (String line : answer.untagged()) {
        if (bad.contains(Answer.uid(line))) {
          return answer.cutAfter(octets + line.indexOf("\r\n") + 20);
        }
        octets += line.length() + 4;
      }
      return answer;
    };
  }

  static Stream<Row> badMessages() {
    List<Row> rows = new ArrayList<>();
    refusals()
        .forEach(
            (answer, way) ->
                POSITIONS.forEach(
                    (position, bad) ->
                        rows.add(
                            row(
                                    answer + " for " + position,
                                    stage -> stage.source.behaves(way.apply(bad)))
                                .lacks(bad)
                                .because(Owner.OLD_HOST, MESSAGE_UNREADABLE))));
    return oneOf(3, rows);
  }

  @ParameterizedTest
  @MethodSource
  void badMessages(Row row) {
    play(row);
  }

  static Stream<Row> passingTroubles() {
    return Stream.of(
            "NO [UNAVAILABLE] Server error",
            "NO [THROTTLED] slow down",
            "NO [INUSE] Mailbox in use",
            "BAD Request is throttled. Suggested Backoff Time: 1 milliseconds",
            "NO Server Unavailable. 15",
            "NO Server busy, try again")
        .flatMap(
            words ->
                Stream.of(
                    row(
                        words + " to the first fetch of contents",
                        stage ->
                            stage.source.behaves(
                                refusing(first(1, ImapCommand::fetchesContent), words))),
                    row(
                        words + " to two fetches of contents",
                        stage ->
                            stage.source.behaves(
                                refusing(first(2, ImapCommand::fetchesContent), words))),
                    row(
                        words + " to the first EXAMINE",
                        stage ->
                            stage.source.behaves(
                                refusing(first(1, named("EXAMINE", "SELECT")), words)))));
  }

  @ParameterizedTest
  @MethodSource
  void passingTroubles(Row row) {
    play(row);
  }

  static Stream<Row> connections() {
    List<Row> rows = new ArrayList<>();
    for (int n : List.of(6, 8, 12, 20)) {
      rows.add(
          row(
              "a connection is closed after " + n + " commands",
              stage -> stage.source.behaves(Behaviours.closingAfter(n, Answer.hangUp()))));
      rows.add(
          row(
              "a connection is closed with BYE after " + n + " commands",
              stage ->
                  stage.source.behaves(
                      Behaviours.closingAfter(
                          n, Answer.bye("Session expired, please login again")))));
    }
    for (int n : List.of(1, 2, 3)) {
      rows.add(
          row(
              "the connection ends at fetch " + n + " of contents",
              stage ->
                  stage.source.behaves(
                      instead(
                          first(1, Behaviours.after(n - 1, ImapCommand::fetchesContent)),
                          Answer.hangUp()))));
    }
    rows.add(
        row(
            "pipelined fetches show nothing, as at James 3.8",
            stage -> stage.source.behaves(Behaviours.emptyWhenPipelined())));
    rows.add(
        row(
            "pipelined input is lost",
            stage -> stage.source.behaves(Behaviours.losingPipelinedInput())));
    for (String tagged :
        List.of(
            "BAD Command received while another is in progress",
            "NO one command at a time, please",
            "BAD [CLIENTBUG] pipelining not supported")) {
      rows.add(
          row(
              "one command at a time: " + tagged,
              stage -> stage.source.behaves(Behaviours.oneCommandAtATime(tagged))));
    }
    rows.add(
        row(
            "one connection at a time",
            stage ->
                stage.source.behaves(
                    Behaviours.allowing(
                        1, "NO [ALERT] Too many simultaneous connections. (Failure)"))));
    rows.add(
        row(
                "the login is forgotten at the second fetch of contents",
                stage ->
                    stage.source.behaves(
                        (command, usual) -> {
                          if (command.fetchesContent()
                              && command.session().number() == 1
                              && command.uids().contains(9L)) {
                            command.session().forgetLogin();
                          }
                          return usual.get();
                        }))
            .bringsSome()
            .inState(COPIED, INCOMPLETE, BLOCKED)
            .with(Verdict.COMPLETE, Verdict.INCOMPLETE)
            .problems(3));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void connections(Row row) {
    play(row);
  }

  private static Row damaged(String name, String answer) {
    return row(
            name,
            stage ->
                stage.source.behaves(
                    refusing(
                        command ->
                            command.is("EXAMINE", "SELECT") && command.folder().equals("Archive"),
                        answer + " Mailbox is damaged")))
        .lacks(Stage.ARCHIVE)
        .problems(1)
        .because(Owner.OLD_HOST, FOLDER_REFUSED)
        .telling("Mailbox is damaged");
  }

  private static Row lie(String name, UnaryOperator<Answer> change, String... commands) {
    return row(name, stage -> stage.source.behaves(telling(named(commands), change)));
  }

  private static Answer each(Answer answer, UnaryOperator<String> change) {
    return answer.mapped(line -> line == null ? null : change.apply(line));
  }

  /** Cuts messages in the header, so that nothing of their bodies comes. */
  private static Behaviour cutShort(Predicate<ImapCommand> when, List<Long> uids) {
    return rewritingFetch(
        when,
        uids,
        line -> line.replaceFirst("(?s)BODY\\[\\] \\{\\d+}\r\n(.{20}).*", "BODY[] {20}\r\n$1)"));
  }

  static Stream<Row> cutMessages() {
    List<Long> one = List.of(12L);
    return Stream.of(
        row(
            "a message is cut to 20 octets once",
            stage -> stage.source.behaves(cutShort(first(1, fetching(one)), one))),
        row(
            "all messages are cut to 20 octets when they come together",
            stage ->
                stage.source.behaves(
                    cutShort(
                        command -> command.fetchesContent() && command.uids().size() > 5,
                        Stage.INBOX))),
        row(
                "a message is cut to 20 octets always",
                stage -> stage.source.behaves(cutShort(fetching(one), one)))
            .lacks(one)
            .because(Owner.OLD_HOST, MESSAGE_CUT),
        row(
                "all messages of a folder are cut to 20 octets always",
                stage -> stage.source.behaves(cutShort(fetching(Stage.ARCHIVE), Stage.ARCHIVE)))
            .lacks(Stage.ARCHIVE)
            .because(Owner.OLD_HOST, MESSAGE_CUT));
  }

  @ParameterizedTest
  @MethodSource
  void cutMessages(Row row) {
    play(row);
  }

  static Stream<Row> lies() {
    AtomicLong uidValidity = new AtomicLong(7);
    return Stream.of(
        row(
                "another UIDVALIDITY at each EXAMINE",
                stage ->
                    stage.source.behaves(
                        telling(
                            named("EXAMINE", "STATUS", "LIST"),
                            answer ->
                                each(
                                    answer,
                                    line ->
                                        line.replaceFirst(
                                            "UIDVALIDITY \\d+",
                                            "UIDVALIDITY " + uidValidity.incrementAndGet())))))
            .lacks()
            .problems(2)
            .because(Owner.OLD_HOST, NOT_COMPARED, FOLDER_REPLACED)
            .telling("UIDVALIDITY"),
        lie(
            "sizes three times too large",
            a -> each(a, l -> l.replaceFirst("RFC822.SIZE (\\d+)", "RFC822.SIZE $1$1")),
            "UID FETCH"),
        lie(
            "every size is 0",
            a -> each(a, l -> l.replaceFirst("RFC822.SIZE \\d+", "RFC822.SIZE 0")),
            "UID FETCH"),
        lie(
            "no size at all",
            a -> each(a, l -> l.replaceFirst("RFC822.SIZE \\d+ ?", "")),
            "UID FETCH"),
        lie(
            "sizes are NIL",
            a -> each(a, l -> l.replaceFirst("RFC822.SIZE \\d+", "RFC822.SIZE NIL")),
            "UID FETCH"),
        lie(
            "each message is told twice",
            a -> a.withUntagged(a.untagged().stream().flatMap(l -> Stream.of(l, l)).toList()),
            "UID FETCH"),
        lie(
            "a message that nobody asked for comes before the answers",
            a ->
                a.withUntagged(
                    Stream.concat(
                            Stream.of(
                                "99 FETCH (UID 999 FLAGS () RFC822.SIZE 5 BODY[] {5}\r\nghost)"),
                            a.untagged().stream())
                        .toList()),
            "UID FETCH"),
        row(
            "an empty body comes before each full one",
            stage ->
                stage.source.behaves(
                    telling(
                        ImapCommand::fetchesContent,
                        a ->
                            a.withUntagged(
                                a.untagged().stream()
                                    .flatMap(
                                        l ->
                                            Stream.of(
                                                "1 FETCH (UID %d BODY[] {0}\r\n)"
                                                    .formatted(Answer.uid(l)),
                                                l))
                                    .toList())))),
        lie(
            "messages come in another order",
            a -> {
              List<String> lines = new ArrayList<>(a.untagged());
              Collections.reverse(lines);
              return a.withUntagged(lines);
            },
            "UID FETCH"),
        lie(
            "news of other messages between the answers",
            a ->
                a.withUntagged(
                    a.untagged().stream()
                        .flatMap(l -> Stream.of("1 FETCH (FLAGS (\\Seen))", l, "25 EXISTS"))
                        .toList()),
            "UID FETCH"),
        lie(
            "still here, between all answers",
            a ->
                a.withUntagged(
                    a.untagged().stream().flatMap(l -> Stream.of("OK Still here", l)).toList()),
            "UID FETCH"),
        lie(
            "lower-case responses",
            a -> each(a, l -> l.replace("FETCH (UID", "fetch (uid").replace(" FLAGS ", " flags ")),
            "UID FETCH"),
        lie(
            "no UIDNEXT",
            a -> each(a, l -> l.contains("UIDNEXT ") && l.startsWith("OK") ? null : l),
            "EXAMINE",
            "SELECT"),
        row(
            "LIST-EXTENDED is advertised and answered BAD",
            stage ->
                stage.source.behaves(
                    refusing(
                        command -> command.is("LIST") && command.text().contains("RETURN"),
                        "BAD unknown argument"))),
        row(
            "LIST-STATUS tells no statuses",
            stage ->
                stage.source.behaves(
                    telling(named("LIST"), a -> each(a, l -> l.startsWith("STATUS") ? null : l)))),
        row(
            "LIST-STATUS tells no statuses, and STATUS is refused",
            stage ->
                stage.source.behaves(
                    telling(named("LIST"), a -> each(a, l -> l.startsWith("STATUS") ? null : l)),
                    refusing(named("STATUS"), "NO not now"))),
        row(
            "LSUB is refused",
            stage -> {
              stage.source.without("LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE");
              stage.source.behaves(refusing(named("LSUB"), "BAD no such command"));
            }),
        row(
            "NAMESPACE is advertised and refused",
            stage -> stage.source.behaves(refusing(named("NAMESPACE"), "BAD no such command"))),
        row(
            "ENABLE and ID are refused",
            stage -> stage.source.behaves(refusing(named("ENABLE", "ID"), "BAD unknown"))),
        row(
            "INBOX in another spelling",
            stage ->
                stage.source.behaves(
                    Behaviours.listing(
                        l -> l == null ? null : l.replace("\"INBOX\"", "\"Inbox\"")))),
        row(
            "INBOX in two spellings",
            stage ->
                stage.source.behaves(
                    telling(
                        named("LIST"),
                        a ->
                            a.withUntagged(
                                a.untagged().stream()
                                    .flatMap(
                                        l ->
                                            l.contains("\"INBOX\"") && l.startsWith("LIST")
                                                ? Stream.of(l, l.replace("\"INBOX\"", "\"Inbox\""))
                                                : Stream.of(l))
                                    .toList())))),
        row(
            "INBOX is not listed",
            stage ->
                stage.source.behaves(
                    Behaviours.listing(l -> l != null && l.contains("\"INBOX\"") ? null : l))),
        row(
            "unquoted names",
            stage ->
                stage.source.behaves(
                    Behaviours.listing(
                        l -> l == null ? null : l.replaceFirst("\"(\\w+)\"$", "$1")))),
        row(
            "names as literals",
            stage ->
                stage.source.behaves(
                    Behaviours.listing(
                        l -> l == null ? null : l.replaceFirst("\"Archive\"$", "{7}\r\nArchive")))),
        row(
                "no folder is listed at all",
                stage ->
                    stage.source.behaves(
                        Behaviours.listing(l -> l != null && l.endsWith("\"\"") ? l : null),
                        refusing(named("EXAMINE", "SELECT", "STATUS"), "NO no such folder")))
            .bringsNothing()
            .because(Owner.OLD_HOST, NO_FOLDERS, FOLDER_REFUSED)
            .telling("no such folder"),
        damaged("a folder cannot be opened", "NO"),
        damaged("a folder cannot be opened, and the server says BAD", "BAD"),
        row(
                "no folder can be opened: authenticated but not connected",
                stage ->
                    stage.source.behaves(
                        refusing(
                            command ->
                                !command.is(
                                    ImapCommand.GREETING,
                                    "CAPABILITY",
                                    "LOGIN",
                                    "AUTHENTICATE",
                                    "ID",
                                    "ENABLE",
                                    "LOGOUT"),
                            "BAD User is authenticated but not connected.")))
            .bringsNothing()
            .because(Owner.CUSTOMER, NO_MAILBOX),
        row(
                "more messages are announced than shown",
                stage ->
                    stage.source.behaves(
                        telling(
                            named("STATUS", "LIST", "EXAMINE", "SELECT"),
                            a ->
                                each(
                                    a,
                                    l ->
                                        l.replace("MESSAGES 20", "MESSAGES 30")
                                            .replace("20 EXISTS", "30 EXISTS")))))
            .lacks()
            .problems(1)
            .because(Owner.OLD_HOST, PARTIAL_VIEW));
  }

  @ParameterizedTest
  @MethodSource
  void lies(Row row) {
    play(row);
  }

  /** RFC 9738; of 25 messages at most five in one command. */
  static Stream<Row> limits() {
    List<Row> rows = new ArrayList<>();
    for (Behaviours.Limit how : Behaviours.Limit.values()) {
      for (boolean told : new boolean[] {true, false}) {
        rows.add(
            row(
                    "at most five messages in a command, " + how + (told ? ", advertised" : ""),
                    stage -> {
                      if (told) {
                        stage.source.with("MESSAGELIMIT=5");
                      }
                      stage.source.behaves(Behaviours.limiting(5, how));
                    })
                .thenBeforeTheSecond(
                    stage -> {
                      stage.source.behaves(Behaviours.limiting(5, how));
                      for (long uid : Stage.INBOX) {
                        stage
                            .from
                            .folder("INBOX")
                            .flags(uid, flags -> new TreeSet<>(Set.of("\\Answered")));
                      }
                      Stage.put(stage.from.folder("INBOX"), 21);
                    }));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void limits(Row row) {
    play(row);
  }

  private static final String ITEM =
      "Subject: an item\r\nContent-Type: text/x-vnote\r\n\r\nBEGIN:VNOTE\r\n";

  /** Kolab keeps an appointment in a folder that is called as the user likes. */
  private static Row kolab(String capability, String command) {
    return row(
            "Kolab: the types of folders by " + capability,
            stage -> {
              stage.source.with(capability);
              stage.from.folder("Termine").put(ITEM, Set.of(), Stage.date(1));
              Stage.put(stage.from.folder("Calendar"), 201);
              boolean metadata = capability.equals("METADATA");
              stage.source.behaves(
                  (asked, usual) ->
                      !asked.is(command)
                          ? usual.get()
                          : metadata && !asked.folder().equals("Termine")
                              ? Answer.ok("none")
                              : Answer.ok("told")
                                  .after(
                                      metadata
                                          ? "METADATA \"Termine\" (/private/vendor/kolab/folder-type"
                                              + " NIL /shared/vendor/kolab/folder-type"
                                              + " {13}\r\nevent.default)"
                                          : "ANNOTATION \"Termine\" \"/vendor/kolab/folder-type\""
                                              + " (\"value.shared\" \"event\")"));
            })
        .noting(
            "Folder Termine was left out (1 message): The server says that it holds appointments")
        .also(stage -> assertThat(stage.to.folders()).doesNotContainKey("Termine"));
  }

  static Stream<Row> folders() {
    return Stream.of(
        row(
                "LSUB shows the parents of subscribed folders, as Courier's does",
                stage -> {
                  stage.source.without("LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE");
                  Stage.put(stage.from.folder("Projects"), 201);
                  Stage.put(stage.from.folder("Projects/2024"), 202);
                  stage.from.subscribed().add("Projects/2024");
                  stage.source.behaves(
                      telling(named("LSUB"), a -> a.after("LSUB (\\Noselect) \"/\" \"Projects\"")));
                })
            .also(
                stage ->
                    assertThat(stage.to.subscribed())
                        .contains("Projects/2024")
                        .doesNotContain("Projects")),
        row(
                "#news, which the new server has, too",
                stage -> {
                  Stage.put(stage.from.folder("#news"), 201);
                  stage.from.subscribed().add("#news");
                  stage.to.folder("#news");
                })
            .also(stage -> assertThat(stage.to.folders()).doesNotContainKey("_news")),
        row(
            "Domino: a backslash between folders, and no search by date",
            stage -> {
              stage.source.namespace("", "\\");
              stage.source.behaves(
                  telling(
                      command ->
                          command.is("UID SEARCH") && command.text().matches(".*SINCE|BEFORE.*"),
                      a -> a.withUntagged(List.of("SEARCH"))));
              Stage.put(stage.from.folder("Projects\\2024"), 202);
              stage.goesTo("Projects\\2024", "Projects/2024");
              stage.from.folder("Projects");
            }),
        row(
            "Domino: a backslash between folders that is not quoted",
            stage -> {
              stage.source.namespace("", "\\");
              stage.source.behaves(
                  telling(
                      named("LIST", "LSUB", "NAMESPACE", "STATUS"),
                      a -> each(a, l -> l.replace("\\\\", "\\"))));
              Stage.put(stage.from.folder("Projects\\2024"), 202);
              stage.goesTo("Projects\\2024", "Projects/2024");
            }),
        row(
                "MDaemon: folders with mail that are called as those for notes and files",
                stage -> {
                  stage.source.greeting("mail.example.org MDaemon 23.5.1 IMAP4rev1 ready");
                  stage.from.folder("Calendar").put(ITEM, Set.of(), Stage.date(1));
                  stage.from.folder("Contacts").put(ITEM, Set.of(), Stage.date(1));
                  stage.from.folder("Notes").put(ITEM, Set.of(), Stage.date(1));
                  Stage.put(stage.from.folder("Files"), 201);
                  Stage.put(stage.from.folder("Journal"), 202);
                  Stage.put(stage.from.folder("Journal/2019"), 203);
                })
            .noting("Folder Notes was left out (1 message)")
            .also(stage -> assertThat(stage.to.folders()).doesNotContainKeys("Notes", "Calendar")),
        kolab("METADATA", "GETMETADATA"),
        kolab("ANNOTATEMORE", "GETANNOTATION"),
        row(
            "METADATA is advertised and refused",
            stage -> {
              stage.source.with("METADATA");
              stage.source.behaves(refusing(named("GETMETADATA"), "BAD unknown command"));
            }),
        row(
            "Exchange: a name that ends in a blank",
            stage -> {
              Stage.put(stage.from.folder("Offers "), 201);
              Stage.put(stage.from.folder("Offers"), 202);
            }),
        row(
                "Gmail shows the last thousand messages of a folder and tells no other number",
                stage -> {
                  stage.source.with("X-GM-EXT-1");
                  LongStream.rangeClosed(1001, 1980)
                      .forEach(number -> Stage.put(stage.from.folder("INBOX"), number));
                })
            .lacks()
            .problems(1)
            .because(Owner.CUSTOMER, FOLDER_CAPPED)
            .telling("Folder size limits")
            .thenBeforeTheSecond(stage -> Stage.put(stage.from.folder("INBOX"), 1981)),
        row(
                "Gmail shows some messages of a folder, and counts all in its STATUS",
                stage -> {
                  stage.source.with("X-GM-EXT-1");
                  stage.source.behaves(
                      telling(
                          named("STATUS", "LIST"),
                          a -> each(a, l -> l.replace("MESSAGES 20", "MESSAGES 1520"))));
                })
            .lacks()
            .problems(1)
            .because(Owner.CUSTOMER, PARTIAL_VIEW)
            .telling("Folder size limits"),
        row(
                "any server shows some messages of a folder, and counts all in its STATUS",
                stage ->
                    stage.source.behaves(
                        telling(
                            named("STATUS", "LIST"),
                            a -> each(a, l -> l.replace("MESSAGES 20", "MESSAGES 30")))))
            .lacks()
            .problems(1)
            .because(Owner.OLD_HOST, PARTIAL_VIEW));
  }

  @ParameterizedTest
  @MethodSource
  void folders(Row row) {
    play(row);
  }

  static Stream<Row> hopelessTroubles() {
    return Stream.of(
        row(
                "a UIDNEXT that is too low, and the connection ends at later messages",
                stage ->
                    stage.source.behaves(
                        telling(
                            named("STATUS", "LIST", "EXAMINE", "SELECT"),
                            a -> each(a, l -> l.replaceAll("UIDNEXT \\d+", "UIDNEXT 3"))),
                        refusing(
                            command -> command.fetchesContent() && command.uids().contains(15L),
                            "NO [UNAVAILABLE] backend down"),
                        refusing(
                            fetching(LongStream.rangeClosed(9, 20).boxed().toList()),
                            "NO [UNAVAILABLE] backend down")))
            .bringsSome()
            .problems(3)
            .because(Owner.OLD_HOST, SERVER_DOWN, THROTTLED, MESSAGE_UNREADABLE)
            .telling("backend down"),
        row(
                "a UIDNEXT that is too low",
                stage ->
                    stage.source.behaves(
                        telling(
                            named("STATUS", "LIST", "EXAMINE", "SELECT"),
                            a -> each(a, l -> l.replaceAll("UIDNEXT \\d+", "UIDNEXT 3")))))
            .thenBeforeTheSecond(stage -> Stage.put(stage.from.folder("INBOX"), 21)),
        row(
                "NO [UNAVAILABLE] to every fetch of contents",
                stage ->
                    stage.source.behaves(
                        refusing(ImapCommand::fetchesContent, "NO [UNAVAILABLE] backend down")))
            .bringsSome()
            .problems(2)
            .because(Owner.OLD_HOST, SERVER_DOWN, THROTTLED)
            .telling("backend down"),
        row(
                "the connection ends at every fetch of contents",
                stage ->
                    stage.source.behaves(
                        instead(ImapCommand::fetchesContent, Answer.bye("out of memory"))))
            .bringsSome()
            .problems(2)
            .because(Owner.OLD_HOST, CONNECTION_LOST, SERVER_DOWN)
            .telling("out of memory"),
        row(
                "TLS is asked for where the port speaks plain text",
                stage -> stage.security(Security.TLS))
            .bringsNothing()
            .because(Owner.CUSTOMER, TLS_WRONG_SECURITY),
        row("STARTTLS is asked for and not offered", stage -> stage.security(Security.STARTTLS))
            .bringsNothing()
            .because(Owner.CUSTOMER, NO_STARTTLS));
  }

  @ParameterizedTest
  @MethodSource
  void hopelessTroubles(Row row) {
    play(row);
  }
}

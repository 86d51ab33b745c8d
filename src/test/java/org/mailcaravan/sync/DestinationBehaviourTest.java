package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mailcaravan.model.MailboxState.BLOCKED;
import static org.mailcaravan.model.MailboxState.COPIED;
import static org.mailcaravan.model.MailboxState.INCOMPLETE;
import static org.mailcaravan.model.ProblemCode.CONNECTION_LOST;
import static org.mailcaravan.model.ProblemCode.FLAGS_NOT_KEPT;
import static org.mailcaravan.model.ProblemCode.FOLDER_REFUSED;
import static org.mailcaravan.model.ProblemCode.MESSAGE_MISSING;
import static org.mailcaravan.model.ProblemCode.MESSAGE_NOT_STORED;
import static org.mailcaravan.model.ProblemCode.MESSAGE_REFUSED;
import static org.mailcaravan.model.ProblemCode.MESSAGE_TOO_LARGE;
import static org.mailcaravan.model.ProblemCode.QUOTA_FULL;
import static org.mailcaravan.model.ProblemCode.SERVER_DOWN;
import static org.mailcaravan.model.ProblemCode.THROTTLED;
import static org.mailcaravan.server.Behaviours.after;
import static org.mailcaravan.server.Behaviours.appending;
import static org.mailcaravan.server.Behaviours.first;
import static org.mailcaravan.server.Behaviours.instead;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.server.Behaviours.refusing;
import static org.mailcaravan.server.Behaviours.storing;
import static org.mailcaravan.server.Behaviours.telling;
import static org.mailcaravan.sync.Row.row;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapCommand.Given;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.sync.Row.Aspect;

/** What our own server may do, and what must come of it. */
@Lengthy
class DestinationBehaviourTest extends BehaviourTable {
  private static final Map<String, List<Long>> POSITIONS = positions();

  /** What the destination lacks. */
  private static final Map<String, String[]> KINDS = kinds();

  private static Map<String, List<Long>> positions() {
    Map<String, List<Long>> positions = new LinkedHashMap<>();
    positions.put("the first message", List.of(1L));
    positions.put("a message in the middle of a batch", List.of(12L));
    positions.put("the last message", List.of(20L));
    positions.put("two neighbours", List.of(4L, 5L));
    positions.put("three of a batch and one of another", List.of(1L, 5L, 8L, 12L));
    return positions;
  }

  private static Map<String, String[]> kinds() {
    Map<String, String[]> kinds = new LinkedHashMap<>();
    kinds.put("with MULTIAPPEND", new String[] {});
    kinds.put("without MULTIAPPEND", new String[] {"MULTIAPPEND"});
    kinds.put(
        "without MULTIAPPEND, UIDPLUS and LITERAL+",
        new String[] {"MULTIAPPEND", "UIDPLUS", "LITERAL+", "MOVE", "CONDSTORE"});
    return kinds;
  }

  private static List<String> marks(List<Long> numbers) {
    return numbers.stream().map(number -> "mark-" + number + ".").toList();
  }

  private static Predicate<ImapCommand> giving(List<Long> numbers) {
    return appending(marks(numbers));
  }

  private static Map<String, Function<List<Long>, Behaviour>> refusals() {
    Map<String, Function<List<Long>, Behaviour>> ways = new LinkedHashMap<>();
    for (String tagged :
        List.of(
            "NO Message contains invalid header",
            "NO [SERVERBUG] Internal error occurred. Refer to server log for more information.",
            "NO [UNAVAILABLE] cannot store this now",
            "BAD Command Argument Error. 11",
            "NO [CANNOT] rejected by virus scanner")) {
      ways.put(tagged, bad -> refusing(giving(bad), tagged));
    }
    ways.put("BYE", bad -> instead(giving(bad), Answer.bye("Invalid character in literal")));
    ways.put("a hang-up", bad -> instead(giving(bad), Answer.hangUp()));
    return ways;
  }

  static Stream<Row> refusedMessages() {
    List<Row> rows = new ArrayList<>();
    refusals()
        .forEach(
            (answer, way) ->
                KINDS.forEach(
                    (kind, missing) ->
                        POSITIONS.forEach(
                            (position, bad) ->
                                rows.add(
                                    row(
                                            answer + " for " + position + ", " + kind,
                                            stage -> {
                                              stage.destination.without(missing);
                                              stage.destination.behaves(way.apply(bad));
                                            })
                                        .lacks(bad)
                                        .because(Owner.US, MESSAGE_REFUSED)))));
    return oneOf(4, rows);
  }

  @ParameterizedTest
  @MethodSource
  void refusedMessages(Row row) {
    play(row);
  }

  /** An OK and nothing is there. */
  static Stream<Row> pretendedSuccess() {
    List<Row> rows = new ArrayList<>();
    Map<String, List<Long>> which = new LinkedHashMap<>(POSITIONS);
    which.put("all of the INBOX", Stage.INBOX);
    KINDS.forEach(
        (kind, lacking) ->
            which.forEach(
                (position, numbers) -> {
                  // A MULTIAPPEND is lost as a whole.
                  if (!kind.equals("with MULTIAPPEND") || numbers.equals(Stage.INBOX)) {
                    rows.add(
                        row(
                                "OK and nothing stored for " + position + ", " + kind,
                                stage -> {
                                  stage.destination.without(lacking);
                                  stage.destination.behaves(losing(giving(numbers)));
                                })
                            .lacks(numbers)
                            .because(Owner.US, MESSAGE_NOT_STORED, MESSAGE_MISSING));
                  }
                }));
    rows.add(
        row(
                "OK without APPENDUID and nothing stored, though UIDPLUS is advertised",
                stage -> {
                  stage.destination.without("MULTIAPPEND");
                  stage.destination.behaves(
                      storing(
                          given ->
                              marks(List.of(3L, 9L)).stream().anyMatch(given.octets()::contains)
                                  ? null
                                  : given));
                })
            .lacks(3L, 9L)
            .because(Owner.US, MESSAGE_NOT_STORED, MESSAGE_MISSING));
    return oneOf(2, rows);
  }

  /** With the code of success where there is one; what was stored is taken away at once. */
  private static Behaviour losing(Predicate<ImapCommand> when) {
    return (command, usual) -> {
      if (!when.test(command)) {
        return usual.get();
      }
      var account = command.session().account();
      HostFolder folder = account == null ? null : account.find(command.folder());
      if (folder == null) {
        return usual.get();
      }
      Set<Long> before = uids(folder);
      Answer answer = usual.get();
      Set<Long> added = uids(folder);
      added.removeAll(before);
      folder.remove(added);
      return answer;
    };
  }

  private static Set<Long> uids(HostFolder folder) {
    Set<Long> uids = new TreeSet<>();
    folder.messages().forEach(message -> uids.add(message.uid()));
    return uids;
  }

  @ParameterizedTest
  @MethodSource
  void pretendedSuccess(Row row) {
    play(row);
  }

  private static Row wrongUid(String name, Function<String, String> change) {
    return row(
        name,
        stage ->
            stage.destination.behaves(
                telling(
                    named("APPEND"),
                    answer -> answer.ending(change.apply(String.valueOf(answer.tagged()))))));
  }

  static Stream<Row> odditiesOfSuccess() {
    return Stream.of(
        wrongUid("no APPENDUID", told -> "OK done"),
        wrongUid(
            "APPENDUID of another UIDVALIDITY",
            told -> told.replaceFirst("APPENDUID \\d+", "APPENDUID 7")),
        wrongUid("APPENDUID 0", told -> told.replaceFirst("APPENDUID .*?\\]", "APPENDUID 0 0]")),
        wrongUid(
            "an APPENDUID that is too high by a thousand",
            told -> told.replaceFirst("(APPENDUID \\d+) .*?\\]", "$1 9001]")),
        wrongUid(
            "an unreadable APPENDUID",
            told -> told.replaceFirst("APPENDUID .*?\\]", "APPENDUID x y]")),
        row(
            "a MULTIAPPEND stores three messages and says NO",
            stage ->
                stage.destination.behaves(
                    (command, usual) -> {
                      if (command.given().size() <= 3) {
                        return usual.get();
                      }
                      List<Given> some = List.copyOf(command.given().subList(0, 3));
                      command.given().clear();
                      command.given().addAll(some);
                      return usual.get().ending("NO internal error in the middle");
                    })),
        row(
            "a MULTIAPPEND stores all and says NO, once",
            stage -> {
              Predicate<ImapCommand> once = first(1, named("APPEND"));
              stage.destination.behaves(
                  (command, usual) -> {
                    Answer answer = usual.get();
                    return once.test(command) ? Answer.no("[SERVERBUG] or not") : answer;
                  });
            }),
        row(
            "an APPEND is stored and the connection ends before the answer",
            stage -> {
              stage.destination.without("MULTIAPPEND");
              Predicate<ImapCommand> twice = first(2, named("APPEND"));
              stage.destination.behaves(
                  (command, usual) -> {
                    Answer answer = usual.get();
                    return twice.test(command) ? Answer.hangUp() : answer;
                  });
            }),
        row(
            "a MULTIAPPEND is stored and the connection ends before the answer",
            stage -> {
              Predicate<ImapCommand> once = first(1, named("APPEND"));
              stage.destination.behaves(
                  (command, usual) -> {
                    Answer answer = usual.get();
                    return once.test(command) ? Answer.hangUp() : answer;
                  });
            }),
        row(
            "MULTIAPPEND is advertised and answered BAD",
            stage ->
                stage.destination.behaves(
                    refusing(command -> command.given().size() > 1, "BAD Missing literal octets"))),
        row(
            "news between the answers",
            stage ->
                stage.destination.behaves(
                    telling(
                        named("APPEND"), answer -> answer.after("OK Still here", "1 RECENT")))));
  }

  @ParameterizedTest
  @MethodSource
  void odditiesOfSuccess(Row row) {
    play(row);
  }

  static Stream<Row> connections() {
    List<Row> rows = new ArrayList<>();
    KINDS.forEach(
        (kind, lacking) -> {
          for (int n : List.of(8, 12, 20)) {
            rows.add(
                row(
                    "a connection is closed after " + n + " commands, " + kind,
                    stage -> {
                      stage.destination.without(lacking);
                      stage.destination.behaves(Behaviours.closingAfter(n, Answer.hangUp()));
                    }));
          }
          rows.add(
              row(
                  "the connection ends at the second APPEND, " + kind,
                  stage -> {
                    stage.destination.without(lacking);
                    stage.destination.behaves(
                        instead(first(1, after(1, named("APPEND"))), Answer.bye("restarting")));
                  }));
        });
    for (String tagged :
        List.of("BAD Command received while another is in progress", "NO one at a time, please")) {
      rows.add(
          row(
              "one command at a time: " + tagged,
              stage -> {
                stage.destination.without("MULTIAPPEND");
                stage.destination.behaves(Behaviours.oneCommandAtATime(tagged));
              }));
    }
    rows.add(
        row(
            "pipelined input is lost",
            stage -> {
              stage.destination.without("MULTIAPPEND");
              stage.destination.behaves(Behaviours.losingPipelinedInput());
            }));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void connections(Row row) {
    play(row);
  }

  /** RFC 9738; of 20 messages at most five in one command. */
  static Stream<Row> limits() {
    List<Row> rows = new ArrayList<>();
    for (Behaviours.Limit how : Behaviours.Limit.values()) {
      for (boolean told : new boolean[] {true, false}) {
        rows.add(
            row(
                    "at most five messages in a command, " + how + (told ? ", advertised" : ""),
                    stage -> {
                      if (told) {
                        stage.destination.with("MESSAGELIMIT=5");
                      }
                      stage.destination.behaves(Behaviours.limiting(5, how));
                    })
                .thenBeforeTheSecond(
                    stage -> {
                      stage.destination.behaves(Behaviours.limiting(5, how));
                      for (long uid : Stage.ARCHIVE) {
                        stage
                            .from
                            .folder("Archive")
                            .flags(uid, flags -> new TreeSet<>(Set.of("\\Answered")));
                      }
                      // Twelve messages move to another folder.
                      for (long uid = 1; uid <= 12; uid++) {
                        Stage.put(stage.from.folder("Done"), uid);
                      }
                      stage.from.folder("INBOX").remove(Stage.INBOX.subList(0, 12));
                      stage.from.subscribed().add("Done");
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

  /** The login is gone, and the server says so of the next command. */
  static Stream<Row> forgottenLogins() {
    List<Row> rows = new ArrayList<>();
    for (String command : List.of("APPEND", "SELECT", "CREATE", "UID FETCH", "UID SEARCH")) {
      for (int after : List.of(0, 1)) {
        rows.add(
            row(
                "the login is forgotten before " + command + " " + (after + 1),
                stage -> {
                  stage.destination.without("MULTIAPPEND");
                  Predicate<ImapCommand> once = first(1, after(after, named(command)));
                  stage.destination.behaves(
                      (came, usual) -> {
                        if (once.test(came)) {
                          came.session().forgetLogin();
                        }
                        return usual.get();
                      });
                }));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void forgottenLogins(Row row) {
    play(row);
  }

  static Stream<Row> passingTroubles() {
    return Stream.of(
            "NO [UNAVAILABLE] try later",
            "NO [INUSE] Mailbox is locked",
            "NO [THROTTLED] slow down",
            "BAD Request is throttled. Suggested Backoff Time: 1 milliseconds",
            "NO Server Unavailable. 15")
        .flatMap(
            words ->
                Stream.of(
                    row(
                        words + " to the first APPEND",
                        stage ->
                            stage.destination.behaves(refusing(first(1, named("APPEND")), words))),
                    row(
                        words + " to three APPENDs",
                        stage -> {
                          stage.destination.without("MULTIAPPEND");
                          stage.destination.behaves(refusing(first(3, named("APPEND")), words));
                        }),
                    row(
                        words + " to the first SELECT",
                        stage ->
                            stage.destination.behaves(
                                refusing(first(1, named("SELECT", "EXAMINE")), words)))));
  }

  @ParameterizedTest
  @MethodSource
  void passingTroubles(Row row) {
    play(row);
  }

  static Stream<Row> fullMailboxes() {
    List<Row> rows = new ArrayList<>();
    for (String words :
        List.of(
            "NO [OVERQUOTA] Quota exceeded (mailbox for user is full)",
            "NO Over quota",
            "NO Quota exceeded",
            "NO Mailbox is full",
            "NO [ALERT] You exceeded your mail quota.",
            "NO [LIMIT] Mailbox has exceeded the storage limit",
            "NO No space left on device")) {
      for (boolean multi : new boolean[] {true, false}) {
        rows.add(
            row(
                    words + " from the tenth message on" + (multi ? ", MULTIAPPEND" : ""),
                    stage -> {
                      if (!multi) {
                        stage.destination.without("MULTIAPPEND");
                      }
                      stage.destination.behaves(
                          refusing(
                              command ->
                                  command.is("APPEND")
                                      && stage.to.count() + command.given().size() > 10,
                              words));
                    })
                .bringsSome()
                .inState(INCOMPLETE)
                .problems(1)
                .because(Owner.US, QUOTA_FULL));
      }
    }
    rows.add(
        row(
                "only the large message does not fit",
                stage -> {
                  String large = Stage.message(201) + "y".repeat(40_000) + "\r\n";
                  stage.from.folder("INBOX").put(large, Set.of(), Stage.date(201));
                  Stage.put(stage.from.folder("INBOX"), 202);
                  stage.to.quota(20_000);
                })
            .lacks(201L)
            .problems(1)
            .because(Owner.US, QUOTA_FULL)
            .thenBeforeTheSecond(stage -> stage.to.quota(Long.MAX_VALUE)));
    rows.add(
        row(
                "a large message before the small ones does not fit",
                stage -> {
                  String large = Stage.message(301) + "y".repeat(40_000) + "\r\n";
                  HostFolder folder = stage.from.folder("A first folder");
                  stage.from.subscribed().add("A first folder");
                  folder.put(large, Set.of(), Stage.date(301));
                  Stage.put(folder, 302);
                  stage.to.quota(20_000);
                })
            .lacks(301L)
            .problems(1)
            .because(Owner.US, QUOTA_FULL)
            .thenBeforeTheSecond(stage -> stage.to.quota(Long.MAX_VALUE)));
    rows.add(
        row(
                "a message is larger than APPENDLIMIT",
                stage -> {
                  String large = Stage.message(203) + "y".repeat(40_000) + "\r\n";
                  stage.from.folder("INBOX").put(large, Set.of(), Stage.date(203));
                  stage.destination.with("APPENDLIMIT=20000");
                })
            .lacks(203L)
            .because(Owner.US, MESSAGE_TOO_LARGE, MESSAGE_REFUSED)
            .thenBeforeTheSecond(stage -> stage.destination.without("APPENDLIMIT=20000")));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void fullMailboxes(Row row) {
    play(row);
  }

  static Stream<Row> keywordsAndFlags() {
    List<Row> rows = new ArrayList<>();
    for (String words :
        List.of(
            "NO Too many user flags in mailbox",
            "NO [LIMIT] Too many keywords",
            "BAD Invalid flag list",
            "NO Keywords are not supported",
            "NO [CANNOT] Invalid flags")) {
      for (boolean multi : new boolean[] {true, false}) {
        rows.add(
            row(
                    words + " to keywords" + (multi ? ", MULTIAPPEND" : ""),
                    stage -> {
                      if (!multi) {
                        stage.destination.without("MULTIAPPEND");
                      }
                      stage.destination.behaves(Behaviours.refusingKeywords(words));
                    })
                .differs(Aspect.FLAGS)
                .noting("does not keep"));
      }
    }
    rows.add(
        row(
                "PERMANENTFLAGS without \\*",
                stage -> {
                  Set<String> system = new TreeSet<>(HostFolder.ALL_FLAGS);
                  system.remove("\\*");
                  stage.to.folder("INBOX").permanentFlags(system);
                })
            .differs(Aspect.FLAGS)
            .noting("does not keep"));
    rows.add(
        row(
                "PERMANENTFLAGS without \\Flagged",
                stage ->
                    stage.to.folder("INBOX").permanentFlags(Set.of("\\Seen", "\\Answered", "\\*")))
            .differs(Aspect.FLAGS)
            .noting("does not keep"));
    rows.add(
        row(
                "keywords are dropped in silence",
                stage ->
                    stage.destination.behaves(
                        storing(
                            given -> {
                              Set<String> kept = new TreeSet<>(given.flags());
                              kept.removeIf(flag -> !flag.startsWith("\\"));
                              return new Given(given.octets(), kept, given.date());
                            })))
            .differs(Aspect.FLAGS)
            .noting("does not keep"));
    rows.add(
        row(
                "everything becomes \\Seen",
                stage ->
                    stage.destination.behaves(
                        storing(
                            given -> {
                              Set<String> more = new TreeSet<>(given.flags());
                              more.add("\\Seen");
                              return new Given(given.octets(), more, given.date());
                            })))
            .differs(Aspect.FLAGS)
            .inState(INCOMPLETE)
            .with(Verdict.values())
            .problems(2)
            .because(Owner.US, FLAGS_NOT_KEPT)
            .endsLater(INCOMPLETE));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void keywordsAndFlags(Row row) {
    play(row);
  }

  static Stream<Row> folders() {
    List<Row> rows = new ArrayList<>();
    for (String words :
        List.of(
            "NO Cannot create this folder.",
            "NO [ALREADYEXISTS] exists",
            "BAD no",
            "NO [SERVERBUG] error")) {
      rows.add(
          row(
              "CREATE makes the folder and says " + words,
              stage ->
                  stage.destination.behaves(
                      telling(named("CREATE"), answer -> answer.ending(words)))));
      if (!words.contains("EXISTS")) {
        rows.add(
            row(
                    "CREATE makes nothing and says " + words,
                    stage -> stage.destination.behaves(refusing(named("CREATE"), words)))
                .lacks(Stage.ARCHIVE)
                .problems(1)
                .because(Owner.US, words.contains("SERVERBUG") ? SERVER_DOWN : FOLDER_REFUSED)
                .telling(words.replaceFirst("^(NO|BAD) (\\[\\w+] )?", "")));
      }
    }
    rows.add(
        row(
                "BYE at each CREATE",
                stage ->
                    stage.destination.behaves(
                        instead(named("CREATE"), Answer.bye("mailbox list is broken"))))
            .lacks(Stage.ARCHIVE)
            .problems(1)
            .because(Owner.US, FOLDER_REFUSED)
            .telling("mailbox list is broken"));
    rows.add(
        row(
                "the folder is there, not listed and shut: no empty twin is made",
                stage -> {
                  stage.to.folder("Archive");
                  stage.destination.behaves(
                      Behaviours.listing(
                          line -> line == null || line.contains("Archive") ? null : line),
                      (command, usual) ->
                          !command.folder().equals("Archive")
                              ? usual.get()
                              : command.is("CREATE")
                                  ? Answer.tagged("NO [ALREADYEXISTS] it is there")
                                  : Answer.no("Permission denied"));
                })
            .lacks(Stage.ARCHIVE)
            .problems(1)
            .because(Owner.US, FOLDER_REFUSED)
            .telling("the new server refused: STATUS Archive: NO Permission denied")
            .also(
                stage ->
                    assertThat(stage.to.folders().keySet())
                        .containsExactlyInAnyOrder("INBOX", "Archive")));
    rows.add(
        row(
                "names are the same in any case: the folder is there as ARCHIVE",
                stage -> {
                  stage.to.folder("ARCHIVE");
                  stage.destination.behaves(
                      refusing(named("CREATE"), "NO [ALREADYEXISTS] Mailbox already exists"));
                })
            .bringsSome()
            .inState(COPIED, INCOMPLETE)
            .problems(1)
            .with(Verdict.values()));
    rows.add(
        row(
            "Domino: a backslash between folders, and nothing below INBOX",
            stage -> {
              stage.destination.namespace("", "\\");
              stage.destination.behaves(
                  refusing(
                      command -> command.is("CREATE") && command.folder().startsWith("INBOX\\"),
                      "NO Cannot create a folder below the inbox"));
              Stage.put(stage.from.folder("Projects/2024"), 201);
              Stage.put(stage.from.folder("INBOX/Old"), 202);
              stage.goesTo("Projects/2024", "Projects\\2024");
              stage.goesTo("INBOX/Old", "INBOX - Old");
            }));
    for (String blank : List.of("hangs up", "refuses", "makes it without the blank")) {
      rows.add(
          row(
              "Exchange: at a name that ends in a blank it " + blank,
              stage -> {
                Stage.put(stage.from.folder("Offers "), 201);
                stage.goesTo("Offers ", "Offers");
                stage.destination.behaves(
                    (command, usual) -> {
                      if (!command.folder().equals("Offers ")) {
                        return usual.get();
                      }
                      if (blank.equals("makes it without the blank") && command.is("CREATE")) {
                        stage.to.folder("Offers");
                        return Answer.ok("CREATE completed.");
                      }
                      return blank.equals("hangs up")
                          ? Answer.hangUp()
                          : Answer.no("The folder name is not valid.");
                    });
              }));
    }
    rows.add(
        row(
            "SUBSCRIBE is refused",
            stage -> stage.destination.behaves(refusing(named("SUBSCRIBE"), "NO not here"))));
    rows.add(
        row(
            "LIST-EXTENDED is advertised and answered BAD",
            stage ->
                stage.destination.behaves(
                    refusing(
                        command -> command.is("LIST") && command.text().contains("RETURN"),
                        "BAD unknown argument"))));
    rows.add(
        row(
            "GETQUOTAROOT is advertised and refused",
            stage -> stage.destination.behaves(refusing(named("GETQUOTAROOT"), "NO no quota"))));
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource
  void folders(Row row) {
    play(row);
  }

  static Stream<Row> hopelessTroubles() {
    return Stream.of(
        row(
                "NO [UNAVAILABLE] to every APPEND",
                stage ->
                    stage.destination.behaves(
                        refusing(named("APPEND"), "NO [UNAVAILABLE] storage backend down")))
            .bringsSome()
            .problems(2)
            .because(Owner.US, SERVER_DOWN, THROTTLED)
            .telling("storage backend down"),
        row(
                "the connection ends at every APPEND",
                stage ->
                    stage.destination.behaves(instead(named("APPEND"), Answer.bye("disk failure"))))
            .bringsSome()
            .problems(1)
            .because(Owner.US, CONNECTION_LOST)
            .telling("disk failure")
            .also(stage -> assertThat(stage.destination.sessions()).hasSizeLessThan(100)),
        row(
                "the connection ends at every APPEND without a word, one by one",
                stage -> {
                  stage.destination.without("MULTIAPPEND", "UIDPLUS", "LITERAL+");
                  stage.destination.behaves(instead(named("APPEND"), Answer.hangUp()));
                })
            .bringsSome()
            .problems(1)
            .because(Owner.US, CONNECTION_LOST)
            .also(stage -> assertThat(stage.destination.sessions()).hasSizeLessThan(100)),
        row(
                "the login is refused",
                stage ->
                    stage.destination.behaves(
                        refusing(Behaviours.login(), "NO [AUTHENTICATIONFAILED] wrong")))
            .bringsNothing()
            .inState(BLOCKED)
            // Most servers refuse a missing mailbox in the same way.
            .because(Owner.CUSTOMER, ProblemCode.values()));
  }

  @ParameterizedTest
  @MethodSource
  void hopelessTroubles(Row row) {
    play(row);
  }
}

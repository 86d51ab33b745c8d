package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.Answer;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.Behaviours;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.Lengthy;

/**
 * Messages that a source cannot give, wherever they lie among good ones and however it fails: each
 * is reported, each other one arrives once, and nothing is asked for more often than it takes.
 */
@Lengthy
class BadMessagesTest {
  private static final int MESSAGES = 40;

  /** Which messages of a folder of that name are bad, by UID. */
  private static final Map<String, Set<Long>> BAD = new LinkedHashMap<>();

  static {
    bad("First", 1);
    bad("Last", MESSAGES);
    bad("Middle", 23);
    bad("Both ends", 1, MESSAGES);
    bad("Several", 3, 17, 18, 31);
    bad("Adjacent", LongStream.rangeClosed(9, 20).toArray());
    bad("Every second", LongStream.rangeClosed(1, 20).map(i -> 2 * i).toArray());
    bad("Most", LongStream.rangeClosed(1, MESSAGES).filter(i -> i < 21 || i > 30).toArray());
    bad("None");
  }

  @TempDir Path folder;

  private static void bad(String name, long... uids) {
    BAD.put(name, LongStream.of(uids).boxed().collect(Collectors.toCollection(TreeSet::new)));
  }

  /** How a source fails at a bad message. */
  private enum Failure {
    UNAVAILABLE("NO [UNAVAILABLE] UID FETCH Server error"),
    SERVERBUG("NO [SERVERBUG] Internal error occurred"),
    SERVER_ERROR("NO UID FETCH Server error, please try again later"),
    NO("NO the message cannot be read"),
    BAD("BAD could not parse command"),
    NO_AFTER_THOSE_BEFORE {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return before(usual, bad).ending("NO [UNAVAILABLE] UID FETCH Server error");
      }
    },
    NO_AFTER_ALL_OTHERS {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return others(usual, bad).ending("NO [SERVERBUG] some messages could not be read");
      }
    },
    BYE {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return Answer.bye("Internal error");
      }
    },
    HANGS_UP {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return Answer.hangUp();
      }
    },
    HANGS_UP_AFTER_THOSE_BEFORE {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return Answer.hangUp().withUntagged(before(usual, bad).untagged());
      }
    },
    CUTS_THE_LITERAL {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        int before =
            before(usual, bad).untagged().stream().mapToInt(line -> line.length() + 4).sum();
        return usual.cutAfter(before + 60L);
      }
    },
    OK_WITHOUT_IT {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return others(usual, bad);
      }
    },
    NIL {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return withContent(usual, bad, "NIL");
      }
    },
    NOTHING_OF_A_SIZE {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return withContent(usual, bad, "{0}\r\n");
      }
    },
    AN_EMPTY_STRING {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        return withContent(usual, bad, "\"\"");
      }
    },
    MIXED {
      @Override
      Answer answer(Answer usual, Set<Long> bad) {
        long first =
            usual.untagged().stream().map(Answer::uid).filter(bad::contains).findFirst().orElse(0L);
        return first % 2 == 0 ? Answer.hangUp() : Answer.no("[UNAVAILABLE] Server error");
      }
    };

    private final String tagged;

    Failure() {
      this("");
    }

    Failure(String tagged) {
      this.tagged = tagged;
    }

    /** To a FETCH of which at least one message is bad. */
    Answer answer(Answer usual, Set<Long> bad) {
      return Answer.tagged(tagged);
    }

    private static Answer before(Answer usual, Set<Long> bad) {
      return usual.withUntagged(
          usual.untagged().stream().takeWhile(line -> !bad.contains(Answer.uid(line))).toList());
    }

    private static Answer withContent(Answer usual, Set<Long> bad, String content) {
      return usual.mapped(
          line ->
              bad.contains(Answer.uid(line))
                  ? line.replaceFirst("(?s)BODY\\[\\] \\{.*\\)$", "BODY[] " + content + ")")
                  : line);
    }

    private static Answer others(Answer usual, Set<Long> bad) {
      return usual.mapped(line -> bad.contains(Answer.uid(line)) ? null : line);
    }
  }

  private static ImapHost host() {
    ImapHost host = ImapHost.start();
    account(host);
    return host;
  }

  private static HostAccount account(ImapHost host) {
    return host.account(Caravan.USER, Caravan.PASSWORD);
  }

  private static void fill(HostFolder folder, String name, int count) {
    for (int i = 1; i <= count; i++) {
      folder.put(
          "Message-ID: <%d.%s@example.org>\r\nSubject: %d\r\n\r\nmessage %d of %s\r\n"
              .formatted(i, name.replace(' ', '-'), i, i, name),
          Set.of(),
          OffsetDateTime.parse("2020-02-03T04:05:06Z"));
    }
  }

  private static List<String> texts(HostAccount account, String name) {
    HostFolder found = account.find(name);
    return found == null
        ? List.of()
        : found.messages().stream().map(HostMessage::octets).sorted().toList();
  }

  /** Counts the FETCHes of contents in each folder. */
  private static final class Fetches implements Behaviour {
    final Map<HostFolder, AtomicInteger> commands = new ConcurrentHashMap<>();

    @Override
    public Answer answer(ImapCommand command, java.util.function.Supplier<Answer> usual) {
      HostFolder selected = command.selected();
      if (command.fetchesContent() && selected != null) {
        commands.computeIfAbsent(selected, made -> new AtomicInteger()).incrementAndGet();
      }
      return usual.get();
    }

    int of(HostFolder folder) {
      AtomicInteger count = commands.get(folder);
      return count == null ? 0 : count.get();
    }
  }

  private static Behaviour failing(HostAccount account, Failure failure) {
    return failing(account, failure, BAD);
  }

  private static Behaviour failing(
      HostAccount account, Failure failure, Map<String, Set<Long>> places) {
    return (command, usual) -> {
      Set<Long> bad =
          places.entrySet().stream()
              .filter(each -> account.folder(each.getKey()).equals(command.selected()))
              .findFirst()
              .map(Map.Entry::getValue)
              .orElse(Set.of());
      return command.fetchesContent() && command.uids().stream().anyMatch(bad::contains)
          ? failure.answer(usual.get(), bad)
          : usual.get();
    };
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void eachBadMessageCostsOneMessageAndAFewCommands(Failure failure) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostAccount here = account(source);
      Set<String> places = new TreeSet<>();
      BAD.forEach(
          (name, uids) -> {
            fill(here.folder(name), name, MESSAGES);
            uids.forEach(uid -> places.add("UID " + uid + " in folder " + name));
          });
      Fetches first = new Fetches();
      source.behaves(first, failing(here, failure));

      MailboxResult result = caravan.pass(source.port());

      assertReported(result, places);
      BAD.forEach(
          (name, uids) -> {
            List<String> good = new ArrayList<>();
            here.folder(name).messages().stream()
                .filter(message -> !uids.contains(message.uid()))
                .forEach(message -> good.add(message.octets()));
            good.sort(null);
            assertThat(texts(account(destination), name)).as(name).isEqualTo(good);
            // Three commands for each halving of 40, and three alone with the proof.
            assertThat(first.of(here.folder(name)))
                .as("FETCHes of " + name)
                .isLessThanOrEqualTo(2 + uids.size() * (3 * 6 + 5));
          });

      Fetches second = new Fetches();
      source.behaves(second, failing(here, failure));
      assertReported(caravan.pass(source.port()), places);
      BAD.forEach(
          (name, uids) ->
              assertThat(second.of(here.folder(name)))
                  .as("FETCHes of " + name + " in the second pass")
                  .isEqualTo(uids.size()));

      source.behavesWell();
      MailboxResult last = caravan.pass(source.port());
      assertThat(last.problems()).isEmpty();
      BAD.keySet()
          .forEach(
              name -> assertThat(texts(account(destination), name)).isEqualTo(texts(here, name)));
    }
  }

  /** How many messages there are, and which are bad. */
  private static final Map<String, Integer> SMALL =
      Map.of("One", 1, "Two", 2, "Half of two", 2, "Three", 3, "Eight", 8);

  private static final Map<String, Set<Long>> BAD_OF_A_FEW =
      Map.of(
          "One", Set.of(1L),
          "Two", Set.of(1L, 2L),
          "Half of two", Set.of(2L),
          "Three", Set.of(1L, 2L, 3L),
          "Eight", Set.of(1L, 2L, 3L, 4L, 5L, 7L, 8L));

  @ParameterizedTest
  @EnumSource(Failure.class)
  void badMessagesAreToldAsMessagesWhereThereAreFewOthersOrNone(Failure failure) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostAccount here = account(source);
      Set<String> places = new TreeSet<>();
      SMALL.forEach((name, count) -> fill(here.folder(name), name, count));
      BAD_OF_A_FEW.forEach(
          (name, uids) -> uids.forEach(uid -> places.add("UID " + uid + " in folder " + name)));
      source.behaves(failing(here, failure, BAD_OF_A_FEW));

      for (int pass = 1; pass <= 2; pass++) {
        assertReported(caravan.pass(source.port()), places);
        assertThat(account(destination).count()).isEqualTo(2);
      }
      source.behavesWell();
      assertThat(caravan.pass(source.port()).problems()).isEmpty();
      assertThat(account(destination).count()).isEqualTo(16);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NO [UNAVAILABLE] Server error", "NO nothing works", ""})
  void aServerThatTellsNoFlagsEitherIsNoFaultOfTheOnlyMessage(String words) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", 1);
      source.behaves(
          Behaviours.instead(
              command -> command.is("UID FETCH") && !command.toString().contains("1:*"),
              words.isEmpty() ? Answer.hangUp() : Answer.tagged(words)));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems())
          .isNotEmpty()
          .allSatisfy(problem -> assertThat(problem.place().toString()).isEqualTo("folder INBOX"));
      source.behavesWell();
      assertThat(caravan.pass(source.port()).copied()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      names = {"UNAVAILABLE", "NO", "OK_WITHOUT_IT"})
  void theFewReadableMessagesAmongManyBadOnesArrive(Failure failure) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", 60);
      Set<Long> bad =
          LongStream.rangeClosed(1, 60)
              .filter(uid -> uid != 37 && uid != 52)
              .boxed()
              .collect(Collectors.toSet());
      source.behaves(failing(account(source), failure, Map.of("INBOX", bad)));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.copied()).isEqualTo(2);
    }
  }

  @Test
  void aMessageThatIsNotShownAndNotDeletedIsUnreadable() {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", MESSAGES);
      source.behaves(
          Behaviours.rewritingFetch(
              command -> command.is("UID FETCH") && !command.toString().contains("1:*"),
              List.of(7L),
              line -> null));

      for (int pass = 1; pass <= 2; pass++) {
        MailboxResult result = caravan.pass(source.port());

        assertReported(result, Set.of("UID 7 in folder INBOX"));
        assertThat(result.notes()).noneMatch(note -> note.contains("deleted"));
      }
      source.behavesWell();
      assertThat(caravan.pass(source.port()).copied()).isEqualTo(1);
    }
  }

  @Test
  void aMessageThatIsDeletedMeanwhileIsOnlyNoted() {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      HostFolder inbox = account(source).folder("INBOX");
      fill(inbox, "INBOX", MESSAGES);
      source.behaves(
          (command, usual) -> {
            if (command.fetchesContent()) {
              inbox.remove(Set.of(7L));
            }
            return usual.get();
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(result.copied()).isEqualTo(MESSAGES - 1);
      assertThat(result.notes()).anyMatch(note -> note.contains("deleted there while"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO Message 7 of this mailbox was deleted",
        "NO [EXPUNGEISSUED] mailbox entry removed",
        "NO user data expired",
      })
  void wordsThatSoundLikeTheAccountAreAboutTheMessageWhereOthersAreGiven(String words) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port(), 8, 4 << 20)) {
      fill(account(source).folder("INBOX"), "INBOX", MESSAGES);
      source.behaves(Behaviours.refusing(Behaviours.fetching(Set.of(7L)), words));

      MailboxResult result = caravan.pass(source.port());

      assertReported(result, Set.of("UID 7 in folder INBOX"));
      assertThat(result.copied()).isEqualTo(MESSAGES - 1);
    }
  }

  private static void assertReported(MailboxResult result, Set<String> places) {
    assertThat(result.problems())
        .allSatisfy(
            problem -> {
              assertThat(problem.code())
                  .as(problem.toString())
                  .isEqualTo(ProblemCode.MESSAGE_UNREADABLE);
              assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
            })
        .isNotEmpty();
    Map<String, Long> byFolder = new TreeMap<>();
    for (Problem problem : result.problems()) {
      // Several messages of a folder with the same cause are one problem, with a count and
      // examples.
      Matcher several = Pattern.compile("(\\d+) messages: .*").matcher(problem.cause());
      boolean one = problem.place().toString().startsWith("UID ");
      assertThat(one || several.matches()).as(problem.toString()).isTrue();
      if (one) {
        assertThat(places).contains(problem.place().toString());
      }
      byFolder.merge(
          problem.place().toString().replaceFirst("^UID \\d+ in ", ""),
          one ? 1L : Long.parseLong(several.group(1)),
          Long::sum);
    }
    assertThat(byFolder)
        .isEqualTo(
            places.stream()
                .collect(
                    Collectors.groupingBy(
                        place -> place.replaceFirst("^UID \\d+ in ", ""),
                        TreeMap::new,
                        Collectors.counting())));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7})
  void aBadMessageIsFoundWhateverTheSizeOfTheBatches(int batchMessages) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port(), batchMessages, 4 << 20)) {
      HostAccount here = account(source);
      Set<String> places = new TreeSet<>();
      BAD.forEach(
          (name, uids) -> {
            fill(here.folder(name), name, MESSAGES);
            uids.forEach(uid -> places.add("UID " + uid + " in folder " + name));
          });
      source.behaves(failing(here, Failure.MIXED));

      MailboxResult result = caravan.pass(source.port());

      assertReported(result, places);
      assertThat(result.copied()).isEqualTo((long) BAD.size() * MESSAGES - places.size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NO [UNAVAILABLE] UID FETCH Server error", "NO nothing works", "BYE", ""})
  void aServerThatGivesNothingIsOneProblemOfTheFolder(String words) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", MESSAGES);
      Fetches fetches = new Fetches();
      source.behaves(
          fetches,
          Behaviours.instead(
              ImapCommand::fetchesContent,
              words.startsWith("NO")
                  ? Answer.tagged(words)
                  : words.isEmpty() ? Answer.hangUp() : Answer.bye("Server error")));

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.place().toString()).isEqualTo("folder INBOX");
                assertThat(problem.owner()).isEqualTo(Owner.OLD_HOST);
              });
      assertThat(fetches.of(account(source).folder("INBOX"))).isLessThan(70);
      source.behavesWell();
      assertThat(caravan.pass(source.port()).copied()).isEqualTo(MESSAGES);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NO [THROTTLED] slow down",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits",
        "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds",
        "BYE Too many commands, try again later",
      })
  void aServerThatWantsPatienceIsAskedForBatchesOnlyAndBlamesNoMessage(String words) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", MESSAGES);
      AtomicInteger single = new AtomicInteger();
      AtomicInteger throttled = new AtomicInteger();
      AtomicInteger times = new AtomicInteger(1000);
      source.behaves(
          (command, usual) -> {
            if (!command.fetchesContent()) {
              return usual.get();
            }
            if (command.uids().size() == 1) {
              single.incrementAndGet();
            }
            if (times.getAndDecrement() <= 0) {
              return usual.get();
            }
            throttled.incrementAndGet();
            return words.startsWith("BYE") ? Answer.bye(words.substring(4)) : Answer.tagged(words);
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.place().toString()).doesNotContain("UID"));
      assertThat(throttled.get()).isLessThanOrEqualTo(6);
      // A limit of hours ends each pass that meets it.
      times.set(words.contains("OVERQUOTA") ? 0 : 3);
      caravan.clock().pass(Duration.ofDays(1));
      assertThat(caravan.pass(source.port()).copied()).isEqualTo(MESSAGES);
      assertThat(single).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BYE", "NO"})
  void theLastWordsOfAServerThatHangsUpAreInTheProblem(String kind) {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", MESSAGES);
      source.behaves(
          Behaviours.instead(
              Behaviours.fetching(List.of(7L)),
              Answer.hangUp().after(kind + " Disk 17 is broken")));

      assertThat(caravan.pass(source.port()).problems())
          .singleElement()
          .satisfies(problem -> assertThat(problem.cause()).endsWith(": Disk 17 is broken"));
    }
  }

  @Test
  void aBatchThatIsThrottledHalfwayGoesOnWhereItWas() {
    try (ImapHost source = host();
        ImapHost destination = host();
        Caravan caravan = new Caravan(folder, destination.port())) {
      fill(account(source).folder("INBOX"), "INBOX", MESSAGES);
      List<Integer> sizes = new ArrayList<>();
      source.behaves(
          (command, usual) -> {
            if (!command.fetchesContent()) {
              return usual.get();
            }
            sizes.add(command.uids().size());
            Answer answer = usual.get();
            return answer.untagged().size() <= 3
                ? answer
                : answer
                    .withUntagged(answer.untagged().subList(0, 3))
                    .ending("NO [THROTTLED] not so fast");
          });

      MailboxResult result = caravan.pass(source.port());

      assertThat(result.problems()).isEmpty();
      assertThat(result.copied()).isEqualTo(MESSAGES);
      assertThat(sizes).startsWith(40, 37, 34).hasSize(14);
    }
  }
}

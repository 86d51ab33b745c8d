package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Verdict;
import org.mailcaravan.report.ResultJson;
import org.mailcaravan.report.WrittenJson;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.HostFolder;
import org.mailcaravan.server.HostMessage;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.sync.Row.Aspect;

/**
 * Two servers and a mailbox of 25 messages in two folders, each of which carries its UID in its
 * body: "mark-7.". Plays a {@link Row} on them and judges what came of it.
 */
final class Stage implements AutoCloseable {
  static final List<Long> INBOX = LongStream.rangeClosed(1, 20).boxed().toList();
  static final List<Long> ARCHIVE = LongStream.rangeClosed(101, 105).boxed().toList();

  private static final String NEIGHBOUR = "beside-";
  private static final Pattern MARK = Pattern.compile("mark-(\\d+)\\.");
  private static final OffsetDateTime FIRST_DATE =
      OffsetDateTime.parse("2019-03-04T05:06:07+01:00");

  /** Commands that change something; at a source none of them is ever right. */
  private static final String[] CHANGING = {
    "UID STORE",
    "STORE",
    "APPEND",
    "UID EXPUNGE",
    "EXPUNGE",
    "UID COPY",
    "COPY",
    "UID MOVE",
    "MOVE",
    "CREATE",
    "DELETE",
    "RENAME",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "CLOSE",
    "SETACL"
  };

  final ImapHost source;
  final ImapHost destination;
  final HostAccount from;
  final HostAccount to;
  private final Caravan caravan;
  private final String user;
  private final Set<Long> came = ConcurrentHashMap.newKeySet();
  private final Map<String, String> names = new HashMap<>();
  private Security security = Security.NONE;
  private @Nullable ImapHost neighbour;

  Stage(Caravan caravan, int number) {
    this.caravan = caravan;
    this.user = "ann" + number + "@example.org";
    String subnet = "127." + (10 + number / 200) + "." + (1 + number % 200);
    source = ImapHost.startAt(subnet + ".1");
    destination = ImapHost.startAt(subnet + ".2");
    from = source.account(user, Caravan.PASSWORD);
    to = destination.account(user, Caravan.PASSWORD);
    from.subscribed().add("INBOX");
    from.subscribed().add("Archive");
    to.subscribed().add("INBOX");
    INBOX.forEach(uid -> put(from.folder("INBOX"), uid));
    from.folder("Archive").uidNext(ARCHIVE.get(0));
    ARCHIVE.forEach(uid -> put(from.folder("Archive"), uid));
  }

  static void put(HostFolder folder, long number) {
    folder.put(message(number), flags(number), date(number));
  }

  /** A message with a number; each has another size. */
  static String message(long number) {
    return message(number, "");
  }

  /** A message with more header lines, each with its end. */
  static String message(long number, String moreHeader) {
    return "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: Number "
        + number
        + "\r\nDate: Mon, 4 Mar 2019 05:06:"
        + (10 + number % 50)
        + " +0100\r\nMessage-ID: <"
        + number
        + "@example.org>\r\n"
        + moreHeader
        + "\r\nmark-"
        + number
        + ".\r\n"
        + "x".repeat((int) (number % 40))
        + "\r\n";
  }

  static Set<String> flags(long number) {
    return number % 3 == 0
        ? Set.of("\\Seen", "$Work")
        : number % 3 == 1 ? Set.of("\\Seen", "\\Flagged") : Set.of();
  }

  static OffsetDateTime date(long number) {
    return FIRST_DATE.plusHours(number);
  }

  /** The source gets a message of which this pass need know nothing. */
  void cameDuringThePass(long number) {
    came.add(number);
    put(from.folder("INBOX"), number);
  }

  /** A folder that has another name at the destination. */
  void goesTo(String source, String destinationName) {
    names.put(source, destinationName);
  }

  /** The source is connected to in another way. */
  void security(Security other) {
    security = other;
  }

  /** From now on a mailbox at a good server moves to the same new server beside each pass. */
  void withNeighbour() {
    ImapHost good = ImapHost.startAt(source.address().replaceFirst("1$", "3"));
    HostAccount mail = good.account(NEIGHBOUR + user, Caravan.PASSWORD);
    LongStream.rangeClosed(901, 912).forEach(uid -> put(mail.folder("INBOX"), uid));
    destination.account(NEIGHBOUR + user, Caravan.PASSWORD);
    destination.sparing(NEIGHBOUR + user);
    neighbour = good;
  }

  /** Whatever befalls the mailbox of the row, the one beside it arrives whole. */
  private void judgeNeighbour(MailboxResult result) {
    assertThat(result.state()).as("the neighbour: %s", told(result)).isEqualTo(MailboxState.COPIED);
    assertThat(marks(destination.account(NEIGHBOUR + user, Caravan.PASSWORD), "INBOX").keySet())
        .hasSize(12);
  }

  /** Plays both passes of a row. */
  void play(Row row) {
    row.arrangement.accept(this);
    final MailboxSnapshot before = from.snapshot();
    final int there = to.count();

    MailboxResult first = pass();

    String told = told(first);
    if (came.isEmpty()) {
      assertThat(differences(before)).as("the source is as it was: %s", told).isEmpty();
    }
    judge(row, first, there, told);
    row.alsoFirst.accept(this);

    came.clear();
    source.behavesWell();
    destination.behavesWell();
    security = Security.NONE;
    row.between.accept(this);
    caravan.clock().pass(Duration.ofDays(1));
    final MailboxSnapshot beforeSecond = from.snapshot();
    source.forget();

    MailboxResult second = pass();

    String toldSecond = "first pass: " + told + "\nsecond, honest pass: " + told(second);
    assertThat(differences(beforeSecond)).as("the source is as it was: %s", toldSecond).isEmpty();
    consistent(second, toldSecond);
    assertThat(missing()).as("missing after %s", toldSecond).isEmpty();
    asAtTheSource(row.differingLater, toldSecond);
    assertThat(row.laterStates).as("%s", toldSecond).contains(second.state());
  }

  MailboxResult pass() {
    caravan.destination(server(destination, Security.NONE));
    ImapHost good = neighbour;
    if (good == null) {
      return caravan.pass(user, server(source, security), Pass.FIRST);
    }
    CompletableFuture<MailboxResult> beside =
        CompletableFuture.supplyAsync(
            () -> caravan.pass(NEIGHBOUR + user, server(good, Security.NONE), Pass.FIRST));
    MailboxResult result = caravan.pass(user, server(source, security), Pass.FIRST);
    judgeNeighbour(beside.join());
    return result;
  }

  private static Server server(ImapHost host, Security security) {
    return new Server(host.address(), host.port(), security);
  }

  private List<String> differences(MailboxSnapshot before) {
    List<String> all = new ArrayList<>(from.snapshot().differencesFrom(before));
    source.commands(CHANGING).forEach(command -> all.add(command.toString()));
    return all;
  }

  private void judge(Row row, MailboxResult first, int there, String told) {
    consistent(first, told);
    if (!row.anyMissing) {
      assertThat(missing()).as("missing after %s", told).isEqualTo(new TreeSet<>(row.missing));
    }
    asAtTheSource(row.differing, told);
    assertThat(first.copied()).as("said to be copied: %s", told).isEqualTo(to.count() - there);
    assertThat(row.states).as("%s", told).contains(first.state());
    Certificate certificate = first.certificate();
    if (certificate != null) {
      assertThat(row.verdicts).as("%s", told).contains(certificate.verdict());
    } else {
      assertThat(row.mayLackCertificate).as("there is no certificate: %s", told).isTrue();
    }
    assertThat(first.problems().size()).as("%s", told).isLessThanOrEqualTo(row.mostProblems);
    if (!row.codes.isEmpty()) {
      assertThat(first.problems().stream().map(Problem::code))
          .as("%s", told)
          .containsAnyElementsOf(row.codes);
      assertThat(first.problems())
          .filteredOn(problem -> row.codes.contains(problem.code()))
          .extracting(Problem::owner)
          .as("%s", told)
          .containsOnly(row.owner);
    }
    assertThat(told).as("the server's words are told").contains(row.words);
    assertThat(String.join("\n", first.notes()) + told).contains(row.note);
    assertThat(source.commands().size())
        .as("commands to the source: %s", told)
        .isLessThanOrEqualTo(row.mostSourceCommands);
  }

  /** What is true of every result, whatever the servers do. */
  private void consistent(MailboxResult result, String told) {
    assertThat(doubled()).as("doubled after %s", told).isEmpty();
    boolean copied = result.state() == MailboxState.COPIED;
    assertThat(copied)
        .as("COPIED means no problems: %s", told)
        .isEqualTo(result.problems().isEmpty());
    Certificate certificate = result.certificate();
    if (copied) {
      assertThat(certificate).as("%s", told).isNotNull();
    }
    if (certificate != null) {
      Verdict verdict = certificate.verdict();
      assertThat(verdict != Verdict.INCOMPLETE)
          .as("the certificate says what the state says: %s", told)
          .isEqualTo(copied);
      if (verdict == Verdict.COMPLETE) {
        assertThat(missing()).as("certified as complete: %s", told).isEmpty();
      }
      if (came.isEmpty()
          && certificate.obstacles().isEmpty()
          && certificate.folders().stream().allMatch(each -> each.obstacle() == null)) {
        assertThat(
                certificate.sum(each -> each.messages().missing())
                    + certificate.sum(each -> each.copies().gone())
                    + certificate.sum(each -> each.copies().cut()))
            .as("certified as missing: %s", told)
            .isEqualTo(missing().size());
      }
    }
    Migration migration =
        new Migration("b", "b.csv", Instant.EPOCH, List.of(result.mailbox()), List.of());
    MigrationResult ended =
        new MigrationResult(migration, Instant.EPOCH, List.of(result), Path.of("report"));
    var json = WrittenJson.of(out -> ResultJson.write(ended, out));
    assertThat(json.get("allArrived").asBoolean()).as("%s", told).isEqualTo(copied);
  }

  private Set<Long> missing() {
    Set<Long> missing = new TreeSet<>();
    from.folders()
        .forEach(
            (name, folder) -> {
              Map<Long, List<HostMessage>> there = marks(to, names.getOrDefault(name, name));
              marks(folder).keySet().stream()
                  .filter(mark -> !there.containsKey(mark))
                  .forEach(missing::add);
            });
    missing.removeAll(came);
    return missing;
  }

  private static Map<Long, List<HostMessage>> marks(HostAccount account, String folder) {
    return account.folders().entrySet().stream()
        .filter(each -> each.getKey().equalsIgnoreCase(folder))
        .map(each -> marks(each.getValue()))
        .reduce(
            Map.of(),
            (one, other) -> {
              Map<Long, List<HostMessage>> both = new TreeMap<>(one);
              both.putAll(other);
              return both;
            });
  }

  private static Map<Long, List<HostMessage>> marks(HostFolder folder) {
    Map<Long, List<HostMessage>> marks = new TreeMap<>();
    for (HostMessage message : folder.messages()) {
      Matcher mark = MARK.matcher(message.octets());
      if (mark.find()) {
        marks.computeIfAbsent(Long.parseLong(mark.group(1)), key -> new ArrayList<>()).add(message);
      }
    }
    return marks;
  }

  /** What is at the destination more often than at the source, in all folders together. */
  private List<String> doubled() {
    Map<Long, Integer> expected = new HashMap<>();
    from.folders()
        .values()
        .forEach(
            folder ->
                marks(folder)
                    .forEach((mark, each) -> expected.merge(mark, each.size(), Integer::sum)));
    Map<Long, Integer> found = new HashMap<>();
    to.folders()
        .values()
        .forEach(
            folder ->
                marks(folder)
                    .forEach((mark, each) -> found.merge(mark, each.size(), Integer::sum)));
    return found.entrySet().stream()
        .filter(each -> each.getValue() > expected.getOrDefault(each.getKey(), 0))
        .map(each -> "mark-" + each.getKey() + " is there " + each.getValue() + " times")
        .toList();
  }

  private void asAtTheSource(Set<Aspect> differing, String told) {
    from.folders()
        .forEach(
            (name, folder) -> {
              Map<Long, List<HostMessage>> there = marks(to, names.getOrDefault(name, name));
              marks(folder)
                  .forEach(
                      (mark, messages) -> {
                        List<HostMessage> copies = there.getOrDefault(mark, List.of());
                        if (!copies.isEmpty()) {
                          alike(
                              differing,
                              messages.get(0),
                              copies.get(0),
                              "mark-" + mark + " " + told);
                        }
                      });
            });
  }

  private static void alike(
      Set<Aspect> differing, HostMessage message, HostMessage copy, String told) {
    Map<Aspect, Function<HostMessage, Object>> aspects =
        Map.of(
            Aspect.OCTETS, HostMessage::octets,
            Aspect.FLAGS, HostMessage::flags,
            Aspect.DATE, each -> each.date().toInstant());
    aspects.forEach(
        (aspect, value) -> {
          if (!differing.contains(aspect)) {
            assertThat(value.apply(copy)).as("%s", told).isEqualTo(value.apply(message));
          }
        });
  }

  private static String told(MailboxResult result) {
    Certificate certificate = result.certificate();
    return result.state()
        + ", certificate "
        + (certificate == null ? "none" : certificate.verdict() + " " + certificate.obstacles())
        + ", "
        + result.copied()
        + " copied, "
        + result.alreadyThere()
        + " there before, "
        + result.setAside()
        + " set aside"
        + result.problems().stream()
            .map(problem -> "\n  " + problem.code() + " (" + problem.owner() + ") " + problem)
            .reduce("", String::concat)
        + result.notes().stream().map(note -> "\n  note: " + note).reduce("", String::concat)
        + (certificate == null
            ? ""
            : certificate.folders().stream()
                .flatMap(each -> each.notes().stream())
                .map(note -> "\n  certified: " + note)
                .reduce("", String::concat))
        + "\n";
  }

  @Override
  public void close() {
    source.close();
    destination.close();
    ImapHost good = neighbour;
    if (good != null) {
      good.close();
    }
  }
}

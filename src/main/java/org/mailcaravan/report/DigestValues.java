package org.mailcaravan.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.LostAnswer;
import org.mailcaravan.model.status.SupportMailboxFailure;
import org.mailcaravan.model.status.WaitingMails;

/** What the templates of a digest can use, by the names that docs/digest.md lists. */
final class DigestValues {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEEE, d MMMM, HH:mm z", Locale.ENGLISH);

  /** Less is no news: forecasts are rounded by as much. */
  private static final Duration LEAST = Duration.ofMinutes(30);

  /** Characters; some servers answer with whole pages. */
  private static final int LONGEST = 400;

  private final Digest digest;
  private final DateTimeFormatter time;

  private DigestValues(Digest digest, ZoneId zone) {
    this.digest = digest;
    this.time = TIME.withZone(zone);
  }

  static Map<String, Object> of(Digest digest, ZoneId zone) {
    return new DigestValues(digest, zone).values();
  }

  /** Values for a first test of a template. */
  static Map<String, Object> example() {
    Instant now = Instant.EPOCH;
    return of(
        new Digest(
            now,
            now,
            List.of(
                new Digest.Action("us", "other", 1, "anna@old.example", "It fails.", "Fix it.")),
            new Digest.Ended(1, 1, 1, 1, 1, 1, 1, 1),
            List.of(new Digest.Migration("1", "list.csv", "closed", 1, now)),
            new Digest.AwaitingCutover(1, "1", now),
            List.of(new Digest.Promise("1", "list.csv", now, now.plusSeconds(7200), null)),
            List.of(new HostStatus("imap.old.example:993", 1, 1, 4, 1, "it said so", now, true, 1)),
            List.of(new LostAnswer(now, "anna@old.example", "1", "started")),
            WaitingMails.NONE,
            null),
        ZoneId.of("UTC"));
  }

  /** Whether somebody has to act. */
  static String headline(Digest digest) {
    long mailboxes = digest.actions().stream().mapToLong(Digest.Action::mailboxes).sum();
    if (mailboxes == 0 && ours(digest) == 0) {
      return "Nobody has to do anything";
    }
    List<String> parts = new ArrayList<>();
    for (Owner owner : Owner.values()) {
      long own =
          digest.actions().stream()
              .filter(action -> action.owner().equals(id(owner)))
              .mapToLong(Digest.Action::mailboxes)
              .sum();
      long all = owner == Owner.US ? own + ours(digest) : own;
      if (all > 0) {
        parts.add(owner.words() + " (" + Amounts.count(all) + ")");
      }
    }
    return "Somebody has to act: " + String.join(", ", parts);
  }

  /** What we have to see to besides mailboxes. */
  private static long ours(Digest digest) {
    return digest.mails().count()
        + digest.notTold().size()
        + (digest.supportMailbox() == null ? 0 : 1);
  }

  private static String id(Owner owner) {
    return owner.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("headline", headline(digest) + ".");
    values.put("since", time.format(digest.since()));
    values.put("until", time.format(digest.until()));
    List<Map<String, Object>> owners = owners();
    values.put("mustAct", !owners.isEmpty());
    values.put("owners", owners);
    Digest.Ended ended = digest.ended();
    values.put("ended", ended(ended));
    values.put("migrations", digest.migrations().stream().map(this::migration).toList());
    long more = ended.migrations() - digest.migrations().size();
    values.put("moreMigrations", more <= 0 ? "" : Amounts.count(more));
    values.put("cutover", cutover(digest.awaitingCutover()));
    List<Map<String, Object>> late = new ArrayList<>();
    List<Map<String, Object>> kept = new ArrayList<>();
    for (Digest.Promise promise : digest.forecasts()) {
      (isLate(promise) ? late : kept).add(promise(promise));
    }
    values.put("hasLate", !late.isEmpty());
    values.put("late", late);
    values.put("hasKept", !kept.isEmpty());
    values.put("kept", kept);
    List<Map<String, Object>> hosts = digest.hosts().stream().map(this::host).toList();
    values.put("hasHosts", !hosts.isEmpty());
    values.put("hosts", hosts);
    return values;
  }

  private static String text(String words) {
    String tame = TextWidth.tame(words);
    return tame.length() <= LONGEST ? tame : tame.substring(0, LONGEST) + "…";
  }

  private String time(Instant moment) {
    return time.format(moment);
  }

  private List<Map<String, Object>> owners() {
    List<Map<String, Object>> owners = new ArrayList<>();
    for (Owner owner : Owner.values()) {
      List<Map<String, Object>> actions = new ArrayList<>();
      digest.actions().stream()
          .filter(action -> action.owner().equals(id(owner)))
          .map(DigestValues::action)
          .forEach(actions::add);
      if (owner == Owner.US) {
        ofOurs(actions);
      }
      if (!actions.isEmpty()) {
        String words = owner.words();
        owners.add(
            Map.of(
                "owner",
                words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1),
                "actions",
                actions));
      }
    }
    return owners;
  }

  private static Map<String, Object> action(Digest.Action action) {
    boolean isRow = action.code().equals("rejected-row");
    String what =
        isRow
            ? Amounts.count(action.mailboxes(), "row", "rows")
            : Amounts.count(action.mailboxes(), "mailbox", "mailboxes");
    String example = text(action.example());
    return action(
        example.isEmpty() ? what : what + (action.mailboxes() == 1 ? ", " : ", such as ") + example,
        text(action.cause()).replaceFirst("\\.$", ""),
        text(action.nextStep()));
  }

  private static Map<String, Object> action(String what, String cause, String nextStep) {
    return Map.of("what", what, "cause", cause, "nextStep", nextStep);
  }

  private void ofOurs(List<Map<String, Object>> actions) {
    SupportMailboxFailure failure = digest.supportMailbox();
    if (failure != null) {
      actions.add(
          action(
              "the support mailbox",
              "it could not be opened since " + time(failure.since()) + ": " + text(failure.why()),
              failure.nextStep()));
    }
    if (digest.mails().count() > 0) {
      actions.add(
          action(
              Amounts.count(digest.mails().count(), "mail", "mails"),
              "they wait in the support mailbox for a person",
              "\"mailcaravan status\" names them."));
    }
    for (LostAnswer lost : digest.notTold()) {
      String migration = lost.migration();
      String message = lost.message();
      actions.add(
          action(
              text(lost.recipient()),
              "could not be told"
                  + (message == null ? "" : " \"" + text(message) + "\"")
                  + (migration == null ? "" : " of migration " + text(migration))
                  + ", and it was given up on "
                  + time(lost.since()),
              "Tell it yourself, and check the settings of this receiver."));
    }
  }

  private static List<String> ended(Digest.Ended ended) {
    List<String> lines = new ArrayList<>();
    if (ended.mailboxes() > 0) {
      lines.add(
          "%s copied for the first time: %s, %s"
              .formatted(
                  Amounts.count(ended.mailboxes(), "mailbox was", "mailboxes were"),
                  Amounts.count(ended.messages(), "message", "messages"),
                  Amounts.bytes(ended.bytes())));
    }
    if (ended.laterPasses() > 0) {
      lines.add(
          "%s brought %s"
              .formatted(
                  Amounts.count(ended.laterPasses(), "later pass", "later passes"),
                  Amounts.bytes(ended.laterBytes())));
    }
    if (ended.failed() > 0) {
      lines.add(Amounts.count(ended.failed(), "pass", "passes") + " ended without success");
    }
    if (ended.migrations() > 0) {
      lines.add(
          Amounts.count(ended.migrations(), "migration", "migrations")
              + " ended"
              + (ended.closed() == 0 ? "" : ", closed of these: " + Amounts.count(ended.closed())));
    }
    return lines.isEmpty() ? List.of("nothing") : lines;
  }

  private Map<String, Object> migration(Digest.Migration migration) {
    return Map.of(
        "id",
        text(migration.id()),
        "stage",
        migration.stage().replace('-', ' '),
        "mailboxes",
        Amounts.count(migration.mailboxes(), "mailbox", "mailboxes"),
        "finished",
        time(migration.finishedAt()));
  }

  private String cutover(Digest.AwaitingCutover cutover) {
    Instant since = cutover.since();
    return cutover.migrations() == 0
        ? ""
        : "%s for the customer to change the DNS records, migration %s the longest%s."
            .formatted(
                Amounts.count(cutover.migrations(), "migration waits", "migrations wait"),
                text(Objects.requireNonNullElse(cutover.longest(), "")),
                since == null ? "" : ", since " + time(since));
  }

  private static boolean isLate(Digest.Promise promise) {
    return lateBy(promise).compareTo(LEAST) > 0;
  }

  private static Duration lateBy(Digest.Promise promise) {
    return Duration.between(
        promise.first(), Objects.requireNonNullElse(promise.copiedAt(), promise.last()));
  }

  private Map<String, Object> promise(Digest.Promise promise) {
    @Nullable Instant copied = promise.copiedAt();
    return Map.of(
        "id",
        text(promise.id()),
        "forecast",
        time(promise.first()),
        "came",
        copied == null ? "now expected by " + time(promise.last()) : "copied on " + time(copied));
  }

  private Map<String, Object> host(HostStatus host) {
    return Map.of(
        "name",
        text(host.name()),
        "why",
        HostTable.why(host, digest.until()).stream().map(DigestValues::text).toList());
  }
}

package org.mailcaravan.store;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.status.DomainStatus;
import org.mailcaravan.model.status.Gauges;
import org.mailcaravan.model.status.HostStatus;
import org.mailcaravan.model.status.LostAnswer;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.MailboxHistory;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.NodeStatus;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.PassStatus;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.model.status.Target.Kind;
import org.mailcaravan.model.status.ToldMessage;

/**
 * How everything stands. Each answer takes a bounded number of statements, however many mailboxes
 * there are. A limit is 1 to 1000; another number is brought into that range. Thread-safe.
 */
public final class Overview {
  /** The limit of who names none. */
  public static final int USUAL_LIMIT = 100;

  /** The largest limit. */
  public static final int LARGEST_LIMIT = 1000;

  private static final int EVENTS = 200;
  private static final int MAILS = 20;

  private final Database database;
  private final Names names;
  private final ProblemView problems;
  private final MailboxView mailboxes;
  private final MigrationView migrations;
  private final PassView passes;
  private final FleetView fleet;
  private final PreflightView preflights;
  private final MessageView messages;
  private final DomainView domains;
  private final MailboxMaker maker;
  private final @Nullable Forecasts forecasts;

  /** An overview that does not say when a migration will be done. */
  public Overview(Database database, Duration lease) {
    this(database, lease, null, true, false);
  }

  /**
   * @param lease how long a node counts as alive after it was seen
   * @param watched whether it is known which MX hosts are ours, so that somebody looks at the DNS
   * @param createsMailboxes whether an HTTP API of ours creates missing mailboxes
   */
  public Overview(
      Database database,
      Duration lease,
      @Nullable Forecasts forecasts,
      boolean watched,
      boolean createsMailboxes) {
    this.database = database;
    this.maker = new MailboxMaker(createsMailboxes);
    this.names = new Names(database);
    this.problems = new ProblemView(database, maker);
    this.mailboxes = new MailboxView(database, problems);
    this.migrations = new MigrationView(database);
    this.passes = new PassView(database);
    this.fleet = new FleetView(database, lease);
    this.preflights = new PreflightView(database);
    this.domains = new DomainView(database, watched);
    this.messages = new MessageView(database);
    this.forecasts = forecasts;
  }

  /**
   * What an argument of a person names: a migration or a mailbox by its id, mailboxes by an address
   * at the source or the destination in any case, source servers by host or host and port.
   *
   * @return at most 1000; empty when nothing is named so
   */
  public List<Target> find(String idOrAddress) {
    return names.find(List.of(idOrAddress));
  }

  /**
   * How everything stands, or what the arguments name as in {@link #find}. Without arguments,
   * migrations that ended a day ago and earlier are left out unless they need a person.
   *
   * @param idsOrAddresses at most 1000; what names nothing is passed over
   * @param bound how many mailboxes are listed at most
   */
  public Status status(Collection<String> idsOrAddresses, int bound) {
    Set<String> ofMigrations = new LinkedHashSet<>();
    Set<String> ofMailboxes = new LinkedHashSet<>();
    Set<String> ofHosts = new TreeSet<>();
    names
        .find(idsOrAddresses.stream().limit(LARGEST_LIMIT).toList())
        .forEach(
            target ->
                (switch (target.kind()) {
                      case MIGRATION -> ofMigrations;
                      case MAILBOX -> ofMailboxes;
                      case HOST -> ofHosts;
                    })
                    .add(target.id()));
    boolean everything = idsOrAddresses.isEmpty();
    if (everything) {
      ofMigrations.addAll(migrations.unlessLongEnded(USUAL_LIMIT));
    }
    List<MailboxStatus> listed =
        mailboxes.byIds(mailboxes.mostTelling(ofMigrations, ofMailboxes, limit(bound)));
    Set<String> shown = new LinkedHashSet<>(ofMigrations);
    listed.forEach(mailbox -> shown.add(mailbox.migration()));
    long leftOut = mailboxes.count(ofMigrations, ofMailboxes) - listed.size();
    boolean underWay = listed.stream().anyMatch(Overview::isUnderWay);
    if (!underWay && everything) {
      underWay = mailboxes.isAnyUnderWay();
    } else if (!underWay && leftOut > 0) {
      underWay = mailboxes.isAnyUnderWay(ofMigrations, ofMailboxes);
    }
    return new Status(
        fleet.nodes(),
        fleet.hosts().stream()
            .filter(
                host ->
                    everything
                        || ofHosts.contains(host.name())
                        || listed.stream().anyMatch(mailbox -> mailbox.host().equals(host.name())))
            .toList(),
        migrations.byIds(shown),
        listed,
        leftOut,
        underWay,
        everything ? FailedLooks.fresh(database).orElse(null) : null,
        everything ? LeftMails.waiting(database, MAILS) : null,
        everything ? lost() : null,
        null,
        null,
        everything ? migrations.stages() : null);
  }

  /** Answers, and what was to be told of migrations. */
  private List<LostAnswer> lost() {
    return Stream.concat(
            Answers.lost(database, MAILS).stream(), TellingFailures.lost(database, MAILS).stream())
        .sorted(Comparator.comparing(LostAnswer::since).reversed())
        .limit(MAILS)
        .toList();
  }

  private static boolean isUnderWay(MailboxStatus mailbox) {
    return mailbox.node() != null || mailbox.waitsFor() != null;
  }

  /** One migration. */
  public Optional<MigrationHistory> migration(String id) {
    if (!Names.mayBe(id)) {
      return Optional.empty();
    }
    return migrations.byIds(List.of(id)).stream()
        .findFirst()
        .map(
            migration -> {
              Forecasts.Expected expected =
                  forecasts == null ? null : forecasts.of(id).orElse(null);
              List<ProblemStatus> own =
                  problems.page(new ProblemFilter(id, null, null), null, USUAL_LIMIT);
              List<DomainStatus> ofDomains = domains.of(id, USUAL_LIMIT);
              return new MigrationHistory(
                  migration,
                  migrations.rejected(id, USUAL_LIMIT),
                  own,
                  messages.of(id, USUAL_LIMIT),
                  passes.eventsOfMigration(id, EVENTS),
                  expected == null ? null : expected.doneBy(),
                  expected == null ? 0 : expected.parts(),
                  migrations.stageReason(id).orElse(null),
                  ofDomains,
                  NextSteps.of(
                      migration,
                      own,
                      ofDomains,
                      maker,
                      StageReasons.withoutPassword(database, id)));
            });
  }

  /** What is told of a migration, oldest first; at most the last 1000. */
  public List<ToldMessage> messages(String migration) {
    return messages.of(migration, LARGEST_LIMIT);
  }

  /**
   * Migrations, newest first.
   *
   * @param after the id of the last one known; null for the first page
   */
  public List<MigrationStatus> migrations(@Nullable String after, int limit) {
    return Names.mayBe(after) ? migrations.byIds(migrations.ids(after, limit(limit))) : List.of();
  }

  /**
   * Mailboxes by their ids.
   *
   * @param after the id of the last one known; null for the first page
   */
  public List<MailboxStatus> mailboxes(MailboxFilter filter, @Nullable String after, int limit) {
    return mayBe(filter.migration(), filter.state(), filter.address(), after)
        ? mailboxes.byIds(mailboxes.ids(filter, after, limit(limit)))
        : List.of();
  }

  /** A mailbox by its id, or by an address that only it has; empty when none or several have it. */
  public Optional<MailboxHistory> mailbox(String idOrAddress) {
    List<String> ids =
        names.find(List.of(idOrAddress)).stream()
            .filter(target -> target.kind() == Kind.MAILBOX)
            .map(Target::id)
            .toList();
    if (ids.size() != 1) {
      return Optional.empty();
    }
    String id = ids.get(0);
    return mailboxes.byIds(ids).stream()
        .findFirst()
        .map(
            mailbox -> {
              PolicyView policy = PolicyView.of(database, id);
              return new MailboxHistory(
                  mailbox,
                  migrationsNaming(id),
                  passes.page(new PassFilter(null, id, null), null, USUAL_LIMIT),
                  problems.page(new ProblemFilter(null, id, null), null, USUAL_LIMIT),
                  passes.eventsOfMailbox(id, EVENTS),
                  preflights.statusOf(id, maker),
                  policy.name(),
                  policy.resyncAt(),
                  NextSteps.of(mailbox, maker));
            });
  }

  private List<String> migrationsNaming(String mailboxId) {
    return database
        .jdbc()
        .sql(
            "select distinct migration_id from migration_mailbox where mailbox_id = ?"
                + " order by migration_id desc limit "
                + USUAL_LIMIT)
        .param(mailboxId)
        .query(String.class)
        .list();
  }

  /**
   * Passes, newest first.
   *
   * @param before the number of the last one known; null for the first page
   */
  public List<PassStatus> passes(PassFilter filter, @Nullable Long before, int limit) {
    return mayBe(filter.migration(), filter.mailbox(), filter.state())
        ? passes.page(filter, before, limit(limit))
        : List.of();
  }

  /** One pass. */
  public Optional<PassStatus> pass(long id) {
    return passes.one(id).stream().findFirst();
  }

  /**
   * Problems of the last pass of each mailbox, newest first.
   *
   * @param before the id of the last one known; null for the first page
   */
  public List<ProblemStatus> problems(ProblemFilter filter, @Nullable String before, int limit) {
    return mayBe(filter.migration(), filter.mailbox(), filter.code())
        ? problems.page(filter, before, limit(limit))
        : List.of();
  }

  /** Source servers, at most 1000, those that are in use first. */
  public List<HostStatus> hosts() {
    return fleet.hosts();
  }

  /** Nodes, at most 1000, those that run first. */
  public List<NodeStatus> nodes() {
    return fleet.nodes();
  }

  /** Numbers for metrics. */
  public Gauges metrics() {
    return fleet.gauges(problems.counts());
  }

  private static boolean mayBe(@Nullable String... texts) {
    return Arrays.stream(texts).allMatch(Names::mayBe);
  }

  private static int limit(int asked) {
    return Math.max(1, Math.min(asked, LARGEST_LIMIT));
  }
}

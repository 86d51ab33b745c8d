package org.mailcaravan.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.AwaitedPassword;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Window;

/**
 * The mailboxes that some rows of a request name. One that is known, by its pair of accounts, is
 * brought up to date and keeps its id; each one has a pass afterwards that is due. Within the
 * transaction that opens the migration; a few statements, however many rows.
 */
final class NamedMailboxes {
  /** The host of a row of the table mailbox, as passes name it. */
  static final String HOST = "lower(source_host) || ':' || source_port";

  /** Seconds from now. */
  private static final String DUE = "current_timestamp + " + Seconds.SQL;

  /** What a request wants is a first pass, unless the cutover of the mailbox is behind it. */
  private static final String KIND =
      "(select case when m.cutover_at is not null and m.copied_before then 'FINAL' else 'FIRST' end"
          + " from mailbox m where m.id = ?)";

  private final Database database;
  private final Origin origin;
  private final String migrationId;
  private final List<RequestRow> rows;

  NamedMailboxes(Database database, Origin origin, String migrationId, List<RequestRow> rows) {
    this.database = database;
    this.origin = origin;
    this.migrationId = migrationId;
    this.rows = rows;
  }

  /** In the order of the rows. */
  List<Mailbox> store() {
    Map<AccountPair, String> known = known();
    Map<String, Mailbox> kept = kept(known);
    Cutovers.beginAnew(database, List.copyOf(known.values()));
    List<Mailbox> mailboxes = rows.stream().map(row -> mailbox(row, known, kept)).toList();
    Set<String> before = Set.copyOf(known.values());
    insert(mailboxes.stream().filter(mailbox -> !before.contains(mailbox.id())).toList());
    update(
        mailboxes.stream()
            .filter(mailbox -> before.contains(mailbox.id()) && !kept.containsKey(mailbox.id()))
            .toList());
    queue(before);
    TimeWindows.store(
        database,
        mailboxes.stream()
            .map(NamedMailboxes::window)
            .filter(Objects::nonNull)
            .map(text -> Window.parse(text, ZoneOffset.UTC))
            .toList());
    database.batch(
        "insert into migration_mailbox (migration_id, row_number, mailbox_id) values (?, ?, ?)",
        mailboxes.stream()
            .map(mailbox -> new Object[] {migrationId, mailbox.row(), mailbox.id()})
            .toList());
    forgetStarts(before, kept.keySet());
    makeDue(mailboxes, before, withoutPassword(mailboxes, kept));
    start(mailboxes.stream().filter(mailbox -> !kept.containsKey(mailbox.id())).toList());
    return mailboxes;
  }

  /** As the ledger names the accounts; the new server is the same for all. */
  static AccountPair accounts(RequestRow row) {
    return accounts(row.sourceUsername(), row.source(), row.destinationAddress());
  }

  private static AccountPair accounts(String username, Server source, String destination) {
    return new AccountPair(
        (username + " at " + source.host()).toLowerCase(Locale.ROOT),
        destination.toLowerCase(Locale.ROOT));
  }

  private static AccountPair accounts(Mailbox mailbox) {
    return accounts(mailbox.sourceUsername(), mailbox.source(), mailbox.destinationAddress());
  }

  private Map<AccountPair, String> known() {
    Map<AccountPair, String> ids = new HashMap<>();
    List<AccountPair> named = rows.stream().map(NamedMailboxes::accounts).toList();
    database
        .jdbc()
        .sql(
            "select id, source_account, destination_account from mailbox"
                + " where source_account in (:sources) and destination_account in (:destinations)"
                + " order by id for update")
        .param("sources", named.stream().map(AccountPair::source).distinct().toList())
        .param("destinations", named.stream().map(AccountPair::destination).distinct().toList())
        .query(
            row -> {
              ids.put(new AccountPair(row.getString(2), row.getString(3)), row.getString(1));
            });
    ids.keySet().retainAll(Set.copyOf(named));
    return ids;
  }

  /**
   * Known mailboxes, by their ids, whose rows have no password, and which keep theirs. Nothing else
   * of such a row counts: whoever does not know the password must not decide where it is sent.
   */
  private Map<String, Mailbox> kept(Map<AccountPair, String> known) {
    Set<String> ids =
        rows.stream()
            .filter(RequestRow::lacksPassword)
            .map(row -> known.get(accounts(row)))
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    if (ids.isEmpty()) {
      return Map.of();
    }
    return database
        .jdbc()
        .sql(
            "select m.*, '' as migration_id, 0 as row_number from mailbox m where m.id in (:ids)"
                + " and exists (select 1 from credential c where c.mailbox_id = m.id and c.role = 'SOURCE')")
        .param("ids", ids)
        .query((row, number) -> StoredMailbox.of(row, Pass.FIRST))
        .list()
        .stream()
        .collect(Collectors.toMap(Mailbox::id, Function.identity()));
  }

  private Mailbox mailbox(
      RequestRow row, Map<AccountPair, String> known, Map<String, Mailbox> kept) {
    String id = known.get(accounts(row));
    Mailbox stored = id == null ? null : kept.get(id);
    if (stored != null) {
      return new Mailbox(
          stored.id(),
          migrationId,
          row.row(),
          stored.sourceAddress(),
          stored.source(),
          stored.sourceUsername(),
          stored.destinationAddress(),
          stored.contacts(),
          stored.calendar(),
          stored.options(),
          stored.policy(),
          Pass.FIRST);
    }
    return new Mailbox(
        id == null ? Migration.mailboxId(migrationId, row.row()) : id,
        migrationId,
        row.row(),
        row.sourceAddress(),
        row.source(),
        row.sourceUsername(),
        row.destinationAddress(),
        row.contacts(),
        row.calendar(),
        row.options(),
        origin.policies().of(row),
        Pass.FIRST);
  }

  private void insert(List<Mailbox> mailboxes) {
    List<Object[]> values = new ArrayList<>();
    for (Mailbox mailbox : mailboxes) {
      AccountPair accounts = accounts(mailbox);
      List<@Nullable Object> row = named(mailbox);
      row.addAll(
          List.of(
              mailbox.id(), accounts.source(), accounts.destination(), MailboxState.QUEUED.name()));
      values.add(row.toArray());
    }
    database.batch(
        "insert into mailbox (source_address, source_host, source_port, source_security, source_username,"
            + " destination_address, contacts, calendar, options, policy, policy_window, resync_minutes, inbox_first,"
            + " time_window, mail_domain, node, id, source_account,"
            + " destination_account, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values);
  }

  /** What a request says of a mailbox, from its address to the node. */
  private List<@Nullable Object> named(Mailbox mailbox) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(mailbox.sourceAddress());
    values.add(mailbox.source().host());
    values.add(mailbox.source().port());
    values.add(mailbox.source().security().name());
    values.add(mailbox.sourceUsername());
    values.add(mailbox.destinationAddress());
    values.add(StoredSource.text(mailbox.contacts()));
    values.add(StoredSource.text(mailbox.calendar()));
    values.add(text(mailbox.options()));
    values.addAll(PolicyColumns.of(mailbox.policy()));
    values.add(window(mailbox));
    values.add(origin.mailDomain(mailbox.sourceAddress()));
    values.add(nodeOf(mailbox));
    return values;
  }

  private void update(List<Mailbox> mailboxes) {
    List<Object[]> values = new ArrayList<>();
    for (Mailbox mailbox : mailboxes) {
      List<@Nullable Object> row = named(mailbox);
      row.add(mailbox.id());
      values.add(row.toArray());
    }
    database.batch(
        "update mailbox set source_address = ?, source_host = ?, source_port = ?, source_security = ?,"
            + " source_username = ?, destination_address = ?, contacts = ?, calendar = ?, options = ?,"
            + " policy = ?, policy_window = ?, resync_minutes = ?, inbox_first = ?, time_window = ?, mail_domain = ?, node = ?"
            + " where id = ?",
        values);
  }

  private void queue(Set<String> known) {
    database.batch(
        "update mailbox set paused = false, state = case state when 'COPYING' then state else 'QUEUED' end"
            + " where id = ?",
        known.stream().sorted().map(id -> new Object[] {id}).toList());
  }

  private static @Nullable String window(Mailbox mailbox) {
    String window = mailbox.options().window();
    return window.isEmpty() ? null : window;
  }

  /** Exported files are on the machine where the request came in. */
  private @Nullable String nodeOf(Mailbox mailbox) {
    return isExported(mailbox.contacts()) || isExported(mailbox.calendar()) ? origin.node() : null;
  }

  private static boolean isExported(@Nullable GroupwareSource source) {
    return source != null && source.isExported();
  }

  /** The ids of the mailboxes whose rows have no password, and of which none was kept. */
  private Set<String> withoutPassword(List<Mailbox> mailboxes, Map<String, Mailbox> kept) {
    Set<String> without = new HashSet<>();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).lacksPassword()) {
        without.add(mailboxes.get(i).id());
      }
    }
    without.removeAll(kept.keySet());
    return without;
  }

  /**
   * Never two passes that wait for one mailbox: the one that is there is due now. Without a
   * password it is due when the mailbox has waited long enough for one.
   */
  private void makeDue(List<Mailbox> mailboxes, Set<String> before, Set<String> withoutPassword) {
    Map<String, Long> waiting = before.isEmpty() ? Map.of() : waiting(before);
    List<Object[]> again = new ArrayList<>();
    List<Object[]> more = new ArrayList<>();
    for (Mailbox mailbox : mailboxes) {
      Long pass = waiting.get(mailbox.id());
      boolean waits = withoutPassword.contains(mailbox.id());
      long seconds = waits ? origin.passwordWait().toSeconds() : 0;
      String waitsFor = (waits ? WaitsFor.PASSWORD : WaitsFor.TURN).name();
      String reason =
          waits
              ? AwaitedPassword.problem(mailbox.sourceAddress(), mailbox.source()).toString()
              : null;
      // It was looked for once: in the request.
      int looks = waits ? 1 : 0;
      String host = host(mailbox.source());
      String destination = accounts(mailbox).destination();
      if (pass == null) {
        more.add(
            new Object[] {
              mailbox.id(),
              migrationId,
              mailbox.id(),
              seconds,
              waitsFor,
              reason,
              looks,
              host,
              destination,
              origin.only()
            });
      } else {
        again.add(
            new Object[] {
              migrationId,
              mailbox.id(),
              looks,
              seconds,
              waitsFor,
              reason,
              looks,
              host,
              destination,
              origin.only(),
              pass
            });
      }
    }
    database.batch(
        "insert into pass (mailbox_id, migration_id, kind, state, due_at, waits_for, reason, attempts,"
            + " host, destination, only_node, created_at) values (?, ?, "
            + KIND
            + ", 'WAITING', "
            + DUE
            + ", ?, ?, ?, ?, ?, ?, current_timestamp)",
        more);
    database.batch(
        "update pass set migration_id = ?, kind = "
            + KIND
            + ", takeovers = 0,"
            + " due_at = case when ? > 0 or due_at > current_timestamp then greatest("
            + DUE
            + ", coalesce(not_before, current_timestamp)) else due_at end, waits_for = ?, reason = ?, attempts = ?, host = ?, destination = ?,"
            + " only_node = ? where id = ?",
        again);
  }

  /** A request says anew when a mailbox starts, unless it does not know its password. */
  private void forgetStarts(Set<String> before, Set<String> kept) {
    database.batch(
        "update pass set " + Retries.NO_START + " where mailbox_id = ? and state = 'WAITING'",
        before.stream()
            .filter(id -> !kept.contains(id))
            .sorted()
            .map(id -> new Object[] {id})
            .toList());
  }

  /** A command begins at once: somebody waits for it. */
  private void start(List<Mailbox> mailboxes) {
    List<Object[]> starts = new ArrayList<>();
    for (Mailbox mailbox : mailboxes) {
      RowOptions options = mailbox.options();
      if (!options.startAt().isEmpty() && !origin.alone()) {
        OffsetDateTime at = time(options.startAt());
        starts.add(
            new Object[] {
              at,
              options.startWanted().isEmpty() ? null : time(options.startWanted()),
              options.isStartAsked(),
              at,
              mailbox.id()
            });
      }
    }
    database.batch(
        "update pass set not_before = ?, wanted_start = ?, start_asked = ?, due_at = greatest(due_at, ?),"
            + " waits_for = case waits_for when 'TURN' then 'START' else waits_for end"
            + " where mailbox_id = ? and state = 'WAITING'",
        starts);
  }

  private static OffsetDateTime time(String instant) {
    return Instant.parse(instant).atOffset(ZoneOffset.UTC);
  }

  static String host(Server server) {
    return server.host().toLowerCase(Locale.ROOT) + ":" + server.port();
  }

  private Map<String, Long> waiting(Set<String> mailboxIds) {
    return database
        .jdbc()
        .sql(
            "select id, mailbox_id from pass where mailbox_id in (:ids) and state = 'WAITING'"
                + " order by id for update")
        .param("ids", mailboxIds)
        .query((row, number) -> Map.entry(row.getString(2), row.getLong(1)))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, two) -> two));
  }

  private static @Nullable String text(RowOptions options) {
    return options.values().isEmpty() ? null : StoredJson.write(options);
  }
}

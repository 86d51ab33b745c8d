package org.mailcaravan.secrets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Parts;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * A vault in the table {@code credential}. Each secret is sealed in an {@link Envelope} that opens
 * only for its mailbox and role. Each has its own key in {@link KeySlots}: when that is
 * overwritten, copies of the envelope in the files of the database can no longer be opened.
 *
 * <p>A key is written before its row, or with it, and erased after the row is deleted. So a kill
 * can only leave a key without a row, which {@link #tidy} erases. On PostgreSQL several programs
 * may do all this at the same time.
 */
public final class SealedVault implements Vault {
  private static final Logger LOG = LoggerFactory.getLogger(SealedVault.class);

  /** Mailboxes whose credentials are deleted in one transaction. */
  private static final int AT_ONCE = 500;

  private record Row(String mailboxId, Role role, String sealed) {
    static Row of(ResultSet row, int number) throws SQLException {
      return new Row(row.getString(1), Role.valueOf(row.getString(2)), row.getString(3));
    }

    String owner() {
      return SealedVault.owner(mailboxId, role);
    }
  }

  private final JdbcClient jdbc;
  private final KeyRing keys;
  private final KeySlots slots;
  private final Envelope envelope;
  private final Clock clock;
  private final Consumer<Runnable> together;

  /**
   * @param together runs work in one transaction, since each one waits for the disk and makes the
   *     database file grow; runs it again if another transaction has inserted the same row
   */
  public SealedVault(
      JdbcClient jdbc, KeyRing keys, KeySlots slots, Clock clock, Consumer<Runnable> together) {
    this.together = together;
    this.jdbc = jdbc;
    this.keys = keys;
    this.slots = slots;
    this.envelope = new Envelope(keys, slots);
    this.clock = clock;
  }

  /**
   * Erases keys that a kill has left. Seals again what is sealed with an old key or in the form of
   * an earlier version. To be called at the start, before anything is stored.
   */
  public void tidy() {
    slots.eraseUnused(
        () -> {
          Set<Integer> used = new HashSet<>();
          rows().forEach(row -> Envelope.slot(row.sealed()).ifPresent(used::add));
          return used;
        });
    List<Row> old = new ArrayList<>();
    List<Credential> opened = new ArrayList<>();
    int closed = 0;
    for (Row row : rows()) {
      if (envelope.isOld(row.sealed())) {
        try {
          Secret secret = envelope.open(row.sealed(), row.owner());
          opened.add(new Credential(row.mailboxId(), row.role(), secret));
          old.add(row);
        } catch (Envelope.Closed e) {
          closed++;
        }
      }
    }
    sealAnew(old, opened);
    if (!old.isEmpty()) {
      LOG.info(
          "{} passwords sealed again with the newest key; older keys no longer open them",
          old.size());
    }
    if (closed > 0) {
      LOG.warn("{} passwords cannot be opened: their key is missing, or they were changed", closed);
    }
  }

  private List<Row> rows() {
    return jdbc.sql("select mailbox_id, role, sealed from credential").query(Row::of).list();
  }

  private void sealAnew(List<Row> old, List<Credential> opened) {
    List<String> gone = new ArrayList<>();
    together.accept(
        () -> {
          List<String> anew = sealed(opened, gone);
          for (int i = 0; i < old.size(); i++) {
            Row row = old.get(i);
            // Another program may have replaced it meanwhile.
            gone.add(exchange(row, anew.get(i)) ? row.sealed() : anew.get(i));
          }
        });
    eraseKeys(gone);
  }

  /**
   * Takes keys over from the file in which an earlier version kept them, and deletes the file. Only
   * keys are taken that open a password of this database.
   *
   * @param dataFolder where the file is; nothing is done where it is not there
   * @param isOnlyOurs whether no other database uses the file
   */
  public void takeOver(Path dataFolder, boolean isOnlyOurs) {
    if (!(slots instanceof KeyTable table) || Files.notExists(dataFolder.resolve(KeySlots.FILE))) {
      return;
    }
    try (KeyFile file = KeyFile.in(dataFolder)) {
      Envelope before = new Envelope(keys, file);
      List<Integer> moved = new ArrayList<>();
      together.accept(
          () -> {
            moved.clear();
            List<KeySlots.Slot> taken = new ArrayList<>();
            for (Row row : rows()) {
              int number = Envelope.slot(row.sealed()).orElse(-1);
              if (number >= 0 && before.opens(row.sealed(), row.owner())) {
                moved.add(number);
                if (table.find(number).isEmpty()) {
                  file.find(number).ifPresent(taken::add);
                }
              }
            }
            table.put(taken);
          });
      if (isOnlyOurs) {
        file.dispose();
      } else {
        file.erase(moved);
      }
      if (!moved.isEmpty()) {
        LOG.info("keys of {} passwords taken over into the database", moved.size());
      }
    }
  }

  @Override
  public void putAll(List<Credential> credentials) {
    List<String> gone = new ArrayList<>();
    together.accept(
        () -> {
          List<String> envelopes = sealed(credentials, gone);
          for (int i = 0; i < credentials.size(); i++) {
            put(credentials.get(i), envelopes.get(i)).ifPresent(gone::add);
          }
        });
    eraseKeys(gone);
  }

  /**
   * Seals within a transaction.
   *
   * @param gone what the transaction made unused when it was tried before; is emptied
   */
  private List<String> sealed(List<Credential> credentials, List<String> gone) {
    gone.clear();
    List<KeySlots.Slot> taken = slots.take(credentials.size());
    List<String> envelopes = new ArrayList<>(credentials.size());
    for (int i = 0; i < credentials.size(); i++) {
      Credential credential = credentials.get(i);
      String owner = owner(credential.mailboxId(), credential.role());
      envelopes.add(envelope.seal(credential.secret(), owner, taken.get(i)));
    }
    return envelopes;
  }

  /** Stores an envelope and returns the previous one. */
  private Optional<String> put(Credential credential, String text) {
    // H2 and PostgreSQL have no common statement for "insert or update".
    Optional<String> before =
        jdbc.sql("select sealed from credential where mailbox_id = ? and role = ? for update")
            .params(credential.mailboxId(), credential.role().name())
            .query(String.class)
            .optional();
    if (before.isPresent()) {
      update(credential, text);
    } else {
      insert(credential, text);
    }
    return before;
  }

  private void update(Credential credential, String text) {
    jdbc.sql("update credential set sealed = ?, stored_at = ? where mailbox_id = ? and role = ?")
        .params(text, utc(clock.instant()), credential.mailboxId(), credential.role().name())
        .update();
  }

  private void insert(Credential credential, String text) {
    jdbc.sql("insert into credential (mailbox_id, role, sealed, stored_at) values (?, ?, ?, ?)")
        .params(credential.mailboxId(), credential.role().name(), text, utc(clock.instant()))
        .update();
  }

  private Optional<String> stored(String mailboxId, Role role) {
    return jdbc.sql("select sealed from credential where mailbox_id = ? and role = ?")
        .params(mailboxId, role.name())
        .query(String.class)
        .optional();
  }

  /**
   * {@inheritDoc}
   *
   * @throws NeedsAttention when its key is missing, or it was tampered with
   */
  @Override
  public Optional<Secret> find(String mailboxId, Role role) {
    return stored(mailboxId, role).flatMap(text -> open(text, mailboxId, role));
  }

  @Override
  public List<Credential> findAll(Collection<String> mailboxIds) {
    List<Credential> found = new ArrayList<>();
    for (Row row : rowsOf(mailboxIds)) {
      try {
        open(row.sealed(), row.mailboxId(), row.role())
            .ifPresent(secret -> found.add(new Credential(row.mailboxId(), row.role(), secret)));
      } catch (NeedsAttention e) {
        LOG.debug("{}", e.getMessage());
      }
    }
    return found;
  }

  private List<Row> rowsOf(Collection<String> mailboxIds) {
    return mailboxIds.isEmpty()
        ? List.of()
        : jdbc.sql("select mailbox_id, role, sealed from credential where mailbox_id in (:ids)")
            .param("ids", mailboxIds)
            .query(Row::of)
            .list();
  }

  @Override
  public void renew(Collection<String> mailboxIds) {
    if (!mailboxIds.isEmpty()) {
      jdbc.sql("update credential set stored_at = :now where mailbox_id in (:ids)")
          .param("now", utc(clock.instant()))
          .param("ids", mailboxIds)
          .update();
    }
  }

  private Optional<Secret> open(String text, String mailboxId, Role role) {
    try {
      return Optional.of(envelope.open(text, owner(mailboxId, role)));
    } catch (Envelope.Closed e) {
      Optional<String> now = stored(mailboxId, role);
      if (!now.equals(Optional.of(text))) {
        // It was replaced or deleted just now, and its key with it.
        return now.flatMap(other -> open(other, mailboxId, role));
      }
      throw new NeedsAttention(
          new Problem(
              Where.words("stored credentials"),
              "the "
                  + role.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                  + " password "
                  + e.getMessage(),
              Owner.US,
              "Put the key back into the key file (secrets.key-file) or "
                  + KeySource.VARIABLE
                  + ", or drop the request once more."),
          e);
    }
  }

  @Override
  public boolean replace(String mailboxId, Role role, Secret before, Secret after) {
    String text = stored(mailboxId, role).orElse("");
    if (text.isEmpty() || !open(text, mailboxId, role).equals(Optional.of(before))) {
      return false;
    }
    List<String> gone = new ArrayList<>();
    AtomicBoolean replaced = new AtomicBoolean();
    together.accept(
        () -> {
          String anew = sealed(List.of(new Credential(mailboxId, role, after)), gone).get(0);
          replaced.set(exchange(new Row(mailboxId, role, text), anew));
          gone.add(replaced.get() ? text : anew);
        });
    eraseKeys(gone);
    return replaced.get();
  }

  /** Whether a row is still there, and has another envelope now. */
  private boolean exchange(Row row, String anew) {
    return jdbc.sql(
                "update credential set sealed = ? where mailbox_id = ? and role = ? and sealed = ?")
            .params(anew, row.mailboxId(), row.role().name(), row.sealed())
            .update()
        > 0;
  }

  @Override
  public void forget(Collection<String> mailboxIds) {
    List<String> gone = new ArrayList<>();
    together.accept(
        () -> {
          gone.clear();
          for (String mailboxId : mailboxIds) {
            gone.addAll(
                jdbc.sql("select sealed from credential where mailbox_id = ? for update")
                    .param(mailboxId)
                    .query(String.class)
                    .list());
            jdbc.sql("delete from credential where mailbox_id = ?").param(mailboxId).update();
          }
        });
    eraseKeys(gone);
  }

  @Override
  public int forgetBefore(Instant instant, UnaryOperator<List<String>> unneeded) {
    OffsetDateTime before = utc(instant);
    List<String> old =
        unneeded.apply(
            jdbc.sql("select distinct mailbox_id from credential where stored_at < ? order by 1")
                .param(before)
                .query(String.class)
                .list());
    int forgotten = 0;
    for (List<String> some : Parts.of(old, AT_ONCE)) {
      forgotten += forgetBefore(before, some);
    }
    return forgotten;
  }

  @Override
  public void sweep() {
    slots.sweep();
  }

  /** What a request has renewed meanwhile stays. */
  private int forgetBefore(OffsetDateTime before, List<String> mailboxIds) {
    List<Row> gone = new ArrayList<>();
    together.accept(
        () -> {
          gone.clear();
          gone.addAll(
              jdbc.sql(
                      "select mailbox_id, role, sealed from credential where stored_at < :before"
                          + " and mailbox_id in (:ids) order by mailbox_id, role for update")
                  .param("before", before)
                  .param("ids", mailboxIds)
                  .query(Row::of)
                  .list());
          for (Row row : gone) {
            jdbc.sql("delete from credential where mailbox_id = ? and role = ? and sealed = ?")
                .params(row.mailboxId(), row.role().name(), row.sealed())
                .update();
          }
        });
    eraseKeys(gone.stream().map(Row::sealed).toList());
    return Math.toIntExact(gone.stream().map(Row::mailboxId).distinct().count());
  }

  /**
   * Erases keys in a file after the commit of the transaction around it: when that is rolled back,
   * what they open is there again. After a kill in between, {@link #tidy} does it.
   */
  private void eraseKeys(List<String> envelopes) {
    List<Integer> numbers =
        envelopes.stream()
            .map(Envelope::slot)
            .filter(OptionalInt::isPresent)
            .map(OptionalInt::getAsInt)
            .toList();
    if (slots instanceof KeyTable || !TransactionSynchronizationManager.isSynchronizationActive()) {
      slots.erase(numbers);
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCompletion(int status) {
            if (status == STATUS_COMMITTED) {
              slots.erase(numbers);
            }
          }
        });
  }

  private static String owner(String mailboxId, Role role) {
    return role.name() + "\0" + mailboxId;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}

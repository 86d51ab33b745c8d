package org.mailcaravan.intake;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Sender;
import org.mailcaravan.model.Side;
import org.mailcaravan.secrets.NewPasswords;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.PasswordTrials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to a migration: the bean {@code requests} of the routes. Thread-safe. */
public final class Requests {
  private static final Logger LOG = LoggerFactory.getLogger(Requests.class);

  /**
   * Passwords that are stored together: each write waits for the disk, and all sealed passwords of
   * a large request take much memory.
   */
  private static final int MOST_SEALED_AT_ONCE = 2000;

  private final RequestReader reader;
  private final Database database;
  private final Migrations migrations;
  private final NewPasswords passwords;
  private final PasswordTrials trials;
  private final MailboxLogins logins;
  private final Answers answers;
  private final Schedule schedule;
  private final Progress progress;

  public Requests(
      RequestReader reader,
      Database database,
      Migrations migrations,
      Vault vault,
      PasswordTrials trials,
      Answers answers,
      Schedule schedule,
      Progress progress) {
    this.reader = reader;
    this.database = database;
    this.migrations = migrations;
    this.passwords = new NewPasswords(vault);
    this.trials = trials;
    this.logins = new MailboxLogins(database);
    this.answers = answers;
    this.schedule = schedule;
    this.progress = progress;
  }

  /**
   * Reads the file that a command names; stores nothing.
   *
   * @throws org.mailcaravan.model.RequestRejected when the file as a whole cannot be used
   */
  public Request read(String file) {
    return reader.read(Path.of(file));
  }

  /**
   * Stores a request as a migration with its credentials and the answer to its sender, all or
   * nothing, and tells who watches.
   */
  public Migration open(Request request) {
    Request settled = schedule.settle(request);
    Migration migration = database.tryingAgain(() -> store(settled));
    LOG.info(
        "migration {} opened: {} mailboxes, {} problems in rejected rows, read as {}",
        migration.id(),
        migration.mailboxes().size(),
        migration.rejected().size(),
        migration.reading().summary());
    migration.reading().notes().forEach(note -> LOG.info("migration {}: {}", migration.id(), note));
    progress.migrationOpened(migration);
    return migration;
  }

  private Migration store(Request request) {
    Migration migration = migrations.open(request);
    List<Vault.Credential> credentials = new ArrayList<>();
    List<String> withoutPassword = new ArrayList<>();
    Iterator<Mailbox> mailboxes = migration.mailboxes().iterator();
    for (RequestRow row : request.rows()) {
      String mailbox = mailboxes.next().id();
      if (row.lacksPassword()) {
        withoutPassword.add(mailbox);
      } else {
        credentials.add(new Vault.Credential(mailbox, Vault.Role.SOURCE, row.sourcePassword()));
      }
      Secret destinationPassword = row.destinationPassword();
      if (destinationPassword != null) {
        credentials.add(new Vault.Credential(mailbox, Vault.Role.DESTINATION, destinationPassword));
      }
      if (credentials.size() + withoutPassword.size() >= MOST_SEALED_AT_ONCE) {
        take(credentials, request);
        passwords.trust(withoutPassword);
        credentials.clear();
        withoutPassword.clear();
      }
    }
    take(credentials, request);
    passwords.trust(withoutPassword);
    Sender sender = request.sender();
    if (sender != null) {
      answers.queue(Answers.Answer.of(migration.id(), sender));
    }
    return migration;
  }

  /** Takes passwords; those by mail that will be tried for accounts which are known are counted. */
  private void take(List<Vault.Credential> credentials, Request request) {
    NewPasswords.Taken taken = passwords.take(credentials);
    taken.refused().forEach(logins::forgetGroupware);
    if (request.channel() == Channel.MAIL) {
      for (Side side : Side.values()) {
        count(credentials, taken.tried(), side);
      }
    }
  }

  private void count(
      List<Vault.Credential> credentials, Set<NewPasswords.Account> changed, Side side) {
    Vault.Role role = side == Side.SOURCE ? Vault.Role.SOURCE : Vault.Role.DESTINATION;
    List<Vault.Credential> own =
        credentials.stream()
            .filter(each -> each.role() == role && !each.secret().isEmpty())
            .toList();
    Map<String, String> known =
        trials.known(own.stream().map(Vault.Credential::mailboxId).toList(), side);
    Set<Guess> counted = new HashSet<>();
    for (Vault.Credential each : own) {
      String mailbox = each.mailboxId();
      if ((known.containsKey(mailbox) || changed.contains(new NewPasswords.Account(mailbox, role)))
          && counted.add(new Guess(known.getOrDefault(mailbox, mailbox), each.secret()))) {
        trials.tried(mailbox, side, Channel.MAIL.id());
      }
    }
  }

  /** A password for an account; several mailboxes of a request may have the same. */
  private record Guess(String account, Secret password) {}
}

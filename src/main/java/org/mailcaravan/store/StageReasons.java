package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.MailboxStage;
import org.mailcaravan.model.MigrationStage;

/** Why a migration is in a stage, in words with numbers, as its events say it. Thread-safe. */
final class StageReasons {
  /** How many domains are named. */
  private static final int MOST_DOMAINS = 3;

  private static final String WAITING_DOMAINS =
      "select distinct m.mail_domain, d.words from migration_mailbox mm"
          + " join mailbox m on m.id = mm.mailbox_id left join cutover_domain d on d.domain = m.mail_domain"
          + " where mm.migration_id = ? and m.cutover_at is null and m.mail_domain is not null"
          + " order by m.mail_domain limit "
          + (MOST_DOMAINS + 1);

  private final Database database;
  private final boolean watched;

  /**
   * @param watched whether it is known which MX hosts are ours, so that somebody looks at the DNS
   */
  StageReasons(Database database, boolean watched) {
    this.database = database;
    this.watched = watched;
  }

  String of(String migration, MigrationStage stage, Map<MailboxStage, Long> mailboxes) {
    long all =
        mailboxes.entrySet().stream()
            .filter(each -> each.getKey() != MailboxStage.CANCELLED)
            .mapToLong(Map.Entry::getValue)
            .sum();
    return switch (stage) {
      case WAITING -> waits(mailboxes, MailboxStage.WAITING, all, "turn");
      case WAITING_FOR_START -> waits(mailboxes, MailboxStage.WAITING_FOR_START, all, "start");
      case WAITING_FOR_WINDOW ->
          waits(mailboxes, MailboxStage.WAITING_FOR_WINDOW, all, "window to open");
      case WAITING_FOR_MAILBOX ->
          waits(mailboxes, MailboxStage.WAITING_FOR_MAILBOX, all, "mailbox at the new server");
      case WAITING_FOR_PASSWORD ->
          waits(mailboxes, MailboxStage.WAITING_FOR_PASSWORD, all, "password at the old provider");
      case COPYING ->
          "first passes run; %d of %s are done".formatted(passed(mailboxes), mailboxes(all));
      case NEEDS_ATTENTION ->
          (all == 1
                  ? "its mailbox cannot go on until a person acts"
                  : "%d of %s cannot go on until a person acts"
                      .formatted(count(mailboxes, MailboxStage.NEEDS_ATTENTION), mailboxes(all)))
              + withoutPassword(migration);
      case WAITING_FOR_CUTOVER ->
          (all == 1
                  ? "its first pass is done"
                  : "the first passes of all " + mailboxes(all) + " are done")
              + domains(migration);
      case FINAL_PASSES ->
          "all mail comes to us; final passes run, and the old server is quiet for %d of %s"
                  .formatted(count(mailboxes, MailboxStage.QUIET), mailboxes(all))
              + withoutPassword(migration);
      case COMPLETE ->
          "the last final passes of %s brought nothing more"
              .formatted(all == 1 ? "its mailbox" : "all " + mailboxes(all));
      case CLOSED -> "no row of its request named a mailbox that could be moved";
      case CANCELLED ->
          all == 0 && count(mailboxes, MailboxStage.CANCELLED) > 0
              ? "a person has cancelled all of its mailboxes"
              : "a person has cancelled it";
    };
  }

  /**
   * @param what of each
   */
  private static String waits(
      Map<MailboxStage, Long> mailboxes, MailboxStage stage, long all, String what) {
    long waiting = count(mailboxes, stage);
    return all == 1
        ? "its mailbox waits for its " + what
        : "%d of %s wait, each for its %s".formatted(waiting, mailboxes(all), what);
  }

  private static String mailboxes(long number) {
    return number == 1 ? "1 mailbox" : number + " mailboxes";
  }

  private static long passed(Map<MailboxStage, Long> mailboxes) {
    return count(mailboxes, MailboxStage.WAITING_FOR_CUTOVER)
        + count(mailboxes, MailboxStage.FINAL_PASSES)
        + count(mailboxes, MailboxStage.QUIET);
  }

  private static long count(Map<MailboxStage, Long> mailboxes, MailboxStage stage) {
    return mailboxes.getOrDefault(stage, 0L);
  }

  private String withoutPassword(String migration) {
    long without = withoutPassword(database, migration);
    return without == 0
        ? ""
        : "; final passes of "
            + mailboxes(without)
            + " need the password again, which we no longer have";
  }

  /** Of how many mailboxes of a migration no final pass can run, since the password is gone. */
  static long withoutPassword(Database database, String migration) {
    return database
        .jdbc()
        .sql(
            "select count(*) from mailbox m where m.id in (select mailbox_id from migration_mailbox"
                + " where migration_id = ?) and "
                + LaterPasses.WITHOUT_PASSWORD)
        .param(migration)
        .query(Long.class)
        .single();
  }

  /** What is known of the domains whose mail does not come to us yet. */
  private String domains(String migration) {
    if (!watched) {
      return "; cutover.mx-hosts is empty, so a person has to say when their mail comes to us";
    }
    List<String> known =
        database
            .jdbc()
            .sql(WAITING_DOMAINS)
            .param(migration)
            .query(
                (row, number) -> {
                  String words = row.getString("words");
                  return row.getString("mail_domain") + (words == null ? "" : " (" + words + ")");
                })
            .list();
    if (known.isEmpty()) {
      return "; DNS cannot tell when their mail comes to us, so a person has to say it";
    }
    List<String> named = new ArrayList<>(known.subList(0, Math.min(MOST_DOMAINS, known.size())));
    if (known.size() > MOST_DOMAINS) {
      named.add("others");
    }
    return "; the MX records of these domains do not name us yet: " + String.join(", ", named);
  }
}

package org.mailcaravan.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.springframework.dao.DuplicateKeyException;

/**
 * Knows a mail that answers one of our answers, and the migration that it is about. The Message-IDs
 * of our answers are signed with a key of the database (HMAC-SHA256), which all nodes share:
 * whoever has not got an answer of ours cannot make up one. Thread-safe.
 */
public final class AnswerThreads {
  private static final int SHOWN_OF_KEY = 16;
  private static final int LENGTH_OF_KEY = 64;
  private static final int SHOWN_OF_SIGNATURE = 20;
  private static final int OCTETS_OF_SECRET = 32;

  /**
   * The first digits of the key of a mail, and the number of its part; short, since some programs
   * break longer ids when they answer.
   */
  private static final Pattern ID =
      Pattern.compile("<answer\\.([0-9a-f]{16})((?:-\\d{1,4})?)\\.([0-9a-f]{20})@[^<>\\s]+>");

  /** Of a mail that tells of a migration: the number of what it tells of. */
  private static final Pattern TELLING =
      Pattern.compile("<(telling\\.(\\d{1,18}))\\.([0-9a-f]{20})@[^<>\\s]+>");

  private final Database database;
  private volatile @Nullable SecretKeySpec key;

  public AnswerThreads(Database database) {
    this.database = database;
  }

  /**
   * A migration that an answer of ours told of.
   *
   * @param opened when its request came
   * @param mailboxes those that it moves, in their order
   * @param language of that answer; null where its request did not tell it
   */
  public record Known(
      String migration, Instant opened, List<Named> mailboxes, @Nullable Language language) {
    public Known {
      mailboxes = List.copyOf(mailboxes);
    }
  }

  /** A mailbox of a migration, with its addresses. */
  public record Named(String id, String source, String destination) {
    /** Whether an address is one of its addresses. */
    public boolean isAt(String address) {
      return address.equalsIgnoreCase(source) || address.equalsIgnoreCase(destination);
    }
  }

  /**
   * The Message-ID of an answer.
   *
   * @param answerKey of the mail that it answers, as {@link
   *     org.mailcaravan.model.ReplyTo#requestKey}
   * @param domain of our address
   */
  public String messageId(String answerKey, String domain) {
    String shown = answerKey.substring(0, SHOWN_OF_KEY) + answerKey.substring(LENGTH_OF_KEY);
    return "<answer." + shown + "." + signature(shown) + "@" + domain + ">";
  }

  /**
   * The Message-ID of a mail that tells of a migration.
   *
   * @param event the number of what it tells of
   * @param domain of our address
   */
  public String messageIdOf(long event, String domain) {
    return "<telling." + event + "." + signature("telling." + event) + "@" + domain + ">";
  }

  /**
   * The migration that the last of our answers in a thread told of; empty where none of the ids is
   * ours, or the answer went to somebody else.
   *
   * @param ids the message ids of the thread, oldest first
   * @param sender who sends a mail in this thread
   */
  public Optional<Known> find(List<String> ids, String sender) {
    for (int i = ids.size() - 1; i >= 0; i--) {
      Matcher telling = TELLING.matcher(ids.get(i));
      if (telling.matches() && isSigned(telling.group(1), telling.group(3))) {
        Optional<Known> thread = toldOf(Long.parseLong(telling.group(2)), sender).map(this::thread);
        if (thread.isPresent()) {
          return thread;
        }
      }
      Matcher id = ID.matcher(ids.get(i));
      if (id.matches() && isSigned(id.group(1) + id.group(2), id.group(3))) {
        Optional<Known> thread = told(id.group(1), id.group(2), sender).map(this::thread);
        if (thread.isPresent()) {
          return thread;
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Where a mailbox does not let us in, as the customer was told.
   *
   * @param atOld at the old provider, or its password has not come
   * @param atNew at the new server
   */
  public record Refused(boolean atOld, boolean atNew) {}

  /** Which password of a mailbox we have asked for. */
  public Refused refused(String mailboxId) {
    List<Problem> told = CustomerSteps.toldOf(database, mailboxId);
    boolean isAwaited =
        !database
            .jdbc()
            .sql(
                "select 1 from pass where mailbox_id = ? and state = 'WAITING' and waits_for = 'PASSWORD'")
            .param(mailboxId)
            .query(Integer.class)
            .list()
            .isEmpty();
    return new Refused(
        isAwaited || told.stream().anyMatch(CustomerSteps::isOfOldLogin),
        told.stream().anyMatch(Preflight::mayBeMissing));
  }

  /** From now on a queued answer counts as one about a migration. */
  public void about(String answerKey, String migration) {
    int unused =
        database
            .jdbc()
            .sql("update answer set about = ? where id = ?")
            .params(migration, answerKey)
            .update();
  }

  /** An answer of ours. */
  private record Told(String migration, Instant opened, String language) {}

  private Optional<Told> told(String key, String part, String sender) {
    return database
        .jdbc()
        .sql(
            "select m.id, m.opened_at, a.language from answer a join migration m"
                + " on m.id = coalesce(a.about, a.request_id)"
                + " where a.id > ? and a.id < ? and a.recipient = ? and substring(a.id, 65) = ?")
        .params(key, key + "g", sender.toLowerCase(Locale.ROOT), part)
        .query(
            (row, number) ->
                new Told(
                    row.getString("id"),
                    Times.present(row, "opened_at"),
                    row.getString("language")))
        .optional();
  }

  private Optional<Told> toldOf(long event, String sender) {
    return database
        .jdbc()
        .sql(
            "select m.id, m.opened_at, a.language from telling t join migration m on m.id = t.migration_id"
                + " join answer a on a.request_id = m.request_id where t.event_number = ? and t.receiver = 'mail'"
                + " and a.follows is null and a.recipient = ?")
        .params(event, sender.toLowerCase(Locale.ROOT))
        .query(
            (row, number) ->
                new Told(
                    row.getString("id"),
                    Times.present(row, "opened_at"),
                    row.getString("language")))
        .optional();
  }

  private Known thread(Told told) {
    return new Known(
        told.migration,
        told.opened,
        database
            .jdbc()
            .sql(
                "select m.id, m.source_address, m.destination_address from mailbox m where m.id in"
                    + " (select mailbox_id from migration_mailbox where migration_id = ?) order by m.id")
            .param(told.migration)
            .query(
                (row, number) ->
                    new Named(
                        row.getString("id"),
                        row.getString("source_address"),
                        row.getString("destination_address")))
            .list(),
        Language.of(told.language).orElse(null));
  }

  private boolean isSigned(String shown, String signature) {
    return MessageDigest.isEqual(
        signature(shown).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.US_ASCII));
  }

  private String signature(String shown) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key());
      byte[] signed = mac.doFinal(shown.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(signed).substring(0, SHOWN_OF_SIGNATURE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private SecretKeySpec key() {
    SecretKeySpec known = key;
    if (known == null) {
      known = new SecretKeySpec(HexFormat.of().parseHex(secret()), "HmacSHA256");
      key = known;
    }
    return known;
  }

  private String secret() {
    Optional<String> stored = stored();
    if (stored.isPresent()) {
      return stored.get();
    }
    byte[] made = new byte[OCTETS_OF_SECRET];
    new SecureRandom().nextBytes(made);
    try {
      int unused =
          database
              .jdbc()
              .sql("insert into message_id_key (id, secret) values (1, ?)")
              .param(HexFormat.of().formatHex(made))
              .update();
    } catch (DuplicateKeyException e) {
      // Another node was first.
    }
    return stored().orElseThrow();
  }

  private Optional<String> stored() {
    return database
        .jdbc()
        .sql("select secret from message_id_key where id = 1")
        .query(String.class)
        .optional();
  }
}

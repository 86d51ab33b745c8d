package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.mailcaravan.model.Fingerprint;

/**
 * The messages of one folder pair, and of its account, that came short, and how far the sizes that
 * the account's server announces can be believed. Not thread-safe.
 */
public final class ShortMessages {
  private static final String COLUMNS = "given, announced, octets, sure";

  private final Database database;
  private final String id;
  private final AccountPair accounts;

  ShortMessages(Database database, String id, AccountPair accounts) {
    this.database = database;
    this.id = id;
    this.accounts = accounts;
  }

  /**
   * How announced sizes were.
   *
   * @param fitting of how many messages as many octets came as were announced
   * @param others of how many others did
   */
  public record Tally(long fitting, long others) {
    /** Both together. */
    public Tally plus(Tally more) {
      return new Tally(fitting + more.fitting, others + more.others);
    }
  }

  /**
   * Notes, before they are stored, that messages came short. What was noted of one before stays,
   * for it counts as long as that is what is stored.
   */
  public void put(Map<Long, ShortMessage> messages) {
    database.inTransaction(
        () ->
            messages.forEach(
                (uid, message) -> {
                  delete(uid, message.given());
                  database
                      .jdbc()
                      .sql(
                          "insert into short_message (source_account, destination_account, folder_pair_id, source_uid,"
                              + " given, announced, octets, sure) values (?, ?, ?, ?, ?, ?, ?, ?)")
                      .params(
                          accounts.source(),
                          accounts.destination(),
                          id,
                          uid,
                          message.given(),
                          message.announced(),
                          message.octets(),
                          message.sure())
                      .update();
                }));
  }

  /** Forgets what is not stored any more, since more has come: by UID, as it came before. */
  public void remove(Map<Long, ShortMessage> messages) {
    database.inTransaction(() -> messages.forEach((uid, message) -> delete(uid, message.given())));
  }

  private void delete(long uid, String given) {
    database
        .jdbc()
        .sql("delete from short_message where folder_pair_id = ? and source_uid = ? and given = ?")
        .params(id, uid, given)
        .update();
  }

  /** Those of the folder, by source UID and as {@code stored} says that they are stored. */
  public NavigableMap<Long, ShortMessage> ofFolder(FolderLedger stored) {
    NavigableMap<Long, ShortMessage> messages = new TreeMap<>();
    List<Map.Entry<Long, ShortMessage>> noted =
        database
            .jdbc()
            .sql("select source_uid, " + COLUMNS + " from short_message where folder_pair_id = ?")
            .param(id)
            .query((row, number) -> Map.entry(row.getLong(1), read(row, 2)))
            .list();
    for (Map.Entry<Long, ShortMessage> one : noted) {
      Place place = stored.place(one.getKey());
      Fingerprint fingerprint = stored.fingerprint(one.getKey());
      if (place != null
          && !place.gone()
          && fingerprint != null
          && one.getValue().given().equals(fingerprint.whole())) {
        messages.put(one.getKey(), one.getValue());
      }
    }
    return messages;
  }

  /** Those of the account, by what came. */
  public Map<String, ShortMessage> ofAccount() {
    Map<String, ShortMessage> messages = new HashMap<>();
    database
        .jdbc()
        .sql(
            "select "
                + COLUMNS
                + " from short_message where source_account = :source and destination_account = :destination")
        .param("source", accounts.source())
        .param("destination", accounts.destination())
        .query(
            row -> {
              ShortMessage message = read(row, 1);
              messages.merge(message.given(), message, (one, other) -> one.sure() ? one : other);
            });
    return messages;
  }

  private static ShortMessage read(ResultSet row, int from) throws SQLException {
    return new ShortMessage(
        row.getString(from),
        row.getLong(from + 1),
        row.getLong(from + 2),
        row.getBoolean(from + 3));
  }

  /** How the sizes of all messages of the account were that came so far. */
  public Tally tally() {
    return database
        .jdbc()
        .sql(
            "select fitting, others from announced_size where source_account = ? and destination_account = ?")
        .params(accounts.source(), accounts.destination())
        .query((row, number) -> new Tally(row.getLong(1), row.getLong(2)))
        .optional()
        .orElse(new Tally(0, 0));
  }

  /** Keeps how they were. */
  public void tally(Tally tally) {
    database.put(
        () ->
            database
                .jdbc()
                .sql(
                    "update announced_size set fitting = ?, others = ? where source_account = ? and"
                        + " destination_account = ?")
                .params(tally.fitting(), tally.others(), accounts.source(), accounts.destination())
                .update(),
        () ->
            database
                .jdbc()
                .sql(
                    "insert into announced_size (source_account, destination_account, fitting, others) values (?, ?, ?,"
                        + " ?)")
                .params(accounts.source(), accounts.destination(), tally.fitting(), tally.others())
                .update());
  }

  /** Forgets all of an account. */
  static void forget(Database database, AccountPair accounts) {
    for (String table : List.of("short_message", "announced_size")) {
      database
          .jdbc()
          .sql("delete from " + table + " where source_account = ? and destination_account = ?")
          .params(accounts.source(), accounts.destination())
          .update();
    }
  }
}

package org.mailcaravan.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was stored in address books and calendars at the destination. It outlives batches, so that a
 * later import knows what it brought from what the user made. Thread-safe.
 */
public final class StoredResources {
  private final Database database;

  public StoredResources(Database database) {
    this.database = database;
  }

  /**
   * A resource as it stood after it was stored or found.
   *
   * @param href its path on the server
   * @param etag as the server gave it, or null where it gives none
   * @param sent digest of what the export said
   * @param held digest of what the server had after
   */
  public record Stored(String href, @Nullable String etag, String sent, String held) {}

  /**
   * The key of a collection, made when it is not known yet.
   *
   * @param account the address whose collection it is
   * @param url without a login
   */
  public String collection(String account, String url) {
    return database.inTransaction(
        () ->
            database
                .jdbc()
                .sql("select id from groupware_collection where account = ? and url = ?")
                .params(account, url)
                .query(String.class)
                .optional()
                .orElseGet(() -> create(account, url)));
  }

  private String create(String account, String url) {
    String id = UUID.randomUUID().toString();
    database
        .jdbc()
        .sql("insert into groupware_collection (id, account, url) values (?, ?, ?)")
        .params(id, account, url)
        .update();
    return id;
  }

  /**
   * The URL of the collection that something of an account was put into before, if anything was
   * stored in it.
   *
   * @param choice stands for what it was, at most 32 characters
   */
  public Optional<String> chosen(String account, String choice) {
    return database
        .jdbc()
        .sql(
            "select c.url from groupware_choice w join groupware_collection c"
                + " on c.id = w.collection_id where w.account = ? and w.choice = ?"
                + " and exists (select 1 from stored_resource r where r.collection_id = c.id)")
        .params(account, choice)
        .query(String.class)
        .optional();
  }

  /** Records where something goes from now on. */
  public void choose(String account, String choice, String collection) {
    database.inTransaction(
        () -> {
          database
              .jdbc()
              .sql("delete from groupware_choice where account = ? and choice = ?")
              .params(account, choice)
              .update();
          database
              .jdbc()
              .sql("insert into groupware_choice (account, choice, collection_id) values (?, ?, ?)")
              .params(account, choice, collection)
              .update();
        });
  }

  /** Everything known of a collection, by the digest of the UID. The map is the caller's. */
  public Map<String, Stored> of(String collection) {
    Map<String, Stored> stored = new HashMap<>();
    database
        .jdbc()
        .sql("select uid, href, etag, sent, held from stored_resource where collection_id = ?")
        .param(collection)
        .query(
            row -> {
              stored.put(
                  row.getString("uid"),
                  new Stored(
                      row.getString("href"),
                      row.getString("etag"),
                      row.getString("sent"),
                      row.getString("held")));
            });
    return stored;
  }

  /** Records resources; replaces what was known about them. */
  public void put(String collection, Map<String, Stored> resources) {
    database.inTransaction(
        () ->
            resources.forEach(
                (uid, stored) -> {
                  database
                      .jdbc()
                      .sql("delete from stored_resource where collection_id = ? and uid = ?")
                      .params(collection, uid)
                      .update();
                  database
                      .jdbc()
                      .sql(
                          "insert into stored_resource (collection_id, uid, href, etag, sent, held)"
                              + " values (?, ?, ?, ?, ?, ?)")
                      .param(collection)
                      .param(uid)
                      .param(stored.href())
                      .param(stored.etag())
                      .param(stored.sent())
                      .param(stored.held())
                      .update();
                }));
  }

  /** Forgets what was in a collection, because it is gone. */
  public void forget(String collection) {
    database
        .jdbc()
        .sql("delete from stored_resource where collection_id = ?")
        .param(collection)
        .update();
  }
}

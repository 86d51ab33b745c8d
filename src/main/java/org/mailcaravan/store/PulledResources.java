package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was pulled from address books and calendars at old providers, so that a later pass asks only
 * for what has changed. Thread-safe.
 */
public final class PulledResources {
  private final Database database;

  public PulledResources(Database database) {
    this.database = database;
  }

  /**
   * A collection at the source.
   *
   * @param syncToken of RFC 6578, when everything up to it had arrived, else null
   * @param arrived resources that have arrived, by the digest of their path
   */
  public record Pulled(String id, @Nullable String syncToken, Map<String, Arrived> arrived) {}

  /**
   * A resource.
   *
   * @param uids digests of the UIDs in it
   */
  public record Arrived(String etag, Set<String> uids) {
    public Arrived {
      uids = Set.copyOf(uids);
    }
  }

  /**
   * What is known of a collection, which is nothing the first time.
   *
   * @param account tells apart mailboxes and what they are moved to
   * @param url without a login
   * @param destination the key of the collection that it goes into; what has arrived in another one
   *     does not count
   * @param emptied whether that was created again
   */
  public Pulled of(String account, String url, String destination, boolean emptied) {
    return database.inTransaction(
        () -> {
          String id = id(account, url);
          boolean same =
              !emptied
                  && database
                          .jdbc()
                          .sql(
                              "select count(*) from pulled_collection where id = ? and"
                                  + " (destination_id is null or destination_id = ?)")
                          .params(id, destination)
                          .query(Integer.class)
                          .single()
                      > 0;
          if (!same) {
            database
                .jdbc()
                .sql("delete from pulled_resource where collection_id = ?")
                .param(id)
                .update();
            upTo(id, null);
          }
          database
              .jdbc()
              .sql("update pulled_collection set destination_id = ? where id = ?")
              .params(destination, id)
              .update();
          return database
              .jdbc()
              .sql("select sync_token from pulled_collection where id = ?")
              .param(id)
              .query((row, number) -> new Pulled(id, row.getString("sync_token"), arrived(id)))
              .single();
        });
  }

  private String id(String account, String url) {
    return database
        .jdbc()
        .sql("select id from pulled_collection where account = ? and url = ?")
        .params(account, url)
        .query(String.class)
        .optional()
        .orElseGet(() -> create(account, url));
  }

  private Map<String, Arrived> arrived(String id) {
    Map<String, Arrived> arrived = new HashMap<>();
    database
        .jdbc()
        .sql("select path, etag, uids from pulled_resource where collection_id = ?")
        .param(id)
        .query(
            row -> {
              String uids = row.getString("uids");
              arrived.put(
                  row.getString("path"),
                  new Arrived(
                      row.getString("etag"),
                      uids == null || uids.isEmpty() ? Set.of() : Set.of(uids.split(" "))));
            });
    return arrived;
  }

  private String create(String account, String url) {
    String id = UUID.randomUUID().toString();
    database
        .jdbc()
        .sql("insert into pulled_collection (id, account, url) values (?, ?, ?)")
        .params(id, account, url)
        .update();
    return id;
  }

  /** Records resources that have arrived, by the digests of their paths. */
  public void put(String id, Map<String, Arrived> resources) {
    database.inTransaction(
        () -> {
          forget(id, resources.keySet());
          resources.forEach(
              (path, resource) ->
                  database
                      .jdbc()
                      .sql(
                          "insert into pulled_resource (collection_id, path, etag, uids) values (?, ?, ?, ?)")
                      .params(id, path, resource.etag(), String.join(" ", resource.uids()))
                      .update());
        });
  }

  /** Forgets resources that the source has no more, by the digests of their paths. */
  public void forget(String id, Collection<String> paths) {
    database.inTransaction(
        () ->
            paths.forEach(
                path ->
                    database
                        .jdbc()
                        .sql("delete from pulled_resource where collection_id = ? and path = ?")
                        .params(id, path)
                        .update()));
  }

  /**
   * Records how far a collection has been pulled.
   *
   * @param syncToken null when the next pull has to look at all of it
   */
  public void upTo(String id, @Nullable String syncToken) {
    database
        .jdbc()
        .sql("update pulled_collection set sync_token = ? where id = ?")
        .param(syncToken)
        .param(id)
        .update();
  }
}

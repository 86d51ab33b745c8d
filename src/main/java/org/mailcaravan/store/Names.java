package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.Target;

/** What people call migrations, mailboxes and hosts. Thread-safe. */
final class Names {
  private static final int MOST = 1000;
  private static final int MOST_HOSTS = 10_000;

  private final Database database;

  Names(Database database) {
    this.database = database;
  }

  /**
   * All that has one of these ids, addresses or names of hosts; at most 1000 of each kind.
   *
   * @param names at most 1000
   */
  List<Target> find(Collection<String> names) {
    Set<String> exact =
        names.stream().filter(Names::mayBe).map(String::strip).collect(Collectors.toSet());
    if (exact.isEmpty()) {
      return List.of();
    }
    Set<String> lower =
        exact.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    List<Target> found = new ArrayList<>();
    // Each on its own, so that each finds its index.
    select("select id from migration where id in (:names) order by id", exact)
        .forEach(id -> found.add(Target.migration(id)));
    Set<String> mailboxes = new LinkedHashSet<>();
    mailboxes.addAll(select("select id from mailbox where id in (:names) order by id", exact));
    mailboxes.addAll(
        select(
            "select id from mailbox where lower(source_address) in (:names)"
                + " or lower(destination_address) in (:names) order by id",
            lower));
    mailboxes.stream().limit(MOST).forEach(id -> found.add(Target.mailbox(id)));
    hosts(lower).forEach(name -> found.add(Target.host(name)));
    return found;
  }

  /**
   * Whether a text may be in the database: PostgreSQL refuses a zero character even in a question.
   */
  static boolean mayBe(@Nullable String text) {
    return text == null || text.indexOf('\0') < 0;
  }

  /** With or without the port; there are few hosts, and their names have no column of their own. */
  private List<String> hosts(Set<String> names) {
    return database
        .jdbc()
        .sql("select name from host order by name limit " + MOST_HOSTS)
        .query(String.class)
        .list()
        .stream()
        .filter(
            name ->
                names.contains(name)
                    || names.contains(name.substring(0, Math.max(0, name.lastIndexOf(':')))))
        .limit(MOST)
        .toList();
  }

  private List<String> select(String sql, Set<String> names) {
    return database
        .jdbc()
        .sql(sql + " limit " + MOST)
        .param("names", names)
        .query(String.class)
        .list();
  }
}

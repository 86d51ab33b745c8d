package org.mailcaravan.store;

import java.util.Map;
import java.util.TreeMap;

/**
 * What an H2 executes, of all its connections, counted by itself; not the ends of transactions, and
 * not what a pool and the URL ask of each new connection.
 */
public final class ExecutedStatements {
  /** H2 forgets some beyond a hundred unless told otherwise. */
  private static final int DIFFERENT = 10_000;

  private ExecutedStatements() {}

  /** Each statement of the work, with how often it was executed. */
  public static Map<String, Integer> of(Database database, Runnable work) {
    count(database);
    work.run();
    Map<String, Integer> executed = soFar(database);
    set(database, "query_statistics false");
    return executed;
  }

  /** Begins to count anew. */
  public static void count(Database database) {
    set(database, "query_statistics false");
    set(database, "query_statistics_max_entries " + DIFFERENT);
    set(database, "query_statistics true");
  }

  /** What was executed since {@link #count}. */
  public static Map<String, Integer> soFar(Database database) {
    Map<String, Integer> executed = new TreeMap<>();
    database
        .jdbc()
        .sql(
            "select sql_statement, execution_count from information_schema.query_statistics"
                + " where lower(sql_statement) not in ('commit', 'rollback', 'call database()', 'call readonly()')"
                + " and lower(sql_statement) not like 'set %'"
                + " and lower(sql_statement) not like '%query_statistics%'")
        .query(
            row -> {
              executed.merge(row.getString(1), row.getInt(2), Integer::sum);
            });
    return executed;
  }

  private static void set(Database database, String what) {
    int unused = database.jdbc().sql("set " + what).update();
  }
}

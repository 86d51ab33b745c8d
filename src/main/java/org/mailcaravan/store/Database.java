package org.mailcaravan.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.LeaseLost;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one database, with its tables brought up to date. Thread-safe. What runs inside {@link
 * #inTransaction} on the same thread shares one transaction, whichever class of this package does
 * it.
 */
public final class Database implements AutoCloseable {
  private static final String H2_FILE = "jdbc:h2:file:";

  /** H2's error code for a database file that another process holds. */
  private static final int H2_ALREADY_OPEN = 90020;

  private static final String POSTGRESQL = "jdbc:postgresql:";

  /** How long a statement waits for a connection, such as to a database that does not answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int MOST_TRIES = 20;
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final HikariDataSource pool;
  private final boolean isShared;
  private final JdbcClient jdbc;
  private final JdbcTemplate batches;
  private final TransactionTemplate transactions;
  private final AtomicLong eventsWritten;

  /** On whose behalf this view of the database writes; null for the whole database. */
  private final @Nullable Claim claim;

  static {
    // H2 keeps 1,024 of the strings that it has read until memory runs out; a row of details has
    // 60 KiB.
    if (System.getProperty("h2.objectCache") == null) {
      System.setProperty("h2.objectCache", "false");
    }
  }

  private Database(HikariDataSource pool, boolean isShared) {
    this.pool = pool;
    this.isShared = isShared;
    this.jdbc = JdbcClient.create(pool);
    this.batches = new JdbcTemplate(pool);
    this.transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
    this.eventsWritten = new AtomicLong();
    this.claim = null;
  }

  private Database(Database whole, Claim claim, Predicate<Claim> holds) {
    this.pool = whole.pool;
    this.isShared = whole.isShared;
    this.claim = claim;
    FencedStatements fenced =
        new FencedStatements(
            whole.pool,
            whole.transactions,
            () -> {
              if (!holds.test(claim)) {
                throw new LeaseLost(claim);
              }
            },
            this::told);
    this.jdbc = JdbcClient.create(fenced);
    this.batches = fenced;
    this.transactions = whole.transactions;
    this.eventsWritten = whole.eventsWritten;
  }

  /** The embedded database in the data folder. Each commit is on disk when it returns. */
  public static Database inFolder(Path dataFolder) {
    // Without WRITE_DELAY=0 H2 loses up to half a second of commits when the process is killed.
    // MAX_COMPACT_TIME is how many milliseconds closing may go on tidying the file. CACHE_SIZE is
    // in KiB: most is read once, in order. QUERY_CACHE_SIZE is statements that a connection keeps
    // parsed: more than a pass has.
    return open(
        H2_FILE
            + dataFolder.toAbsolutePath().resolve("mailcaravan")
            + ";WRITE_DELAY=0;CACHE_SIZE=4096;MAX_COMPACT_TIME=20;DB_CLOSE_ON_EXIT=FALSE;QUERY_CACHE_SIZE=128;TRACE_LEVEL_FILE=0",
        "",
        Secret.of(""),
        PATIENCE,
        dataFolder.toAbsolutePath().resolve("mailcaravan.before-update.sql.gz"));
  }

  /**
   * A database that is gone with the program, however it ends: no name leads to its file, which is
   * on disk, since a hundred thousand mailboxes in memory would take most of it.
   */
  public static Database forThisRun() {
    try {
      Path folder = Files.createTempDirectory("mailcaravan");
      Database database =
          open(
              H2_FILE
                  + folder.toAbsolutePath().resolve("run")
                  + ";CACHE_SIZE=4096;MAX_COMPACT_TIME=0;DB_CLOSE_ON_EXIT=FALSE;QUERY_CACHE_SIZE=128;TRACE_LEVEL_FILE=0",
              "",
              Secret.of(""));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The database at a JDBC URL, of H2 or PostgreSQL.
   *
   * @throws RequestRejected when it cannot be reached
   */
  public static Database open(String url, String username, Secret password) {
    return open(url, username, password, PATIENCE, null);
  }

  /**
   * The same.
   *
   * @param patience how long a statement waits for a connection
   */
  static Database open(String url, String username, Secret password, Duration patience) {
    return open(url, username, password, patience, null);
  }

  private static Database open(
      String url,
      String username,
      Secret password,
      Duration patience,
      @Nullable Path beforeUpdate) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("database");
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(patience.toMillis());
    HikariDataSource pool = null;
    try {
      if (url.startsWith(POSTGRESQL)) {
        String tables = new SharedTables(url, username, password, place(url)).run();
        config.setDataSource(new PostgresConnections(url, username, password, tables));
        return new Database(new HikariDataSource(config), true);
      }
      config.setJdbcUrl(url);
      config.setUsername(username);
      config.setPassword(password.reveal());
      pool = new HikariDataSource(config);
      new TableUpdate(pool, false, beforeUpdate, place(url)).run();
      return new Database(pool, false);
    } catch (SQLException | HikariPool.PoolInitializationException e) {
      close(pool);
      throw new RequestRejected(unreachable(url, e));
    } catch (RuntimeException e) {
      close(pool);
      throw e;
    }
  }

  private static void close(@Nullable HikariDataSource pool) {
    if (pool != null) {
      pool.close();
    }
  }

  private static Problem inUse(Where place) {
    return new Problem(
        place,
        "its database is in use by another Mail Caravan",
        Owner.US,
        "Stop the one that runs, or use another data folder. To migrate a file, put it into the drop"
            + " folder of the one that runs. Only on PostgreSQL can several programs work on one database.");
  }

  private static Problem unreachable(String url, Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      if (root instanceof SQLException sql && sql.getErrorCode() == H2_ALREADY_OPEN) {
        break;
      }
      root = root.getCause();
    }
    if (root instanceof SQLException sql && sql.getErrorCode() == H2_ALREADY_OPEN) {
      return inUse(place(url));
    }
    return new Problem(
        Where.database(shown(url)),
        "cannot be opened: " + root.getMessage(),
        Owner.US,
        "Check database.url, database.username and database.password, and that the database runs.");
  }

  private static Where place(String url) {
    return url.startsWith(H2_FILE)
        ? Where.dataFolder(
            Path.of(shown(url).substring(H2_FILE.length())).resolveSibling("").normalize())
        : Where.database(shown(url));
  }

  /** A JDBC URL may carry credentials behind its question mark or semicolon. */
  private static String shown(String url) {
    return url.split("[?;]", 2)[0];
  }

  /**
   * The same database for whoever runs the pass of a claim. Each transaction that changes anything
   * asks first whether the claim holds, and throws {@link LeaseLost} where it does not; so does
   * each changing statement outside of a transaction. Where a transaction is open on the thread,
   * this view and the whole database share it. Closing the view does nothing.
   *
   * <p>Where a PostgreSQL is away or takes too long, the view throws {@link LeaseLost} too: nobody
   * knows what of the last transaction is stored, and the next owner of the pass finds out.
   *
   * @param holds asks by a statement of the whole database, which then runs in the transaction that
   *     is to change something; it keeps the claim from being taken over until that has ended
   */
  public Database fencedBy(Claim claim, Predicate<Claim> holds) {
    return new Database(this, claim, holds);
  }

  /** What a failure means for a pass. */
  private RuntimeException told(RuntimeException failure) {
    return claim != null && isShared && Outage.is(failure)
        ? new LeaseLost(claim, failure)
        : failure;
  }

  /** Whether other programs may use it at the same time: PostgreSQL. */
  public boolean isShared() {
    return isShared;
  }

  /** For statements. */
  public JdbcClient jdbc() {
    return jdbc;
  }

  /** Runs the work in a transaction, or in the one that is open already. */
  public <T> T inTransaction(Supplier<T> work) {
    try {
      T result = transactions.execute(status -> work.get());
      if (result == null) {
        throw new IllegalStateException("no result");
      }
      return result;
    } catch (DataAccessException | TransactionException e) {
      throw told(e);
    }
  }

  /** Runs the work in a transaction, or in the one that is open already. */
  public void inTransaction(Runnable work) {
    try {
      transactions.executeWithoutResult(status -> work.run());
    } catch (DataAccessException | TransactionException e) {
      throw told(e);
    }
  }

  /**
   * As {@link #inTransaction(Supplier)}, for work that another transaction may get in the way of:
   * where that has taken a key meanwhile which this found free, or locks rows that both want in
   * another order, it is done again.
   */
  public <T> T tryingAgain(Supplier<T> work) {
    // Within a transaction only who began it can start again.
    boolean within = TransactionSynchronizationManager.isActualTransactionActive();
    for (int tries = 1; !within && tries < MOST_TRIES; tries++) {
      try {
        return inTransaction(work);
      } catch (ConcurrencyFailureException | DuplicateKeyException e) {
        LOG.debug("another was quicker: {}", e.getMessage());
      }
    }
    return inTransaction(work);
  }

  /** Whether it is PostgreSQL; otherwise it is H2, which only this program has open. */
  boolean isPostgres() {
    return isShared;
  }

  /** Executes a statement for many rows, in few round trips. */
  void batch(String sql, List<Object[]> rows) {
    if (!rows.isEmpty()) {
      int[] unused = batches.batchUpdate(sql, rows);
    }
  }

  /**
   * Changes a row, or inserts it where there is none. Several threads may do so at once; not within
   * a transaction, which PostgreSQL gives up at a key that exists already.
   *
   * @param update gives how many rows it changed
   */
  void put(IntSupplier update, Runnable insert) {
    if (update.getAsInt() > 0) {
      return;
    }
    try {
      insert.run();
    } catch (DuplicateKeyException e) {
      // Another thread was quicker, or the row is not to be changed.
      int unused = update.getAsInt();
    }
  }

  /**
   * A number that changes when this program has written events: whoever reads them knows without a
   * statement that there may be new ones. Those of other programs do not count.
   */
  public long eventsWritten() {
    return eventsWritten.get();
  }

  void eventsCommitted() {
    eventsWritten.incrementAndGet();
  }

  @Override
  public void close() {
    if (claim == null) {
      pool.close();
    }
  }
}

package org.mailcaravan.store;

import java.sql.SQLException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.TransactionException;

/** Tells a database that is away, or that took too long, from a mistake of this program. */
public final class Outage {
  /** PostgreSQL: a transaction that stood still too long, and a lock that was not to be had. */
  private static final String IDLE_IN_TRANSACTION = "25P03";

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private Outage() {}

  /** Whether a failure has one among its causes. */
  public static boolean causes(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RuntimeException each && is(each)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the same work may succeed at another time. It may even have been done: at a commit. */
  static boolean is(RuntimeException failure) {
    if (failure instanceof UncategorizedSQLException unknown) {
      SQLException cause = unknown.getSQLException();
      String state = cause == null ? null : cause.getSQLState();
      return IDLE_IN_TRANSACTION.equals(state) || LOCK_NOT_AVAILABLE.equals(state);
    }
    return failure instanceof TransactionException
        || (failure instanceof DataAccessException
            && (failure instanceof NonTransientDataAccessResourceException
                || failure instanceof TransientDataAccessException
                || failure instanceof RecoverableDataAccessException));
  }
}

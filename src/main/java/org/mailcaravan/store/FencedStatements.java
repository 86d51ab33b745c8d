package org.mailcaravan.store;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.LeaseLost;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.PreparedStatementSetter;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.SqlProvider;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Statements on behalf of a claim. The first one of a transaction that changes anything asks in the
 * same transaction whether the claim still holds; one outside of a transaction gets a transaction
 * of its own. What begins with "select" is not asked for. Covers what a {@code JdbcClient} calls,
 * and is to be used by nothing else. Thread-safe.
 */
final class FencedStatements extends JdbcTemplate {
  private interface Work<T> {
    @Nullable T run();
  }

  private final DataSource pool;
  private final TransactionTemplate transactions;
  private final Runnable check;
  private final UnaryOperator<RuntimeException> told;

  /** Transactions that were checked, as long as they last; each one has an object of its own. */
  private final Set<Object> checked =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /**
   * @param transactions of the same pool; those that are open are joined
   * @param check throws {@link LeaseLost} if the claim does not hold; its statement runs in the
   *     transaction that is open
   * @param told what is thrown in place of a failure
   */
  FencedStatements(
      DataSource pool,
      TransactionTemplate transactions,
      Runnable check,
      UnaryOperator<RuntimeException> told) {
    super(pool);
    this.pool = pool;
    this.transactions = transactions;
    this.check = check;
    this.told = told;
  }

  @Override
  protected int update(PreparedStatementCreator creator, @Nullable PreparedStatementSetter setter) {
    return rows(checked(() -> super.update(creator, setter)));
  }

  @Override
  public int update(PreparedStatementCreator creator, KeyHolder keys) {
    return rows(checked(() -> super.update(creator, keys)));
  }

  @Override
  public int[] batchUpdate(String sql, List<Object[]> rows) {
    int[] changed = checked(() -> super.batchUpdate(sql, rows));
    return changed == null ? new int[0] : changed;
  }

  @Override
  public <T> @Nullable T query(
      PreparedStatementCreator creator,
      @Nullable PreparedStatementSetter setter,
      ResultSetExtractor<T> rows) {
    if (isSelect(creator)) {
      return telling(() -> super.query(creator, setter, rows));
    }
    return checked(() -> super.query(creator, setter, rows));
  }

  private <T> @Nullable T checked(Work<T> work) {
    return telling(
        () ->
            transactions.execute(
                status -> {
                  checkOnce();
                  return work.run();
                }));
  }

  private <T> @Nullable T telling(Work<T> work) {
    try {
      return work.run();
    } catch (RuntimeException e) {
      throw told.apply(e);
    }
  }

  private static int rows(@Nullable Integer changed) {
    return changed == null ? 0 : changed;
  }

  private static boolean isSelect(PreparedStatementCreator creator) {
    String sql = creator instanceof SqlProvider known ? known.getSql() : null;
    return sql != null && sql.stripLeading().regionMatches(true, 0, "select", 0, 6);
  }

  private void checkOnce() {
    Object transaction = TransactionSynchronizationManager.getResource(pool);
    if (transaction == null) {
      throw new IllegalStateException("no transaction");
    }
    if (!checked.contains(transaction)) {
      check.run();
      checked.add(transaction);
    }
  }
}

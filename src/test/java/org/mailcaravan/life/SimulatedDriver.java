package org.mailcaravan.life;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * H2 with a clock of the test, and with programs that are killed: {@code jdbc:simulated:h2:...}.
 * What a statement calls {@code current_timestamp} is the time of the clock. One thread at a time.
 */
final class SimulatedDriver implements Driver {
  private static final String PREFIX = "jdbc:simulated:";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSSxxx");

  /** The program is gone: nothing that it does later has an effect. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private final Clock clock;
  private final List<Connection> open = new ArrayList<>();
  private long statementsToLive = Long.MAX_VALUE;
  private boolean dead;

  /** Registers itself; {@link #end} undoes that. */
  SimulatedDriver(Clock clock) throws SQLException {
    this.clock = clock;
    DriverManager.registerDriver(this);
  }

  void end() throws SQLException {
    DriverManager.deregisterDriver(this);
  }

  /** The program dies at one of its next statements, or commits. */
  void killAfter(long statements) {
    statementsToLive = statements;
  }

  /** Lets go of what the dead program held, so that the next one can begin. */
  void bury() throws SQLException {
    for (Connection connection : open) {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    dead = false;
    statementsToLive = Long.MAX_VALUE;
  }

  boolean isDead() {
    return dead;
  }

  private void live() {
    if (dead) {
      throw new Killed();
    }
    statementsToLive--;
    if (statementsToLive < 0) {
      dead = true;
      throw new Killed();
    }
  }

  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    Connection real = new org.h2.Driver().connect("jdbc:" + url.substring(PREFIX.length()), info);
    open.add(real);
    return proxy(Connection.class, new Seen(real));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler seen) {
    return type.cast(
        Proxy.newProxyInstance(
            SimulatedDriver.class.getClassLoader(), new Class<?>[] {type}, seen));
  }

  /** Of a connection, a statement, or what else these give. */
  private final class Seen implements InvocationHandler {
    private final Object real;

    Seen(Object real) {
      this.real = real;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, @Nullable Object @Nullable [] given)
        throws Throwable {
      String name = method.getName();
      boolean ends = name.equals("commit") || name.startsWith("execute");
      if (ends) {
        live();
      }
      Object @Nullable [] arguments =
          given == null ? null : Arrays.stream(given).map(this::timed).toArray();
      Object result;
      try {
        result = method.invoke(real, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      if (name.equals("commit")) {
        // It is stored, and whoever stored it does not learn that.
        live();
      }
      return result instanceof Statement && method.getReturnType().isInterface()
          ? proxy(method.getReturnType(), new Seen(result))
          : result;
    }

    private @Nullable Object timed(@Nullable Object argument) {
      return argument instanceof String sql && sql.contains("current_timestamp")
          ? sql.replace("current_timestamp", now())
          : argument;
    }
  }

  private String now() {
    return "timestamp with time zone '"
        + TIME.format(OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
        + "'";
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }
}

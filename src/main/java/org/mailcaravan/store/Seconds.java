package org.mailcaravan.store;

import java.time.Duration;

/**
 * A span of time as a value of SQL that H2 and PostgreSQL add to a time of the database's clock.
 */
final class Seconds {
  /** For a parameter that {@link #of} gives. */
  static final String SQL = "cast(? as double precision) * interval '1' second";

  private Seconds() {}

  /** In seconds, to the millisecond. */
  static double of(Duration span) {
    return span.toMillis() / 1000.0;
  }
}

package org.mailcaravan.sync;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays rows, each with servers at addresses of its own and one database for all, as a program has
 * that moves mailboxes from many hosts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
abstract class BehaviourTable {
  /** So small that the 20 messages of the INBOX take three batches. */
  private static final int BATCH = 8;

  /** How long a server may be silent; so short that those which lose commands are found out. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  @TempDir static Path folder;

  /** Every so many rows are played with a healthy mailbox beside them. */
  private static final int NEIGHBOURS = 3;

  private Caravan caravan;
  private static final AtomicInteger PLAYED = new AtomicInteger();

  @BeforeAll
  void open() {
    caravan =
        new Caravan(folder.resolve(getClass().getSimpleName()), 1, BATCH, 1 << 20, null, SILENCE);
  }

  @AfterAll
  void close() {
    caravan.close();
  }

  /**
   * Every so many of the rows of a large product, each of its ways and positions among them; all
   * with {@code -Dmailcaravan.tables=all}. It must have no divisor in common with the number of
   * positions.
   */
  static Stream<Row> oneOf(int every, List<Row> rows) {
    boolean all = System.getProperty("mailcaravan.tables", "").equals("all");
    return IntStream.range(0, rows.size()).filter(i -> all || i % every == 0).mapToObj(rows::get);
  }

  /** For a stage at addresses of its own. */
  static int nextNumber() {
    return PLAYED.getAndIncrement();
  }

  void play(Row row) {
    int number = PLAYED.getAndIncrement();
    try (Stage stage = new Stage(caravan, number)) {
      if (number % NEIGHBOURS == 0) {
        stage.withNeighbour();
      }
      stage.play(row);
    }
  }
}

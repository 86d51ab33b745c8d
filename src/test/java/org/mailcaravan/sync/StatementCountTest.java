package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.mailcaravan.server.HostFolder;

/** What a pass costs the database, in statements. docs/scale.md reckons with these numbers. */
class StatementCountTest extends BetweenHosts {
  private static final int BATCH = 10;
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2018-07-06T05:04:03+02:00");

  @Override
  Caravan newCaravan() {
    return new Caravan(folder, destination.port(), BATCH, 4 << 20);
  }

  private void deliver(int messages) {
    HostFolder inbox = inbox(source);
    for (int i = 0; i < messages; i++) {
      int number = inbox.count() + 1;
      long unused =
          inbox.put(
              "From: a@example.org\r\nMessage-ID: <%d@example.org>\r\nSubject: x\r\n\r\n%d\r\n"
                  .formatted(number, number),
              Set.of(),
              DATE);
    }
  }

  private Map<String, Integer> counted() {
    return caravan.statements(() -> assertThat(pass().problems()).isEmpty());
  }

  private static int sum(Map<String, Integer> statements) {
    return statements.values().stream().mapToInt(each -> each).sum();
  }

  private static Map<String, Integer> more(Map<String, Integer> than, Map<String, Integer> these) {
    Map<String, Integer> more = new TreeMap<>(these);
    than.forEach((statement, count) -> more.merge(statement, -count, Integer::sum));
    more.values().removeIf(count -> count == 0);
    return more;
  }

  /**
   * With the request, the claim, the end of the pass and of what its customer had to do; the
   * mailbox has one folder.
   */
  @Test
  void aPassTakesSoManyAndEachBatchTheSameFewMore() {
    deliver(1);
    Map<String, Integer> first = counted();
    assertThat(sum(first)).as("a first pass: %s", first).isLessThanOrEqualTo(108);

    Map<String, Integer> unchanged = counted();
    assertThat(sum(unchanged)).as("nothing is new: %s", unchanged).isLessThanOrEqualTo(65);

    deliver(2);
    Map<String, Integer> oneBatch = counted();
    assertThat(sum(oneBatch)).as("one batch: %s", oneBatch).isLessThanOrEqualTo(105);

    deliver(BATCH);
    Map<String, Integer> fullBatch = counted();
    assertThat(sum(fullBatch))
        .as("messages of the same batch cost nothing: %s", more(oneBatch, fullBatch))
        .isEqualTo(sum(oneBatch));

    deliver(4 * BATCH);
    Map<String, Integer> fourBatches = counted();
    assertThat(sum(fourBatches) - sum(fullBatch))
        .as("three batches more: %s", more(fullBatch, fourBatches))
        .isLessThanOrEqualTo(3 * 11);
  }
}

package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Pass;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.LineProxy;
import org.mailcaravan.sync.NamedAccount.Mail;

/**
 * People change both sides at random between passes, and no pass loses a message, doubles one, or
 * undoes what the user did. A failure prints the seed and the history, in the words of {@link
 * Scenario}.
 *
 * <p>{@code -Dmailcaravan.seeds=500} tries more seeds, {@code -Dmailcaravan.first-seed=42} others.
 */
@Lengthy
@EnabledIfInstalled("dovecot")
class RandomChangesTest {
  private static final int PASSES = 5;
  private static final int CHANGES = 12;
  private static final List<ServerPair> PAIRS = List.of(ServerPair.values());
  @TempDir Path folder;

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("mailcaravan.seeds", 10))
        .map(n -> n + Long.getLong("mailcaravan.first-seed", 1));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noPassLosesDoublesOrUndoesAnything(long seed) {
    ServerPair pair = PAIRS.get((int) (seed / 2 % PAIRS.size()));
    try (DovecotServer source = pair.startSource();
        DovecotServer destination = pair.startDestination();
        LineProxy sourceProxy = pair.proxyOfSource(source);
        LineProxy destinationProxy = pair.proxyOfDestination(destination);
        Caravan caravan = new Caravan(folder, destinationProxy.port())) {
      new Story(seed, pair, pair.accountAtSource(source), pair.accountAtDestination(destination))
          .play(caravan, sourceProxy.port());
    }
  }

  private static final class Story {
    private final Random random;
    private final Change.Source changes;
    private final NamedAccount source;
    private final NamedAccount destination;
    private final Expectations expectations;
    private final StringBuilder history = new StringBuilder();

    /** Every other one leaves folders alone, so that more can be said of where messages are. */
    Story(long seed, ServerPair pair, NamedAccount source, NamedAccount destination) {
      this.random = new Random(seed);
      this.changes = new Change.Source(random, seed % 2 == 0);
      this.source = source;
      this.destination = destination;
      this.expectations = new Expectations(pair.destinationMoves());
      history.append("seed ").append(seed).append(", ").append(pair).append('\n');
    }

    void play(Caravan caravan, int sourcePort) {
      for (int i = 0; i < 2 * CHANGES; i++) {
        changeSource();
      }
      for (int pass = 0; pass < PASSES; pass++) {
        pass(caravan, sourcePort);
        for (int i = 0; i < CHANGES; i++) {
          changeSource();
          changeDestination();
        }
      }
      pass(caravan, sourcePort);
      String before = destination.everything();
      assertThat(caravan.pass(sourcePort, Pass.CATCH_UP).copied()).as("%s", history).isZero();
      assertThat(destination.everything()).as("%s", history).isEqualTo(before);
    }

    private void changeSource() {
      Map<String, List<Mail>> state = source.read();
      Change change = changes.atSource(state);
      history.append("at source: ").append(change).append('\n');
      expectations.atSource(change, state);
      Scenario.action(source, change.toString());
    }

    private void changeDestination() {
      Map<String, List<Mail>> state = destination.read();
      Change change = changes.atDestination(state);
      history.append("at destination: ").append(change).append('\n');
      expectations.atDestination(change, state);
      Scenario.action(destination, change.toString());
    }

    private void pass(Caravan caravan, int sourcePort) {
      Map<String, List<Mail>> before = destination.read();
      String sourceBefore = source.everything();
      history.append("pass\n");

      MailboxResult result =
          caravan.pass(sourcePort, random.nextBoolean() ? Pass.FIRST : Pass.CATCH_UP);

      Map<String, List<Mail>> after = destination.read();
      assertThat(result.problems()).as("%s", history).isEmpty();
      assertThat(source.everything()).as("the source, %s", history).isEqualTo(sourceBefore);
      assertThat(expectations.faults(source.read(), before, after))
          .as(
              "%s\nsource\n%s\nbefore\n%s\nafter\n%s",
              history, Scenario.text(source.read()), Scenario.text(before), Scenario.text(after))
          .isEmpty();
    }
  }
}

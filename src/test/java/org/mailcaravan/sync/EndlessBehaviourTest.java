package org.mailcaravan.sync;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.mailcaravan.model.ProblemCode.CONNECTION_LOST;
import static org.mailcaravan.model.ProblemCode.SERVER_DOWN;
import static org.mailcaravan.model.ProblemCode.UNREACHABLE;
import static org.mailcaravan.server.Behaviours.dripping;
import static org.mailcaravan.server.Behaviours.endless;
import static org.mailcaravan.server.Behaviours.login;
import static org.mailcaravan.server.Behaviours.named;
import static org.mailcaravan.sync.Row.row;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Side;
import org.mailcaravan.server.Behaviour;
import org.mailcaravan.server.ImapCommand;
import org.mailcaravan.server.Lengthy;

/**
 * Servers that are never silent and never come to an end, at each step of a pass: the pass ends
 * with a problem, or goes on where it was. All rows are played at once, since they do nothing but
 * wait. A drip of mail comes once, and everything else on each connection.
 */
@Lengthy
class EndlessBehaviourTest {
  /** A drip may last twice as long, and what never brings a result six times as long. */
  private static final Duration WINDOW = Duration.ofSeconds(1);

  private static final int PAUSE_MILLIS = 100;

  @TempDir Path folder;

  private static Map<String, Predicate<ImapCommand>> atSource() {
    Map<String, Predicate<ImapCommand>> steps = new LinkedHashMap<>();
    steps.put("login", login());
    steps.put("LIST", named("LIST"));
    steps.put("EXAMINE", named("EXAMINE", "SELECT"));
    steps.put("FETCH", ImapCommand::fetchesContent);
    return steps;
  }

  private static Map<String, Predicate<ImapCommand>> atDestination() {
    Map<String, Predicate<ImapCommand>> steps = new LinkedHashMap<>();
    steps.put("login", login());
    steps.put("LIST", named("LIST"));
    steps.put("SELECT", named("EXAMINE", "SELECT"));
    steps.put("APPEND", named("APPEND"));
    return steps;
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Side side : Side.values()) {
      boolean source = side == Side.SOURCE;
      (source ? atSource() : atDestination())
          .forEach(
              (step, when) -> {
                boolean ofMail = step.equals("FETCH") || step.equals("APPEND");
                Row drip =
                    row(
                        "a drip at " + step + " of " + side.words(),
                        stage ->
                            behaves(
                                stage, side, dripping(ofMail ? once(when) : when, PAUSE_MILLIS)));
                rows.add(
                    ofMail
                        ? drip
                        : drip.bringsSome()
                            .problems(1)
                            .because(
                                source ? Owner.OLD_HOST : Owner.US,
                                CONNECTION_LOST,
                                UNREACHABLE,
                                SERVER_DOWN));
                rows.add(
                    row(
                        "\"Still here\" for ever at the first " + step + " of " + side.words(),
                        stage ->
                            behaves(
                                stage,
                                side,
                                endless(once(when), () -> "OK Still here", PAUSE_MILLIS))));
              });
    }
    return rows;
  }

  /** On the first connection on which such a command comes, for ever. */
  private static Predicate<ImapCommand> once(Predicate<ImapCommand> when) {
    int[] connection = {0};
    return command -> {
      synchronized (connection) {
        if (when.test(command) && connection[0] == 0) {
          connection[0] = command.session().number();
        }
        return when.test(command) && connection[0] == command.session().number();
      }
    };
  }

  private static void behaves(Stage stage, Side side, Behaviour behaviour) {
    (side == Side.SOURCE ? stage.source : stage.destination).behaves(behaviour);
  }

  @Test
  @Timeout(value = 4, unit = TimeUnit.MINUTES)
  void whatNeverEndsHoldsNoSlot() {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<CompletableFuture<Void>> played = new ArrayList<>();
      for (Row row : rows()) {
        int number = BehaviourTable.nextNumber();
        played.add(CompletableFuture.runAsync(() -> play(row, number), threads));
      }
      assertAll(played.stream().map(each -> each::join));
    } finally {
      threads.shutdownNow();
    }
  }

  private void play(Row row, int number) {
    Path own = folder.resolve(String.valueOf(number));
    try (Caravan caravan = new Caravan(own, 1, 8, 1 << 20, null, WINDOW);
        Stage stage = new Stage(caravan, number)) {
      stage.play(row);
    } catch (AssertionError e) {
      throw new AssertionError(row + ": " + e.getMessage(), e);
    }
  }
}

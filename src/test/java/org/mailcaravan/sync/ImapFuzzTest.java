package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.server.HostAccount;
import org.mailcaravan.server.ImapHost;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Messages;
import org.mailcaravan.server.Mutations;

/**
 * Servers whose answers are spoilt at random: octets, lines, tags, numbers, hang-ups, silence.
 * Whatever they say, there is no fault of ours and no end to wait for, and a healthy mailbox that
 * runs at the same time is copied whole. Where they only break off or talk nonsense, honest passes
 * afterwards leave nothing lost and nothing doubled; where they lie, nobody could know.
 *
 * <p>{@code -Dmailcaravan.fuzz-rounds=20000} tries more of it, and {@code
 * -Dmailcaravan.fuzz-seed=7} begins elsewhere; a failure names the seed with which it comes again.
 */
class ImapFuzzTest {
  private static final int ROUNDS = Integer.getInteger("mailcaravan.fuzz-rounds", 16);
  private static final long SEED = Long.getLong("mailcaravan.fuzz-seed", 1);

  /** For all passes of a round; far more than they take. */
  private static final long PATIENCE_SECONDS = 240;

  @TempDir Path folder;

  private record Round(long seed) {
    boolean lies() {
      return seed % 2 == 0;
    }

    boolean atSource() {
      return seed / 2 % 2 == 0;
    }

    @Override
    public String toString() {
      return "-Dmailcaravan.fuzz-rounds=1 -Dmailcaravan.fuzz-seed="
          + seed
          + (atSource() ? ", a source that " : ", a destination that ")
          + (lies() ? "lies" : "breaks off");
    }
  }

  static Stream<Round> rounds() {
    return Stream.iterate(SEED, seed -> seed + 1).limit(ROUNDS).map(Round::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rounds")
  void whateverAServerSaysNothingFaultsNothingHangsAndTheNeighbourArrives(Round round)
      throws Exception {
    Random random = new Random(round.seed());
    Mutations mutations =
        new Mutations(round.seed(), round.lies(), List.of(3, 6, 15, 40).get(random.nextInt(4)));
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ImapHost source = host(random);
        ImapHost destination = host(random);
        ImapHost healthy = ImapHost.start();
        ImapHost home = ImapHost.start();
        Caravan caravan =
            new Caravan(folder.resolve("a"), destination.port(), 5, 64 << 10, null, PATIENCE);
        Caravan neighbour =
            new Caravan(folder.resolve("b"), home.port(), 5, 64 << 10, null, PATIENCE)) {
      HostAccount from = source.account(Caravan.USER, Caravan.PASSWORD);
      HostAccount to = destination.account(Caravan.USER, Caravan.PASSWORD);
      HostAccount next = healthy.account(Caravan.USER, Caravan.PASSWORD);
      HostAccount arrived = home.account(Caravan.USER, Caravan.PASSWORD);
      fill(from, random);
      fill(next, random);

      (round.atSource() ? source : destination).behaves(mutations);
      CompletableFuture<MailboxResult> ill =
          CompletableFuture.supplyAsync(() -> caravan.pass(source.port()), threads);
      CompletableFuture<MailboxResult> well =
          CompletableFuture.supplyAsync(() -> neighbour.pass(healthy.port()), threads);
      MailboxResult spoilt = ill.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

      assertNoFault(spoilt, mutations);
      assertThat(well.get(PATIENCE_SECONDS, TimeUnit.SECONDS).state())
          .isEqualTo(MailboxState.COPIED);
      assertThat(sorted(arrived)).isEqualTo(sorted(next));
      assertThat(caravan.hasAllItsMemory()).as("memory was given back").isTrue();

      source.behavesWell();
      destination.behavesWell();
      for (int pass = 0; pass < 2; pass++) {
        MailboxResult honest =
            CompletableFuture.supplyAsync(() -> caravan.pass(source.port()), threads)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNoFault(honest, mutations);
      }
      if (!round.lies()) {
        assertThat(
                new MailboxSnapshot(sorted(to)).differencesFrom(new MailboxSnapshot(sorted(from))))
            .as("%s", mutations.done())
            .isEmpty();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static final Duration PATIENCE = Duration.ofMillis(400);

  private static void assertNoFault(MailboxResult result, Mutations mutations) {
    assertThat(result.problems())
        .as("%s", mutations.done())
        .noneMatch(problem -> problem.code() == ProblemCode.FAULT);
    assertThat(result.state()).isNotEqualTo(MailboxState.FAULT);
  }

  private static ImapHost host(Random random) {
    ImapHost host = ImapHost.start();
    for (String capability :
        List.of("MULTIAPPEND", "UIDPLUS", "CONDSTORE", "LIST-EXTENDED", "LITERAL+", "MOVE")) {
      if (random.nextInt(4) == 0) {
        host.without(capability);
      }
    }
    return host;
  }

  private static void fill(HostAccount account, Random random) {
    Messages mail = new Messages(random.nextInt());
    for (String name : List.of("INBOX", "Archive/2020", "Sent")) {
      account.subscribed().add(name);
      for (int i = random.nextInt(12); i >= 0; i--) {
        account.folder(name).put(mail.next(), Set.of("\\Seen"), mail.date());
      }
    }
  }

  /** Without the order: what came only in a later pass stands behind. */
  private static Map<String, MailboxSnapshot.Folder> sorted(HostAccount account) {
    Map<String, MailboxSnapshot.Folder> sorted = new HashMap<>();
    account
        .snapshot()
        .folders()
        .forEach(
            (name, each) ->
                sorted.put(
                    name,
                    new MailboxSnapshot.Folder(
                        // A refused SUBSCRIBE is not tried again, since the user may have done it.
                        true,
                        each.messages().stream()
                            .sorted(Comparator.comparing(MailboxSnapshot.Message::digest))
                            .toList())));
    return sorted;
  }
}

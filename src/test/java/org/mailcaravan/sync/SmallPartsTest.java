package org.mailcaravan.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mailcaravan.sync.copy.ByteBudget;
import org.mailcaravan.sync.messages.Keywords;

class SmallPartsTest {
  @Test
  void keywordsGoWhereTheDestinationTakesThem() {
    Set<String> flags = Set.of("\\Seen", "\\Recent", "$Forwarded", "Work");

    assertThat(Keywords.permitted(flags, Set.of("\\Seen", "\\*")))
        .containsExactlyInAnyOrder("\\Seen", "$Forwarded", "Work");
    assertThat(Keywords.permitted(flags, Set.of("\\seen", "$forwarded")))
        .containsExactlyInAnyOrder("\\Seen", "$Forwarded");
    assertThat(Keywords.permitted(flags, Set.of())).isEmpty();
    assertThat(Keywords.systemFlags(flags)).containsExactlyInAnyOrder("\\Seen", "\\Recent");
  }

  @Test
  void whoWantsMoreThanIsFreeWaitsAndNeverGetsMoreThanAll() throws Exception {
    ByteBudget.Part budget = new ByteBudget(10 * 1024).part();
    ByteBudget.Share first = budget.reserve(6 * 1024);

    assertThat(budget.tryReserve(6 * 1024)).isNull();
    CompletableFuture<Long> second =
        CompletableFuture.supplyAsync(
            () -> {
              try (ByteBudget.Share share = budget.reserve(1_000_000)) {
                return share.bytes();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(second).isNotDone();
    first.close();
    first.close();

    assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(10 * 1024);
    ByteBudget.Share whole = budget.tryReserve(10 * 1024);
    assertThat(whole).isNotNull();
    assertThat(budget.tryReserve(1)).as("closing a share twice frees it once").isNull();
  }

  @Test
  void aMailboxThatHoldsItsPartDoesNotHoldUpTheOthers() throws Exception {
    ByteBudget budget = new ByteBudget(12 * 1024);
    ByteBudget.Part slow = budget.part();
    List<ByteBudget.Share> held = List.of(slow.reserve(4 * 1024), slow.reserve(4 * 1024));
    ByteBudget.Part other = budget.part();

    assertThat(slow.tryReserve(4 * 1024)).as("more than a half").isNull();
    CompletableFuture<ByteBudget.Share> waits =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return slow.reserve(4 * 1024);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try (ByteBudget.Share batch = other.reserve(4 * 1024)) {
      assertThat(batch.bytes()).isEqualTo(4 * 1024);
      assertThat(waits).isNotDone();
    }
    other.close();

    assertThat(waits.get(10, TimeUnit.SECONDS).bytes()).isEqualTo(4 * 1024);
    assertThat(held).hasSize(2);
  }
}

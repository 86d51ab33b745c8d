package org.mailcaravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Window;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.Tellings;

/** A request, what its customer does, and what was told of it. */
final class Order {
  /** More than that is copied for hours, so that its begin is told. */
  private static final int LARGE = 3 * SimulatedProgram.BATCH;

  final String name;
  final Zone zone;
  final Customer customer;
  final @Nullable Window window;
  final List<Box> boxes;

  /** That of the same list which was sent first. */
  private final @Nullable Order before;

  private final List<Order> repeats = new ArrayList<>();
  private final Map<String, Integer> told = new HashMap<>();
  private final Map<String, Long> lastTold = new HashMap<>();
  @Nullable Instant asksAt;
  @Nullable String migration;
  @Nullable Instant actsAt;

  /** Orders of an operator, each of which may bring a message once more. */
  int retries;

  /** Passes that have left something out. */
  int incomplete;

  private final boolean isLarge;

  Order(int number, Instant asksAt, Customer customer, @Nullable Window window, List<Box> boxes) {
    this.name = "request%03d.csv".formatted(number);
    this.zone = new Zone(boxes.get(0).address.replaceFirst(".*@", ""), customer);
    this.asksAt = asksAt;
    this.customer = customer;
    this.window = window;
    this.boxes = boxes;
    this.before = null;
    this.isLarge = boxes.stream().anyMatch(box -> box.size() > LARGE);
  }

  /** The same list once more. */
  private Order(Order before, @Nullable Instant asksAt) {
    this.name = before.name.replace(".csv", "-again.csv");
    this.zone = before.zone;
    this.asksAt = asksAt;
    this.customer = before.customer;
    this.window = before.window;
    this.boxes = before.boxes;
    this.before = before;
    this.isLarge = false;
    before.repeats.add(this);
  }

  /** The second one of a customer who sends two. */
  Order again(Random random) {
    Instant first = asksAt;
    if (first == null || !customer.asksAgain()) {
      throw new IllegalStateException("asks once: " + this);
    }
    return new Order(
        this,
        switch (customer) {
          case AGAIN -> first.plus(Duration.ofHours(1 + random.nextInt(24 * 12)));
          case COMES_BACK -> null;
          default -> first.plus(Duration.ofHours(random.nextInt(4)));
        });
  }

  boolean isAgain() {
    return before != null;
  }

  /** Whether an operator may try it again without wanting more of it than its customer. */
  boolean mayBeRetried() {
    return customer != Customer.CANCELS
        && customer != Customer.CANCELS_ONE
        && customer != Customer.TWICE_CANCELLED;
  }

  /** Where the migration has to be at last: at its end, or with a person who must act. */
  String end() {
    return switch (customer) {
      case SILENT -> "WAITING_FOR_CUTOVER";
      case LOST_PASSWORD -> "NEEDS_ATTENTION";
      case CANCELS -> "CANCELLED";
      case TWICE_CANCELLED -> isAgain() ? "CANCELLED" : "CLOSED";
      default -> "CLOSED";
    };
  }

  private boolean isEndedByHand() {
    return switch (customer) {
      case CANCELS, LEAVES, GIVES_UP -> true;
      case TWICE_CANCELLED, TWICE_CLOSED -> isAgain();
      default -> false;
    };
  }

  /** Whether all mail has to be at the new server in the end. */
  boolean hasToBeComplete() {
    return end().equals("CLOSED") && !isEndedByHand();
  }

  /** A message has come; who reads it may do something later. */
  void told(String receiver, Tellings.Telling telling, Random random) {
    MigrationMessage message = telling.message();
    long last = lastTold.getOrDefault(receiver, 0L);
    if (message != MigrationMessage.NEEDS_CUSTOMER) {
      assertThat(telling.event())
          .as("%s of %s after a later one", message, this)
          .isGreaterThan(last);
      assertThat(told.containsKey(receiver + " " + MigrationMessage.CLOSED))
          .as("%s of %s after its end", message, this)
          .isFalse();
      lastTold.put(receiver, telling.event());
    }
    told.merge(receiver + " " + message, 1, Integer::sum);
    if (receiver.equals("mail")) {
      reads(message, telling.at(), telling.at().plus(Duration.ofHours(1 + random.nextInt(60))));
    }
  }

  private void reads(MigrationMessage message, Instant at, Instant later) {
    switch (message) {
      case ACCEPTED -> {
        if (customer == Customer.LATE_PASSWORD) {
          actsAt = later;
        } else if (isAgain() && isEndedByHand()) {
          // Before it may be complete.
          actsAt = at.plus(Duration.between(at, later).dividedBy(4));
        }
      }
      case STARTED -> {
        if (customer == Customer.CANCELS || customer == Customer.CANCELS_ONE) {
          actsAt = later;
        }
      }
      case FIRST_PASS_DONE -> {
        zone.changes(later);
        if (acts()) {
          actsAt = later;
        }
      }
      case NEEDS_CUSTOMER, NEEDS_ATTENTION -> {
        if (customer.hasWrongPassword()) {
          actsAt = later;
        }
      }
      case CLOSED -> repeats.forEach(repeat -> repeat.comesBack(later));
      case SLIPPED, CUTOVER, LAPSED, COMPLETE, CANCELLED -> {}
    }
  }

  private boolean acts() {
    return switch (customer) {
      case CANCELS, LEAVES, UNSEEN, PUBLIC -> true;
      case CANCELS_ONE -> boxes.stream().noneMatch(box -> box.isCancelled);
      default -> false;
    };
  }

  private void comesBack(Instant at) {
    if (asksAt == null) {
      asksAt = at;
      boxes.forEach(box -> box.deliver(2));
    }
  }

  int told(Receiver receiver, MigrationMessage message) {
    return told.getOrDefault(receiver.name() + " " + message, 0);
  }

  /** Each receiver has each message as often as it should. */
  void assertTold(SoftAssertions softly) {
    for (Receiver receiver : World.RECEIVERS) {
      Map<MigrationMessage, Times> expected = expected(told(receiver, MigrationMessage.LAPSED));
      for (MigrationMessage message : MigrationMessage.values()) {
        Times times = expected.getOrDefault(message, new Times(0, 0));
        softly
            .assertThat(told(receiver, message))
            .as("%s of %s to %s", message, this, receiver.name())
            .isBetween(times.least, times.most);
      }
    }
  }

  private record Times(int least, int most) {}

  private static Times times(int times) {
    return new Times(times, times);
  }

  private Map<MigrationMessage, Times> expected(int lapses) {
    Map<MigrationMessage, Times> expected = new EnumMap<>(MigrationMessage.class);
    expected.put(MigrationMessage.ACCEPTED, times(1));
    // What is done at once is told as done.
    expected.put(
        MigrationMessage.STARTED, new Times(isLarge && customer != Customer.GIVES_UP ? 1 : 0, 1));
    expected.put(MigrationMessage.SLIPPED, new Times(0, World.MOST_SLIPS));
    if (end().equals("CLOSED")) {
      expected.put(MigrationMessage.COMPLETE, times(1));
      expected.put(MigrationMessage.CLOSED, times(1));
    }
    if (end().equals("CANCELLED")) {
      expected.put(MigrationMessage.CANCELLED, times(1));
    }
    expected.put(MigrationMessage.FIRST_PASS_DONE, firstPassDone());
    if (hasToBeComplete()) {
      // Whoever looks away for an hour does not see that the records went back.
      expected.put(MigrationMessage.LAPSED, new Times(0, customer == Customer.FICKLE ? 1 : 0));
      // Where the first one was through with its final passes, this one is complete at once.
      expected.put(MigrationMessage.CUTOVER, new Times(isAgain() ? 0 : lapses + 1, lapses + 1));
    }
    if (incomplete > 0) {
      expected.put(MigrationMessage.NEEDS_ATTENTION, new Times(0, 1));
    }
    if (isAgain() && isEndedByHand()) {
      // The first one may have had its cutover meanwhile.
      expected.put(MigrationMessage.CUTOVER, new Times(0, 1));
    }
    if (customer.hasWrongPassword()) {
      // The right password may come while the other mailboxes still go on.
      int least = customer == Customer.LOST_PASSWORD ? 1 : 0;
      expected.put(MigrationMessage.NEEDS_ATTENTION, new Times(least, 1 + retries));
      expected.put(MigrationMessage.NEEDS_CUSTOMER, times(1));
    }
    if (customer == Customer.LATE_PASSWORD) {
      expected.put(MigrationMessage.NEEDS_CUSTOMER, new Times(0, 1));
    }
    return expected;
  }

  private Times firstPassDone() {
    if (isAgain() || customer == Customer.CANCELS) {
      return new Times(0, 1);
    }
    return times(customer == Customer.LOST_PASSWORD || customer == Customer.GIVES_UP ? 0 : 1);
  }

  @Override
  public String toString() {
    return name + " of a customer " + customer + ", window " + window;
  }
}

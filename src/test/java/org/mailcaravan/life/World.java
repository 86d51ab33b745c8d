package org.mailcaravan.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cutover.MxLook;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Where;
import org.mailcaravan.model.Window;
import org.mailcaravan.store.Receiver;
import org.mailcaravan.store.Tellings;

/**
 * What is outside of the program: mailboxes on both sides, the DNS of domains, and what customers
 * do. Drawn from a seed.
 */
final class World {
  private static final List<String> WINDOWS =
      List.of(
          "",
          "",
          "Mon-Fri 18:00-07:00, Sat-Sun; Europe/Rome",
          "22:00-06:00; America/New_York",
          "Mon-Fri 20:00-24:00; Australia/Sydney",
          "01:00-03:00; Europe/Berlin",
          "Sat-Sun; UTC");

  /** How long a resolver keeps what a customer has changed. */
  static final Duration OLD_TTL = Duration.ofHours(6);

  static final List<Receiver> RECEIVERS =
      List.of(
          new Receiver("mail", EnumSet.allOf(MigrationMessage.class), Receiver.Reach.ALL),
          new Receiver("webhook", EnumSet.allOf(MigrationMessage.class), Receiver.Reach.ALL));

  /** What becomes of a migration, as its customer is. */
  enum Customer {
    /** Changes the DNS some days after he is told to. */
    USUAL,
    /** Changes it, back again, and again. */
    FICKLE,
    /** Changes it where nobody sees it, and tells one of us, who says so. */
    UNSEEN,
    /** Never changes it. */
    SILENT,
    /** Sends a wrong password, and the right one when he is told. */
    WRONG_PASSWORD,
    /** Sends a wrong password, and never the right one. */
    LOST_PASSWORD,
    /** Cancels while it is copied, or before he changes the DNS. */
    CANCELS
  }

  /** A mailbox at its old server, and what of it is at the new one. */
  static final class Box {
    final String address;
    final TreeSet<Integer> old = new TreeSet<>();
    final TreeSet<Integer> arrived = new TreeSet<>();
    boolean passwordIsRight = true;
    private int numbers;

    Box(String address) {
      this.address = address;
    }

    void deliver(int messages) {
      for (int i = 0; i < messages; i++) {
        old.add(numbers++);
      }
    }

    /** Copies some that are not there. */
    int copy(int most) {
      List<Integer> missing =
          old.stream().filter(each -> !arrived.contains(each)).limit(most).toList();
      arrived.addAll(missing);
      return missing.size();
    }

    boolean isComplete() {
      return arrived.containsAll(old);
    }
  }

  /** A request, and what its customer does. */
  static final class Order {
    final String name;
    final String domain;
    final Instant asksAt;
    final Customer customer;
    final @Nullable Window window;
    final List<Box> boxes = new ArrayList<>();
    final Map<String, Integer> told = new HashMap<>();
    @Nullable String migration;
    @Nullable Instant changesDnsAt;
    @Nullable Instant changesBackAt;
    @Nullable Instant changesAgainAt;
    @Nullable Instant actsAt;

    Order(int number, Instant asksAt, Customer customer, @Nullable Window window) {
      this.name = "request%03d.csv".formatted(number);
      this.domain = "customer%03d.example".formatted(number);
      this.asksAt = asksAt;
      this.customer = customer;
      this.window = window;
    }

    /** Where the migration has to be at last: at its end, or with a person who must act. */
    String end() {
      return switch (customer) {
        case USUAL, FICKLE, UNSEEN, WRONG_PASSWORD -> "CLOSED";
        case SILENT -> "WAITING_FOR_CUTOVER";
        case LOST_PASSWORD -> "NEEDS_ATTENTION";
        case CANCELS -> "CANCELLED";
      };
    }

    /** Each receiver has each message as often as it should. */
    void assertTold() {
      Map<MigrationMessage, Integer> expected = new EnumMap<>(MigrationMessage.class);
      expected.put(MigrationMessage.ACCEPTED, 1);
      if (end().equals("CLOSED")) {
        expected.put(MigrationMessage.COMPLETE, 1);
        expected.put(MigrationMessage.CLOSED, 1);
      }
      if (end().equals("CLOSED") || customer == Customer.SILENT) {
        expected.put(MigrationMessage.FIRST_PASS_DONE, 1);
      }
      if (customer == Customer.CANCELS) {
        expected.put(MigrationMessage.CANCELLED, 1);
      }
      if (customer == Customer.LOST_PASSWORD) {
        expected.put(MigrationMessage.NEEDS_ATTENTION, 1);
      }
      if (customer == Customer.LOST_PASSWORD || customer == Customer.WRONG_PASSWORD) {
        expected.put(MigrationMessage.NEEDS_CUSTOMER, 1);
      }
      for (Receiver receiver : RECEIVERS) {
        if (end().equals("CLOSED")) {
          // Whoever looks away for an hour does not see that the records went back.
          int lapses = told(receiver, MigrationMessage.LAPSED);
          assertThat(lapses)
              .as("lapses of %s", this)
              .isBetween(0, customer == Customer.FICKLE ? 1 : 0);
          expected.put(MigrationMessage.LAPSED, lapses);
          expected.put(MigrationMessage.CUTOVER, lapses + 1);
        }
        for (MigrationMessage message : MigrationMessage.values()) {
          int times = told(receiver, message);
          if (maybe(message)) {
            assertThat(times).as("%s of %s", message, this).isLessThanOrEqualTo(1);
          } else if (message != MigrationMessage.SLIPPED) {
            assertThat(times)
                .as("%s of %s", message, this)
                .isEqualTo(expected.getOrDefault(message, 0));
          }
        }
      }
    }

    int told(Receiver receiver, MigrationMessage message) {
      return told.getOrDefault(receiver.name() + " " + message, 0);
    }

    private boolean maybe(MigrationMessage message) {
      return switch (message) {
        // What is done at once is told as done.
        case STARTED -> true;
        // He may cancel before or after it.
        case FIRST_PASS_DONE -> customer == Customer.CANCELS;
        // He may send the right password while the other mailboxes still go on.
        case NEEDS_ATTENTION -> customer == Customer.WRONG_PASSWORD;
        default -> false;
      };
    }

    @Override
    public String toString() {
      return name + " of a customer " + customer + ", window " + window;
    }

    /** Whether the MX records name us. */
    boolean pointsToUs(Instant at) {
      if (changesDnsAt == null || at.isBefore(changesDnsAt)) {
        return false;
      }
      boolean back = changesBackAt != null && !at.isBefore(changesBackAt);
      boolean again = changesAgainAt != null && !at.isBefore(changesAgainAt);
      return !back || again;
    }

    /** Whether somebody may still bring mail to the old server. */
    boolean oldServerGetsMail(Instant at) {
      return !pointsToUs(at) || !pointsToUs(at.minus(OLD_TTL));
    }
  }

  static final Problem REFUSED =
      new Problem(
          ProblemCode.LOGIN_REFUSED,
          Where.words("the old provider"),
          "it refuses the login",
          Owner.CUSTOMER,
          "Send the right password.");

  private final Set<String> received = new HashSet<>();
  private int repeated;

  final List<Order> orders = new ArrayList<>();
  private final Map<String, Box> boxes = new HashMap<>();
  private final Map<String, Order> byAddress = new HashMap<>();
  final Random random;

  World(long seed, Instant from, Duration time, int requests) {
    random = new Random(seed);
    for (int i = 0; i < requests; i++) {
      Instant at = from.plusSeconds((long) (random.nextDouble() * time.toSeconds()));
      String window = WINDOWS.get(random.nextInt(WINDOWS.size()));
      Order order =
          new Order(
              i,
              at,
              customer(i),
              window.isEmpty() ? null : Window.parse(window, ZoneId.of("Europe/Rome")));
      int many = 1 + random.nextInt(4);
      for (int box = 0; box < many; box++) {
        Box made = new Box("user" + box + "@" + order.domain);
        made.deliver(random.nextInt(400));
        order.boxes.add(made);
        boxes.put(made.address, made);
        byAddress.put(made.address, order);
      }
      if (order.customer == Customer.WRONG_PASSWORD || order.customer == Customer.LOST_PASSWORD) {
        order.boxes.get(0).passwordIsRight = false;
      }
      orders.add(order);
    }
  }

  /** Each kind, and most are as usual. */
  private Customer customer(int number) {
    Customer[] all = Customer.values();
    return number < all.length
        ? all[number]
        : random.nextInt(3) > 0 ? Customer.USUAL : all[random.nextInt(all.length)];
  }

  Box box(String address) {
    return Objects.requireNonNull(boxes.get(address));
  }

  Order order(String address) {
    return Objects.requireNonNull(byAddress.get(address));
  }

  /** What the one server of the zone and a resolver say. */
  MxLook look(String domain, Instant at) {
    Order order =
        orders.stream().filter(each -> each.domain.equals(domain)).findFirst().orElseThrow();
    if (order.customer == Customer.UNSEEN || random.nextInt(15) == 0) {
      return new MxLook(
          domain,
          at,
          true,
          List.of(said("ns1.example", true, MxLook.Answer.NO_ANSWER)),
          List.of("simulated"));
    }
    return new MxLook(
        domain,
        at,
        true,
        List.of(
            said("ns1.example", true, answer(order.pointsToUs(at))),
            said("resolver.example", false, answer(order.pointsToUs(at.minus(OLD_TTL))))),
        List.of());
  }

  private static MxLook.Answer answer(boolean ours) {
    return ours ? MxLook.Answer.OURS : MxLook.Answer.OTHERS;
  }

  private static MxLook.Said said(String server, boolean authority, MxLook.Answer answer) {
    return new MxLook.Said(
        server,
        authority,
        answer,
        answer == MxLook.Answer.OTHERS ? List.of("mx.old.example") : List.of(),
        OLD_TTL.toSeconds(),
        MxLook.Said.NO_SERIAL,
        answer == MxLook.Answer.NO_ANSWER ? "simulated" : "");
  }

  /** A message has come to a receiver; a customer who reads it may do something later. */
  void told(String receiver, Tellings.Telling telling) {
    String key = receiver + " " + telling.event();
    if (!received.add(key)) {
      repeated++;
      return;
    }
    Order order =
        orders.stream()
            .filter(each -> telling.migration().endsWith("-" + each.name.replace(".csv", "")))
            .findFirst()
            .orElseThrow();
    order.told.merge(receiver + " " + telling.message(), 1, Integer::sum);
    if (!receiver.equals("mail")) {
      return;
    }
    Instant later = telling.at().plus(Duration.ofHours(1 + random.nextInt(60)));
    switch (telling.message()) {
      case FIRST_PASS_DONE -> {
        if (order.customer == Customer.CANCELS) {
          order.actsAt = later;
        }
        changeDns(order, later);
        if (order.customer == Customer.UNSEEN) {
          order.actsAt = later;
        }
      }
      case NEEDS_ATTENTION, NEEDS_CUSTOMER -> order.actsAt = later;
      case STARTED -> {
        if (order.customer == Customer.CANCELS) {
          order.actsAt = later;
        }
      }
      case ACCEPTED, SLIPPED, CUTOVER, LAPSED, COMPLETE, CLOSED, CANCELLED -> {}
    }
  }

  private static void changeDns(Order order, Instant later) {
    if (order.changesDnsAt != null
        || order.customer == Customer.SILENT
        || order.customer == Customer.CANCELS) {
      return;
    }
    order.changesDnsAt = later;
    if (order.customer == Customer.FICKLE) {
      order.changesBackAt = later.plus(Duration.ofHours(9));
      order.changesAgainAt = later.plus(Duration.ofHours(80));
    }
  }

  /** How many messages came again, after a kill. */
  int repeated() {
    return repeated;
  }

  /** Mail comes in to those whose old servers still get some. */
  void deliver(Instant now) {
    for (Order order : orders) {
      if (now.isBefore(order.asksAt) || !order.oldServerGetsMail(now)) {
        continue;
      }
      for (Box box : order.boxes) {
        if (random.nextInt(40) == 0) {
          box.deliver(1);
        }
      }
    }
  }
}

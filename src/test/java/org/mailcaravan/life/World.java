package org.mailcaravan.life;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
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

  /** A message tells of a slip that is longer by a quarter each time. */
  static final int MOST_SLIPS = 4;

  static final List<Receiver> RECEIVERS =
      List.of(
          new Receiver("mail", EnumSet.allOf(MigrationMessage.class), Receiver.Reach.ALL),
          new Receiver("webhook", EnumSet.allOf(MigrationMessage.class), Receiver.Reach.ALL));

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
  private final Map<String, Order> byDomain = new HashMap<>();
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
              window.isEmpty() ? null : Window.parse(window, ZoneId.of("Europe/Rome")),
              boxes(i));
      Box first = order.boxes.get(0);
      first.passwordIsRight = !order.customer.hasWrongPassword();
      first.passwordIsKnown = order.customer != Customer.LATE_PASSWORD;
      order.boxes.forEach(box -> boxes.put(box.address, box));
      byDomain.put(order.zone.domain, order);
      orders.add(order);
      if (order.customer.asksAgain()) {
        orders.add(order.again(random));
      }
    }
  }

  private List<Box> boxes(int number) {
    List<Box> made = new ArrayList<>();
    int many = 2 + random.nextInt(3);
    for (int box = 0; box < many; box++) {
      made.add(new Box("user%d@customer%03d.example".formatted(box, number)));
      made.get(box).deliver(random.nextInt(400));
    }
    return made;
  }

  /** Each kind, and many are as usual. */
  private Customer customer(int number) {
    Customer[] all = Customer.values();
    return number < all.length
        ? all[number]
        : random.nextInt(3) == 0 ? Customer.USUAL : all[random.nextInt(all.length)];
  }

  Box box(String address) {
    return Objects.requireNonNull(boxes.get(address));
  }

  private Order byDomain(String domain) {
    return Objects.requireNonNull(byDomain.get(domain));
  }

  Order order(String address) {
    return byDomain(address.replaceFirst(".*@", ""));
  }

  boolean isPublic(String domain) {
    return byDomain(domain).customer == Customer.PUBLIC;
  }

  MxLook look(String domain, Instant at) {
    return byDomain(domain).zone.look(at, random);
  }

  /** A message has come to a receiver. */
  void told(String receiver, Tellings.Telling telling) {
    String key = receiver + " " + telling.event();
    if (!received.add(key)) {
      repeated++;
      return;
    }
    orders.stream()
        .filter(each -> telling.migration().endsWith("-" + each.name.replace(".csv", "")))
        .findFirst()
        .orElseThrow()
        .told(receiver, telling, random);
  }

  /** One of us has something tried again. */
  void retried(Order order) {
    orders.stream().filter(each -> each.zone == order.zone).forEach(each -> each.retries++);
  }

  /** A pass has left something out. */
  void incomplete(Box box) {
    orders.stream().filter(each -> each.boxes.contains(box)).forEach(each -> each.incomplete++);
  }

  /** How many messages came again, after a kill. */
  int repeated() {
    return repeated;
  }

  /** Mail comes in to those whose old servers still get some. */
  void deliver(Instant now) {
    for (Order order : orders) {
      if (order.isAgain() || order.asksAt == null || now.isBefore(order.asksAt)) {
        continue;
      }
      boolean goesToOld = order.zone.oldServerGetsMail(now);
      for (Box box : order.boxes) {
        if (goesToOld && random.nextInt(40) == 0) {
          box.deliver(1);
        }
      }
    }
  }
}

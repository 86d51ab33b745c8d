package org.mailcaravan.life;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.mailcaravan.model.status.Target;

/** One of us, who pauses, and tries again, what would go on by itself. */
final class Operator {
  private static final String NAME = "operator";

  private final World world;
  private final Random random;
  private final List<Pause> pauses = new ArrayList<>();

  private record Pause(Target target, Instant until) {}

  Operator(World world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  /** Whatever is done before a kill is done once more after it. */
  void act(SimulatedProgram program, Instant now) {
    for (Pause pause : List.copyOf(pauses)) {
      if (!now.isBefore(pause.until)) {
        Object unused = program.controls.resume(pause.target, NAME);
        pauses.remove(pause);
      }
    }
    List<Order> known = world.orders.stream().filter(each -> each.migration != null).toList();
    if (known.isEmpty() || random.nextInt(12) > 0) {
      return;
    }
    // Mostly one of the last ones, whose lives are not over.
    int back = Math.min(known.size(), random.nextInt(4) == 0 ? known.size() : 8);
    Order order = known.get(known.size() - 1 - random.nextInt(back));
    Box box = order.boxes.get(random.nextInt(order.boxes.size()));
    Target migration = Target.migration(String.valueOf(order.migration));
    Target mailbox = Target.mailbox(program.mailbox(box));
    switch (random.nextInt(5)) {
      case 0 -> pause(program, migration, now);
      case 1 -> pause(program, mailbox, now);
      case 2 -> pause(program, Target.host("imap." + order.zone.domain + ":993"), now);
      case 3 -> retry(program, order, mailbox);
      default -> retry(program, order, migration);
    }
  }

  private void pause(SimulatedProgram program, Target target, Instant now) {
    pauses.add(new Pause(target, now.plus(Duration.ofHours(1 + random.nextInt(72)))));
    Object unused = program.controls.pause(target, NAME);
  }

  private void retry(SimulatedProgram program, Order order, Target target) {
    if (order.mayBeRetried()) {
      world.retried(order);
      Object unused = program.controls.retry(target, NAME);
    }
  }
}

package org.mailcaravan.life;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cutover.MxLook;

/** The domain of a customer: what its servers and a resolver say of it. */
final class Zone {
  /** How long a resolver keeps what a customer has changed. */
  static final Duration OLD_TTL = Duration.ofHours(6);

  final String domain;
  private final Customer customer;
  @Nullable Instant changesAt;
  private @Nullable Instant secondChangesAt;
  private @Nullable Instant changesBackAt;
  private @Nullable Instant changesAgainAt;

  /** When one look sees what was there before, at one server; nobody sends mail by that. */
  private @Nullable Instant staleAt;

  Zone(String domain, Customer customer) {
    this.domain = domain;
    this.customer = customer;
  }

  /** The customer does it when he has read that he should. */
  void changes(Instant at) {
    if (changesAt == null && customer.changesDns()) {
      changesAt = at;
      secondChangesAt = customer == Customer.HALF ? at.plus(Duration.ofHours(55)) : at;
      staleAt = customer == Customer.HALF ? at.plus(Duration.ofHours(57)) : null;
      if (customer == Customer.FICKLE) {
        changesBackAt = at.plus(Duration.ofHours(9));
        changesAgainAt = at.plus(Duration.ofHours(80));
      }
    }
  }

  private boolean first(Instant at) {
    return isReached(changesAt, at)
        && (!isReached(changesBackAt, at) || isReached(changesAgainAt, at));
  }

  private boolean second(Instant at) {
    return first(at) && isReached(secondChangesAt, at);
  }

  private boolean isStale(Instant at) {
    Instant stale = staleAt;
    return stale != null && !at.isBefore(stale) && at.isBefore(stale.plus(Duration.ofHours(1)));
  }

  private static boolean isReached(@Nullable Instant time, Instant at) {
    return time != null && !at.isBefore(time);
  }

  /** Whether somebody may still bring mail to the old server. */
  boolean oldServerGetsMail(Instant at) {
    return !second(at) || !second(at.minus(OLD_TTL));
  }

  /** What the servers of the zone and a resolver say; now and then none answers. */
  MxLook look(Instant at, Random random) {
    if (customer == Customer.UNSEEN || random.nextInt(15) == 0) {
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
            said("ns1.example", true, answer(first(at))),
            said("ns2.example", true, answer(second(at) && !isStale(at))),
            said("resolver.example", false, answer(first(at.minus(OLD_TTL))))),
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
}

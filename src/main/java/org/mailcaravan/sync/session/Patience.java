package org.mailcaravan.sync.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.store.Pauses;
import org.mailcaravan.store.Pauses.Pause;
import org.mailcaravan.store.RefusedLogins;
import org.mailcaravan.store.RefusedLogins.Refused;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.diagnosis.Meaning;
import org.mailcaravan.sync.diagnosis.Prospect;
import org.mailcaravan.sync.diagnosis.ToldTime;

/**
 * Obeys servers that ask for time. A short wait is waited for within the pass; a longer one ends
 * it. Until the time is over nobody logs in to that account, no other lane, pass or command.
 * Thread-safe.
 */
public final class Patience {
  /** A wait that a pass sits out: Microsoft 365 asks for five minutes. */
  public static final Duration LONGEST_IN_PASS = Duration.ofMinutes(10);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Pauses pauses;
  private final RefusedLogins refusedLogins;
  private final Clock clock;
  private final BooleanSupplier obeyed;
  private final HostReports hosts;
  private final Providers providers;

  /**
   * @param obeyed whether we wait before we log in; if not, the first login shows whether the
   *     server still minds
   */
  public Patience(Pauses pauses, RefusedLogins refusedLogins, Clock clock, boolean obeyed) {
    this(pauses, refusedLogins, clock, () -> obeyed);
  }

  public Patience(Pauses pauses, RefusedLogins refusedLogins, Clock clock, BooleanSupplier obeyed) {
    this(pauses, refusedLogins, clock, obeyed, HostReports.NONE, Providers.NONE);
  }

  private Patience(
      Pauses pauses,
      RefusedLogins refusedLogins,
      Clock clock,
      BooleanSupplier obeyed,
      HostReports hosts,
      Providers providers) {
    this.pauses = pauses;
    this.refusedLogins = refusedLogins;
    this.clock = clock;
    this.obeyed = obeyed;
    this.hosts = hosts;
    this.providers = providers;
  }

  /** The same, which also reports how source servers behave. */
  public Patience reportingTo(HostReports reports) {
    return new Patience(pauses, refusedLogins, clock, obeyed, reports, providers);
  }

  /** The same, which knows what source servers stand, and how one logs in there. */
  public Patience knowing(Providers known) {
    return new Patience(pauses, refusedLogins, clock, obeyed, hosts, known);
  }

  /** What is known of source servers. */
  Providers providers() {
    return providers;
  }

  /** Where to report how source servers behave. */
  HostReports hosts() {
    return hosts;
  }

  /**
   * To be called before a login.
   *
   * @throws TryAgain when the account is to be left alone for a short while
   * @throws NeedsAttention when for longer
   */
  void requireOver(String account, Side side, Server server) {
    if (!obeyed.getAsBoolean()) {
      pauses.forget(account);
      return;
    }
    Pause pause = pauses.find(account).orElse(null);
    if (pause == null) {
      return;
    }
    Duration left = Duration.between(clock.instant(), pause.notBefore());
    // A clock that was wrong once must not lock an account for years. One that has ended is kept
    // for a while: hadItsTime.
    if (left.abs().compareTo(ToldTime.LONGEST) > 0) {
      pauses.forget(account);
      return;
    }
    if (left.isNegative() || left.isZero()) {
      return;
    }
    Problem problem =
        new Problem(
            pause.code(),
            Where.loginAt(server),
            "not tried before " + inWords(pause.notBefore()) + ", since " + pause.cause(),
            side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
            nextStep(pause.notBefore()),
            minute(pause.notBefore()));
    LoginRefused cause = new LoginRefused(new ServerRefusal(false, "", pause.cause()));
    throw isLong(left) ? new NeedsAttention(problem, cause) : new TryAgain(problem, left, cause);
  }

  /** What is left of the time for which an account is left alone; null when it is over. */
  @Nullable Duration left(String account) {
    Instant now = clock.instant();
    return pauses
        .find(account)
        .filter(pause -> obeyed.getAsBoolean() && pause.notBefore().isAfter(now))
        .map(pause -> Duration.between(now, pause.notBefore()))
        .filter(left -> !isLong(left))
        .orElse(null);
  }

  /**
   * Whether an account was left alone, not long ago, for as long as its server wanted, or waits are
   * not obeyed. Who then asks for more time at once may mean one message, and another one shows it.
   */
  boolean hadItsTime(String account) {
    Instant now = clock.instant();
    return !obeyed.getAsBoolean()
        || pauses
            .find(account)
            .filter(pause -> !pause.notBefore().isAfter(now))
            .filter(pause -> pause.notBefore().plus(ToldTime.LONGEST).isAfter(now))
            .isPresent();
  }

  /**
   * Notes a time that a server named.
   *
   * @param waits what the pass has waited already
   * @return the failure with the time in its words, which is to be retried only when the time is
   *     short
   */
  MigrationException noted(String account, MigrationException failure, WaitsOfPass waits) {
    if (!(failure instanceof TryAgain again) || again.after() == null) {
      return failure;
    }
    Duration after = again.after();
    Instant now = clock.instant();
    Instant until = now.plus(after);
    Problem problem = failure.problem();
    pauses.put(new Pause(account, until, problem.code(), problem.cause()));
    // The time after which a pass may go on by itself needs no words of its own.
    Problem told =
        new Problem(
            problem.code(),
            problem.place(),
            stopped(problem.cause()) + "We log in again at " + inWords(until) + " at the earliest",
            problem.owner(),
            again.nextStep().with(nextStep(until)),
            until);
    return isLong(after) || waits.areTooMany(now, until)
        ? new NeedsAttention(told, cause(failure))
        : new TryAgain(told, after, cause(failure));
  }

  /** The waits of a pass that begins now. */
  WaitsOfPass waits() {
    return new WaitsOfPass(WaitsOfPass.Kind.ASKED_FOR, clock.instant());
  }

  /** Tells of the waits of a pass that begins now. */
  ToldWaits toldWaits(PassTally tally) {
    return new ToldWaits(tally, clock);
  }

  /** Tells what servers mean, times of day among it. */
  Diagnosis diagnosis() {
    return new Diagnosis(clock, providers);
  }

  /** What a pass that begins now waits for in vain. */
  VainWaits vainWaits(PassTally tally) {
    return new VainWaits(tally, clock);
  }

  private static Throwable cause(MigrationException failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause;
  }

  private static String stopped(String sentence) {
    return sentence.endsWith(".") ? sentence + " " : sentence + ". ";
  }

  /** Whether a pass waits and goes on, rather than ends. */
  public static boolean isSatOut(Meaning meaning) {
    Duration delay = meaning.delay();
    return meaning.prospect() == Prospect.PATIENCE && (delay == null || !isLong(delay));
  }

  private static boolean isLong(Duration wait) {
    return wait.compareTo(LONGEST_IN_PASS) > 0;
  }

  /**
   * Whether a failure that is not retried says that an account is left alone for long. Who does not
   * obey waits goes on with the next folder.
   */
  boolean endsPass(MigrationException failure) {
    return obeyed.getAsBoolean()
        && failure instanceof NeedsAttention
        && switch (failure.problem().code()) {
          case THROTTLED, TOO_MANY_LOGINS, SERVER_DOWN -> true;
          default -> false;
        };
  }

  private static String nextStep(Instant until) {
    return "Run the request again after "
        + inWords(until)
        + "; what has arrived will not be copied twice. Before that nobody logs in, unless with --set"
        + " retry.obey-waits=false.";
  }

  /** The account was let in. */
  void letIn(String account) {
    refusedLogins.forget(account);
  }

  /**
   * The account was refused for good in one more run, of any command.
   *
   * @return in how many by now, where there are several; else empty
   */
  String refused(String account) {
    Refused refused = refusedLogins.add(account, clock.instant());
    return refused.passes() < 2
        ? ""
        : "refused in " + refused.passes() + " runs since " + inWords(refused.since());
  }

  /** To the minute, and not before the time is over. */
  private static String inWords(Instant until) {
    return TIME.format(minute(until));
  }

  private static Instant minute(Instant until) {
    Instant minute = until.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(until) ? minute : minute.plus(1, ChronoUnit.MINUTES);
  }
}

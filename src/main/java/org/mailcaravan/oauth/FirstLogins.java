package org.mailcaravan.oauth;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;

/**
 * Lets one mailbox of a profile log in before the others. Where the server refuses its token, the
 * registration of the application is usually missing, and a hundred refused logins would say no
 * more than one. The others are not tried for a minute; then it is the turn of another mailbox,
 * since it may have been the first one alone. After a login that went well nobody waits any more.
 * Thread-safe.
 */
public final class FirstLogins {
  /** Nobody waits longer for the login of another mailbox. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How long a refusal counts: long enough for the other rows of a request. */
  static final Duration COUNTS = Duration.ofMinutes(1);

  /** Between two looks at the clock. */
  private static final long LOOK_MILLIS = 500;

  private final Clock clock;
  private final Map<String, Standing> standings = new HashMap<>();

  /** A mailbox whose token was refused. */
  private record Refusal(String mailbox, Problem problem, Instant until) {}

  /** How a profile fares. Its lock guards it; it is told when something changes. */
  private static final class Standing {
    private boolean works;
    private @Nullable String trying;
    private Instant since = Instant.MIN;
    private @Nullable Refusal refusal;
  }

  public FirstLogins(Clock clock) {
    this.clock = clock;
  }

  /**
   * Waits until a mailbox may log in. Whoever calls it says by {@link #accepted} or {@link #failed}
   * how the login went.
   *
   * @param mailbox its address
   * @throws TryAgain when the token of another mailbox was refused just now
   * @throws PassStopped when the thread is told to stop
   */
  public void begin(String profile, String mailbox) {
    Standing standing = standing(profile);
    synchronized (standing) {
      Instant begun = clock.instant();
      while (!mayLogIn(standing, profile, mailbox)) {
        if (!clock.instant().isBefore(begun.plus(PATIENCE))) {
          return;
        }
        try {
          standing.wait(LOOK_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new PassStopped("the program stops");
        }
      }
    }
  }

  private boolean mayLogIn(Standing standing, String profile, String mailbox) {
    Instant now = clock.instant();
    if (standing.works || mailbox.equals(standing.trying)) {
      return true;
    }
    Refusal refusal = standing.refusal;
    if (refusal != null && now.isBefore(refusal.until()) && !refusal.mailbox().equals(mailbox)) {
      throw notTried(profile, refusal, Duration.between(now, refusal.until()));
    }
    if (standing.trying != null && now.isBefore(standing.since.plus(PATIENCE))) {
      return false;
    }
    standing.trying = mailbox;
    standing.since = now;
    return true;
  }

  /** A login with a token of a profile went well. */
  public void accepted(String profile) {
    Standing standing = standing(profile);
    synchronized (standing) {
      standing.works = true;
      standing.trying = null;
      standing.refusal = null;
      standing.notifyAll();
    }
  }

  /**
   * A login did not go well.
   *
   * @param refused the problem where the server refused the token; null where the login failed for
   *     a reason that tells nothing of the profile
   */
  public void failed(String profile, String mailbox, @Nullable Problem refused) {
    Standing standing = standing(profile);
    synchronized (standing) {
      if (mailbox.equals(standing.trying)) {
        standing.trying = null;
      }
      if (refused != null && !standing.works) {
        standing.refusal = new Refusal(mailbox, refused, clock.instant().plus(COUNTS));
      }
      standing.notifyAll();
    }
  }

  private Standing standing(String profile) {
    synchronized (standings) {
      return standings.computeIfAbsent(profile, made -> new Standing());
    }
  }

  private static TryAgain notTried(String profile, Refusal refusal, Duration wait) {
    Problem problem = refusal.problem();
    NextStep step =
        new NextStep(
            problem.nextStep() + " If only that mailbox cannot be opened, take its row out.",
            true,
            "");
    String cause =
        "not tried, since a token of the OAuth profile %s was refused for %s (%s)"
            .formatted(profile, refusal.mailbox(), problem.cause());
    return new TryAgain(
        new Problem(problem.code(), problem.place(), cause, problem.owner(), step.words()),
        step,
        wait,
        new IOException(cause));
  }
}

package org.mailcaravan.oauth;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Where;
import org.mailcaravan.settings.OAuthProfile;

/**
 * The access tokens of all profiles: in memory only, shared by all that log in to the same account,
 * renewed before they end. Of a profile that has given no token yet, one is fetched at a time: when
 * it is refused, the others get the same answer without asking. Thread-safe.
 */
public final class Tokens {
  /** Tokens that are kept; an application has one for all its mailboxes. */
  private static final int MOST_KEPT = 2000;

  /** A token that is younger has not run out: a server that refuses it refuses the account. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  /** A token is renewed so long before its end, or when three quarters of its time are over. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  /** How long a refusal counts: long enough for the other rows of a request. */
  private static final Duration REFUSAL_COUNTS = Duration.ofMinutes(1);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final Map<String, OAuthProfile> profiles;
  private final Fetch fetch;
  private final Clock clock;
  private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Standing> standings = new HashMap<>();

  /** Whose token it is; {@code user} is empty where one token is for all. */
  private record Key(String profile, String user) {}

  /** A refusal, and until when it counts. */
  private record Refusal(NeedsAttention failure, Instant until) {}

  /** The token of a key. Its lock is held while one is fetched, so that nobody else asks. */
  private static final class Kept {
    @Nullable Secret token;
    @Nullable Secret refreshToken;
    Instant issued = Instant.MIN;
    Instant renew = Instant.MIN;
  }

  /** How a profile fares. Its lock is held while its first token is fetched. */
  private static final class Standing {
    volatile boolean works;
    private final Map<String, Refusal> refusals = new HashMap<>();
    private Instant busyUntil = Instant.MIN;
    private int busyTimes;
    private TokenAnswer.@Nullable Busy busy;
  }

  /**
   * @param profiles by their names
   * @param connector with the rules for hosts that our own configuration names
   * @param prompt asks a person to agree in a browser
   * @param person waits for the answer of that person
   */
  public Tokens(
      Map<String, OAuthProfile> profiles,
      Connector connector,
      DevicePrompt prompt,
      UntilStopped person,
      Clock clock) {
    this.profiles = Map.copyOf(profiles);
    this.fetch = new Fetch(new TokenServer(connector, clock), prompt, person, clock);
    this.clock = clock;
  }

  /**
   * A token that is good for some minutes yet.
   *
   * @param user the name with which it logs in
   * @throws NeedsAttention when the token server refuses one
   * @throws org.mailcaravan.model.TryAgain when the token server cannot answer now
   * @throws org.mailcaravan.model.PassStopped when the program stops before a person has agreed
   */
  public Secret token(String profileName, String user) {
    OAuthProfile profile = profile(profileName);
    Key key = key(profile, user);
    Standing standing = standing(profileName);
    Kept own = kept(key);
    synchronized (own) {
      Secret token = own.token;
      if (token != null && clock.instant().isBefore(own.renew)) {
        return token;
      }
      if (standing.works) {
        return fetched(profile, key, user, own, standing);
      }
      synchronized (standing) {
        return fetched(profile, key, user, own, standing);
      }
    }
  }

  /**
   * Whether it helps to log in again after a token was refused or a session ended over it: the next
   * {@link #token} is then another one. It does not when the token was new and has opened nothing.
   *
   * @param worked whether it, or one before it, has opened the account
   */
  public boolean renews(String profileName, String user, Secret refused, boolean worked) {
    Kept own = kept(key(profile(profileName), user));
    synchronized (own) {
      Secret token = own.token;
      if (token == null || !refused.equals(token)) {
        return true;
      }
      if (!worked && clock.instant().isBefore(own.issued.plus(YOUNG))) {
        return false;
      }
      own.token = null;
      return true;
    }
  }

  private OAuthProfile profile(String name) {
    OAuthProfile profile = profiles.get(name);
    if (profile == null) {
      throw new NeedsAttention(
          new Problem(
              ProblemCode.TOKEN_NOT_ISSUED,
              Where.setting("oauth." + name, "oauth." + name),
              "the OAuth profile " + name + " is not configured any more",
              Owner.US,
              "Set its properties again, or send the row with another profile or a password."));
    }
    return profile;
  }

  private static Key key(OAuthProfile profile, String user) {
    return new Key(profile.name(), profile.isForEachUser() ? user.toLowerCase(Locale.ROOT) : "");
  }

  private Kept kept(Key key) {
    synchronized (kept) {
      Kept own = kept.computeIfAbsent(key, made -> new Kept());
      if (kept.size() > MOST_KEPT) {
        kept.remove(kept.keySet().iterator().next());
      }
      return own;
    }
  }

  private Standing standing(String profile) {
    synchronized (standings) {
      return standings.computeIfAbsent(profile, made -> new Standing());
    }
  }

  private Secret fetched(OAuthProfile profile, Key key, String user, Kept own, Standing standing) {
    requireHope(profile, user, standing);
    TokenProblems problems = new TokenProblems(profile);
    TokenAnswer answer;
    try {
      answer = fetch.token(profile, user, own.refreshToken);
    } catch (Assertions.UnusableKey e) {
      throw remembered(standing, "", problems.unusable(e));
    }
    if (answer instanceof TokenAnswer.Issued issued) {
      Instant now = clock.instant();
      Duration quarter = issued.life().dividedBy(4);
      own.issued = now;
      own.renew = now.plus(issued.life()).minus(quarter.compareTo(MARGIN) < 0 ? quarter : MARGIN);
      own.token = issued.token();
      // RFC 6749 section 6: where a new one comes, the one before may end.
      if (issued.refreshToken() != null) {
        own.refreshToken = issued.refreshToken();
      }
      synchronized (standing.refusals) {
        standing.works = true;
        standing.busyTimes = 0;
      }
      return issued.token();
    }
    if (answer instanceof TokenAnswer.Refused refused) {
      own.refreshToken = null;
      throw remembered(standing, concerned(key, refused.error()), problems.refused(refused));
    }
    throw busy(standing, problems, (TokenAnswer.Busy) answer);
  }

  /** Whom a refusal is about: the profile (empty), a domain, or a user. */
  private static String concerned(Key key, String error) {
    return switch (error) {
      case "invalid_grant", "access_denied", "expired_token" -> key.user();
      // Google gives it for a whole domain.
      case "unauthorized_client" -> domain(key.user());
      default -> "";
    };
  }

  private static String domain(String user) {
    return user.substring(user.indexOf('@') + 1);
  }

  private void requireHope(OAuthProfile profile, String user, Standing standing) {
    Instant now = clock.instant();
    String name = key(profile, user).user();
    synchronized (standing.refusals) {
      standing.refusals.values().removeIf(refusal -> !now.isBefore(refusal.until()));
      for (String concerned : new String[] {"", domain(name), name}) {
        Refusal refusal = standing.refusals.get(concerned);
        if (refusal != null) {
          throw new NeedsAttention(refusal.failure().problem());
        }
      }
      if (standing.busy != null && now.isBefore(standing.busyUntil)) {
        throw new TokenProblems(profile)
            .busy(standing.busy, Duration.between(now, standing.busyUntil));
      }
    }
  }

  private NeedsAttention remembered(Standing standing, String concerned, NeedsAttention failure) {
    synchronized (standing.refusals) {
      if (standing.refusals.size() < MOST_KEPT) {
        standing.refusals.put(
            concerned, new Refusal(failure, clock.instant().plus(REFUSAL_COUNTS)));
      }
    }
    return failure;
  }

  private MigrationException busy(
      Standing standing, TokenProblems problems, TokenAnswer.Busy busy) {
    synchronized (standing.refusals) {
      Duration grown = FIRST_WAIT.multipliedBy(1L << Math.min(standing.busyTimes++, 10));
      Duration usual = grown.compareTo(LONGEST_WAIT) < 0 ? grown : LONGEST_WAIT;
      Duration wait = busy.after() == null ? usual : busy.after();
      standing.busy = busy;
      standing.busyUntil = clock.instant().plus(wait);
      return problems.busy(busy, wait);
    }
  }
}

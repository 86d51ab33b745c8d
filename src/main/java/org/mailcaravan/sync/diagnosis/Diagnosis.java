package org.mailcaravan.sync.diagnosis;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Provider;
import org.mailcaravan.providers.Providers;

/**
 * Tells what an error of a mail server means for a migration: whether it may pass by itself, who
 * can fix it, and how. Thread-safe.
 */
public final class Diagnosis {
  private final Clock clock;
  private final Providers providers;

  /**
   * @param clock for times that servers tell
   * @param providers whose help is told where a customer has to prepare the mailbox
   */
  public Diagnosis(Clock clock, Providers providers) {
    this.clock = clock;
    this.providers = providers;
  }

  /** Knows no provider. */
  public Diagnosis(Clock clock) {
    this(clock, Providers.NONE);
  }

  /**
   * Translates.
   *
   * @param place what was under way, such as {@code folder Archive}
   * @param host the server's name
   */
  public MigrationException of(ImapException failure, Side side, Where place, String host) {
    if (failure instanceof ConnectFailed connect) {
      return ofConnect(connect, side, host);
    }
    if (failure instanceof LoginRefused login) {
      return ofLogin(login, side, host);
    }
    if (failure instanceof CommandRefused command) {
      return ofCommand(command, side, place, host);
    }
    return ofLoss((ConnectionLost) failure, side, place, host);
  }

  private static Owner owner(Side side) {
    return side == Side.SOURCE ? Owner.OLD_HOST : Owner.US;
  }

  /** Who has named the server. */
  private static Owner named(Side side) {
    return side == Side.SOURCE ? Owner.CUSTOMER : Owner.US;
  }

  private MigrationException ofConnect(ConnectFailed failure, Side side, String host) {
    Where place = Where.connectionTo(host);
    String told = String.valueOf(failure.getMessage());
    // The place names the server already.
    String cause = told.startsWith(host + ": ") ? told.substring(host.length() + 2) : told;
    return switch (failure.reason()) {
      case TURNED_AWAY -> ofTurnedAway(failure, side, host);
      case UNREACHABLE -> unreachable(failure, side, place, cause);
      case UNKNOWN_HOST, NOT_IMAP ->
          attention(
              failure.reason() == ConnectFailed.Reason.NOT_IMAP
                  ? ProblemCode.NOT_IMAP
                  : ProblemCode.UNKNOWN_HOST,
              place,
              cause,
              named(side),
              side == Side.SOURCE
                  ? "Ask for the IMAP server's name and port, and correct source_imap_server and source_port."
                  : "Correct destination.host and destination.port in application.properties.",
              failure);
      case WRONG_SECURITY, NO_STARTTLS, TLS_WRONG_NAME ->
          attention(
              ProblemWords.code(failure.reason()),
              place,
              cause,
              named(side),
              ProblemWords.nextStep(failure.reason(), side),
              failure);
      case TLS_SELF_SIGNED, TLS_UNKNOWN_ISSUER ->
          attention(
              ProblemWords.code(failure.reason()),
              place,
              cause,
              Owner.US,
              ProblemWords.nextStep(failure.reason(), side),
              failure);
      case TLS_EXPIRED, TLS_NOT_YET_VALID, TLS_REVOKED, TLS_WEAK, TLS_TAMPERED, TLS_FAILED ->
          attention(
              ProblemWords.code(failure.reason()),
              place,
              cause,
              owner(side),
              ProblemWords.nextStep(failure.reason(), side),
              failure);
      case PLAINTEXT_FORBIDDEN ->
          attention(
              ProblemCode.PLAINTEXT_FORBIDDEN,
              place,
              cause,
              named(side),
              "Use tls or starttls; if the server truly has neither, name it in source.insecure-hosts.",
              failure);
      case ADDRESS_FORBIDDEN ->
          attention(
              ProblemCode.ADDRESS_FORBIDDEN,
              place,
              cause,
              named(side),
              "Check the server's name; if the address is meant, name the host in source.allowed-hosts.",
              failure);
    };
  }

  /** A greeting that is a refusal. */
  private MigrationException ofTurnedAway(ConnectFailed failure, Side side, String host) {
    Meaning meaning =
        ofWords(failure.said(), ServerWords.Where.ANY)
            .filter(said -> !isOfSomebody(said))
            .orElse(null);
    Where place = Where.connectionTo(host);
    String cause = String.valueOf(failure.getMessage());
    if (meaning == null) {
      return unreachable(failure, side, place, cause);
    }
    return told(meaning, side, place, cause, host, failure);
  }

  private static TryAgain unreachable(ConnectFailed failure, Side side, Where place, String cause) {
    return tryAgain(
        ProblemCode.UNREACHABLE,
        place,
        cause,
        owner(side),
        new NextStep("See that the server runs and lets us in.", true, ""),
        null,
        failure);
  }

  /** A greeting comes before the server knows who we are: it cannot be about an account. */
  private static boolean isOfSomebody(Meaning meaning) {
    return switch (meaning.code()) {
      case ACCOUNT_SUSPENDED,
          IMAP_DISABLED,
          PASSWORD_EXPIRED,
          NO_MAILBOX,
          WRONG_PASSWORD,
          APP_PASSWORD_NEEDED ->
          true;
      default -> false;
    };
  }

  private MigrationException ofLoss(ConnectionLost lost, Side side, Where place, String host) {
    if (lost.fault() != null) {
      // No server can help that, and no retry.
      throw new IllegalStateException("a fault at the connection to " + host, lost.fault());
    }
    String cause = "the connection to " + host + " was lost: " + lost.getMessage();
    boolean atLogin = place.equals(loginAt(host));
    Meaning meaning = meaning(lost).map(said -> atLogin ? said : said.afterLogin()).orElse(null);
    if (meaning == null || (meaning.prospect() == Prospect.PERMANENT && !isOfAccount(meaning))) {
      return tryAgain(
          ProblemCode.CONNECTION_LOST, place, cause, owner(side), NextStep.AGAIN, null, lost);
    }
    return told(meaning, side, place, cause, host, lost);
  }

  /** Whether it is the account that a server does not serve, and no command or message. */
  private static boolean isOfAccount(Meaning meaning) {
    return switch (meaning.code()) {
      case ACCOUNT_SUSPENDED, ADDRESS_BLOCKED, WEB_LOGIN_NEEDED, IMAP_DISABLED, PASSWORD_EXPIRED ->
          true;
      default -> false;
    };
  }

  private MigrationException ofLogin(LoginRefused failure, Side side, String host) {
    ServerRefusal refusal = failure.refusal();
    Meaning meaning = meaningAtLogin(failure);
    return told(
        meaning,
        side,
        loginAt(host),
        meaning.code() == ProblemCode.LOGIN_REFUSED && words(refusal).isBlank()
            ? side.words() + " refused the login and gave no reason"
            : ProblemWords.cause(meaning.code(), side) + ": " + refusal,
        host,
        failure);
  }

  private MigrationException ofCommand(
      CommandRefused failure, Side side, Where place, String host) {
    ServerRefusal refusal = failure.refusal();
    Meaning known = meaning(refusal);
    Meaning meaning =
        known.equals(Meaning.UNKNOWN) && isOfFolder(failure) ? Meaning.UNKNOWN_OF_FOLDER : known;
    String cause =
        switch (meaning.code()) {
          case NO_MAILBOX ->
              "the login was accepted, but there is no mailbox behind it: " + refusal;
          case QUOTA_FULL ->
              side == Side.DESTINATION
                  ? "the mailbox at the new server is full: " + refusal
                  : side.words() + " says that a quota is exceeded: " + refusal;
          default ->
              meaning.prospect() == Prospect.PERMANENT
                  ? side.words() + " refused: " + String.valueOf(failure.getMessage())
                  : side.words() + " cannot answer now: " + refusal;
        };
    return told(meaning, side, place, cause, host, failure);
  }

  /** The place of what goes wrong at a login. */
  public static Where loginAt(String host) {
    return Where.loginAt(host);
  }

  /** The refusal in the BYE of a connection that ended at a login, if it is one for good. */
  public Optional<LoginRefused> refusedAtLogin(ConnectionLost lost, boolean withToken) {
    return ofWords(lost.bye(), ServerWords.Where.LOGIN)
        .filter(meaning -> meaning.prospect() == Prospect.PERMANENT)
        .map(meaning -> new LoginRefused(ServerRefusal.bye(lost.bye()), withToken));
  }

  private static boolean isOfFolder(CommandRefused failure) {
    return Stream.of("CREATE ", "SELECT ", "EXAMINE ", "STATUS ")
        .anyMatch(failure.command()::startsWith);
  }

  /** Makes of a meaning what the routes retry, or what they report. */
  private MigrationException told(
      Meaning meaning, Side side, Where place, String cause, String host, ImapException failure) {
    Owner owner = side == Side.DESTINATION ? Owner.US : meaning.owner();
    if (meaning.code() == ProblemCode.QUOTA_FULL && side == Side.SOURCE) {
      owner = Owner.OLD_HOST;
    }
    NextStep step = withHelp(ProblemWords.nextStep(meaning.at(host), side), meaning, side, host);
    return meaning.prospect() == Prospect.PERMANENT
        ? attention(meaning.code(), place, cause, owner, step.words(), failure)
        : tryAgain(meaning.code(), place, cause, owner, step, meaning.delay(), failure);
  }

  /** The step, and what the customer of a known provider has to do there. */
  private NextStep withHelp(NextStep step, Meaning meaning, Side side, String host) {
    boolean forCustomer =
        switch (meaning.code()) {
          case WRONG_PASSWORD, APP_PASSWORD_NEEDED, IMAP_DISABLED, WEB_LOGIN_NEEDED -> true;
          default -> false;
        };
    return side == Side.SOURCE && forCustomer
        ? providers
            .byHost(host.replaceFirst(":\\d+$", ""))
            .map(Diagnosis::help)
            .map(step::and)
            .orElse(step)
        : step;
  }

  private static String help(Provider provider) {
    return "At " + provider.name() + ": " + provider.help().words();
  }

  private static TryAgain tryAgain(
      ProblemCode code,
      Where place,
      String cause,
      Owner owner,
      NextStep step,
      @Nullable Duration after,
      Throwable failure) {
    Problem problem = new Problem(code, place, cause, owner, step.words());
    return new TryAgain(problem, step, after, failure);
  }

  /** What the refusal of a command other than a login means. */
  public Meaning meaning(ServerRefusal refusal) {
    return ofWords(words(refusal), ServerWords.Where.COMMAND)
        .or(
            () ->
                ofWords(refusal.also(), ServerWords.Where.ANY)
                    .filter(also -> also.prospect() == Prospect.PATIENCE || isOfAccount(also)))
        .orElse(Meaning.UNKNOWN);
  }

  /** What a refused login means. */
  public Meaning meaningAtLogin(LoginRefused failure) {
    ServerRefusal refusal = failure.refusal();
    Meaning meaning =
        ofWords(words(refusal), ServerWords.Where.LOGIN)
            .or(() -> ofWords(refusal.also(), ServerWords.Where.LOGIN))
            .orElse(refusal.bad() ? Meaning.NO_LOGIN_METHOD : Meaning.UNKNOWN_AT_LOGIN);
    boolean ofToken =
        failure.withToken()
            && (meaning.code() == ProblemCode.WRONG_PASSWORD
                || meaning.code() == ProblemCode.LOGIN_REFUSED);
    return ofToken ? Meaning.TOKEN_REFUSED : meaning;
  }

  /** What the last words on a connection that was lost mean; empty when they say nothing. */
  public Optional<Meaning> meaning(ConnectionLost lost) {
    Optional<Meaning> atTheEnd = ofWords(lost.bye(), ServerWords.Where.ANY);
    if (atTheEnd.isPresent() && atTheEnd.get().delay() != null) {
      return atTheEnd;
    }
    // The time often comes before a BYE that says nothing: "BYE Connection closed. 14".
    return lost.saidBefore().stream()
        .flatMap(said -> ofWords(said, ServerWords.Where.ANY).stream())
        .filter(said -> said.prospect() == Prospect.PATIENCE)
        .findFirst()
        .or(() -> atTheEnd);
  }

  private Optional<Meaning> ofWords(String said, ServerWords.Where where) {
    String words = ServerWords.start(said);
    if (words.isBlank()) {
      return Optional.empty();
    }
    Meaning known =
        ServerWords.find(where, words)
            .map(ServerWords.Entry::meaning)
            .orElse(where == ServerWords.Where.LOGIN ? Meaning.UNKNOWN_AT_LOGIN : Meaning.UNKNOWN);
    Meaning several =
        where == ServerWords.Where.LOGIN ? SeveralCauses.in(words).orElse(known) : known;
    Optional<Duration> told = ToldWait.in(words, clock.instant());
    Meaning timely = AskedLater.of(several, words, told.isPresent());
    Meaning waiting = told.map(timely::waiting).orElse(timely);
    Meaning meaning = where == ServerWords.Where.COMMAND ? waiting.afterLogin() : waiting;
    boolean unknown = meaning.equals(Meaning.UNKNOWN) || meaning.equals(Meaning.UNKNOWN_AT_LOGIN);
    return unknown ? Optional.empty() : Optional.of(meaning);
  }

  private static String words(ServerRefusal refusal) {
    return (refusal.code().isEmpty() ? "" : "[" + refusal.code() + "] ") + refusal.text();
  }

  /** Whether a refusal may pass by itself. */
  public boolean passes(ServerRefusal refusal) {
    return meaning(refusal).prospect() != Prospect.PERMANENT;
  }

  /**
   * Whether a connection ended since the server asks for time or has forgotten the login, and not
   * over what was under way.
   */
  public boolean asksForPatience(ConnectionLost lost) {
    return lost.isLoginLost()
        || Stream.concat(Stream.of(lost.bye()), lost.saidBefore().stream())
            .flatMap(said -> ofWords(said, ServerWords.Where.COMMAND).stream())
            .anyMatch(said -> said.prospect() == Prospect.PATIENCE);
  }

  /**
   * Whether a failure is a connection that a server broke over what was under way: it neither fell
   * silent, nor asked for time, nor forgot the login.
   */
  public boolean isOverWhatWasAsked(MigrationException failure) {
    return failure.getCause() instanceof ConnectionLost lost
        && lost.waitedWithoutResult().isZero()
        && !asksForPatience(lost);
  }

  /** The words with which a server asked for time before a connection ended, or its last ones. */
  public String plea(ConnectionLost lost) {
    return Stream.concat(Stream.of(lost.bye()), lost.saidBefore().stream())
        .filter(
            said ->
                ofWords(said, ServerWords.Where.COMMAND)
                    .filter(meaning -> meaning.prospect() == Prospect.PATIENCE)
                    .isPresent())
        .findFirst()
        .orElse(lost.bye());
  }

  /**
   * Whether a refusal would be the same whatever message we ask for: it asks for time, or is about
   * the account. Gmail's OVERQUOTA at FETCH is its bandwidth.
   */
  public boolean isAboutNoMessage(ServerRefusal refusal) {
    Meaning meaning = meaning(refusal);
    return meaning.prospect() == Prospect.PATIENCE
        || meaning.code() == ProblemCode.QUOTA_FULL
        || meaning.code() == ProblemCode.NO_MAILBOX
        || isOfAccount(meaning);
  }

  /** Whether a refusal can mean nothing but that we ask for too much, as no message is refused. */
  public static boolean isThrottling(ServerRefusal refusal) {
    return ServerWords.find(ServerWords.Where.COMMAND, refusal)
        .filter(entry -> entry.where() == ServerWords.Where.ANY)
        .filter(entry -> entry.meaning().code() == ProblemCode.THROTTLED)
        .isPresent();
  }

  /** Whether the mailbox is full (RFC 9208), which no later message will change. */
  public boolean isOverQuota(ServerRefusal refusal) {
    return meaning(refusal).code() == ProblemCode.QUOTA_FULL;
  }

  private static NeedsAttention attention(
      ProblemCode code,
      Where place,
      String cause,
      Owner owner,
      String nextStep,
      Throwable failure) {
    return new NeedsAttention(new Problem(code, place, cause, owner, nextStep), failure);
  }
}

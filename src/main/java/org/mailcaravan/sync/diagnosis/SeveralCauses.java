package org.mailcaravan.sync.diagnosis;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.ProblemCode;

/**
 * A refused login for which the server names several causes: {@code Unknown user or invalid
 * credentials}. Servers hide on purpose which of them it is, so none may be told as the only one:
 * the most general counts, and the next step names all.
 */
final class SeveralCauses {
  /** More parts than any sentence of a server has. */
  private static final int MOST_PARTS = 12;

  private static final Pattern JOINED =
      Pattern.compile(
          "(?iU)\\b(?:or|and|oder|und|bzw|ou|et|o|oppure|y|lub|albo|или|либо|и|of(?=\\s(?:verkeerd|onjuist|ongeldig|foutief|wachtwoord)))\\b|;|或|または|또는");

  private static final Pattern DIVIDED = Pattern.compile(JOINED.pattern() + "|[,，、；]");

  /** The code, which often is the same for all causes. */
  private static final Pattern CODE = Pattern.compile("^\\[[^\\]]*\\]\\s*");

  private static final Pattern CREDENTIALS = ServerWords.term("password");

  private static final Pattern WRONG_LOGIN =
      Pattern.compile("(?i)\\b(?:invalid|wrong|incorrect|bad) (?:log-?in|user|id)");

  /** "Contact support" is no cause. */
  private static final Pattern ADVICE =
      Pattern.compile("(?i)^\\W*(?:please )?(?:contact|ask|call)\\b");

  private SeveralCauses() {}

  /** What such a sentence means; empty when it names one cause, or when the file knows it whole. */
  static Optional<Meaning> in(String words) {
    String text = CODE.matcher(words).replaceFirst("");
    boolean known =
        ServerWords.find(ServerWords.Where.LOGIN, words)
            .filter(ServerWords.Entry::several)
            .isPresent();
    if (known || !JOINED.matcher(text).find()) {
      return Optional.empty();
    }
    Map<ProblemCode, Meaning> causes = new LinkedHashMap<>();
    boolean password = false;
    for (String part : DIVIDED.split(ServerWords.start(text), MOST_PARTS)) {
      if (ADVICE.matcher(part).find()) {
        continue;
      }
      boolean ofCredentials = CREDENTIALS.matcher(part).find() || WRONG_LOGIN.matcher(part).find();
      Meaning cause =
          ServerWords.find(ServerWords.Where.LOGIN, part)
              .map(ServerWords.Entry::meaning)
              // "Login failed" is what happened, and no cause.
              .filter(one -> one.code() != ProblemCode.WRONG_PASSWORD || ofCredentials)
              .orElse(null);
      password |= cause == null && ofCredentials;
      if (cause != null) {
        causes.putIfAbsent(cause.code(), cause);
      }
    }
    // "Unknown user or password", "check IMAP and the password"
    if (password
        && (causes.containsKey(ProblemCode.NO_MAILBOX)
            || causes.containsKey(ProblemCode.IMAP_DISABLED))) {
      causes.putIfAbsent(ProblemCode.WRONG_PASSWORD, Meaning.WRONG_PASSWORD);
    }
    // The captcha comes after the many logins, and no waiting replaces it.
    if (causes.containsKey(ProblemCode.WEB_LOGIN_NEEDED)) {
      causes.remove(ProblemCode.TOO_MANY_LOGINS);
    }
    return causes.size() < 2 ? Optional.empty() : Optional.of(all(causes));
  }

  private static Meaning all(Map<ProblemCode, Meaning> causes) {
    Meaning general =
        causes.values().stream().min(Comparator.comparing(SeveralCauses::rank)).orElseThrow();
    String checks =
        causes.keySet().stream().map(ProblemWords::check).collect(Collectors.joining("; "));
    return new Meaning(
        general.code(),
        general.prospect(),
        general.delay(),
        general.owner() == Owner.OLD_HOST && general.prospect() == Prospect.PERMANENT
            ? Owner.CUSTOMER
            : general.owner(),
        new NextStep(
            "The server names several causes. Check each: " + checks + ".",
            general.prospect() != Prospect.PERMANENT,
            ""));
  }

  /** A ban first, since each try may make it longer; then the password, which everything is. */
  private static int rank(Meaning cause) {
    return switch (cause.code()) {
      case TOO_MANY_LOGINS, THROTTLED -> 0;
      case WRONG_PASSWORD -> 1;
      case SERVER_DOWN -> 3;
      default -> 2;
    };
  }
}

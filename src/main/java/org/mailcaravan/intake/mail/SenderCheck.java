package org.mailcaravan.intake.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whose mails are requests. The sender of a mail is whatever its sender writes; only our
 * own mail server can tell whether the domain stands for it (DMARC, RFC 7489), and says so in a
 * header (RFC 8601). Headers of the same name that came with the mail are forged. Immutable and
 * thread-safe.
 */
public final class SenderCheck {
  private static final Pattern COMMENT = Pattern.compile("\\([^()]*\\)");
  private static final Pattern DMARC = Pattern.compile("\\bdmarc\\s*=\\s*([a-z]+)");
  private static final Pattern HEADER_FROM =
      Pattern.compile("\\bheader\\.from\\s*=\\s*\"?([^\\s;\"]+)");

  /** Comments within comments; a result with more of them is none of ours. */
  private static final int MOST_NESTED = 10;

  private final Set<String> allowed;
  private final String authservId;

  /**
   * @param allowed addresses, and domains with an {@code @} before them, in lower case
   * @param authservId the name by which our server signs its results; empty when it gives none
   */
  public SenderCheck(Set<String> allowed, String authservId) {
    this.allowed = Set.copyOf(allowed);
    this.authservId = authservId.toLowerCase(Locale.ROOT);
  }

  /**
   * Why a mail waits for a person; empty when its sender may send requests.
   *
   * @param results the values of all headers {@code Authentication-Results}, the topmost first
   */
  Optional<String> objection(Envelope envelope, List<String> results) {
    if (envelope.sender().isEmpty()) {
      return Optional.of("it has no sender, or several");
    }
    Optional<String> verdict = verdict(envelope, results);
    if (verdict.filter("pass"::equals).isPresent()) {
      return Optional.empty();
    }
    if (isListed(envelope)
        && (authservId.isEmpty() || verdict.isEmpty() || verdict.get().equals("none"))) {
      return Optional.empty();
    }
    return Optional.of(
        verdict
            .map(word -> "our mail server says dmarc=" + word + " of its sender")
            .orElse(
                "its sender is not in mail.allowed-senders"
                    + (authservId.isEmpty() ? "" : ", and our mail server does not vouch for it")));
  }

  /** Whether the sender is on our list, and may ask for any mailbox. */
  boolean isListed(Envelope envelope) {
    return allowed.contains(envelope.sender().toLowerCase(Locale.ROOT))
        || allowed.contains("@" + envelope.domain());
  }

  /** What our server found of the domain of the sender; empty where it did not look. */
  private Optional<String> verdict(Envelope envelope, List<String> results) {
    List<String> ours =
        authservId.isEmpty()
            ? List.of()
            : results.stream()
                .map(SenderCheck::withoutComments)
                .filter(this::isOurs)
                .filter(value -> DMARC.matcher(value).find())
                .toList();
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    // Ours is one, and on top. If another has our name, it came with the mail, and the mail lies.
    if (ours.size() > 1) {
      return Optional.of("forged");
    }
    String value = ours.get(0);
    Matcher word = DMARC.matcher(value);
    Matcher from = HEADER_FROM.matcher(value);
    boolean ofSender = from.find() && from.group(1).equals(envelope.domain());
    return word.find()
        ? Optional.of(ofSender ? word.group(1) : "of another domain")
        : Optional.empty();
  }

  private boolean isOurs(String value) {
    return value.indexOf('(') < 0 && value.split("[;\\s]", 2)[0].equals(authservId);
  }

  /** In lower case; comments can hold anything, such as another result. */
  private static String withoutComments(String value) {
    String text = value.toLowerCase(Locale.ROOT);
    for (int depth = 0; depth < MOST_NESTED && text.indexOf('(') >= 0; depth++) {
      text = COMMENT.matcher(text).replaceAll(" ");
    }
    return text.strip();
  }
}

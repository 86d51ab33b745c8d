package org.mailcaravan.intake.mail;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whose mails are requests. The sender of a mail is whatever its sender writes; only our
 * own mail server can tell whether the domain stands for it (DMARC, RFC 7489), and says so in a
 * header (RFC 8601). Headers of the same name that came with the mail are forged. Immutable and
 * thread-safe.
 */
public final class SenderCheck {
  /** The names before the {@code @} of addresses that nobody reads. */
  private static final Set<String> NOBODY =
      Set.of("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply");

  private final Set<String> allowed;
  private final String authservId;
  private final Set<String> own;

  /**
   * @param allowed addresses, and domains with an {@code @} before them, in lower case
   * @param authservId the name by which our server signs its results; empty when it gives none
   * @param own addresses that we send from, in lower case; an answer to them would come to us
   */
  public SenderCheck(Set<String> allowed, String authservId, Set<String> own) {
    this.allowed = Set.copyOf(allowed);
    this.authservId = authservId.toLowerCase(Locale.ROOT);
    this.own = Set.copyOf(own);
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
    String sender = envelope.sender().toLowerCase(Locale.ROOT);
    if (own.contains(sender)) {
      return Optional.of("it comes from our own address");
    }
    if (NOBODY.contains(sender.substring(0, sender.lastIndexOf('@')))
        && !allowed.contains(sender)) {
      return Optional.of("nobody reads what is sent to its sender");
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
    List<DmarcResults.Result> ours =
        authservId.isEmpty()
            ? List.of()
            : results.stream()
                .map(DmarcResults::of)
                .filter(found -> found.authservId().equals(authservId))
                .flatMap(found -> found.results().stream())
                .toList();
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    // Ours is one. If another has our name, it came with the mail, and the mail lies.
    if (ours.size() > 1) {
      return Optional.of("forged");
    }
    DmarcResults.Result result = ours.get(0);
    return Optional.of(
        result.from().equals(envelope.domain()) ? result.word() : "of another domain");
  }
}

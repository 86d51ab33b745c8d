package org.mailcaravan.policies;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;

/** Which policy a mailbox has: the first that fits. Immutable. */
public final class Policies {
  /** No mailbox has one. */
  public static final Policies NONE = new Policies(List.of(), host -> "", List.of());

  private final List<PolicyRule> rules;
  private final UnaryOperator<String> presetOf;
  private final List<Problem> warnings;

  /**
   * @param rules in the order of the file
   * @param presetOf the id of the provider that a server belongs to; empty for none
   * @param warnings of what is no mistake and probably not meant
   */
  Policies(List<PolicyRule> rules, UnaryOperator<String> presetOf, List<Problem> warnings) {
    this.rules = List.copyOf(rules);
    this.presetOf = presetOf;
    this.warnings = List.copyOf(warnings);
  }

  /** What is no mistake in the file and probably not meant. */
  public List<Problem> warnings() {
    return warnings;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /** That of a row, as its mailbox will have it. */
  public Policy of(RequestRow row) {
    return of(row.options(), row.sourceAddress(), row.destinationAddress(), row.source().host());
  }

  /** That of a mailbox now, whichever it had before. */
  public Policy of(Mailbox mailbox) {
    return of(
        mailbox.options(),
        mailbox.sourceAddress(),
        mailbox.destinationAddress(),
        mailbox.source().host());
  }

  private Policy of(RowOptions options, String source, String destination, String host) {
    if (rules.isEmpty()) {
      return Policy.NONE;
    }
    String preset = presetOf.apply(host);
    return rules.stream()
        .filter(rule -> rule.fits(options.policy(), source, destination, host, preset))
        .findFirst()
        .map(PolicyRule::sets)
        .orElse(Policy.NONE);
  }

  /**
   * How many mailboxes may be copied at once from a server; empty where no policy says.
   *
   * @param host in lower case, without its port
   */
  public OptionalInt mailboxesAtOnce(String host) {
    String preset = presetOf.apply(host);
    return rules.stream()
        .filter(rule -> rule.mailboxesAtOnce() > 0 && rule.fitsServer(host, preset))
        .mapToInt(PolicyRule::mailboxesAtOnce)
        .findFirst();
  }

  /** The words that the column {@code policy} may have, in lower case. */
  public Set<String> words() {
    Set<String> words = new TreeSet<>();
    rules.forEach(rule -> words.addAll(rule.words()));
    return words;
  }

  /** The texts of all windows that policies set. */
  public List<String> windows() {
    return rules.stream()
        .map(rule -> rule.sets().window())
        .filter(text -> !text.isEmpty())
        .distinct()
        .toList();
  }
}

package org.mailcaravan.policies;

import java.util.List;
import java.util.Locale;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.rules.Stars;

/**
 * An entry of config/policies.yaml. All conditions that are not empty must hold, each by one of its
 * values. All are in lower case; {@code *} stands for any letters.
 *
 * @param words of the column {@code policy}
 * @param domains of the address at either server
 * @param addresses at either server
 * @param hosts of old providers
 * @param presets ids of config/providers.yaml
 * @param sets what a mailbox gets
 * @param mailboxesAtOnce at a server that the conditions name; 0 where it does not say
 */
record PolicyRule(
    List<String> words,
    List<String> domains,
    List<String> addresses,
    List<String> hosts,
    List<String> presets,
    Policy sets,
    int mailboxesAtOnce) {
  PolicyRule {
    words = List.copyOf(words);
    domains = List.copyOf(domains);
    addresses = List.copyOf(addresses);
    hosts = List.copyOf(hosts);
    presets = List.copyOf(presets);
  }

  /** Whether only the server decides. */
  boolean isOfServer() {
    return words.isEmpty() && domains.isEmpty() && addresses.isEmpty();
  }

  /**
   * Whether a rule below this one never counts: this one fits wherever that does. What a server
   * gets is looked up by itself.
   */
  boolean hides(PolicyRule below) {
    boolean counts =
        mailboxesAtOnce > 0 || !below.sets.equals(new Policy(below.sets.name(), 0, "", 0, false));
    return counts
        && covers(words, below.words)
        && covers(domains, below.domains)
        && covers(addresses, below.addresses)
        && covers(hosts, below.hosts)
        && covers(presets, below.presets);
  }

  private static boolean covers(List<String> patterns, List<String> below) {
    return patterns.isEmpty()
        || patterns.contains("*")
        || patterns.contains("*@*")
        || (!below.isEmpty()
            && below.stream()
                .allMatch(
                    each -> patterns.stream().anyMatch(pattern -> Stars.match(pattern, each))));
  }

  boolean fits(String word, String source, String destination, String host, String preset) {
    return fits(words, word.toLowerCase(Locale.ROOT))
        && fits(domains, domain(source), domain(destination))
        && fits(addresses, source.toLowerCase(Locale.ROOT), destination.toLowerCase(Locale.ROOT))
        && fitsServer(host, preset);
  }

  boolean fitsServer(String host, String preset) {
    return fits(hosts, host.toLowerCase(Locale.ROOT)) && fits(presets, preset);
  }

  private static boolean fits(List<String> patterns, String... texts) {
    if (patterns.isEmpty()) {
      return true;
    }
    for (String text : texts) {
      if (patterns.stream().anyMatch(pattern -> Stars.match(pattern, text))) {
        return true;
      }
    }
    return false;
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
  }
}

package org.mailcaravan.store;

import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.policies.Policies;

/**
 * Where requests come in.
 *
 * @param node the program that takes them; their reports belong there
 * @param alone whether no other program may run their passes, since their passwords are in the
 *     memory of this one
 * @param passwordWait how long a mailbox waits for its password at the old provider
 * @param isPublic whether everybody can have an address of a domain, so that its MX records do not
 *     say where the mail of one mailbox goes
 * @param policies which policies mailboxes get
 */
public record Origin(
    String node,
    boolean alone,
    Duration passwordWait,
    Predicate<String> isPublic,
    Policies policies) {
  /** Without policies. */
  public Origin(String node, boolean alone, Duration passwordWait, Predicate<String> isPublic) {
    this(node, alone, passwordWait, isPublic, Policies.NONE);
  }

  /** With no public domains and no policies. */
  public Origin(String node, boolean alone, Duration passwordWait) {
    this(node, alone, passwordWait, domain -> false);
  }

  /** The only node that may run their passes; null for any. */
  @Nullable String only() {
    return alone ? node : null;
  }

  /** The domain whose MX records say where the mail of an address goes; null where none do. */
  @Nullable String mailDomain(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      return null;
    }
    try {
      String domain = HostNames.normal(address.substring(at + 1));
      boolean isDomain = domain.indexOf('.') > 0 && !domain.matches("[0-9.]+|.*:.*");
      return isDomain && !isPublic.test(domain) ? domain : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}

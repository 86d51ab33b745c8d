package org.mailcaravan.settings;

import java.util.Locale;

/**
 * A host of ours that takes mail.
 *
 * @param priority of the record to publish, 0 to 65535
 * @param name in lower case; one that begins with a dot means all hosts below, and {@link
 *     Keys#DOMAIN_MARK} stands for the customer's domain
 */
public record MxHost(int priority, String name) {
  /** Whether there is a record to publish for it: not for what stands for many hosts. */
  public boolean isHost() {
    return !name.startsWith(".");
  }

  /** The same for one domain. */
  public MxHost of(String domain) {
    return new MxHost(priority, name.replace(Keys.DOMAIN_MARK, domain));
  }

  /** Whether it means this host. */
  public boolean matches(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return isHost() ? lower.equals(name) : lower.endsWith(name);
  }
}

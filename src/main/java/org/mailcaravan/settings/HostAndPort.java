package org.mailcaravan.settings;

import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.model.HostNames;

/**
 * A server that mail programs are told.
 *
 * @param host in lower case; {@link Keys#DOMAIN_MARK} in it stands for the customer's domain
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {
  /** Empty for an address: records, and certificates, need a name. */
  public static Optional<HostAndPort> named(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    boolean isAddress = name.indexOf(':') >= 0 || name.matches("[0-9.]+");
    return isAddress || name.indexOf('.') < 0
        ? Optional.empty()
        : Optional.of(new HostAndPort(HostNames.normal(name), port));
  }
}

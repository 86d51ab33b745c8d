package org.mailcaravan.settings;

/**
 * A server that mail programs use, always with TLS.
 *
 * @param place where it is; {@link Keys#DOMAIN_MARK} in its name stands for the customer's domain
 * @param isStartTls whether a connection begins without TLS and must be upgraded
 */
public record ClientServer(HostAndPort place, boolean isStartTls) {
  /** The same for one domain. */
  public ClientServer of(String domain) {
    return new ClientServer(
        new HostAndPort(place.host().replace(Keys.DOMAIN_MARK, domain), place.port()), isStartTls);
  }
}

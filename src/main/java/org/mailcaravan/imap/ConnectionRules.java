package org.mailcaravan.imap;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which connections may be made, and how long they may take.
 *
 * @param anyAddress whether loopback, private and link-local addresses are allowed for every host
 *     (true for our own server, false for sources)
 * @param allowedHosts host names or address literals for which those addresses are allowed in any
 *     case, in lower case
 * @param anyPlaintext whether {@link org.mailcaravan.model.Security#NONE} is allowed for every host
 * @param insecureHosts host names or address literals for which it is allowed in any case, in lower
 *     case
 * @param connectTimeout for everything before the login: TCP, TLS, greeting, capabilities
 * @param readTimeout how long a server may be silent
 * @param longestWait how long a server that is not silent may keep us waiting without a result
 * @param extraCaFile certificates (PEM) to trust in addition to the JDK's own, or null
 */
public record ConnectionRules(
    boolean anyAddress,
    Set<String> allowedHosts,
    boolean anyPlaintext,
    Set<String> insecureHosts,
    Duration connectTimeout,
    Duration readTimeout,
    Duration longestWait,
    @Nullable Path extraCaFile) {
  public ConnectionRules {
    allowedHosts = Set.copyOf(allowedHosts);
    insecureHosts = Set.copyOf(insecureHosts);
  }

  /**
   * Whether a server of that name may be used at an address.
   *
   * @param host a name or address literal
   */
  public boolean allows(String host, InetAddress address) {
    return anyAddress
        || allowedHosts.contains(host.toLowerCase(Locale.ROOT))
        || AddressRules.isPublic(address);
  }

  /** With a longest wait of six times the read timeout. */
  public ConnectionRules(
      boolean anyAddress,
      Set<String> allowedHosts,
      boolean anyPlaintext,
      Set<String> insecureHosts,
      Duration connectTimeout,
      Duration readTimeout,
      @Nullable Path extraCaFile) {
    this(
        anyAddress,
        allowedHosts,
        anyPlaintext,
        insecureHosts,
        connectTimeout,
        readTimeout,
        readTimeout.multipliedBy(6),
        extraCaFile);
  }
}

package org.mailcaravan.imap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What connections may be made, and how patiently.
 *
 * @param anyAddress whether loopback, private and link-local addresses are allowed for every host
 *     (so for our own destination, not for sources, which are strangers' servers)
 * @param allowedHosts host names or address literals for which those addresses are allowed all the
 *     same, in lower case
 * @param anyPlaintext whether {@link org.mailcaravan.model.Security#NONE} is allowed for every host
 * @param insecureHosts host names or address literals for which it is allowed all the same, in
 *     lower case
 * @param connectTimeout for all that comes before the login: TCP, TLS, greeting, capabilities
 * @param readTimeout how long a server may be silent
 * @param longestWait how long a server that is not silent may keep us waiting without a result
 * @param extraCaFile certificates (PEM) to trust beside the JDK's own, or null
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

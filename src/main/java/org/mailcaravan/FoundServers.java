package org.mailcaravan;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.intake.SourceServers;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Discovery;
import org.mailcaravan.providers.Finding;
import org.mailcaravan.providers.Providers;

/**
 * Gives requests what is known of providers, and the servers that discovery finds. What only the
 * DNS and web servers say is told to a person, who writes it into the request if it is right; with
 * {@code source.discovery=trust} it is used at once. Thread-safe.
 */
final class FoundServers implements SourceServers {
  private static final String LEARN =
      "Ask the customer for the name of the IMAP server, and write it into source_imap_server.";

  private final Providers providers;
  private final @Nullable Discovery discovery;
  private final boolean trusted;
  private final Map<String, Finding> known;

  /**
   * @param discovery null where no server is looked for
   * @param trusted whether a server is used that no known provider has, though nobody confirmed it
   */
  FoundServers(Providers providers, @Nullable Discovery discovery, boolean trusted) {
    this(providers, discovery, trusted, Map.of());
  }

  private FoundServers(
      Providers providers,
      @Nullable Discovery discovery,
      boolean trusted,
      Map<String, Finding> known) {
    this.providers = providers;
    this.discovery = discovery;
    this.trusted = trusted;
    this.known = known;
  }

  @Override
  public SourceServers lookedUp(Collection<String> addresses) {
    return discovery == null || addresses.isEmpty()
        ? this
        : new FoundServers(
            providers,
            discovery,
            trusted,
            discovery.findAll(addresses.stream().map(FoundServers::domain).toList()));
  }

  @Override
  public Answer find(String address) {
    if (discovery == null) {
      return NONE.find(address);
    }
    String domain = domain(address);
    Finding found = known.get(domain);
    return answer(found == null ? discovery.find(domain) : found, address);
  }

  private Answer answer(Finding finding, String address) {
    if (finding instanceof Finding.Found found) {
      return of(found, address);
    }
    if (finding instanceof Finding.NoImap none) {
      return new Missing(
          "is empty, and %s has no IMAP server that we can reach (found by %s: %s)"
              .formatted(none.provider().name(), none.way().words(), none.evidence()),
          none.provider().help().words());
    }
    return new Missing(
        "is empty, and no server was found for the domain ("
            + ((Finding.NotFound) finding).words()
            + ")",
        LEARN);
  }

  private Answer of(Finding.Found found, String address) {
    Server server = found.server();
    if (found.provider() == null && !trusted) {
      return new Missing(
          "is empty; " + found.words() + ", which anybody on the way could have forged",
          "See with the customer that it is the right server, and write %s into source_imap_server%s."
              .formatted(server.host(), details(found, address)));
    }
    return new Found(server, found.loginName(address), found.words() + ".");
  }

  /** What else has to be written, where it is not what an empty cell means. */
  private static String details(Finding.Found found, String address) {
    Server server = found.server();
    String port =
        server.port() == server.security().imapPort()
            ? ""
            : ", %d into source_port".formatted(server.port());
    String security =
        server.security() == Security.TLS
            ? ""
            : ", %s into source_security".formatted(server.security().word());
    String name = found.loginName(address);
    return port
        + security
        + (name.equals(address)
            ? ""
            : ", and the login name into source_username (it is " + found.userName().words() + ")");
  }

  @Override
  public String username(Server server, String address) {
    return providers
        .byHost(server.host())
        .map(provider -> provider.loginName(address))
        .orElse(address);
  }

  @Override
  public Optional<NoPassword> refusesPasswords(Server server) {
    return providers
        .byHost(server.host())
        .filter(provider -> !provider.takesPasswords())
        .map(provider -> new NoPassword(provider.name(), provider.help().words()));
  }

  /** The domain of an address, in its usual form. */
  private static String domain(String address) {
    return HostNames.normal(address.substring(address.lastIndexOf('@') + 1));
  }
}

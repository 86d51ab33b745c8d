package org.mailcaravan.providers;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.providers.Finding.Found;
import org.mailcaravan.providers.Finding.NoImap;
import org.mailcaravan.providers.Finding.NotFound;
import org.mailcaravan.providers.Finding.Tried;
import org.mailcaravan.providers.Finding.Way;

/**
 * Looks for the IMAP server of one domain: by its MX records in our own list, by autoconfig files
 * of the domain and of Thunderbird's list, by its SRV record (RFC 6186), and by usual names, which
 * count only with a certificate for them. Servers that are found, and those that are asked, obey
 * the rules for strangers' servers. It takes at most {@link #PATIENCE}, and sends neither a
 * password nor an address. Thread-safe.
 */
public final class Search {
  /** For one domain; what has not begun by then is not tried. */
  static final Duration PATIENCE = Duration.ofSeconds(25);

  /** For one question to the DNS. */
  private static final Duration DNS_PATIENCE = Duration.ofSeconds(6);

  /** For an answer of a web server to begin. */
  private static final Duration WEB_PATIENCE = Duration.ofSeconds(4);

  private final Providers providers;
  private final Dns dns;
  private final ConfigFiles files;
  private final Connector connector;
  private final Places places;
  private final boolean onlyPresets;

  /**
   * Where files are, with {@code DOMAIN} in the place of the domain, and on which port servers are
   * guessed.
   */
  record Places(String autoconfig, String wellKnown, String ispdb, int imapPort) {
    // Many servers want an address. Every domain has this one (RFC 2142), so no customer's is told.
    private static final String ANYBODY = "?emailaddress=postmaster%40DOMAIN";

    static final Places REAL =
        new Places(
            "https://autoconfig.DOMAIN/mail/config-v1.1.xml" + ANYBODY,
            "https://DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml" + ANYBODY,
            "https://v1.ispdb.net/DOMAIN",
            Security.TLS.imapPort());
  }

  Search(
      Providers providers,
      Dns dns,
      ConfigFiles files,
      Connector connector,
      Places places,
      boolean onlyPresets) {
    this.providers = providers;
    this.dns = dns;
    this.files = files;
    this.connector = connector;
    this.places = places;
    this.onlyPresets = onlyPresets;
  }

  /**
   * A search in the real world.
   *
   * @param resolvers DNS servers; empty for those of the system
   * @param connector with the rules for strangers' servers
   * @param onlyPresets whether to look only for the MX records in our own list
   */
  public static Search of(
      Providers providers,
      List<InetSocketAddress> resolvers,
      Connector connector,
      boolean onlyPresets) {
    return new Search(
        providers,
        new Dns(resolvers, DNS_PATIENCE),
        new ConfigFiles(new HttpConnections(connector, WEB_PATIENCE)),
        connector,
        Places.REAL,
        onlyPresets);
  }

  /** What a provider of our list means for whoever was led to it. */
  static Finding at(Provider provider, Way way, String evidence) {
    Server server = provider.server();
    return server == null
        ? new NoImap(provider, way, evidence)
        : new Found(server, provider.userName(), provider.logins(), way, evidence, provider);
  }

  Finding find(String domain) {
    return new OfDomain(domain).find();
  }

  /** The search for one domain. */
  private final class OfDomain {
    private final String domain;
    private final long end = System.nanoTime() + PATIENCE.toNanos();
    private final List<Tried> tried = new ArrayList<>();

    OfDomain(String domain) {
      this.domain = domain;
    }

    Finding find() {
      return mx().or(this::byOthers).orElseGet(() -> new NotFound(tried));
    }

    private Optional<Finding> byOthers() {
      if (onlyPresets) {
        return Optional.empty();
      }
      return file(Way.AUTOCONFIG, places.autoconfig())
          .or(() -> file(Way.WELL_KNOWN, places.wellKnown()))
          .or(() -> file(Way.ISPDB, places.ispdb()))
          .or(this::srv)
          .or(() -> guess("imap." + domain))
          .or(() -> guess("mail." + domain));
    }

    private void failed(Way way, String what, String outcome) {
      tried.add(new Tried(way, what, VisibleText.of(outcome)));
    }

    /** Whether there is time left for another way. */
    private boolean hasTime(Way way, String what) {
      boolean left = hasTime();
      if (!left) {
        failed(way, what, "not tried: the search took too long");
      }
      return left;
    }

    private boolean hasTime() {
      return System.nanoTime() < end;
    }

    private Optional<Finding> mx() {
      String what = "MX of " + domain;
      try {
        List<String> hosts = dns.mx(domain);
        for (String host : hosts) {
          Optional<Provider> provider = providers.byMx(host);
          if (provider.isPresent()) {
            return Optional.of(at(provider.get(), Way.MX, host));
          }
        }
        failed(
            Way.MX,
            what,
            hosts.isEmpty() ? "there is none" : hosts.get(0) + " belongs to no known provider");
      } catch (NoAnswer e) {
        failed(Way.MX, what, e.words());
      }
      return Optional.empty();
    }

    private Optional<Finding> file(Way way, String place) {
      URI file = file(place);
      if (file == null) {
        failed(way, domain, "no web server can have that name");
        return Optional.empty();
      }
      String what = file.getHost() + file.getPath();
      if (!hasTime(way, what)) {
        return Optional.empty();
      }
      try {
        ClientConfig config = ClientConfig.read(files.fetch(file, this::hasTime), domain);
        return accepted(config.server(), config.userName(), config.logins(), way, what);
      } catch (NoAnswer e) {
        failed(way, what, e.words());
        return Optional.empty();
      }
    }

    /** Null where the domain has a name, such as one with "_", that URLs do not have. */
    private @Nullable URI file(String place) {
      try {
        URI file = new URI(place.replace("DOMAIN", domain));
        return file.getHost() == null ? null : file;
      } catch (URISyntaxException e) {
        return null;
      }
    }

    private Optional<Finding> srv() {
      String name = "_imaps._tcp." + domain;
      if (!hasTime(Way.SRV, name)) {
        return Optional.empty();
      }
      try {
        List<Dns.Target> targets = dns.srv(name);
        if (targets.isEmpty()) {
          failed(Way.SRV, name, "there is none");
          return Optional.empty();
        }
        Dns.Target first = targets.get(0);
        Server server = new Server(first.host(), first.port(), Security.TLS);
        return accepted(server, UserName.ADDRESS, Set.of(), Way.SRV, name);
      } catch (NoAnswer e) {
        failed(Way.SRV, name, e.words());
        return Optional.empty();
      }
    }

    /** What others say, if it obeys the rules; a server of a known provider is one of our list. */
    private Optional<Finding> accepted(
        Server server, UserName userName, Set<LoginKind> logins, Way way, String evidence) {
      Provider provider = providers.byHost(server.host()).orElse(null);
      String refused = refusal(server);
      if (refused != null) {
        failed(way, evidence, "names " + refused);
        return Optional.empty();
      }
      return Optional.of(new Found(server, userName, logins, way, evidence, provider));
    }

    private @Nullable String refusal(Server server) {
      try {
        connector.requireAllowed(server);
        return null;
      } catch (ConnectFailed e) {
        return String.valueOf(e.getMessage());
      }
    }

    /** Asks a server of a usual name, which has to show a certificate for that name. */
    private Optional<Finding> guess(String name) {
      if (!hasTime(Way.GUESS, name)) {
        return Optional.empty();
      }
      try {
        Server server = new Server(HostNames.normal(name), places.imapPort(), Security.TLS);
        connector.connect(server).close();
        return accepted(
            server,
            UserName.ADDRESS,
            Set.of(),
            Way.GUESS,
            "an IMAP server has the certificate for " + name);
      } catch (ConnectFailed e) {
        failed(Way.GUESS, name, String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        failed(Way.GUESS, name, "is longer than a name can be");
      }
      return Optional.empty();
    }
  }
}

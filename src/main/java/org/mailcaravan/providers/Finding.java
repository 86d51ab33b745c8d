package org.mailcaravan.providers;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Server;

/** What is known of the IMAP server of a domain, and from where. */
public sealed interface Finding {
  /**
   * A way to look, in the order in which they are tried.
   *
   * @see Discovery
   */
  enum Way {
    /** Our own list, by the domain. */
    DOMAIN("config/providers.yaml"),
    /** Our own list, by the names of the MX hosts. */
    MX("the MX records"),
    /** A file of the domain's owner, at the host autoconfig. */
    AUTOCONFIG("the autoconfig file of the domain"),
    /** The same, at a well-known place. */
    WELL_KNOWN("the well-known autoconfig file of the domain"),
    /** Thunderbird's list of providers. */
    ISPDB("Thunderbird's list of providers"),
    /** A record of the domain's owner, RFC 6186. */
    SRV("the SRV record of the domain"),
    /** A usual name, at which a server has the certificate for it. */
    GUESS("a guess");

    private final String words;

    Way(String words) {
      this.words = words;
    }

    /** In words that follow "found by". */
    public String words() {
      return words;
    }
  }

  /**
   * A server was found.
   *
   * @param logins as the provider says; empty when it does not say
   * @param evidence what led to it, in words for people
   * @param provider the known provider to which the server belongs, or null. Without one, whoever
   *     answers our questions to the DNS can lead a password anywhere
   */
  record Found(
      Server server,
      UserName userName,
      Set<LoginKind> logins,
      Way way,
      String evidence,
      @Nullable Provider provider)
      implements Finding {
    public Found {
      logins = Set.copyOf(logins);
    }

    /** The login name of an address there. */
    public String loginName(String address) {
      return provider == null ? userName.of(address) : provider.loginName(address);
    }

    /** Such as {@code imap.example.org (port 993, tls) by the SRV record of the domain: ...}. */
    public String words() {
      return "%s (port %d, %s), found by %s (%s)"
          .formatted(server.host(), server.port(), server.security().word(), way.words(), evidence);
    }
  }

  /**
   * The mail is at a provider that has no IMAP server that we can reach.
   *
   * @param evidence what led to it, in words for people
   */
  record NoImap(Provider provider, Way way, String evidence) implements Finding {}

  /** No server was found. */
  record NotFound(List<Tried> tried) implements Finding {
    public NotFound {
      tried = List.copyOf(tried);
    }

    /** What was tried, in words for people. */
    public String words() {
      return tried.stream().map(Tried::toString).collect(Collectors.joining("; "));
    }
  }

  /**
   * One way that led nowhere.
   *
   * @param what what was asked, such as a URL
   * @param outcome why that was of no use; words of strangers in it are fit to be shown
   */
  record Tried(Way way, String what, String outcome) {
    @Override
    public String toString() {
      return what + ": " + outcome;
    }
  }
}

package org.mailcaravan.providers;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Server;

/**
 * What is known of a provider. Host names and domains are in lower case and ASCII.
 *
 * @param id its name for programs, such as {@code web-de}
 * @param name its name for people
 * @param domains of its customers' addresses
 * @param mx how the names of its MX hosts end
 * @param server its IMAP server; null when it has none that we can reach
 * @param otherHosts other names of that server
 * @param userName how its login names are made of addresses of these domains
 * @param logins how one logs in; empty only without a server
 * @param leftOut folders at the top that hold no mail
 * @param source where the facts come from
 */
public record Provider(
    String id,
    String name,
    Set<String> domains,
    Set<String> mx,
    @Nullable Server server,
    Set<String> otherHosts,
    UserName userName,
    Set<LoginKind> logins,
    Limits limits,
    List<String> leftOut,
    Help help,
    String source) {
  /**
   * What a provider stands; 0 where that is not known.
   *
   * @param connections at once, for one mailbox
   * @param mailboxesAtOnce that may be copied at the same time
   * @param mibADay MiB that a mailbox gives in 24 hours
   */
  public record Limits(int connections, int mailboxesAtOnce, int mibADay) {
    /** The number of connections for a mailbox, where so many are wanted. */
    public int ofConnections(int wanted) {
      return connections == 0 ? wanted : Math.min(wanted, connections);
    }
  }

  /**
   * What to tell the customer who has to prepare the mailbox or its password.
   *
   * @param en in English, as sentences
   * @param de in German
   * @param link to a page of the provider that explains it, https
   */
  public record Help(String en, String de, String link) {
    /** In English, with the link. */
    public String words() {
      return en + " See " + link + " for more.";
    }
  }

  public Provider {
    domains = Set.copyOf(domains);
    mx = Set.copyOf(mx);
    otherHosts = Set.copyOf(otherHosts);
    logins = Set.copyOf(logins);
    leftOut = List.copyOf(leftOut);
    if ((server == null) != logins.isEmpty()) {
      throw new IllegalArgumentException(id + " needs both a server and a way to log in there");
    }
  }

  /** Whether any kind of password opens a mailbox. */
  public boolean takesPasswords() {
    return logins.contains(LoginKind.PASSWORD) || logins.contains(LoginKind.APP_PASSWORD);
  }

  /**
   * The login name of an address. For a domain of the customer's own it is the whole address: the
   * local part would be that of another customer.
   */
  public String loginName(String address) {
    String domain = address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    return domains.contains(domain) ? userName.of(address) : address;
  }
}

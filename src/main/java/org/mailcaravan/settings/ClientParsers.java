package org.mailcaravan.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** What the values of {@code clients.…} can be: what mail programs are told. */
final class ClientParsers {
  private static final String STARTTLS = " starttls";

  private ClientParsers() {}

  /**
   * {@code imap.example.net}, {@code imap.example.net:1993} or {@code imap.example.net starttls}.
   *
   * @param port the usual one with TLS from the first octet
   * @param startTlsPort the usual one with STARTTLS
   */
  static Key.Parser<ClientServer> server(int port, int startTlsPort) {
    return (text, home) -> {
      boolean isStartTls = text.endsWith(STARTTLS);
      String place = isStartTls ? text.substring(0, text.length() - STARTTLS.length()) : text;
      return new ClientServer(
          CutoverParsers.server(place.strip(), isStartTls ? startTlsPort : port), isStartTls);
    };
  }

  /** A URL with TLS, which may have {@code {email}} and {@code {domain}} in it. */
  static String url(String text, Path home) {
    try {
      URI url =
          new URI(
              text.replace(Keys.EMAIL_MARK, "user%40example.org")
                  .replace(Keys.DOMAIN_MARK, "example.org"));
      if ("https".equalsIgnoreCase(url.getScheme())
          && url.getHost() != null
          && url.getUserInfo() == null) {
        return text;
      }
    } catch (URISyntaxException e) {
      // The same answer as for another scheme.
    }
    throw new IllegalArgumentException(
        "is not a URL that begins with https:// and the name of a server");
  }
}

package org.mailcaravan.dav;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;

/** The header Authorization of one account, as it is now. Thread-safe. */
final class DavAuthorization {
  private final DavLogin login;
  private final SecretMask mask;
  private @Nullable Header last;
  private boolean worked;

  /** The header, and the secret that is in it. */
  private record Header(Secret secret, String text) {}

  /**
   * @param mask hides whatever is sent
   */
  DavAuthorization(DavLogin login, SecretMask mask) {
    this.login = login;
    this.mask = mask;
  }

  /**
   * The value of the header.
   *
   * @throws org.mailcaravan.model.MigrationException when there is no token
   */
  synchronized String header() {
    Secret secret = login.secret();
    Header header = last;
    if (header == null || !header.secret().equals(secret)) {
      header = new Header(secret, made(secret));
      last = header;
    }
    return header.text();
  }

  private String made(Secret secret) {
    if (login instanceof DavLogin.Password own) {
      mask.hide(own.username(), secret);
      String both = own.username() + ":" + secret.reveal();
      return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }
    mask.hide(secret.reveal());
    return "Bearer " + secret.reveal();
  }

  /** The login was accepted. */
  synchronized void accepted() {
    worked = true;
  }

  /** Whether it helps to send the request again after the login was refused. */
  synchronized boolean renews() {
    Header header = last;
    return login instanceof DavLogin.Token own
        && header != null
        && own.tokens().renews(header.secret(), worked);
  }

  /** Whether a challenge (RFC 9110 section 11.6.1) asks for this kind of login. */
  boolean isAskedForIn(String challenge) {
    return challenge.toLowerCase(Locale.ROOT).contains(login.scheme().toLowerCase(Locale.ROOT));
  }

  boolean isToken() {
    return login instanceof DavLogin.Token;
  }
}

package org.mailcaravan.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.mailcaravan.model.Secret;

/**
 * How access tokens are fetched for mailboxes: the properties {@code oauth.NAME.…} of one name,
 * checked and with their defaults. Its {@link #toString} shows no secret.
 *
 * @param name as rows give it in {@code source_oauth_profile}
 * @param provider whose words a refusal is explained with
 * @param clientId of the application; empty for a service account, whose key file names it
 * @param tokenUrl where tokens are issued; https, or http on this machine
 * @param scope what is asked for, several with spaces between them; may be empty
 * @param grant what proves that we may have a token
 * @param servers the old providers' servers that may get a token, as {@link
 *     org.mailcaravan.model.HostNames#normal} writes them; none for a profile of our own server. A
 *     token of an application opens all mailboxes of its organisation, and rows name servers
 */
public record OAuthProfile(
    String name,
    Provider provider,
    String clientId,
    URI tokenUrl,
    String scope,
    Grant grant,
    Set<String> servers) {

  public OAuthProfile {
    servers = Set.copyOf(servers);
  }

  /** The words of {@code oauth.NAME.provider}. */
  public enum Provider {
    MICROSOFT("microsoft"),
    GOOGLE("google"),
    OTHER("other");

    private final String word;

    Provider(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** What proves that we may have a token. */
  public sealed interface Grant {}

  /** An application with a secret of its own (RFC 6749 section 4.4). */
  public record ClientSecret(Secret secret) implements Grant {}

  /**
   * An application that signs with a key (RFC 7523 section 2.2).
   *
   * @param keyFile the private key, PEM (PKCS #8)
   * @param certificateFile what was uploaded for the application, PEM
   */
  public record ClientCertificate(Path keyFile, Path certificateFile) implements Grant {}

  /**
   * A service account that acts for each user of its domain (RFC 7523 section 2.1).
   *
   * @param keyFile Google's JSON file
   */
  public record ServiceAccount(Path keyFile) implements Grant {}

  /**
   * A user has agreed before (RFC 6749 section 6).
   *
   * @param clientSecret empty for a public client
   */
  public record RefreshToken(Secret clientSecret, Secret token) implements Grant {}

  /**
   * The user agrees in a browser while a command waits (RFC 8628).
   *
   * @param clientSecret empty for a public client
   * @param deviceUrl where the code for the browser comes from
   */
  public record DeviceCode(Secret clientSecret, URI deviceUrl) implements Grant {}

  /** Whether each mailbox needs a token of its own, and not one for all. */
  public boolean isForEachUser() {
    return grant instanceof ServiceAccount || grant instanceof DeviceCode;
  }

  /** Whether an old provider's server may get a token. */
  public boolean isFor(String host) {
    return servers.contains(host);
  }

  /** Whether a person has to be there when a token is fetched. */
  public boolean needsPerson() {
    return grant instanceof DeviceCode;
  }
}

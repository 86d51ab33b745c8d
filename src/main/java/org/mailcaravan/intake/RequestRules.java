package org.mailcaravan.intake;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a request may and must hold under the present configuration.
 *
 * @param destinationPasswordRequired whether each row needs a destination_password
 * @param hasCardDav whether contacts can be imported
 * @param hasCalDav whether calendars can be imported
 * @param allowedFolders folders in which contacts and calendars may be named by an absolute path
 * @param oauth which OAuth profiles there are
 * @param destinationHost the name of our server; empty when it is not known
 * @param passwordMayComeLater whether a mailbox can wait for its password at the old provider
 * @param policies the words that the column policy may have, in lower case
 */
public record RequestRules(
    boolean destinationPasswordRequired,
    boolean hasCardDav,
    boolean hasCalDav,
    List<Path> allowedFolders,
    OAuthRules oauth,
    String destinationHost,
    boolean passwordMayComeLater,
    Set<String> policies) {
  public RequestRules {
    allowedFolders = List.copyOf(allowedFolders);
    policies = Set.copyOf(policies);
  }

  /** The same for requests that come from elsewhere: files of this machine cannot be named. */
  RequestRules withoutFolders() {
    return new RequestRules(
        destinationPasswordRequired,
        hasCardDav,
        hasCalDav,
        List.of(),
        oauth,
        destinationHost,
        passwordMayComeLater,
        policies);
  }

  /** The same for strangers: our OAuth profiles open mailboxes of other customers, too. */
  RequestRules withoutProfiles() {
    return new RequestRules(
        destinationPasswordRequired,
        hasCardDav,
        hasCalDav,
        allowedFolders,
        OAuthRules.NONE,
        destinationHost,
        passwordMayComeLater,
        policies);
  }

  /** Without policies. */
  public RequestRules(
      boolean destinationPasswordRequired,
      boolean hasCardDav,
      boolean hasCalDav,
      List<Path> allowedFolders,
      OAuthRules oauth,
      String destinationHost,
      boolean passwordMayComeLater) {
    this(
        destinationPasswordRequired,
        hasCardDav,
        hasCalDav,
        allowedFolders,
        oauth,
        destinationHost,
        passwordMayComeLater,
        Set.of());
  }

  /** Without OAuth profiles, with a destination whose name is not known, and passwords at once. */
  public RequestRules(
      boolean destinationPasswordRequired,
      boolean hasCardDav,
      boolean hasCalDav,
      List<Path> allowedFolders) {
    this(
        destinationPasswordRequired,
        hasCardDav,
        hasCalDav,
        allowedFolders,
        OAuthRules.NONE,
        "",
        false);
  }
}

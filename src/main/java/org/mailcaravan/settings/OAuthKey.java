package org.mailcaravan.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The last part of a property {@code oauth.NAME.…}. A test writes the table of docs/settings.md
 * from this.
 */
enum OAuthKey {
  PROVIDER("`microsoft`, `google` or `other`; gives the defaults of the others (default: `other`)"),
  KIND(
      "`client-credentials` (usual with `microsoft`), `service-account` (usual with `google`),"
          + " `refresh-token` or `device-code`"),
  TENANT(
      "Microsoft 365: the directory (tenant) ID or a domain of the organisation; `common` when empty and"
          + " a person agrees"),
  CLIENT_ID("the ID of the application; not for a service account"),
  CLIENT_SECRET("its secret; use `{{env:NAME}}`"),
  CLIENT_SECRET_FILE("a file that holds nothing but this secret, instead"),
  KEY_FILE(
      "the private key: for `client-credentials` a PEM file (PKCS #8), for `service-account` the JSON file"
          + " from Google"),
  CERTIFICATE_FILE("with a PEM key: the certificate that was uploaded for the application, PEM"),
  REFRESH_TOKEN("for `refresh-token`: the token; use `{{env:NAME}}`"),
  REFRESH_TOKEN_FILE("a file that holds nothing but this token, instead"),
  TOKEN_URL("where tokens come from; known for `microsoft` and `google`"),
  DEVICE_URL("for `device-code`: where the code for the browser comes from; known for `microsoft`"),
  SERVERS(
      "the old providers' servers that may get tokens of this profile: IMAP, CardDAV and CalDAV, with"
          + " commas between several; known for `microsoft` and `google`. No row can send a token elsewhere"),
  SCOPE("what is asked for, with spaces between several; known for `microsoft` and `google`");

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final String effect;

  OAuthKey(String effect) {
    this.effect = effect;
  }

  /** As written in the file. */
  String word() {
    return word;
  }

  /** What it does, as docs/settings.md says it (Markdown). */
  String effect() {
    return effect;
  }

  /** Whether its value is never shown. */
  boolean isHidden() {
    return this == CLIENT_SECRET || this == REFRESH_TOKEN;
  }

  static Optional<OAuthKey> find(String word) {
    return Arrays.stream(values()).filter(key -> key.word.equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(OAuthKey::word).toList();
  }
}

package org.mailcaravan.intake;

import java.util.Optional;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Spelling;

/** Reads the columns that say how to log in at the old provider: with a password or a token. */
final class OAuthColumns {
  private static final String OAUTH2 = "oauth2";
  private static final String PASSWORD = "password";

  private final RowCheck check;
  private final RawRow raw;
  private final OAuthRules rules;
  private final Optional<Server> server;
  private final boolean tokensOnly;

  /**
   * @param server of the row; empty where it has a problem
   * @param tokensOnly whether that server takes no passwords
   */
  OAuthColumns(
      RowCheck check, RawRow raw, OAuthRules rules, Optional<Server> server, boolean tokensOnly) {
    this.check = check;
    this.raw = raw;
    this.rules = rules;
    this.server = server;
    this.tokensOnly = tokensOnly;
  }

  /** Whether the row logs in with a token, even where its profile is a problem. */
  boolean wantsToken() {
    String word = raw.text(Column.SOURCE_AUTH);
    return !raw.text(Column.SOURCE_OAUTH_PROFILE).isEmpty()
        || word.equalsIgnoreCase(OAUTH2)
        || (tokensOnly
            && word.isEmpty()
            && raw.password(Column.SOURCE_PASSWORD).isEmpty()
            && server.flatMap(rules::usual).isPresent());
  }

  /** The profile of the row; empty when it has a password, or was reported as a problem. */
  Optional<String> profile() {
    String name = raw.text(Column.SOURCE_OAUTH_PROFILE);
    String word = raw.text(Column.SOURCE_AUTH);
    if (!word.isEmpty() && !word.equalsIgnoreCase(OAUTH2) && !word.equalsIgnoreCase(PASSWORD)) {
      check.add(
          Column.SOURCE_AUTH,
          "is neither password nor oauth2",
          "Write one of them, or leave it empty.");
    }
    if (!wantsToken()) {
      return Optional.empty();
    }
    if (name.isEmpty()) {
      Optional<String> usual = server.flatMap(rules::usual);
      if (usual.isEmpty() && server.isPresent()) {
        check.add(
            Column.SOURCE_OAUTH_PROFILE,
            "is empty, source_auth says oauth2, and no profile or more than one is for this server",
            "Write the name of the profile; ask us which one is configured for this provider.");
      }
      return usual.flatMap(this::attended);
    }
    if (word.equalsIgnoreCase(PASSWORD)) {
      check.add(
          Column.SOURCE_AUTH,
          "says password, and source_oauth_profile is filled in",
          "Leave one of the two empty.");
      return Optional.empty();
    }
    if (!rules.profiles().containsKey(name)) {
      // The name is not repeated: it may be a password in the wrong column.
      check.add(
          Column.SOURCE_OAUTH_PROFILE,
          Spelling.nearest(name, rules.profiles().keySet())
              .map(known -> "names a profile that is not configured, did you mean " + known + "?")
              .orElse("names a profile that is not configured"),
          "Correct the name, or ask us to configure the profile (docs/oauth.md).");
      return Optional.empty();
    }
    if (server.isPresent() && !rules.isFor(name, server.get())) {
      // Its tokens may open all mailboxes of an organisation, and the row names the server.
      check.add(
          Column.SOURCE_OAUTH_PROFILE,
          "names a profile whose tokens may not be sent to this server",
          "Correct source_imap_server, or ask us to add the server to oauth."
              + name
              + ".servers (docs/oauth.md).");
      return Optional.empty();
    }
    return attended(name);
  }

  private Optional<String> attended(String profile) {
    if (rules.lacksPerson(profile)) {
      check.add(
          Column.SOURCE_OAUTH_PROFILE,
          "names a profile that needs a person with a browser (device-code)",
          "Run mailcaravan migrate while no service runs, or use a profile of another kind.");
      return Optional.empty();
    }
    return Optional.of(profile);
  }
}

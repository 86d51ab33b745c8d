package org.mailcaravan;

import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.CollectionTemplate;
import org.mailcaravan.dav.DavAccount;
import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.DavLogin;
import org.mailcaravan.dav.ProviderImport;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.AwaitedPassword;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.oauth.FirstLogins;
import org.mailcaravan.oauth.Tokens;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.DestinationAuth;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.sync.session.AccountCredentials;

/** The logins of a mailbox at each server, from the settings and the vault. Thread-safe. */
final class VaultCredentials implements AccountCredentials, DavAccounts {
  private final Settings settings;
  private final Vault vault;
  private final Tokens tokens;
  private final FirstLogins firstLogins;

  VaultCredentials(Settings settings, Vault vault, Tokens tokens, Clock clock) {
    this.settings = settings;
    this.vault = vault;
    this.tokens = tokens;
    this.firstLogins = new FirstLogins(clock);
  }

  @Override
  public Credentials source(Mailbox mailbox) {
    String profile = mailbox.options().sourceOauthProfile();
    if (!profile.isEmpty()) {
      requireKept(mailbox);
      requireServer(profile, mailbox.source().host());
      return firstToken(profile, mailbox);
    }
    return new Credentials.Password(mailbox.sourceUsername(), sourcePassword(mailbox));
  }

  private Secret sourcePassword(Mailbox mailbox) {
    return vault
        .find(mailbox.id(), Vault.Role.SOURCE)
        // A token opened it before.
        .filter(password -> !password.isEmpty())
        .orElseThrow(
            () ->
                new NeedsAttention(
                    AwaitedPassword.problem(mailbox.sourceAddress(), mailbox.source())));
  }

  @Override
  public Server destinationServer() {
    return settings.destination();
  }

  @Override
  public Credentials destination(Mailbox mailbox) {
    String address = mailbox.destinationAddress();
    DestinationAuth auth = settings.destinationAuth();
    if (auth instanceof DestinationAuth.MasterUser master) {
      return new Credentials.Password(address + "*" + master.user(), master.password());
    }
    if (auth instanceof DestinationAuth.AuthorizationIdentity admin) {
      return new Credentials.OnBehalf(address, admin.user(), admin.password());
    }
    if (auth instanceof DestinationAuth.Token token) {
      return token(token.profile().name(), address);
    }
    return new Credentials.Password(address, password(mailbox, Vault.Role.DESTINATION));
  }

  /**
   * A row names its servers, and the web server of its domain is asked for contacts: none of them
   * may get a token that opens the mailboxes of others.
   */
  private void requireServer(String profileName, String host) {
    OAuthProfile profile = settings.oauthProfiles().get(profileName);
    if (profile != null && !profile.isFor(host)) {
      String servers = "oauth." + profileName + ".servers";
      throw new NeedsAttention(
          new Problem(
              ProblemCode.TOKEN_NOT_ISSUED,
              Where.setting(servers, servers),
              "tokens of the OAuth profile %s may not be sent to %s".formatted(profileName, host),
              Owner.US,
              "See that it is a server of the old provider. If so, add it to "
                  + servers
                  + "; if not, correct the server or source_dav_url of the row, and send it again."));
    }
  }

  private Credentials token(String profile, String user) {
    return new Credentials.Token(user, tokens.token(profile, user));
  }

  /** Where one token opens all mailboxes, what refuses it for one refuses it for all. */
  private Credentials firstToken(String profile, Mailbox mailbox) {
    if (!isForAll(profile)) {
      return token(profile, mailbox.sourceUsername());
    }
    firstLogins.begin(profile, mailbox.sourceAddress());
    Credentials token = null;
    try {
      token = token(profile, mailbox.sourceUsername());
      return token;
    } finally {
      if (token == null) {
        firstLogins.failed(profile, mailbox.sourceAddress(), null);
      }
    }
  }

  private boolean isForAll(String profile) {
    OAuthProfile known = settings.oauthProfiles().get(profile);
    return known != null && !known.isForEachUser();
  }

  @Override
  public void accepted(Mailbox mailbox, Side side) {
    String profile = mailbox.options().sourceOauthProfile();
    if (side == Side.SOURCE && isForAll(profile)) {
      firstLogins.accepted(profile);
    }
  }

  @Override
  public void failed(Mailbox mailbox, Side side, @Nullable Problem tokenRefused) {
    String profile = mailbox.options().sourceOauthProfile();
    if (side == Side.SOURCE && isForAll(profile)) {
      firstLogins.failed(profile, mailbox.sourceAddress(), tokenRefused);
    }
  }

  /** A mailbox without a password is opened for as long as a password would be kept. */
  private void requireKept(Mailbox mailbox) {
    Secret unused = password(mailbox, Vault.Role.SOURCE);
  }

  @Override
  public boolean renews(Mailbox mailbox, Side side, Credentials refused, boolean worked) {
    if (!(refused instanceof Credentials.Token token)) {
      return false;
    }
    String profile =
        side == Side.SOURCE
            ? mailbox.options().sourceOauthProfile()
            : settings.get(Keys.DESTINATION_OAUTH_PROFILE);
    return tokens.renews(profile, token.username(), token.token(), worked);
  }

  /**
   * HTTP basic authentication knows no authorization identity; there the administrator logs in as
   * such.
   */
  @Override
  public DavAccount accountFor(Mailbox mailbox) {
    return new DavAccount(
        mailbox.destinationAddress(),
        login(mailbox),
        place(settings.get(Keys.DESTINATION_CARDDAV_URL), mailbox),
        place(settings.get(Keys.DESTINATION_CALDAV_URL), mailbox));
  }

  private DavLogin login(Mailbox mailbox) {
    if (settings.destinationAuth() instanceof DestinationAuth.Token token) {
      return new DavLogin.Token(tokensOf(token.profile().name(), mailbox.destinationAddress()));
    }
    Credentials credentials = destination(mailbox);
    if (credentials instanceof Credentials.Password own) {
      return new DavLogin.Password(own.username(), own.password());
    }
    if (credentials instanceof Credentials.OnBehalf admin) {
      return new DavLogin.Password(admin.authenticationId(), admin.password());
    }
    throw new IllegalStateException("no login for contacts and calendars");
  }

  private DavLogin.Tokens tokensOf(String profile, String user) {
    return new DavLogin.Tokens() {
      @Override
      public Secret token() {
        return tokens.token(profile, user);
      }

      @Override
      public boolean renews(Secret refused, boolean worked) {
        return tokens.renews(profile, user, refused, worked);
      }
    };
  }

  @Override
  public ProviderImport.Source sourceFor(Mailbox mailbox, @Nullable URI url) {
    String profile = mailbox.options().sourceOauthProfile();
    if (profile.isEmpty()) {
      return new ProviderImport.Source(
          mailbox.sourceAddress(),
          url,
          new DavLogin.Password(mailbox.sourceUsername(), sourcePassword(mailbox)));
    }
    requireKept(mailbox);
    ProviderImport.Source source =
        new ProviderImport.Source(
            mailbox.sourceAddress(),
            url,
            new DavLogin.Token(tokensOf(profile, mailbox.sourceUsername())));
    requireServer(profile, source.host());
    return source;
  }

  private static DavAccount.@Nullable Place place(Optional<String> template, Mailbox mailbox) {
    return template
        .map(text -> CollectionTemplate.of(text).placeFor(mailbox.destinationAddress()))
        .orElse(null);
  }

  private Secret password(Mailbox mailbox, Vault.Role role) {
    return vault
        .find(mailbox.id(), role)
        .orElseThrow(
            () ->
                new NeedsAttention(
                    new Problem(
                        ProblemCode.NO_CREDENTIALS,
                        Where.ofMailbox("credentials of", mailbox.sourceAddress()),
                        "the "
                            + (role == Vault.Role.SOURCE ? "source" : "destination")
                            + " password is no longer stored",
                        Owner.US,
                        "Drop the request again, with its passwords.")));
  }
}

package org.mailcaravan;

import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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
import org.mailcaravan.secrets.NewPasswords;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.DestinationAuth;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.PasswordTrials;
import org.mailcaravan.sync.session.AccountCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logins of a mailbox at each server, from the settings and the vault. Thread-safe. */
final class VaultCredentials implements AccountCredentials, DavAccounts {
  private static final Logger LOG = LoggerFactory.getLogger(VaultCredentials.class);

  private final Settings settings;
  private final Vault vault;
  private final NewPasswords passwords;
  private final MailboxLogins logins;
  private final Events events;
  private final Tokens tokens;
  private final FirstLogins firstLogins;

  VaultCredentials(
      Settings settings,
      Vault vault,
      MailboxLogins logins,
      Events events,
      Tokens tokens,
      Clock clock) {
    this.settings = settings;
    this.vault = vault;
    this.passwords = new NewPasswords(vault);
    this.logins = logins;
    this.events = events;
    this.tokens = tokens;
    this.firstLogins = new FirstLogins(clock);
  }

  @Override
  public Credentials source(Mailbox mailbox) {
    requireTwoMailboxes(mailbox);
    String profile = mailbox.options().sourceOauthProfile();
    if (!profile.isEmpty()) {
      requireKept(mailbox);
      requireServer(profile, mailbox.source().host());
      return firstToken(profile, mailbox);
    }
    return new Credentials.Password(
        mailbox.sourceUsername(),
        required(passwords.toTry(mailbox.id(), Vault.Role.SOURCE), mailbox));
  }

  /** Who names the new server as the old one would read that all his mail has arrived. */
  private void requireTwoMailboxes(Mailbox mailbox) {
    Server source = mailbox.source();
    Server destination = settings.destination();
    if (source.host().equalsIgnoreCase(destination.host())
        && source.port() == destination.port()
        && mailbox.sourceUsername().equalsIgnoreCase(mailbox.destinationAddress())) {
      throw new NeedsAttention(
          new Problem(
              Where.loginAt(source),
              "this is the new server, and there is nothing to move from a mailbox to itself",
              Owner.CUSTOMER,
              "Send the request again with the IMAP server of the old provider."));
    }
  }

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
  private static Secret required(Optional<Secret> stored, Mailbox mailbox) {
    return stored
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
    Optional<Secret> own = passwords.toTry(mailbox.id(), Vault.Role.DESTINATION);
    return new Credentials.Password(address, password(own, mailbox, Vault.Role.DESTINATION));
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
  public void accepted(Mailbox mailbox, Side side, Credentials used) {
    if (used instanceof Credentials.Password password
        && passwords.accepted(mailbox.id(), role(side), password.password())) {
      tell(
          PasswordTrials.takenAt(side),
          mailbox,
          side,
          "the new password for %s works, and replaces the one before");
    }
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

  private static Vault.Role role(Side side) {
    return side == Side.SOURCE ? Vault.Role.SOURCE : Vault.Role.DESTINATION;
  }

  /**
   * @param what with a place for the server
   */
  private void tell(String kind, Mailbox mailbox, Side side, String what) {
    String words = what.formatted(side == Side.SOURCE ? "the old provider" : "the new server");
    LOG.info("{}: {}", mailbox, words);
    events.add(kind, "login", null, mailbox.id(), null, null, null, words);
  }

  @Override
  public List<Problem> refusedPasswords(Mailbox mailbox) {
    List<Problem> problems = new ArrayList<>();
    for (Side side : Side.values()) {
      if (passwords.isRefused(mailbox.id(), role(side))) {
        problems.add(
            new Problem(
                Where.loginAt(side == Side.SOURCE ? mailbox.source() : settings.destination()),
                side == Side.SOURCE
                    ? "the password for the old provider that was sent last is refused, so the one before it is used"
                    : "the password for the new server that was sent last is refused, so the one before it is used",
                Owner.CUSTOMER,
                "Send the right password if it has changed; else nothing is to be done."));
      }
    }
    return problems;
  }

  /** A mailbox without a password is opened for as long as a password would be kept. */
  private void requireKept(Mailbox mailbox) {
    Secret unused =
        password(vault.find(mailbox.id(), Vault.Role.SOURCE), mailbox, Vault.Role.SOURCE);
  }

  @Override
  public boolean renews(Mailbox mailbox, Side side, Credentials refused, boolean worked) {
    if (refused instanceof Credentials.Password password && isOwn(mailbox, side)) {
      return hasOther(mailbox, side, password.password());
    }
    if (!(refused instanceof Credentials.Token token)) {
      return false;
    }
    String profile =
        side == Side.SOURCE
            ? mailbox.options().sourceOauthProfile()
            : settings.get(Keys.DESTINATION_OAUTH_PROFILE);
    return tokens.renews(profile, token.username(), token.token(), worked);
  }

  /** Whether the password of the mailbox itself opens it there. */
  private boolean isOwn(Mailbox mailbox, Side side) {
    return side == Side.SOURCE
        ? mailbox.options().sourceOauthProfile().isEmpty()
        : settings.destinationAuth() instanceof DestinationAuth.RowPassword;
  }

  /** Whether another password than a refused one is to be tried. */
  private boolean hasOther(Mailbox mailbox, Side side, Secret refused) {
    if (passwords.isProposed(mailbox.id(), role(side), refused)) {
      logins.forgetGroupware(mailbox.id());
    }
    if (passwords.refused(mailbox.id(), role(side), refused)) {
      tell(
          "mailbox",
          mailbox,
          side,
          "the new password for %s is refused, and the one before is used");
    }
    // Another connection may have been the first to be refused.
    return passwords
        .toTry(mailbox.id(), role(side))
        .filter(next -> !next.isEmpty() && !next.equals(refused))
        .isPresent();
  }

  /**
   * Contacts and calendars of a request count only with a right password: whoever sent it may not
   * be the one whose password is used, and may name a server of his own.
   */
  private void requireProven(Mailbox mailbox) {
    for (Side side : Side.values()) {
      if (isOwn(mailbox, side) && !passwords.isLatest(mailbox.id(), role(side))) {
        throw new NeedsAttention(
            new Problem(
                ProblemCode.WRONG_PASSWORD,
                Where.loginAt(side == Side.SOURCE ? mailbox.source() : settings.destination()),
                "the password that came with the contacts and calendars has not worked, so they are not moved",
                Owner.CUSTOMER,
                "Send the request again with the right password."));
      }
    }
  }

  /**
   * HTTP basic authentication knows no authorization identity; there the administrator logs in as
   * such.
   */
  @Override
  public DavAccount accountFor(Mailbox mailbox) {
    requireProven(mailbox);
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
    requireProven(mailbox);
    String profile = mailbox.options().sourceOauthProfile();
    if (profile.isEmpty()) {
      return new ProviderImport.Source(
          mailbox.sourceAddress(),
          url,
          new DavLogin.Password(
              mailbox.sourceUsername(),
              required(vault.find(mailbox.id(), Vault.Role.SOURCE), mailbox)));
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

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType")
  private static Secret password(Optional<Secret> stored, Mailbox mailbox, Vault.Role role) {
    return stored.orElseThrow(
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

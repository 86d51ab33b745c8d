package org.mailcaravan;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.CollectionTemplate;
import org.mailcaravan.dav.DavAccount;
import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.ProviderImport;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Where;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.DestinationAuth;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.sync.session.AccountCredentials;

/** The logins of a mailbox at each server, from the settings and the vault. Thread-safe. */
final class VaultCredentials implements AccountCredentials, DavAccounts {
  private final Settings settings;
  private final Vault vault;

  VaultCredentials(Settings settings, Vault vault) {
    this.settings = settings;
    this.vault = vault;
  }

  @Override
  public Credentials source(Mailbox mailbox) {
    return new Credentials.Password(mailbox.sourceUsername(), password(mailbox, Vault.Role.SOURCE));
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
    return new Credentials.Password(address, password(mailbox, Vault.Role.DESTINATION));
  }

  /**
   * HTTP basic authentication knows no authorization identity; there the administrator logs in as
   * such.
   */
  @Override
  public DavAccount accountFor(Mailbox mailbox) {
    Credentials credentials = destination(mailbox);
    String username;
    Secret password;
    if (credentials instanceof Credentials.Password own) {
      username = own.username();
      password = own.password();
    } else if (credentials instanceof Credentials.OnBehalf admin) {
      username = admin.authenticationId();
      password = admin.password();
    } else {
      throw new IllegalStateException("no login for contacts and calendars");
    }
    return new DavAccount(
        mailbox.destinationAddress(),
        username,
        password,
        place(settings.get(Keys.DESTINATION_CARDDAV_URL), mailbox),
        place(settings.get(Keys.DESTINATION_CALDAV_URL), mailbox));
  }

  @Override
  public ProviderImport.Source sourceFor(Mailbox mailbox, @Nullable URI url) {
    return new ProviderImport.Source(
        mailbox.sourceAddress(),
        url,
        mailbox.sourceUsername(),
        password(mailbox, Vault.Role.SOURCE));
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

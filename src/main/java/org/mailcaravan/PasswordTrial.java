package org.mailcaravan;

import org.mailcaravan.console.ServiceActions.Account;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.secrets.NewPasswords;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.DestinationAuth;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.MailboxLogins;

/** Replaces a password once a login with it has succeeded. Thread-safe. */
final class PasswordTrial {
  private final Settings settings;
  private final MailboxLogins logins;
  private final Providers providers;
  private final Vault vault;
  private final NewPasswords passwords;
  private final Controls controls;
  private final Connector sources;
  private final Connector destination;

  PasswordTrial(
      Settings settings,
      MailboxLogins logins,
      Providers providers,
      Vault vault,
      Controls controls,
      Connector sources,
      Connector destination) {
    this.settings = settings;
    this.logins = logins;
    this.providers = providers;
    this.vault = vault;
    this.passwords = new NewPasswords(vault);
    this.controls = controls;
    this.sources = sources;
    this.destination = destination;
  }

  /**
   * Tries a password and keeps it; the mailbox runs again.
   *
   * @throws RequestRejected when the login fails, or the account has no password; nothing is
   *     replaced
   */
  void change(String mailboxId, Account account, Secret password, String actor) {
    requireOpen(mailboxId);
    Runnable keep = tried(mailboxId, account, password, Owner.US);
    var unused = controls.passwordChanged(mailboxId, side(account), actor, keep);
  }

  /**
   * The same, for a customer: what is paused or cancelled stays so.
   *
   * @return whether the mailbox goes on
   */
  boolean changeOfCustomer(String mailboxId, Account account, Secret password, String actor) {
    Runnable keep = tried(mailboxId, account, password, Owner.CUSTOMER);
    var unused = controls.passwordCame(mailboxId, side(account), actor, keep);
    return controls.goesOn(mailboxId);
  }

  private void requireOpen(String mailboxId) {
    if (controls.isOver(mailboxId)) {
      throw new RequestRejected(
          new Problem(
              Where.MAILBOX,
              "its migration is closed, and passwords are not kept for it any more",
              Owner.US,
              "Submit a request that names the mailbox with this password: it opens it again."));
    }
  }

  private static Side side(Account account) {
    return switch (account) {
      case SOURCE -> Side.SOURCE;
      case DESTINATION -> Side.DESTINATION;
    };
  }

  /**
   * Tries a password; what keeps it.
   *
   * @param sender who can send another one for the new server
   */
  private Runnable tried(String mailboxId, Account account, Secret password, Owner sender) {
    MailboxLogins.Login login = logins.of(mailboxId).orElseThrow();
    return switch (account) {
      case SOURCE -> {
        requirePassword(login);
        tryOut(
            sources,
            login.source(),
            login.sourceUsername(),
            password,
            Owner.CUSTOMER,
            advice(providers, login.source()) + standing(mailboxId));
        yield () -> passwords.replace(mailboxId, Vault.Role.SOURCE, password);
      }
      case DESTINATION -> {
        if (!(settings.destinationAuth() instanceof DestinationAuth.RowPassword)) {
          throw new RequestRejected(
              new Problem(
                  Where.setting("destination.auth", "destination.auth"),
                  "mailboxes have no passwords of their own at the new server",
                  Owner.US,
                  "Correct destination.master-password, and start the service again."));
        }
        tryOut(
            destination,
            settings.destination(),
            login.destinationAddress(),
            password,
            sender,
            "Check the password. The one before is still used.");
        yield () -> passwords.replace(mailboxId, Vault.Role.DESTINATION, password);
      }
    };
  }

  /** A password beside a profile would be kept and never used. */
  private static void requirePassword(MailboxLogins.Login login) {
    if (!login.sourceOauthProfile().isEmpty()) {
      throw new RequestRejected(
          new Problem(
              Where.loginAt(login.source()),
              "the mailbox is opened by the OAuth profile %s, not with a password"
                  .formatted(login.sourceOauthProfile()),
              Owner.US,
              "Correct the profile (docs/oauth.md) and retry the mailbox; or send its row again with a"
                  + " password and without source_oauth_profile."));
    }
  }

  /** What to do about a password that the old provider refuses, in its own words if it is known. */
  static String advice(Providers providers, Server source) {
    return providers
        .byHost(source.host())
        .map(provider -> "Check the password. " + provider.name() + ": " + provider.help().words())
        .orElse(
            "Check the password, and whether the server wants one for programs (an app password).");
  }

  /** What holds after a password was refused. */
  private String standing(String mailboxId) {
    return vault.find(mailboxId, Vault.Role.SOURCE).isPresent()
        ? " The one before is still used."
        : " The mailbox still has no password.";
  }

  private static void tryOut(
      Connector connector,
      Server server,
      String username,
      Secret password,
      Owner owner,
      String nextStep) {
    Credentials credentials = new Credentials.Password(username, password);
    try (ImapConnection connection = connector.connectForLogin(server, credentials)) {
      connection.login(credentials);
    } catch (LoginRefused e) {
      throw rejected(ProblemCode.LOGIN_REFUSED, server, e, owner, nextStep);
    } catch (ConnectionLost e) {
      throw rejected(
          ProblemCode.OTHER, server, e, Owner.OLD_HOST, "Try again; nothing was changed.");
    } catch (ImapException e) {
      throw rejected(ProblemCode.OTHER, server, e, owner, "Try again; nothing was changed.");
    }
  }

  private static RequestRejected rejected(
      ProblemCode code, Server server, ImapException failure, Owner owner, String nextStep) {
    RequestRejected rejected =
        new RequestRejected(
            new Problem(
                code,
                Where.loginAt(server),
                String.valueOf(failure.getMessage()),
                owner,
                nextStep));
    rejected.initCause(failure);
    return rejected;
  }
}

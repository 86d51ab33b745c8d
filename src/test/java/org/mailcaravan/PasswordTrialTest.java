package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.mailcaravan.console.ServiceActions.Account;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;
import org.mailcaravan.secrets.MemoryVault;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.settings.SettingsFile;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.MailboxLogins;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;

class PasswordTrialTest {
  private static final String ANNA = "anna@old.example";
  private static final Secret PASSWORD = Secret.of(UsedPasswords.add("no use for this one 7"));

  private static RequestRow row(RowOptions options) {
    return new RequestRow(
        1,
        2,
        ANNA,
        Secret.of(""),
        new Server("imap.old.example", 993, Security.TLS),
        ANNA,
        ANNA,
        null,
        null,
        null,
        options);
  }

  @Test
  void aMailboxWithAProfileTakesNoPasswordAndNoServerSeesIt() {
    try (Database database = Database.forThisRun()) {
      Events events = new Events(database, "one");
      Migrations migrations =
          new Migrations(
              database, events, new Origin("one", false, Duration.ofDays(14)), Clock.systemUTC());
      RowOptions contoso = new RowOptions(Map.of("source_oauth_profile", "contoso"));
      String mailbox =
          migrations
              .open(new Request("list.csv", List.of(row(contoso)), List.of()))
              .mailboxes()
              .get(0)
              .id();
      Vault vault = new MemoryVault();
      Connector connector =
          new Connector(
              new ConnectionRules(
                  false,
                  Set.of(),
                  false,
                  Set.of(),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1),
                  null),
              host -> {
                throw new AssertionError("no server is asked");
              });
      PasswordTrial trial =
          new PasswordTrial(
              SettingsFile.read(
                  Path.of("config"),
                  Path.of(""),
                  Map.of("destination.host", "127.0.0.1"),
                  Map.of()),
              new MailboxLogins(database),
              Providers.NONE,
              vault,
              new Controls(database, events),
              connector,
              connector);

      assertThatThrownBy(() -> trial.change(mailbox, Account.SOURCE, PASSWORD, "ann"))
          .isInstanceOf(RequestRejected.class)
          .hasMessageContaining("opened by the OAuth profile contoso, not with a password")
          .hasMessageContaining("without source_oauth_profile");
      assertThat(vault.find(mailbox, Vault.Role.SOURCE)).isEmpty();
    }
  }

  /** Whoever sent it can send another one; whoever is at the console is one of us. */
  @Test
  void aPasswordThatTheNewServerRefusesIsOfWhoSentIt() {
    GreenMail server = new GreenMail(ServerSetupTest.IMAP.dynamicPort());
    server.start();
    try (Database database = Database.forThisRun()) {
      Events events = new Events(database, "one");
      String mailbox =
          new Migrations(
                  database,
                  events,
                  new Origin("one", false, Duration.ofDays(14)),
                  Clock.systemUTC())
              .open(new Request("list.csv", List.of(row(RowOptions.NONE)), List.of()))
              .mailboxes()
              .get(0)
              .id();
      Duration limit = Duration.ofSeconds(10);
      Connector connector =
          new Connector(
              new ConnectionRules(true, Set.of(), true, Set.of(), limit, limit, limit, null));
      PasswordTrial trial =
          new PasswordTrial(
              SettingsFile.read(
                  Path.of("config"),
                  Path.of(""),
                  Map.of(
                      "destination.host", "127.0.0.1",
                      "destination.port", String.valueOf(server.getImap().getPort()),
                      "destination.security", "none",
                      "destination.auth", "password"),
                  Map.of()),
              new MailboxLogins(database),
              Providers.NONE,
              new MemoryVault(),
              new Controls(database, events),
              connector,
              connector);

      assertThat(owner(() -> trial.change(mailbox, Account.DESTINATION, PASSWORD, "ann")))
          .isEqualTo(Owner.US);
      assertThat(owner(() -> trial.changeOfCustomer(mailbox, Account.DESTINATION, PASSWORD, "c")))
          .isEqualTo(Owner.CUSTOMER);
    } finally {
      server.stop();
    }
  }

  private static Owner owner(ThrowingCallable change) {
    return catchThrowableOfType(RequestRejected.class, change).problem().owner();
  }

  @Test
  void aKnownProviderTellsWhichPasswordItWants() {
    Providers providers = ProvidersFile.read(Path.of("config/providers.yaml"));

    assertThat(PasswordTrial.advice(providers, new Server("imap.gmail.com", 993, Security.TLS)))
        .contains("Gmail", "app password", "https://myaccount.google.com/apppasswords");
    assertThat(PasswordTrial.advice(providers, new Server("imap.old.example", 993, Security.TLS)))
        .isEqualTo(
            "Check the password, and whether the server wants one for programs (an app password).");
  }
}

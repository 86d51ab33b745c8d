package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Progress;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.EnabledIfInstalled;
import org.mailcaravan.server.Lengthy;
import org.mailcaravan.server.Proxy;
import org.mailcaravan.server.ScriptedImapServer;
import org.mailcaravan.server.TokenEndpoint;
import org.mailcaravan.server.UsedPasswords;

/** Mailboxes that are opened with tokens, from the request to the copied mail. */
@Lengthy
@EnabledIfInstalled("dovecot")
class OAuthTest {
  private static final String HEADER =
      "source_email,source_imap_server,source_port,source_security,source_oauth_profile,"
          + "destination_password\n";
  private static final String SECRET = UsedPasswords.add("secret of a client 42");

  private static TokenEndpoint endpoint;
  private static TwoServers servers;

  @TempDir Path folder;

  @BeforeAll
  static void startServers() {
    endpoint = TokenEndpoint.start();
    servers =
        new TwoServers(
            DovecotServer.builder().tokensOf(endpoint), DovecotServer.builder().tokensOf(endpoint));
  }

  @AfterAll
  static void stopServers() {
    servers.close();
    endpoint.close();
  }

  private Installation installation() {
    return servers
        .configure(new Installation(folder))
        .set("oauth.contoso.kind", "client-credentials")
        .set("oauth.contoso.token-url", endpoint.url("/token").toString())
        .set("oauth.contoso.client-id", "client-1")
        .set("oauth.contoso.servers", "127.0.0.1")
        .set("oauth.contoso.client-secret", SECRET);
  }

  private static String row(String user, int port) {
    return "%s,127.0.0.1,%d,none,contoso,\"%s\"\n"
        .formatted(user, port, TwoServers.newPassword(user));
  }

  private static void assertArrived(String user) {
    assertThat(servers.atDestination(user).differencesFrom(servers.atSource(user))).isEmpty();
  }

  @Test
  void aMailboxIsCopiedWithATokenAndWithoutAPassword() {
    servers.userWithMail("ann@example.org", 3, "INBOX", "Sent");
    endpoint.user("ann@example.org");
    Installation installation = installation();
    Path file =
        installation.request("ann.csv", HEADER + row("ann@example.org", servers.source.port()));

    MailboxResult result = installation.migrate(file).mailboxes().get(0);

    assertThat(result.problems()).isEmpty();
    assertThat(result.problems()).isEmpty();
    assertThat(result.state()).isEqualTo(MailboxState.COPIED);
    assertArrived("ann@example.org");
  }

  /** Ends each session in the middle of the mail that it gives, as Exchange Online does. */
  private static final class EndingSessions implements Proxy.Passage {
    private static final Pattern FETCHED = Pattern.compile("(?:^|\r\n)(\\* \\d+ FETCH \\()");

    private final int times;
    private final AtomicInteger ended = new AtomicInteger();

    EndingSessions(int times) {
      this.times = times;
    }

    @Override
    public void pass(String text, Proxy.Wire wire) throws IOException {
      Matcher fetched = FETCHED.matcher(text);
      if (ended.get() >= times || !fetched.find()) {
        wire.forth(text);
        return;
      }
      ended.incrementAndGet();
      endpoint.revoke();
      wire.forth(
          text.substring(0, fetched.start(1))
              + "* BYE Session invalidated - AccessTokenExpired\r\n");
      wire.hangUp();
    }
  }

  @Test
  void aSessionThatEndsWithItsTokenGoesOnWithANewOneAndIsNoFailure() throws IOException {
    servers.userWithMail("ben@example.org", 40, "INBOX", "Sent", "Archive");
    endpoint.user("ben@example.org");
    int before = endpoint.requests().size();
    EndingSessions ending = new EndingSessions(3);
    try (Proxy proxy = new Proxy(servers.source.port(), Proxy.OPEN, ending)) {
      // A failure would be one too many.
      Installation installation =
          installation().set("retry.attempts", "1").set("copy.batch-messages", "10");
      Path file = installation.request("ben.csv", HEADER + row("ben@example.org", proxy.port()));

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(result.problems()).isEmpty();
    }
    assertArrived("ben@example.org");
    assertThat(endpoint.requests()).hasSize(before + 1 + 3);
  }

  @Test
  void aServerThatEndsEachSessionAtOnceEndsThePass() throws IOException {
    servers.userWithMail("cem@example.org", 1, "INBOX");
    endpoint.user("cem@example.org");
    try (Proxy proxy = new Proxy(servers.source.port(), Proxy.OPEN, new EndingSessions(1_000))) {
      Installation installation = installation().set("retry.attempts", "1");
      Path file = installation.request("cem.csv", HEADER + row("cem@example.org", proxy.port()));

      MailboxResult result = installation.migrate(file).mailboxes().get(0);

      assertThat(result.problems())
          .extracting(Problem::code)
          .containsOnly(ProblemCode.CONNECTION_LOST);
    }
  }

  @Test
  void aTokenOpensTheMailboxAtTheNewServerToo() {
    servers.userWithMail("dan@example.org", 2, "INBOX");
    endpoint.user("dan@example.org");
    Installation installation =
        installation()
            .set("destination.auth", "oauth2")
            .set("destination.oauth-profile", "contoso");
    Path file =
        installation.request(
            "dan.csv",
            "source_email,source_imap_server,source_port,source_security,source_auth\n"
                + "dan@example.org,127.0.0.1,%d,none,OAuth2\n".formatted(servers.source.port()));

    assertThat(installation.migrate(file).mailboxes().get(0).problems()).isEmpty();
    assertArrived("dan@example.org");
  }

  private static final String ROWS =
      HEADER + row("a@example.org", 9) + row("b@example.org", 9) + row("c@example.org", 9);

  private CheckResult checked(Installation installation, String rows) {
    Path file = installation.request("check.csv", rows);
    try (Launcher.Running running = installation.start(Launcher.Mode.CHECK)) {
      return running.check(file);
    }
  }

  @Test
  void aRefusedProfileIsAskedForOnceAndEachMailboxSaysWhatIsMissing() {
    int before = endpoint.requests().size();
    endpoint.says(401, "{\"error\":\"invalid_client\",\"error_description\":\"unknown\"}");

    CheckResult result = checked(installation(), ROWS);

    assertThat(result.mailboxes()).hasSize(3);
    assertThat(result.mailboxes())
        .allSatisfy(
            check ->
                assertThat(check.problems())
                    .anySatisfy(
                        problem -> {
                          assertThat(problem.code()).isEqualTo(ProblemCode.TOKEN_NOT_ISSUED);
                          assertThat(problem.owner()).isEqualTo(Owner.US);
                          assertThat(problem.nextStep()).contains("oauth.contoso.client-secret");
                        }));
    assertThat(endpoint.requests()).hasSize(before + 1);
  }

  private Problem problemAt(ScriptedImapServer server) {
    servers.user("eva@example.org");
    endpoint.user("eva@example.org");
    return checked(installation(), HEADER + row("eva@example.org", server.port()))
        .mailboxes()
        .get(0)
        .problems()
        .get(0);
  }

  @Test
  void microsoftsAnswerToAnUnknownApplicationNamesTheRegistration() {
    try (ScriptedImapServer exchange =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR");
              client.expectMatching("AUTHENTICATE XOAUTH2 [A-Za-z0-9+/=]+");
              client.no("AUTHENTICATE failed.");
            })) {
      Problem problem = problemAt(exchange);

      assertThat(problem.code()).isEqualTo(ProblemCode.TOKEN_REFUSED);
      assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
      assertThat(problem.cause()).contains("AUTHENTICATE failed.");
      assertThat(problem.nextStep()).contains("application of the OAuth profile", "oauth.md");
      // A new token that is refused is not tried twice.
      assertThat(exchange.connections()).isEqualTo(1);
    }
  }

  @Test
  void anApplicationThatIsRefusedIsTriedWithOneMailboxOfMany() {
    endpoint.user("a@example.org");
    servers.user("a@example.org").user("b@example.org").user("c@example.org");
    try (ScriptedImapServer exchange =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR");
              client.expectMatching("AUTHENTICATE XOAUTH2 [A-Za-z0-9+/=]+");
              client.no("AUTHENTICATE failed.");
            })) {
      CheckResult result =
          checked(installation(), ROWS.replace(",9,", "," + exchange.port() + ","));

      List<Problem> problems =
          result.mailboxes().stream()
              .flatMap(check -> check.problems().stream())
              .filter(problem -> problem.code() == ProblemCode.TOKEN_REFUSED)
              .toList();
      assertThat(problems)
          .hasSize(3)
          .allSatisfy(
              problem -> {
                assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
                assertThat(problem.nextStep()).contains("oauth.md");
              });
      assertThat(problems)
          .filteredOn(problem -> problem.cause().contains("not tried"))
          .hasSize(2)
          .allSatisfy(
              problem ->
                  assertThat(problem.cause())
                      .contains(
                          "of the OAuth profile contoso was refused for", "AUTHENTICATE failed."));
      assertThat(exchange.connections()).isEqualTo(1);
    }
  }

  @Test
  void microsoftsAnswerToAnApplicationWithoutTheMailboxNamesThatRight() {
    try (ScriptedImapServer exchange =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 AUTH=XOAUTH2 SASL-IR");
              client.expectMatching("AUTHENTICATE XOAUTH2 .*");
              client.ok("[CAPABILITY IMAP4rev1] AUTHENTICATE completed.");
              for (String line = client.readLine(); !line.isEmpty(); line = client.readLine()) {
                String tag = line.substring(0, line.indexOf(' '));
                client.send(tag + " BAD User is authenticated but not connected.\r\n");
              }
            })) {
      Problem problem = problemAt(exchange);

      assertThat(problem.code()).isEqualTo(ProblemCode.NO_MAILBOX);
      assertThat(problem.owner()).isEqualTo(Owner.CUSTOMER);
      assertThat(problem.nextStep()).contains("the application needs a right on the mailbox");
    }
  }

  @Test
  void googlesChallengeIsAnsweredAndItsStatusTold() {
    String challenge =
        Base64.getEncoder()
            .encodeToString(
                "{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"}"
                    .getBytes(StandardCharsets.UTF_8));
    try (ScriptedImapServer gmail =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=OAUTHBEARER");
              client.expectMatching("AUTHENTICATE OAUTHBEARER .*");
              client.send("+ " + challenge + "\r\n");
              client.expectLine("AQ==");
              client.no("[AUTHENTICATIONFAILED] Invalid credentials (Failure)");
            })) {
      Problem problem = problemAt(gmail);

      assertThat(problem.code()).isEqualTo(ProblemCode.TOKEN_REFUSED);
      assertThat(problem.cause()).contains("Invalid credentials (Failure) (status 400");
    }
  }

  @Test
  void aPersonWithABrowserOpensTheMailboxOfARunAndNoneOfTheService() {
    servers.userWithMail("fay@example.org", 2, "INBOX");
    endpoint.user("fay@example.org");
    endpoint.says(400, "{\"error\":\"authorization_pending\"}");
    Installation installation =
        servers
            .configure(new Installation(folder))
            .set("oauth.contoso.kind", "device-code")
            .set("oauth.contoso.token-url", endpoint.url("/token").toString())
            .set("oauth.contoso.device-url", endpoint.url("/device").toString())
            .set("oauth.contoso.client-id", "client-1")
            .set("oauth.contoso.servers", "127.0.0.1");
    String request = HEADER + row("fay@example.org", servers.source.port());
    Path file = installation.request("fay.csv", request);
    Set<String> asked = ConcurrentHashMap.newKeySet();

    try (Launcher.Running running =
        installation.start(
            Launcher.Mode.MIGRATE,
            new Progress() {
              @Override
              public void loginWanted(String user, String url, String code, Duration time) {
                asked.add(user + " " + url + " " + code);
              }
            })) {
      assertThat(running.migrate(file).mailboxes().get(0).problems()).isEmpty();
    }

    assertThat(asked).containsExactly("fay@example.org https://login.example/device WDJB-MJHT");
    assertArrived("fay@example.org");
  }

  @Test
  void aServiceAccountOpensEachMailboxWithATokenOfItsOwn() throws Exception {
    servers.userWithMail("gus@example.org", 1, "INBOX").userWithMail("hal@example.org", 1, "INBOX");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    String key = Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded());
    Path account =
        Files.writeString(
            folder.resolve("account.json"),
            """
            {"type":"service_account","client_email":"move@p.example","client_id":"112233",
             "private_key":"-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n"}"""
                .formatted(key));
    Installation installation =
        servers
            .configure(new Installation(folder))
            .set("oauth.contoso.provider", "google")
            .set("oauth.contoso.servers", "127.0.0.1")
            .set("oauth.contoso.token-url", endpoint.url("/token").toString())
            .set("oauth.contoso.key-file", account.toString());
    Path file =
        installation.request(
            "two.csv",
            HEADER
                + row("gus@example.org", servers.source.port())
                + row("hal@example.org", servers.source.port()));

    assertThat(installation.migrate(file).mailboxes())
        .allSatisfy(mailbox -> assertThat(mailbox.problems()).isEmpty());
    assertArrived("gus@example.org");
    assertArrived("hal@example.org");
  }

  @Test
  void aProfileThatNeedsAnotherPropertyStopsTheStart() {
    assertThatThrownBy(
            () -> installation().set("oauth.contoso.client-secret", "").start(Launcher.Mode.CHECK))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("oauth.contoso.client-secret is not set");
  }
}

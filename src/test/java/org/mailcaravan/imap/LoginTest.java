package org.mailcaravan.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.server.ScriptedImapServer;

class LoginTest {
  private static final String CAPABILITY_AFTER = "[CAPABILITY IMAP4rev1] in";

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void login(ScriptedImapServer server, Credentials credentials) {
    try (ImapConnection connection = Connections.plain(server.port())) {
      connection.login(credentials);
    }
  }

  private static LoginRefused refused(ScriptedImapServer server, Credentials credentials) {
    return catchThrowableOfType(LoginRefused.class, () -> login(server, credentials));
  }

  private static Credentials token() {
    return new Credentials.Token("ann=a,b@example.org", Secret.of("ya29.token"));
  }

  @Test
  void givesThePasswordWithTheCommandWhereThatIsKnown() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 AUTH=PLAIN SASL-IR");
              client.expect("AUTHENTICATE PLAIN " + base64("\0ann\0pä\"ss🐫"));
              client.ok(CAPABILITY_AFTER);
            })) {
      login(server, Connections.password("ann", "pä\"ss🐫"));
    }
  }

  @Test
  void waitsToGiveThePasswordWhereItMust() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 AUTH=PLAIN");
              client.expect("AUTHENTICATE PLAIN");
              client.proceed("");
              client.expectLine(base64("ann\0admin\0secret"));
              client.ok(CAPABILITY_AFTER);
            })) {
      login(server, new Credentials.OnBehalf("ann", "admin", Secret.of("secret")));
    }
  }

  @Test
  void sendsAWrongPasswordOnlyOnce() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 AUTH=PLAIN SASL-IR");
              client.expectMatching("AUTHENTICATE PLAIN .*");
              client.no("[AUTHENTICATIONFAILED] no");
            })) {
      LoginRefused refusal = refused(server, Connections.password("ann", "secret"));
      assertThat(refusal.refusal())
          .isEqualTo(new ServerRefusal(false, "AUTHENTICATIONFAILED", "no"));
    }
  }

  @Test
  void usesLoginWhereTheMechanismIsNotTakenAfterAll() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 AUTH=PLAIN" + (client.number() == 1 ? " SASL-IR" : ""));
              client.expectMatching("AUTHENTICATE PLAIN.*");
              if (client.number() == 1) {
                client.bad("what?");
              } else {
                client.no("unsupported mechanism");
              }
              client.expect("LOGIN \"ann\" \"a \\\"q\\\" \\\\\"");
              client.ok(CAPABILITY_AFTER);
            })) {
      login(server, Connections.password("ann", "a \"q\" \\"));
      login(server, Connections.password("ann", "a \"q\" \\"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"IMAP4rev1", "IMAP4rev1 LITERAL+"})
  void sendsUmlautsAndLineEndsAsLiterals(String capabilities) {
    boolean waits = capabilities.equals("IMAP4rev1");
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet(capabilities);
              client.expect("LOGIN \"ann\" {5" + (waits ? "}" : "+}"));
              if (waits) {
                client.proceed("go on");
              }
              assertThat(client.octets(5)).isEqualTo("p\u00c3\u00a4\r\n");
              client.expectLine("");
              client.ok(CAPABILITY_AFTER);
            })) {
      login(server, Connections.password("ann", "pä\r\n"));
    }
  }

  @Test
  void sendsNoPasswordWhereLoginIsDisabled() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(client -> client.greet("IMAP4rev1 LOGINDISABLED"))) {
      assertThat(refused(server, Connections.password("ann", "secret")))
          .hasMessageContaining("LOGINDISABLED");
      assertThat(refused(server, new Credentials.OnBehalf("ann", "admin", Secret.of("secret"))))
          .hasMessageContaining("AUTH=PLAIN");
      assertThat(refused(server, token())).hasMessageContaining("XOAUTH2");
      assertThat(refused(server, Connections.password("ann", "sec\0ret")))
          .hasMessageContaining("NUL");
    }
  }

  @Test
  void logsInWithAToken() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              boolean standard = client.number() == 1;
              client.greet(
                  "IMAP4rev1 SASL-IR AUTH=XOAUTH2" + (standard ? " AUTH=OAUTHBEARER" : ""));
              client.expect(
                  standard
                      ? "AUTHENTICATE OAUTHBEARER "
                          + base64("n,a=ann=3Da=2Cb@example.org,\1auth=Bearer ya29.token\1\1")
                      : "AUTHENTICATE XOAUTH2 "
                          + base64("user=ann=a,b@example.org\1auth=Bearer ya29.token\1\1"));
              client.ok(CAPABILITY_AFTER);
            })) {
      login(server, token());
      login(server, token());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OAUTHBEARER", "XOAUTH2"})
  void acknowledgesTheErrorOfATokenAndDoesNotShowIt(String mechanism) {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1 SASL-IR AUTH=" + mechanism);
              client.expectMatching("AUTHENTICATE " + mechanism + " .*");
              client.proceed(
                  base64(
                      "{\"status\":\"400\",\"schemes\":\"bearer ya29.token\",\"token\":\"ya29.token\"}"));
              client.expectLine(mechanism.equals("XOAUTH2") ? "" : "AQ==");
              client.no("[AUTHENTICATIONFAILED] ya29.token has expired");
            })) {
      assertThat(refused(server, token()).refusal().text())
          .isEqualTo("******** has expired (status 400, schemes bearer ********)");
    }
  }

  @Test
  void hidesAPasswordThatTheServerEchoes() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1");
              client.expectMatching("LOGIN .*");
              if (client.number() == 1) {
                client.bad("[XECHO se\"cret] error in LOGIN ann se\\\"cret");
              } else {
                client.untagged("BYE go away ann se\"cret");
                client.hangUpSoftly();
              }
            })) {
      assertThat(refused(server, Connections.password("ann", "se\"cret")))
          .hasMessageContaining("error in LOGIN ann ********")
          .hasMessageNotContaining("cret");
      assertThatThrownBy(() -> login(server, Connections.password("ann", "se\"cret")))
          .isInstanceOfSatisfying(
              ConnectionLost.class, e -> assertThat(e.bye()).isEqualTo("go away ann ********"))
          .hasMessageNotContaining("cret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "* BYE too many of ann:hunter2",
        "* BYE [HUNTER2] no",
        "* NO AGFubgBodW50ZXIy again",
        "* OK [X %68unter2] [hidden] \\u0068unter2",
        "HTTP/1.1 400 Basic YW5uOmh1bnRlcjI="
      })
  void hidesAPasswordThatAnEarlierConnectionHasTold(String greeting) {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.send(greeting + "\r\n");
              if (greeting.startsWith("* OK")) {
                client.expect("CAPABILITY");
                client.no("[HUNTER2] =68=75=6e=74=65=72=32");
              }
            })) {
      Connector connector = new Connector(Connections.anything(null));
      Server place = new Server("127.0.0.1", server.port(), Security.NONE);

      Throwable failure =
          catchThrowable(
              () -> connector.connectForLogin(place, Connections.password("ann", "hunter2")));

      assertThat(failure)
          .hasMessageContaining("********")
          .hasMessageNotContainingAny("unter2", "UNTER2", "=75", "aHVu", "odW50");
    }
  }

  @Test
  void asksForCapabilitiesAnewAndEnablesAndTellsItsName() {
    try (ScriptedImapServer server =
        ScriptedImapServer.start(
            client -> {
              client.greet("IMAP4rev1");
              client.expectMatching("LOGIN .*");
              client.ok("in");
              client.expect("CAPABILITY");
              client.untagged("CAPABILITY IMAP4rev1 ENABLE UTF8=ACCEPT CONDSTORE ID");
              client.ok("done");
              String enable = client.expect("ENABLE UTF8=ACCEPT CONDSTORE");
              client.expect("ID (\"name\" \"Mail Caravan\")");
              client.untagged("ENABLED UTF8=ACCEPT", "ID NIL");
              client.tagged(enable, "OK done");
              client.bad("no ID after all");
              client.expect("CREATE \"Entw\u00c3\u00bcrfe\"");
              client.ok("done");
            })) {
      try (ImapConnection connection = Connections.plain(server.port())) {
        assertThat(connection.capabilities()).containsExactly("IMAP4REV1");
        connection.login(Connections.password("ann", "secret"));
        assertThat(connection.capabilities()).contains("UTF8=ACCEPT");
        connection.create(connection.folderName("Entwürfe"));
      }
    }
  }
}

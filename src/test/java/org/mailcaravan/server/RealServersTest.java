package org.mailcaravan.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.Folder;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.server.DovecotServer.Storage;

@Lengthy
class RealServersTest {
  private static final String ODD = "p:ä, \"s\\ *w%u+&🎉";

  @ParameterizedTest
  @ValueSource(strings = {"none", "starttls", "tls"})
  @EnabledIfInstalled("dovecot")
  void dovecotLetsUsersInHoweverTheConnectionIsProtected(String security) throws Exception {
    try (DovecotServer dovecot = DovecotServer.start().addUser("ann@example.org", ODD)) {
      Store store = connect(dovecot, security, "ann@example.org", "", ODD);
      assertThat(store.getFolder("INBOX").exists()).isTrue();
      store.close();
      assertThatThrownBy(() -> connect(dovecot, security, "ann@example.org", "", "wrong"))
          .isInstanceOf(MessagingException.class);
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void dovecotLetsTheMasterUserActForOthers() throws Exception {
    try (DovecotServer dovecot =
        DovecotServer.builder().masterUser("boss", ODD).storage(Storage.MDBOX).start()) {
      dovecot.addUser("ann@example.org", "her own");
      connect(dovecot, "none", "ann@example.org*boss", "", ODD).close();
      Store store = connect(dovecot, "none", "boss", "ann@example.org", ODD);
      assertThat(store.getFolder("Made").create(Folder.HOLDS_MESSAGES)).isTrue();
      store.close();
      assertThat(Files.isDirectory(dovecot.mailFolder("ann@example.org"))).isTrue();
    }
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void dovecotComesBackOnTheSamePortWithItsMail() throws Exception {
    try (DovecotServer dovecot = DovecotServer.start().addUser("ann@example.org", ODD)) {
      Store store = connect(dovecot, "none", "ann@example.org", "", ODD);
      assertThat(store.getFolder("Kept").create(Folder.HOLDS_MESSAGES)).isTrue();
      dovecot.kill();
      assertThat(store.isConnected()).isFalse();
      dovecot.restart();
      Store again = connect(dovecot, "none", "ann@example.org", "", ODD);
      assertThat(again.getFolder("Kept").exists()).isTrue();
      again.close();
    }
  }

  @Test
  @EnabledIfInstalled("cyrus")
  void cyrusLetsUsersInAndKeepsTheirFolders() throws Exception {
    for (CyrusServer.Names names : CyrusServer.Names.values()) {
      try (CyrusServer cyrus = CyrusServer.start(names).addUser("ann@example.org", "secret")) {
        keepsFolders(cyrus, names == CyrusServer.Names.PLAIN ? "Made" : "INBOX.Made");
      }
    }
  }

  @Test
  @EnabledIfInstalled("courier")
  void courierLetsUsersInAndKeepsTheirFolders() throws Exception {
    try (CourierServer courier = CourierServer.start().addUser("ann@example.org", "secret")) {
      keepsFolders(courier, "INBOX.Made");
    }
  }

  private static void keepsFolders(ImapServer server, String name) throws MessagingException {
    Store store = connect(server.port(), "none", "ann@example.org", "", "secret");
    assertThat(store.getFolder(name).create(Folder.HOLDS_MESSAGES)).isTrue();
    store.close();
    Store again = connect(server.port(), "none", "ann@example.org", "", "secret");
    assertThat(again.getFolder("INBOX").exists()).isTrue();
    assertThat(again.getFolder(name).exists()).isTrue();
    again.close();
    assertThatThrownBy(() -> connect(server.port(), "none", "ann@example.org", "", "wrong"))
        .isInstanceOf(MessagingException.class);
  }

  @Test
  @EnabledIfInstalled("dovecot")
  void aWrongConfigurationShowsTheLog() {
    assertThatThrownBy(() -> DovecotServer.builder().extra("no_such_setting = 1").start())
        .hasMessageContaining("no_such_setting");
  }

  @Test
  @EnabledIfInstalled("radicale")
  void radicaleLetsUsersInToTheirOwn() throws Exception {
    String password = "p:ä, \"s+&🎉";
    try (RadicaleServer radicale = RadicaleServer.start().addUser("ann@example.org", password)) {
      URI own = radicale.baseUri().resolve("ann@example.org/");
      assertThat(propfind(own, password)).isEqualTo(207);
      assertThat(propfind(own, "wrong")).isEqualTo(401);
      assertThat(propfind(radicale.baseUri().resolve("bob@example.org/"), password)).isEqualTo(403);
    }
  }

  @Test
  void aMissingProgramSkipsATestWithItsReasonOrFailsIt() {
    List<String> missing = List.of("no-such-program");
    assertThat(InstalledCondition.decide(missing, false).isDisabled()).isTrue();
    assertThat(InstalledCondition.decide(missing, false).getReason().orElseThrow())
        .contains("no-such-program");
    assertThatThrownBy(() -> InstalledCondition.decide(missing, true))
        .hasMessageContaining("no-such-program")
        .hasMessageContaining("MAILCARAVAN_REQUIRE_SERVERS");
    assertThat(InstalledCondition.decide(List.of("sh"), true).isDisabled()).isFalse();
  }

  private static Store connect(
      DovecotServer dovecot, String security, String user, String actFor, String password)
      throws MessagingException {
    int port = security.equals("tls") ? dovecot.tlsPort() : dovecot.port();
    return connect(port, security, user, actFor, password);
  }

  private static Store connect(
      int port, String security, String user, String actFor, String password)
      throws MessagingException {
    String protocol = security.equals("tls") ? "imaps" : "imap";
    Properties properties = new Properties();
    properties.put("mail." + protocol + ".ssl.trust", "localhost");
    properties.put("mail." + protocol + ".starttls.enable", security.equals("starttls"));
    properties.put("mail." + protocol + ".starttls.required", security.equals("starttls"));
    properties.put("mail." + protocol + ".auth.mechanisms", "PLAIN");
    if (!actFor.isEmpty()) {
      properties.put("mail." + protocol + ".sasl.enable", "true");
      properties.put("mail." + protocol + ".sasl.mechanisms", "PLAIN");
      properties.put("mail." + protocol + ".sasl.authorizationid", actFor);
      properties.put("mail." + protocol + ".auth.plain.disable", "true");
      properties.put("mail." + protocol + ".auth.login.disable", "true");
    }
    Store store = Session.getInstance(properties).getStore(protocol);
    store.connect("localhost", port, user, password);
    return store;
  }

  private static int propfind(URI uri, String password) throws Exception {
    String login =
        Base64.getEncoder()
            .encodeToString(("ann@example.org:" + password).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Basic " + login)
            .header("Depth", "0")
            .method("PROPFIND", HttpRequest.BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}

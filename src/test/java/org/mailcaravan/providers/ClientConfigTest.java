package org.mailcaravan.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

class ClientConfigTest {
  /** A file as providers serve it, with these servers. */
  static String file(String... servers) {
    return """
        <?xml version="1.0" encoding="UTF-8"?>
        <clientConfig version="1.1">
          <emailProvider id="firma.example">
            <domain>firma.example</domain>
            <displayName>Firma &amp; Söhne</displayName>
            %s
            <outgoingServer type="smtp">
              <hostname>smtp.firma.example</hostname><port>465</port><socketType>SSL</socketType>
            </outgoingServer>
          </emailProvider>
        </clientConfig>
        """
        .formatted(String.join("\n", servers));
  }

  static String server(String type, String host, int port, String socket, String userName) {
    return """
        <incomingServer type="%s">
          <hostname>%s</hostname><port>%d</port><socketType>%s</socketType>
          <authentication>password-cleartext</authentication><username>%s</username>
        </incomingServer>"""
        .formatted(type, host, port, socket, userName);
  }

  private static ClientConfig read(String file) throws NoAnswer {
    return ClientConfig.read(file.getBytes(StandardCharsets.UTF_8), "firma.example");
  }

  @Test
  void theFirstImapServerWithTlsCounts() throws NoAnswer {
    assertThat(
            read(
                file(
                    server("pop3", "pop.firma.example", 995, "SSL", "%EMAILADDRESS%"),
                    server("imap", "one.firma.example", 143, "STARTTLS", "%EMAILADDRESS%"),
                    server("imap", "two.firma.example", 993, "SSL", "%EMAILLOCALPART%"),
                    server("imap", "three.firma.example", 993, "SSL", "%EMAILADDRESS%"))))
        .isEqualTo(
            new ClientConfig(
                new Server("two.firma.example", 993, Security.TLS),
                UserName.LOCAL_PART,
                Set.of(LoginKind.PASSWORD)));
  }

  @ParameterizedTest
  @CsvSource({
    "%EMAILADDRESS%, anna@firma.example",
    "%EMAILLOCALPART%, anna",
    "%EMAILLOCALPART%@%EMAILDOMAIN%, anna@firma.example",
    "firma-%EMAILLOCALPART%, firma-anna"
  })
  void theLoginNameIsMadeOfTheAddress(String form, String login) throws NoAnswer {
    assertThat(
            read(file(server("imap", "imap.firma.example", 993, "SSL", form)))
                .userName()
                .of("anna@firma.example"))
        .isEqualTo(login);
  }

  @Test
  void theDomainMayStandInTheNameOfTheServer() throws NoAnswer {
    assertThat(
            read(file(server("imap", "mail.%EMAILDOMAIN%", 993, "SSL", "%EMAILADDRESS%"))).server())
        .isEqualTo(new Server("mail.firma.example", 993, Security.TLS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"postmaster", "%REALNAME%", "%EMAILADDRESS%\r\nA1 LOGOUT", "\"", ""})
  void aLoginNameThatIsTheSameForAllOrUnknownIsNoneOfUse(String form) {
    assertThatThrownBy(() -> read(file(server("imap", "imap.firma.example", 993, "SSL", form))))
        .isInstanceOf(NoAnswer.class);
  }

  @ParameterizedTest
  @CsvSource({
    "imap.firma.example, 143, plain",
    "imap.firma.example, 0, SSL",
    "imap.firma.example, 70000, SSL",
    "'imap.firma.example:993', 993, SSL",
    "'imap firma', 993, SSL",
    "'', 993, SSL"
  })
  void aServerThatCannotBeUsedWithTlsIsPassedOver(String host, int port, String socket) {
    assertThatThrownBy(() -> read(file(server("imap", host, port, socket, "%EMAILADDRESS%"))))
        .isInstanceOf(NoAnswer.class)
        .hasMessageContaining("no IMAP server");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html><body>Welcome</body></html",
        "{}",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>",
        "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;&l;\">]><a>&m;</a>"
      })
  void whatIsNoFileOfThisKindIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(NoAnswer.class);
  }

  @Test
  void whatIsNestedTooDeeplyIsRefused() {
    assertThatThrownBy(() -> read("<a>".repeat(10_000))).isInstanceOf(NoAnswer.class);
  }

  /** Octets, and pieces that XML has a meaning for, in the place of others. */
  @Test
  void anyOtherFileIsReadOrRefused() {
    Random random = new Random(17);
    List<String> pieces =
        List.of(
            "<",
            ">",
            "&",
            "&#0;",
            "&#x110000;",
            "]]>",
            "<![CDATA[",
            "<!--",
            "<?xml encoding='x'?>",
            "%EMAILDOMAIN%",
            "\u0000",
            "xmlns:a='",
            "a:b",
            "encoding=\"UTF-16\"",
            "encoding=\"\"",
            "'");
    byte[] good =
        file(server("imap", "imap.firma.example", 993, "SSL", "%EMAILADDRESS%"))
            .getBytes(StandardCharsets.UTF_8);
    int read = 0;
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    for (int round = 0; round < 1000; round++) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      int at = random.nextInt(good.length);
      file.write(good, 0, at);
      if (random.nextBoolean()) {
        file.writeBytes(pieces.get(random.nextInt(pieces.size())).getBytes(StandardCharsets.UTF_8));
      } else {
        file.write(random.nextInt());
      }
      int skipped = random.nextInt(3);
      int rest = Math.min(good.length, at + skipped);
      file.write(good, rest, good.length - rest);
      try {
        assertThat(ClientConfig.read(file.toByteArray(), "firma.example").server().security())
            .isNotEqualTo(Security.NONE);
        read++;
      } catch (NoAnswer e) {
        assertThat(e.words()).containsAnyOf("autoconfig file", "no IMAP server");
      }
    }
    System.setErr(before);
    assertThat(read).isBetween(1, 999);
    assertThat(said.toString(StandardCharsets.UTF_8)).doesNotContain("Fatal Error");
  }

  @Test
  void anEntityOfTheFileDoesNotBecomeAServer() {
    String file =
        file(server("imap", "&host;", 993, "SSL", "%EMAILADDRESS%"))
            .replaceFirst(
                "<clientConfig",
                "<!DOCTYPE clientConfig [<!ENTITY host \"imap.firma.example\">]><clientConfig");
    assertThatThrownBy(() -> read(file)).isInstanceOf(NoAnswer.class);
  }

  @Test
  void aFileWithADtdIsRefusedWhateverElseItSays() {
    String file =
        file(server("imap", "imap.firma.example", 993, "SSL", "%EMAILADDRESS%"))
            .replaceFirst("<clientConfig", "<!DOCTYPE clientConfig><clientConfig");
    assertThatThrownBy(() -> read(file)).isInstanceOf(NoAnswer.class).hasMessageContaining("XML");
  }
}

package org.mailcaravan.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.clients.ClientFiles.ClientFile;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What mail programs read; the documents that are expected are in src/test/resources/clients. */
class ClientFilesTest {
  private static final Path FIXTURES = Path.of("src/test/resources/clients");
  private static final Path TEMPLATES = Path.of("config/templates");
  private static final String[] SETTINGS = {
    "destination.host=imap.internal.example.net",
    "clients.name=Example & Söhne <Mail>",
    "clients.imap-server=imap.example.net",
    "clients.pop-server=pop.example.net",
    "clients.smtp-server=smtp.{domain}:587 starttls",
    "clients.carddav-url=https://dav.example.net/addressbooks/{email}/",
    "clients.caldav-url=https://dav.example.net:8443/caldav/?a=1&b=2",
    "clients.webmail-url=https://webmail.{domain}/?a=1&b=2"
  };

  @TempDir private Path folder = Path.of("");
  private ClientFiles files;

  @BeforeEach
  void configure() {
    files = files(SETTINGS);
  }

  private ClientFiles files(String... settings) {
    return new ClientFiles(ClientWordsTest.settings(folder, settings), new ClientGuides(TEMPLATES));
  }

  private String text(String domain, String name, @Nullable String address) {
    return new String(
        files.one(domain, name, address).orElseThrow().octets(), StandardCharsets.UTF_8);
  }

  /**
   * Once the form of a document has changed on purpose, -Dmailcaravan.write-docs=true writes it.
   */
  @ParameterizedTest
  @CsvSource({
    "example.org, config-v1.1.xml, , autoconfig.xml",
    "müller.example, config-v1.1.xml, , autoconfig-idn.xml",
    "example.org, autodiscover.xml, , autodiscover.xml",
    "müller.example, autodiscover.xml, anna@müller.example, autodiscover-idn.xml",
    "example.org, example.org.mobileconfig, , profile.xml",
    "müller.example, xn--mller-kva.example.mobileconfig, anna@müller.example, profile-idn.xml",
    "example.org, how-to.en.txt, , how-to.en.txt",
    "example.org, how-to.de.html, , how-to.de.html"
  })
  void documentsAreExactlyWhatProgramsExpect(
      String domain, String name, @Nullable String address, String fixture) throws IOException {
    Path expected = FIXTURES.resolve(fixture);
    String text = text(domain, name, address);
    if (Boolean.getBoolean("mailcaravan.write-docs")) {
      Files.createDirectories(FIXTURES);
      Files.writeString(expected, text);
    }
    assertThat(text).isEqualTo(Files.readString(expected));
  }

  private static Element parsed(ClientFile file) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(file.octets()));
    return document.getDocumentElement();
  }

  private static List<Element> children(Node parent) {
    List<Element> children = new ArrayList<>();
    for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  private static List<String> names(Node parent) {
    return children(parent).stream().map(Element::getTagName).toList();
  }

  /** The keys and values of a dictionary in a property list of Apple. */
  private static Map<String, String> dictionary(Element dict) {
    Map<String, String> values = new HashMap<>();
    List<Element> children = children(dict);
    for (int at = 0; at + 1 < children.size(); at += 2) {
      assertThat(children.get(at).getTagName()).isEqualTo("key");
      Element value = children.get(at + 1);
      String text = value.getTextContent().isEmpty() ? value.getTagName() : value.getTextContent();
      assertThat(values.put(children.get(at).getTextContent(), text)).isNull();
    }
    return values;
  }

  @Test
  void outlookGetsTheElementsInTheOrderOfItsDocumentation() throws Exception {
    Element root =
        parsed(files.one("example.org", "autodiscover.xml", "a@example.org").orElseThrow());
    Element account = children(children(root).get(0)).get(1);
    assertThat(names(account))
        .containsExactly("AccountType", "Action", "Protocol", "Protocol", "Protocol");
    assertThat(names(children(account).get(4)))
        .containsExactly(
            "Type",
            "Server",
            "Port",
            "LoginName",
            "DomainRequired",
            "SPA",
            "SSL",
            "Encryption",
            "AuthRequired",
            "UsePOPAuth",
            "SMTPLast");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<b>&\"'@example.org",
        "]]></string><key>x</key>@example.org",
        "a&amp;b@example.org",
        "\uffff\ufffe@example.org",
        "\ud83d\ude00@example.org"
      })
  void addressesOfStrangersStayText(String address) throws Exception {
    ClientFile profile =
        files.one("example.org", "example.org.mobileconfig", address).orElseThrow();
    Element dict = children(parsed(profile)).get(0);
    Element mail = children(children(dict).get(1)).get(0);
    assertThat(dictionary(mail))
        .containsEntry("EmailAddress", address.replaceAll("[\uffff\ufffe]", "\ufffd"))
        .containsEntry("IncomingMailServerUseSSL", "true");
    Element outlook = parsed(files.one("example.org", "autodiscover.xml", address).orElseThrow());
    assertThat(outlook.getElementsByTagName("LoginName").item(0).getTextContent())
        .isEqualTo(address.replaceAll("[\uffff\ufffe]", "\ufffd"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b@example.org", "a\u202eb@example.org", "a@other.example", "@example.org", "a"})
  void whatIsNoAddressOfTheDomainGetsTheFileForAll(String address) {
    assertThat(text("example.org", "example.org.mobileconfig", address))
        .isEqualTo(text("example.org", "example.org.mobileconfig", null));
  }

  @Test
  void aProfileThatIsMadeAgainReplacesItself() throws Exception {
    Map<String, String> ids = new HashMap<>();
    for (String address : List.of("", "anna@example.org", "bert@example.org")) {
      String name = "example.org.mobileconfig";
      ClientFile once =
          files.one("example.org", name, address.isEmpty() ? null : address).orElseThrow();
      Element dict = children(parsed(once)).get(0);
      List<Element> payloads = children(children(dict).get(1));
      assertThat(payloads).hasSize(3);
      for (Element each : payloads) {
        ids.put(
            Objects.requireNonNull(dictionary(each).get("PayloadUUID")),
            Objects.requireNonNull(dictionary(each).get("PayloadIdentifier")));
      }
      ids.put(
          Objects.requireNonNull(dictionary(dict).get("PayloadUUID")),
          Objects.requireNonNull(dictionary(dict).get("PayloadIdentifier")));
      assertThat(
              new ClientFiles(ClientWordsTest.settings(folder, SETTINGS), new ClientGuides(folder))
                  .one("EXAMPLE.org.", name, address.isEmpty() ? null : address)
                  .orElseThrow()
                  .octets())
          .isEqualTo(once.octets());
    }
    assertThat(ids).hasSize(12);
    assertThat(ids.values()).doesNotHaveDuplicates().allMatch(id -> id.startsWith("org.example."));
  }

  @Test
  void outlookIsAnsweredForTheAddressThatItAsksFor() throws Exception {
    String question =
        """
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
          <Request>
            <EMailAddress> anna@example.org </EMailAddress>
            <AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema>
          </Request>
        </Autodiscover>
        """;
    assertThat(files.autodiscover(question.getBytes(StandardCharsets.UTF_8)).orElseThrow().octets())
        .isEqualTo(
            files
                .one("example.org", "autodiscover.xml", "anna@example.org")
                .orElseThrow()
                .octets());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "anna@example.org",
        "<a><EMailAddress>anna@localhost</EMailAddress></a>",
        "<a><EMailAddress>anna@<b/>example.org</EMailAddress></a>",
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a><EMailAddress>&e;@example.org</EMailAddress></a>",
        "<!DOCTYPE a [<!ENTITY e \"anna\">]><a><EMailAddress>&e;@example.org</EMailAddress></a>"
      })
  void aQuestionThatIsNoneGetsNoSettings(String question) {
    assertThat(files.autodiscover(question.getBytes(StandardCharsets.UTF_8))).isEmpty();
  }

  @Test
  void withoutServersThereIsNoFile() {
    ClientFiles none = files("destination.host=mail.example.net");
    assertThat(none.folder("example.org")).isEmpty();
    assertThat(none.all("example.org")).isEmpty();
    assertThat(none.one("example.org", "config-v1.1.xml", null)).isEmpty();
    assertThat(none.autoconfig("anna@example.org")).isEmpty();
  }

  @Test
  void aFileThatThereIsNotIsNotGiven() {
    assertThat(files.one("example.org", "other.example.mobileconfig", null)).isEmpty();
    assertThat(files.one("example.org", "../application.properties", null)).isEmpty();
    assertThat(files.one("..", "config-v1.1.xml", null)).isEmpty();
  }
}

package org.mailcaravan.clients;

import java.io.ByteArrayInputStream;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.settings.ClientServer;

/**
 * What the classic Outlook for Windows asks for at {@code autodiscover.DOMAIN}: the plain XML of
 * Microsoft's Autodiscover ("POX"), with the elements in the order of its documentation. Newer
 * programs of Microsoft do not ask for it.
 */
final class Autodiscover {
  private static final String RESPONSE =
      "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
  private static final String OUTLOOK =
      "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

  private Autodiscover() {}

  /**
   * @param address null for a file that is the same for all; Outlook then takes the address for the
   *     user name
   */
  static byte[] of(ClientSettings settings, @Nullable String address) {
    XmlText xml = new XmlText().open("Autodiscover", "xmlns", RESPONSE);
    xml.open("Response", "xmlns", OUTLOOK);
    if (address != null) {
      xml.open("User").text("DisplayName", address).close();
    }
    xml.open("Account").text("AccountType", "email").text("Action", "settings");
    String user = address == null ? null : settings.userName(address);
    protocol(xml, "IMAP", settings.imap(), user);
    if (settings.pop3() != null) {
      protocol(xml, "POP3", settings.pop3(), user);
    }
    protocol(xml, "SMTP", settings.smtp(), user);
    return xml.close().close().close().octets();
  }

  private static void protocol(
      XmlText xml, String type, ClientServer server, @Nullable String user) {
    xml.open("Protocol")
        .text("Type", type)
        .text("Server", server.place().host())
        .text("Port", String.valueOf(server.place().port()));
    if (user != null) {
      xml.text("LoginName", user);
    }
    xml.text("DomainRequired", "off")
        .text("SPA", "off")
        .text("SSL", "on")
        .text("Encryption", server.isStartTls() ? "TLS" : "SSL")
        .text("AuthRequired", "on");
    if (type.equals("SMTP")) {
      xml.text("UsePOPAuth", "on").text("SMTPLast", "off");
    }
    xml.close();
  }

  /**
   * The address in a question of Outlook.
   *
   * @param question at most a few KiB; definitions of types in it are refused
   */
  static Optional<String> address(byte[] question) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(question));
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT
            && xml.getLocalName().equals("EMailAddress")) {
          return Optional.of(xml.getElementText().strip());
        }
      }
    } catch (XMLStreamException e) {
      // The same answer as for a question without an address.
    }
    return Optional.empty();
  }
}

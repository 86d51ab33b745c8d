package org.mailcaravan.clients;

import org.mailcaravan.settings.ClientServer;
import org.mailcaravan.settings.Keys;

/**
 * The file {@code config-v1.1.xml} that Thunderbird and many other programs look for at {@code
 * autoconfig.DOMAIN}. Its form is that of Thunderbird's list of providers (ISPDB); contacts and
 * calendars stand in it as draft-ietf-mailmaint-autoconfig has them, and programs that do not know
 * them leave them out.
 */
final class Autoconfig {
  private static final String ADDRESS = "%EMAILADDRESS%";
  private static final String LOCAL_PART = "%EMAILLOCALPART%";
  private static final int LONGEST_NAME = 60;
  private static final int LONGEST_SHORT_NAME = 20;

  private Autoconfig() {}

  static byte[] of(ClientSettings settings) {
    XmlText xml = new XmlText().open("clientConfig", "version", "1.1");
    xml.open("emailProvider", "id", settings.domain())
        .text("domain", settings.domain())
        .text("displayName", cut(settings.name(), LONGEST_NAME))
        .text("displayShortName", cut(settings.name(), LONGEST_SHORT_NAME));
    server(xml, "incomingServer", "imap", settings.imap(), settings);
    if (settings.pop3() != null) {
      server(xml, "incomingServer", "pop3", settings.pop3(), settings);
    }
    server(xml, "outgoingServer", "smtp", settings.smtp(), settings);
    xml.close();
    if (settings.carddav() != null) {
      collection(xml, "addressbook", "carddav", settings.carddav(), settings);
    }
    if (settings.caldav() != null) {
      collection(xml, "calendar", "caldav", settings.caldav(), settings);
    }
    if (settings.webmail() != null) {
      xml.open("webMail").empty("loginPage", "url", settings.webmail()).close();
    }
    return xml.close().octets();
  }

  private static void server(
      XmlText xml, String element, String type, ClientServer server, ClientSettings settings) {
    xml.open(element, "type", type)
        .text("hostname", server.place().host())
        .text("port", String.valueOf(server.place().port()))
        .text("socketType", server.isStartTls() ? "STARTTLS" : "SSL")
        .text("authentication", "password-cleartext")
        .text("username", userName(settings))
        .close();
  }

  private static void collection(
      XmlText xml, String element, String type, String url, ClientSettings settings) {
    xml.open(element, "type", type)
        .text("url", url.replace(Keys.EMAIL_MARK, ADDRESS))
        .text("authentication", "basic", "system", "http")
        .text("username", userName(settings))
        .close();
  }

  private static String userName(ClientSettings settings) {
    return settings.isLocalPart() ? LOCAL_PART : ADDRESS;
  }

  private static String cut(String name, int most) {
    return name.codePointCount(0, name.length()) <= most
        ? name
        : name.substring(0, name.offsetByCodePoints(0, most));
  }
}

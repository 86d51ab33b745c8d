package org.mailcaravan.clients;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.settings.ClientServer;
import org.mailcaravan.settings.Keys;

/**
 * A profile with accounts for mail, contacts and calendars that iPhones, iPads and Macs install
 * ({@code .mobileconfig}; Apple's Device Management has its payloads). It is not signed: the device
 * says so, and asks for the password. Made again, it has the same identifiers, so that it replaces
 * the one that is installed.
 */
final class AppleProfile {
  /** How the name of its file ends. */
  static final String SUFFIX = ".mobileconfig";

  private static final String DTD =
      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
          + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">";
  private static final int HTTPS = 443;

  private final ClientSettings settings;
  private final @Nullable String address;
  private final XmlText xml = new XmlText();

  private AppleProfile(ClientSettings settings, @Nullable String address) {
    this.settings = settings;
    this.address = address;
  }

  /**
   * @param address null for a profile that is the same for all; the device then asks for it
   */
  static byte[] of(ClientSettings settings, @Nullable String address) {
    return new AppleProfile(settings, address).profile();
  }

  private byte[] profile() {
    xml.type(DTD).open("plist", "version", "1.0").open("dict");
    xml.text("key", "PayloadContent").open("array");
    mail();
    if (settings.carddav() != null) {
      collections("CardDAV", "com.apple.carddav.account", settings.carddav());
    }
    if (settings.caldav() != null) {
      collections("CalDAV", "com.apple.caldav.account", settings.caldav());
    }
    xml.close();
    string("PayloadDisplayName", description());
    string("PayloadOrganization", settings.name());
    payload("Configuration", "profile");
    return xml.close().close().octets();
  }

  /** How the account is called on the device. */
  private String description() {
    return address == null ? settings.name() : settings.name() + " (" + address + ")";
  }

  private void mail() {
    xml.open("dict");
    string("EmailAccountDescription", description());
    string("EmailAccountType", "EmailTypeIMAP");
    if (address != null) {
      string("EmailAddress", address);
    }
    server("Incoming", settings.imap());
    server("Outgoing", settings.smtp());
    xml.text("key", "OutgoingPasswordSameAsIncomingPassword").empty("true");
    payload("com.apple.mail.managed", "mail");
    xml.close();
  }

  private void server(String side, ClientServer server) {
    string(side + "MailServerAuthentication", "EmailAuthPassword");
    string(side + "MailServerHostName", server.place().host());
    integer(side + "MailServerPortNumber", server.place().port());
    // With STARTTLS, too: the device finds out by the port and the answer of the server.
    xml.text("key", side + "MailServerUseSSL").empty("true");
    if (address != null) {
      string(side + "MailServerUsername", settings.userName(address));
    }
  }

  private void collections(String kind, String type, String url) {
    URI place = URI.create(url.replace(Keys.EMAIL_MARK, "anybody"));
    xml.open("dict");
    string(kind + "AccountDescription", description());
    string(kind + "HostName", place.getHost());
    integer(kind + "Port", place.getPort() < 0 ? HTTPS : place.getPort());
    xml.text("key", kind + "UseSSL").empty("true");
    // A path with the address in it is a collection; the device finds what is above it by the host.
    if (!url.contains(Keys.EMAIL_MARK) && place.getRawPath().length() > 1) {
      string(kind + "PrincipalURL", place.getRawPath());
    }
    if (address != null) {
      string(kind + "Username", settings.userName(address));
    }
    payload(type, kind);
    xml.close();
  }

  private void payload(String type, String part) {
    UUID id = id(part);
    string("PayloadIdentifier", reversed(settings.domain()) + "." + id);
    string("PayloadType", type);
    string("PayloadUUID", id.toString());
    integer("PayloadVersion", 1);
  }

  private UUID id(String part) {
    String name =
        String.join("\n", "mailcaravan", settings.domain(), address == null ? "" : address, part);
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private static String reversed(String domain) {
    List<String> labels = new ArrayList<>(List.of(domain.split("\\.")));
    Collections.reverse(labels);
    return String.join(".", labels);
  }

  private void string(String key, String value) {
    xml.text("key", key).text("string", value);
  }

  private void integer(String key, int value) {
    xml.text("key", key).text("integer", String.valueOf(value));
  }
}

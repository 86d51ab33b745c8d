package org.mailcaravan.providers;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.MissingResourceException;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/**
 * The settings for IMAP in an autoconfig file (Thunderbird's format, config-v1.1.xml).
 *
 * @param server never without TLS
 * @param logins empty when the file does not say
 */
record ClientConfig(Server server, UserName userName, Set<LoginKind> logins) {
  private static final int DEEPEST = 16;
  private static final int LONGEST_TEXT = 300;
  private static final int MOST_SERVERS = 20;

  ClientConfig {
    logins = Set.copyOf(logins);
  }

  /**
   * Reads a file: its first IMAP server with TLS from the start, else the first with STARTTLS.
   *
   * @param domain of the address that it was fetched for
   */
  static ClientConfig read(byte[] file, String domain) throws NoAnswer {
    List<ClientConfig> servers;
    try {
      // What counts in it is ASCII. At octets that are no letters, Java's parser writes to stderr.
      XMLStreamReader xml =
          factory()
              .createXMLStreamReader(new StringReader(new String(file, StandardCharsets.UTF_8)));
      servers = new Reading(xml, domain).servers();
    } catch (XMLStreamException | MissingResourceException e) {
      // The latter for some document types: Java's parser lacks the message for what is wrong.
      throw new NoAnswer("is not an autoconfig file in XML");
    }
    return servers.stream()
        .min(Comparator.comparing(config -> config.server().security()))
        .orElseThrow(() -> new NoAnswer("names no IMAP server that can be used with TLS"));
  }

  /** Reads no DTD and nothing that a file refers to. */
  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory;
  }

  /** One file while it is read. */
  private static final class Reading {
    private final XMLStreamReader xml;
    private final String domain;
    private final List<ClientConfig> servers = new ArrayList<>();
    private boolean ofImap;
    private String host = "";
    private String port = "";
    private String socket = "";
    private String userName = "";
    private Set<LoginKind> logins = EnumSet.noneOf(LoginKind.class);

    Reading(XMLStreamReader xml, String domain) {
      this.xml = xml;
      this.domain = domain;
    }

    List<ClientConfig> servers() throws XMLStreamException {
      int depth = 0;
      StringBuilder text = new StringBuilder();
      while (xml.hasNext() && servers.size() < MOST_SERVERS) {
        switch (xml.next()) {
          case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
              throw new XMLStreamException("a DTD is not read");
          case XMLStreamConstants.START_ELEMENT -> {
            if (++depth > DEEPEST) {
              throw new XMLStreamException("nested too deeply");
            }
            text.setLength(0);
            if (xml.getLocalName().equals("incomingServer")) {
              begin();
            }
          }
          case XMLStreamConstants.CHARACTERS -> {
            if (text.length() < LONGEST_TEXT) {
              text.append(xml.getText());
            }
          }
          case XMLStreamConstants.END_ELEMENT -> {
            depth--;
            end(xml.getLocalName(), text.toString().strip());
            text.setLength(0);
          }
          default -> {}
        }
      }
      return servers;
    }

    private void begin() {
      ofImap = "imap".equalsIgnoreCase(xml.getAttributeValue(null, "type"));
      host = "";
      port = "";
      socket = "";
      userName = "%EMAILADDRESS%";
      logins = EnumSet.noneOf(LoginKind.class);
    }

    private void end(String element, String text) {
      switch (element) {
        case "hostname" -> host = text.replace("%EMAILDOMAIN%", domain);
        case "port" -> port = text;
        case "socketType" -> socket = text;
        case "username" -> userName = text;
        case "authentication" -> login(text);
        case "incomingServer" -> {
          if (ofImap) {
            add();
          }
          ofImap = false;
        }
        default -> {}
      }
    }

    private void login(String words) {
      switch (words) {
        case "password-cleartext", "plain", "password-encrypted", "secure" ->
            logins.add(LoginKind.PASSWORD);
        case "OAuth2" -> logins.add(LoginKind.OAUTH2);
        default -> {}
      }
    }

    /** What is not whole, or without TLS, is passed over. */
    private void add() {
      Security security =
          socket.equalsIgnoreCase("SSL")
              ? Security.TLS
              : socket.equalsIgnoreCase("STARTTLS") ? Security.STARTTLS : Security.NONE;
      if (security == Security.NONE || !port.matches("\\d{1,5}")) {
        return;
      }
      try {
        Server server = new Server(HostNames.normal(host), Integer.parseInt(port), security);
        UserName.read(userName)
            .ifPresent(name -> servers.add(new ClientConfig(server, name, logins)));
      } catch (IllegalArgumentException e) {
        // No server has such a name or port.
      }
    }
  }
}

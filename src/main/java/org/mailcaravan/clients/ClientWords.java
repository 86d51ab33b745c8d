package org.mailcaravan.clients;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Language;
import org.mailcaravan.settings.ClientServer;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;

/** The settings of mail programs in words, for people. Thread-safe. */
public final class ClientWords {
  private final ClientAccounts accounts;

  public ClientWords(Settings settings) {
    accounts = new ClientAccounts(settings);
  }

  /**
   * The settings for the mailboxes of a domain, a line for each: {@code Incoming mail (IMAP):
   * imap.example.net, port 993, SSL/TLS}. There are none as long as the servers are not configured.
   *
   * @param domain that of addresses at the new server
   */
  public List<String> lines(String domain, Language language) {
    return accounts
        .of(domain)
        .map(settings -> of(settings, language).stream().map(Line::text).toList())
        .orElse(List.of());
  }

  /** A setting. */
  record Line(String label, String value) {
    String text() {
      return label + ": " + value;
    }
  }

  static List<Line> of(ClientSettings settings, Language language) {
    Form form = form(language);
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(form.imap, form.place(settings.imap())));
    if (settings.pop3() != null) {
      lines.add(new Line(form.pop3, form.place(settings.pop3())));
    }
    lines.add(new Line(form.smtp, form.place(settings.smtp())));
    lines.add(new Line(form.userName, settings.isLocalPart() ? form.localPart : form.address));
    lines.add(new Line(form.password, form.ownPassword));
    String anybody = form.anybody + "@" + settings.shownDomain();
    if (settings.carddav() != null) {
      lines.add(new Line(form.contacts, settings.carddav().replace(Keys.EMAIL_MARK, anybody)));
    }
    if (settings.caldav() != null) {
      lines.add(new Line(form.calendars, settings.caldav().replace(Keys.EMAIL_MARK, anybody)));
    }
    if (settings.webmail() != null) {
      lines.add(new Line(form.webmail, settings.webmail()));
    }
    return lines;
  }

  private static Form form(Language language) {
    return switch (language) {
      case ENGLISH -> Form.ENGLISH;
      case GERMAN -> Form.GERMAN;
    };
  }

  /**
   * The words of a language.
   *
   * @param anybody stands for the part of an address before its {@code @}
   */
  private record Form(
      String imap,
      String pop3,
      String smtp,
      String port,
      String userName,
      String address,
      String localPart,
      String password,
      String ownPassword,
      String contacts,
      String calendars,
      String webmail,
      String anybody) {
    static final Form ENGLISH =
        new Form(
            "Incoming mail (IMAP)",
            "Incoming mail (POP3)",
            "Outgoing mail (SMTP)",
            "port",
            "User name",
            "your whole e-mail address",
            "what stands before the @ of your e-mail address",
            "Password",
            "the one of your new mailbox, for incoming and outgoing mail",
            "Contacts (CardDAV)",
            "Calendars (CalDAV)",
            "Webmail",
            "name");
    static final Form GERMAN =
        new Form(
            "Posteingang (IMAP)",
            "Posteingang (POP3)",
            "Postausgang (SMTP)",
            "Port",
            "Benutzername",
            "Ihre ganze E-Mail-Adresse",
            "der Teil Ihrer E-Mail-Adresse vor dem @",
            "Passwort",
            "das Ihres neuen Postfachs, für Posteingang und Postausgang",
            "Kontakte (CardDAV)",
            "Kalender (CalDAV)",
            "Webmail",
            "name");

    String place(ClientServer server) {
      return server.place().host()
          + ", "
          + port
          + " "
          + server.place().port()
          + ", "
          + (server.isStartTls() ? "STARTTLS" : "SSL/TLS");
    }
  }
}

package org.mailcaravan.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.model.Language;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.settings.SettingsFile;

class ClientWordsTest {
  @TempDir private Path folder;

  static Settings settings(Path folder, String... lines) {
    try {
      Files.writeString(folder.resolve(SettingsFile.NAME), String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return SettingsFile.read(folder, folder, Map.of(), Map.of());
  }

  private List<String> lines(String domain, Language language, String... settings) {
    return new ClientWords(settings(folder, settings)).lines(domain, language);
  }

  @Test
  void everySettingHasALine() {
    String[] settings = {
      "destination.host=imap.internal.example.net",
      "clients.imap-server=imap.example.net",
      "clients.pop-server=pop.example.net:1995",
      "clients.smtp-server=smtp.{domain}:2587 starttls",
      "clients.carddav-url=https://dav.example.net/{email}/",
      "clients.caldav-url=https://dav.example.net/",
      "clients.webmail-url=https://webmail.{domain}/"
    };
    assertThat(lines("Example.ORG", Language.ENGLISH, settings))
        .containsExactly(
            "Incoming mail (IMAP): imap.example.net, port 993, SSL/TLS",
            "Incoming mail (POP3): pop.example.net, port 1995, SSL/TLS",
            "Outgoing mail (SMTP): smtp.example.org, port 2587, STARTTLS",
            "User name: your whole e-mail address",
            "Password: the one of your new mailbox, for incoming and outgoing mail",
            "Contacts (CardDAV): https://dav.example.net/name@example.org/",
            "Calendars (CalDAV): https://dav.example.net/",
            "Webmail: https://webmail.example.org/");
    assertThat(lines("müller.example", Language.GERMAN, settings))
        .containsExactly(
            "Posteingang (IMAP): imap.example.net, Port 993, SSL/TLS",
            "Posteingang (POP3): pop.example.net, Port 1995, SSL/TLS",
            "Postausgang (SMTP): smtp.xn--mller-kva.example, Port 2587, STARTTLS",
            "Benutzername: Ihre ganze E-Mail-Adresse",
            "Passwort: das Ihres neuen Postfachs, für Posteingang und Postausgang",
            "Kontakte (CardDAV): https://dav.example.net/name@müller.example/",
            "Kalender (CalDAV): https://dav.example.net/",
            "Webmail: https://webmail.xn--mller-kva.example/");
  }

  @Test
  void whatTheChecklistOfTheDnsKnowsIsTheDefault() {
    assertThat(
            lines(
                "example.org",
                Language.ENGLISH,
                "destination.host=mail.example.net",
                "destination.port=1993",
                "destination.carddav-url=https://dav.example.net/",
                "destination.caldav-url=http://dav.example.net/",
                "cutover.submission-server=smtp.example.net",
                "clients.username=local-part"))
        .containsExactly(
            "Incoming mail (IMAP): mail.example.net, port 1993, SSL/TLS",
            "Outgoing mail (SMTP): smtp.example.net, port 465, SSL/TLS",
            "User name: what stands before the @ of your e-mail address",
            "Password: the one of your new mailbox, for incoming and outgoing mail",
            "Contacts (CardDAV): https://dav.example.net/");
  }

  @Test
  void nothingIsToldUntilBothServersAreKnown() {
    assertThat(lines("example.org", Language.ENGLISH, "destination.host=mail.example.net"))
        .isEmpty();
    assertThat(
            lines(
                "example.org",
                Language.ENGLISH,
                "destination.host=10.0.0.1",
                "clients.smtp-server=smtp.example.net"))
        .isEmpty();
    assertThat(
            lines(
                "example.org",
                Language.ENGLISH,
                "destination.host=mail.example.net",
                "destination.security=starttls",
                "clients.smtp-server=smtp.example.net"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "192.0.2.1", "a b.example", "<x>.example", "e.org/../", "::1"})
  void whatIsNoDomainIsToldNothing(String domain) {
    assertThat(
            lines(
                domain,
                Language.ENGLISH,
                "destination.host=mail.example.net",
                "clients.smtp-server=smtp.example.net"))
        .isEmpty();
  }
}

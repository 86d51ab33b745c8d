package org.mailcaravan.clients;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Language;
import org.mailcaravan.report.TextTemplate;
import org.mailcaravan.settings.ClientServer;
import org.mailcaravan.settings.HostAndPort;

/**
 * How to set up mail programs, as text and as a page, in the languages that have templates.
 * Thread-safe.
 */
public final class ClientGuides {
  private static final ClientSettings EXAMPLE =
      new ClientSettings(
          "example.org",
          "Example",
          new ClientServer(new HostAndPort("imap.example.net", 993), false),
          null,
          new ClientServer(new HostAndPort("smtp.example.net", 465), false),
          false,
          "https://dav.example.net/",
          "https://dav.example.net/",
          "https://webmail.example.org/");

  private final Map<String, Guide> guides = new LinkedHashMap<>();

  private record Guide(TextTemplate template, Language language, TextTemplate.Kind kind) {}

  /**
   * Reads {@code clients.LANGUAGE.txt.mustache} and {@code clients.LANGUAGE.html.mustache}; those
   * that are missing are left out.
   *
   * @throws org.mailcaravan.model.RequestRejected when one has an error
   */
  public ClientGuides(Path folder) {
    for (Language language : Language.values()) {
      for (TextTemplate.Kind kind : TextTemplate.Kind.values()) {
        String form = language.word() + (kind == TextTemplate.Kind.HTML ? ".html" : ".txt");
        Path file = folder.resolve("clients." + form + ".mustache");
        if (Files.exists(file)) {
          guides.put(
              "how-to." + form,
              new Guide(
                  TextTemplate.read(
                      file,
                      kind,
                      "the settings of mail programs",
                      "docs/clients.md",
                      values(EXAMPLE, language)),
                  language,
                  kind));
        }
      }
    }
  }

  /** A text for people. */
  record Text(String name, String type, String text) {}

  List<Text> texts(ClientSettings settings) {
    List<Text> texts = new ArrayList<>();
    guides.forEach(
        (name, guide) ->
            texts.add(
                new Text(
                    name,
                    guide.kind == TextTemplate.Kind.HTML
                        ? "text/html; charset=utf-8"
                        : "text/plain; charset=utf-8",
                    guide.template.fill(values(settings, guide.language)))));
    return texts;
  }

  private static Map<String, Object> values(ClientSettings settings, Language language) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("domain", settings.shownDomain());
    values.put("name", settings.name());
    values.put(
        "settings",
        ClientWords.of(settings, language).stream()
            .map(line -> Map.of("label", line.label(), "value", line.value()))
            .toList());
    values.put("imap", server(settings.imap()));
    values.put("smtp", server(settings.smtp()));
    values.put("isLocalPart", settings.isLocalPart());
    values.put("hasContacts", settings.carddav() != null);
    values.put("hasCalendars", settings.caldav() != null);
    values.put("webmail", orEmpty(settings.webmail()));
    values.put("profile", settings.domain() + AppleProfile.SUFFIX);
    return values;
  }

  private static Map<String, Object> server(ClientServer server) {
    return Map.of(
        "host",
        server.place().host(),
        "port",
        String.valueOf(server.place().port()),
        "security",
        server.isStartTls() ? "STARTTLS" : "SSL/TLS");
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}

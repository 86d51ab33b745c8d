package org.mailcaravan.tickets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.report.CustomerFile;
import org.mailcaravan.report.TextTemplate;

/**
 * The words of the messages about migrations, in one language, as plain text and as a page.
 * Thread-safe.
 */
public final class TellingTemplates {
  private static final String SUBJECT = "Subject:";

  private final TextTemplate plain;
  private final TextTemplate html;

  private TellingTemplates(TextTemplate plain, TextTemplate html) {
    this.plain = plain;
    this.html = html;
  }

  /**
   * A filled template.
   *
   * @param subject in one line
   * @param plain with LF
   * @param html a page
   */
  record Forms(String subject, String plain, String html) {}

  /**
   * Those of all languages that a folder has: {@code telling.LANGUAGE.txt.mustache} and {@code
   * telling.LANGUAGE.html.mustache}.
   *
   * @param needed the language that it must have
   * @throws org.mailcaravan.model.RequestRejected when that is missing, or one has an error
   */
  public static Map<Language, TellingTemplates> all(Path folder, Language needed) {
    Map<Language, TellingTemplates> all = new EnumMap<>(Language.class);
    for (Language language : Language.values()) {
      if (language == needed || Files.exists(file(folder, language, "txt"))) {
        all.put(
            language,
            new TellingTemplates(
                read(folder, language, "txt", TextTemplate.Kind.PLAIN),
                read(folder, language, "html", TextTemplate.Kind.HTML)));
      }
    }
    return all;
  }

  private static Path file(Path folder, Language language, String form) {
    return folder.resolve("telling." + language.word() + "." + form + ".mustache");
  }

  private static TextTemplate read(
      Path folder, Language language, String form, TextTemplate.Kind kind) {
    return TextTemplate.read(
        file(folder, language, form), kind, "messages", "docs/tickets.md", example());
  }

  private static Map<String, Object> example() {
    TellingValues values =
        new TellingValues("20261102-081244-000-request", 7)
            .reason("all mail of example.org comes to us")
            .mailboxes(12, "12")
            .doneBy("2026-11-30 14:00 CET")
            .domains(List.of("example.org"), "3")
            .records(List.of(new TellingValues.Lines("example.org", List.of("a line"))), "2")
            .isWatched(true)
            .isOurs(true)
            .isQuiet(true)
            .settings(List.of(new TellingValues.Lines("example.org", List.of("a line"))))
            .steps(
                List.of(new TellingValues.Step("anna@old.example", "it is empty", "Fill it.")), "2")
            .left(
                List.of(new TellingValues.Step("anna@old.example", "it is empty", "Fill it.")), "2")
            .incomplete("2")
            .elsewhere("example.org", "2")
            .files(
                true,
                List.of(
                    new CustomerFile("certificate.html", "text/html", new byte[0]),
                    new CustomerFile(CustomerFile.NOT_MOVED, "text/csv", new byte[0])));
    for (MigrationMessage message : MigrationMessage.values()) {
      values.is(message, true);
    }
    return values.all();
  }

  Forms fill(Map<String, Object> values) {
    String text = plain.fill(values).strip() + "\n";
    String subject = "";
    if (text.startsWith(SUBJECT)) {
      int end = text.indexOf('\n');
      subject = text.substring(SUBJECT.length(), end).strip();
      text = text.substring(end).strip() + "\n";
    }
    return new Forms(subject, text, html.fill(values));
  }
}

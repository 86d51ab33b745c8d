package org.mailcaravan.tickets;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.model.Language;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.report.TextTemplate;

/** The words of an answer, in one language, as plain text and as a page. Thread-safe. */
public final class AnswerTemplates {
  private final TextTemplate plain;
  private final TextTemplate html;
  private final Sentences sentences;

  private AnswerTemplates(TextTemplate plain, TextTemplate html, Sentences sentences) {
    this.plain = plain;
    this.html = html;
    this.sentences = sentences;
  }

  /**
   * Reads {@code answer.LANGUAGE.txt.mustache} and {@code answer.LANGUAGE.html.mustache}.
   *
   * @param providers whose help is told to customers
   * @throws org.mailcaravan.model.RequestRejected when one is missing or has an error
   */
  static AnswerTemplates read(Path folder, Language language, Providers providers) {
    return new AnswerTemplates(
        read(folder, language.word() + ".txt", TextTemplate.Kind.PLAIN),
        read(folder, language.word() + ".html", TextTemplate.Kind.HTML),
        Sentences.of(language, providers));
  }

  /**
   * Those of all languages that a folder has.
   *
   * @param needed the language that it must have
   * @param providers whose help is told to customers
   * @throws org.mailcaravan.model.RequestRejected when that is missing, or one has an error
   */
  public static Map<Language, AnswerTemplates> all(
      Path folder, Language needed, Providers providers) {
    Map<Language, AnswerTemplates> all = new EnumMap<>(Language.class);
    for (Language language : Language.values()) {
      if (language == needed || Files.exists(file(folder, language.word() + ".txt"))) {
        all.put(language, read(folder, language, providers));
      }
    }
    return all;
  }

  private static Path file(Path folder, String form) {
    return folder.resolve("answer." + form + ".mustache");
  }

  private static TextTemplate read(Path folder, String form, TextTemplate.Kind kind) {
    return TextTemplate.read(file(folder, form), kind, "answers", "docs/answers.md", example());
  }

  private static Map<String, Object> example() {
    return new AnswerValues(String::valueOf)
        .migration("20261102-081244-000-request")
        .mailboxes(
            List.of(
                new AnswerValues.Mailbox(
                    "anna@old.example",
                    "imap.old.example",
                    "",
                    true,
                    new AnswerValues.Look(
                        false,
                        false,
                        "1,234",
                        "2.5 GiB",
                        true,
                        List.of(
                            new AnswerValues.Fault(
                                "login",
                                "contacts.vcf",
                                "the password is wrong",
                                "the customer",
                                "Correct it.")),
                        1,
                        List.of("The folder Notes gets another name.")))),
            1,
            1)
        .doneBy("2026-11-30 14:00 CET", 3, true, true, false)
        .problems(
            List.of(
                new AnswerValues.RowFault(
                    "2", "source_email", "anna", "is not an e-mail address", "Write the address.")),
            1)
        .faults(
            List.of(
                new AnswerValues.Fault(
                    "list.csv", "list.csv", "it is empty", "the customer", "Fill in the rows.")))
        .reading(List.of("CSV of imapsync"))
        .notes(List.of("A note."))
        .all();
  }

  /** A sentence or an amount, in the language of the texts. */
  public String translated(String english) {
    return sentences.translated(english);
  }

  /** A moment, for people who live in a zone. */
  String time(Instant moment, ZoneId zone) {
    return sentences.time(moment, zone);
  }

  String plain(Map<String, Object> values) {
    return plain.fill(values);
  }

  String html(Map<String, Object> values) {
    return html.fill(values);
  }
}

package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Preflight;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestReading;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SideCheck;
import org.mailcaravan.model.Where;
import org.mailcaravan.providers.Providers;

class AnswerWordsTest {
  private static final RequestReading MAIL =
      new RequestReading("text of a mail", "", List.of(), List.of(), List.of());
  private static final RequestReading LIST =
      new RequestReading(
          "CSV",
          "",
          List.of(),
          List.of(),
          List.of(
              "No password stands on line 2: each of these mailboxes waits until its password comes.",
              "A note."));

  private static AnswerWords words(Language language) {
    return new AnswerWords(
        AnswerTemplates.read(Path.of("config/templates"), language, Providers.NONE),
        language,
        false);
  }

  @Test
  void whoWroteAMailIsToldNoNamesOfColumnsAndWhoSentAListIs() {
    RowProblem problem =
        new RowProblem(
            4,
            "source_imap_server",
            Secret.MASK,
            "is empty; imap.old.test (port 993, tls), found by the SRV record of the domain (_imaps._tcp.old.test),"
                + " which anybody on the way could have forged",
            "See with the customer that it is the right server, and write imap.old.test into source_imap_server,"
                + " 9993 into source_port.");

    assertThat(words(Language.ENGLISH).fault(problem, MAIL))
        .isEqualTo(
            new AnswerValues.RowFault(
                "4",
                "IMAP server",
                "",
                "is missing; it may be imap.old.test (port 993, tls)",
                "Is that the right server? Then send us the request again as a whole, with \"IMAP server:"
                    + " imap.old.test\", \"Port: 9993\" in it."));
    assertThat(words(Language.GERMAN).fault(problem, MAIL).column()).isEqualTo("IMAP-Server");
    assertThat(
            words(Language.GERMAN)
                .fault(
                    new RowProblem(
                        1,
                        "",
                        "",
                        "is empty, and destination_password, which is not used, is filled in",
                        ""),
                    MAIL)
                .problem())
        .isEqualTo("ist leer, und Neues Passwort, das nicht gebraucht wird, ist ausgefüllt");
    AnswerValues.RowFault ofList = words(Language.ENGLISH).fault(problem, LIST);
    assertThat(ofList.column()).isEqualTo("source_imap_server");
    assertThat(ofList.value()).isEqualTo(Secret.MASK);
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void theWordsForColumnsAreThoseThatWeRead(Language language) throws IOException {
    Properties labels = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("config/mail-labels.properties"))) {
      labels.load(file);
    }
    FieldWords.of(language)
        .forEach(
            (column, word) ->
                assertThat(
                        Arrays.asList(
                            (labels.getProperty(column, "")
                                    + ","
                                    + labels.getProperty(column + "." + language.word(), ""))
                                .split(",\\s*", -1)))
                    .as(column)
                    .anyMatch(label -> key(label).equals(key(word))));
  }

  private static String key(String label) {
    return label.toLowerCase(Locale.ROOT).replaceAll("[ -]", "");
  }

  @Test
  void whatEachMailboxSaysIsNotSaidOfTheList() {
    assertThat(words(Language.ENGLISH).reading(LIST)).containsExactly("A note.");
  }

  @ParameterizedTest
  @CsvSource({
    "Move,Re: Move",
    "Re: AW: Re: Move,Re: Move",
    "RE: Re[2]: Move,Re: Move",
    "AW:Umzug,Re: Umzug",
    "Reform: Move,Re: Reform: Move",
    "WG: Move,Re: WG: Move",
  })
  void theSubjectOfAThreadDoesNotGrow(String subject, String expected) {
    assertThat(AnswerMails.subject(subject)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "ENGLISH,your mailbox:,password there,reads what you",
    "GERMAN,Ihr Postfach um:,Passwort dort,liest unser"
  })
  void oneMailboxIsYoursAndWhatIsOfNoUseIsNotAskedFor(
      Language language, String mailbox, String password, String support) {
    AnswerWords words = words(language);
    SideCheck good = new SideCheck(true, 1, 1, 1);
    AnswerValues.Look look =
        words.look(
            new Preflight(
                good,
                good,
                List.of(new Problem(Where.file("a.vcf"), "there is no contact", Owner.US, "")),
                List.of()));
    AnswerValues.Look missing =
        new AnswerValues.Look(false, false, "", "", true, look.faults(), 0, List.of());
    AnswerValues values =
        words
            .values()
            .migration("m")
            .mailboxes(
                List.of(new AnswerValues.Mailbox("a@b.example", "imap.b", "", false, missing)),
                1,
                0);

    Map<String, Object> needed = values.isMail(true).wantsNewPasswords(true).all();
    assertThat(words.plain(needed)).contains(mailbox, password, support, "- a.vcf: ");
    assertThat(words.html(needed)).contains(mailbox, password, support, "<li>a.vcf: ");
    Map<String, Object> other = values.isMail(false).wantsNewPasswords(false).all();
    assertThat(words.plain(other)).contains(mailbox).doesNotContain(password, support);
    assertThat(words.html(other)).contains(mailbox).doesNotContain(password, support);
  }
}

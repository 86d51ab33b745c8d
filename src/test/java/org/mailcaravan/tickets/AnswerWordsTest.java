package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
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
                "is missing. It may be imap.old.test (port 993, tls), but we could not verify that:"
                    + " somebody may have forged it",
                "Please ask your old provider whether that is its server: your password will go there. If it is,"
                    + " send us the whole request again with the line \"IMAP server: imap.old.test\","
                    + " the line \"Port: 9993\"."));
    AnswerValues.RowFault german = words(Language.GERMAN).fault(problem, MAIL);
    assertThat(german.column()).isEqualTo("IMAP-Server");
    assertThat(german.problem()).contains("Jemand könnte die Angabe gefälscht haben");
    assertThat(german.remedy())
        .endsWith("mit der Zeile \"IMAP-Server: imap.old.test\", der Zeile \"Port: 9993\".");
    AnswerValues.RowFault ofList = words(Language.ENGLISH).fault(problem, LIST);
    assertThat(ofList.column()).isEqualTo("source_imap_server");
    assertThat(ofList.value()).isEqualTo(Secret.MASK);
    assertThat(ofList.remedy())
        .endsWith(
            "with \"imap.old.test\" in the column \"source_imap_server\","
                + " \"9993\" in the column \"source_port\".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ENGLISH | Ask the customer for the name of the IMAP server, and write it into source_imap_server. | with that name in the column "source_imap_server". | with that name in a line "IMAP server: ...".
          GERMAN  | Ask the customer for the name of the IMAP server, and write it into source_imap_server. | mit diesem Namen in der Spalte "source_imap_server". | mit diesem Namen in einer Zeile "IMAP-Server: ...".
          ENGLISH | Write the password at the old provider into source_password; if it comes later, leave both empty. | into "source_password"; | into a line "Password: ...";
          GERMAN  | Write the password at the old provider into source_password; if it comes later, leave both empty. | in die Spalte "source_password"; | in eine Zeile "Passwort: ...";
          ENGLISH | is empty, and destination_password, which is not used, is filled in | and "destination_password", which | and "New password", which
          GERMAN  | may be the password, since source_password is empty | unter "source_password" steht nichts | unter "Passwort" steht nichts
          GERMAN  | Ask the customer for the name of the IMAP server, and write it into source_imap_server. This list has no such column: a line above its rows names the server of all of them, such as "source_imap_server: imap.example.org". | etwa "source_imap_server: imap.example.org". | Bitte prüfen Sie
          ENGLISH | Name the server in source_dav_url. | in the column "source_dav_url". | in the column "source_dav_url".
          """)
  void aListHasColumnsAndTheTextOfAMailLines(
      Language language, String sentence, String inList, String inText) {
    RowProblem problem = new RowProblem(1, "", "", "", sentence);
    assertThat(words(language).fault(problem, LIST).remedy()).contains(inList);
    assertThat(words(language).fault(problem, MAIL).remedy()).contains(inText);
  }

  @ParameterizedTest
  @CsvSource({
    "ENGLISH,'Tuesday, 1 December 2026, 18:00 (CET)'",
    "GERMAN,'Dienstag, 1. Dezember 2026, 18:00 Uhr (MEZ)'"
  })
  void aTimeIsWrittenAsPeopleSayIt(Language language, String expected) {
    assertThat(
            words(language).time(Instant.parse("2026-12-01T17:00:00Z"), ZoneId.of("Europe/Berlin")))
        .isEqualTo(expected);
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

  @Test
  void aServersFullStopIsNotDoubled() {
    Problem refused =
        new Problem(
            Where.loginAt("imap.b"),
            "the old provider refused user name or password: NO Authentication failed.",
            Owner.CUSTOMER,
            "");
    assertThat(words(Language.ENGLISH).faults(List.of(refused), 1).get(0).cause())
        .isEqualTo("the old provider refused user name or password: NO Authentication failed");
  }

  @ParameterizedTest
  @EnumSource(Language.class)
  void aLaterAnswerOnOneOfSeveralMailboxesSaysHowToNameIt(Language language) {
    AnswerWords words = words(language);
    AnswerValues values =
        words
            .values()
            .isLater(true)
            .canBeAnswered(true)
            .mailboxes(
                List.of(
                    new AnswerValues.Mailbox(
                        "a@b.example", "imap.b", "", false, AnswerValues.Look.NONE)),
                1,
                0);
    String line =
        language == Language.GERMAN ? "\"E-Mail-Adresse: ...\"" : "\"E-mail address: ...\"";

    assertThat(words.plain(values.needsAddress(true).all())).contains(line);
    assertThat(words.html(values.needsAddress(true).all())).contains(line);
    assertThat(words.plain(values.needsAddress(false).all())).doesNotContain(line);
    assertThat(words.html(values.needsAddress(false).all())).doesNotContain(line);
  }

  @ParameterizedTest
  @CsvSource({
    "ENGLISH,your mailbox:,password at the new,reads what you,line 3 (UID u)",
    "GERMAN,Ihr Postfach um:,das dort gilt,liest unser,Zeile 3 (UID u)"
  })
  void oneMailboxIsYoursAndWhatIsOfNoUseIsNotAskedFor(
      Language language, String mailbox, String password, String support, String line) {
    AnswerWords words = words(language);
    SideCheck good = new SideCheck(true, 1, 1, 1);
    AnswerValues.Look look =
        words.look(
            new Preflight(
                good,
                good,
                List.of(
                    new Problem(new Where.InFile("a.vcf", 3, 0, "u"), "no contact", Owner.US, "")),
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
    assertThat(words.plain(needed)).contains(mailbox, password, support, "- a.vcf " + line + ": ");
    assertThat(words.html(needed)).contains(mailbox, password, support, "<li>a.vcf " + line + ": ");
    Map<String, Object> other = values.isMail(false).wantsNewPasswords(false).all();
    assertThat(words.plain(other)).contains(mailbox).doesNotContain(password, support);
    assertThat(words.html(other)).contains(mailbox).doesNotContain(password, support);
  }
}

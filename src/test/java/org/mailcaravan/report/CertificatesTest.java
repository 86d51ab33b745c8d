package org.mailcaravan.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.Certificate;
import org.mailcaravan.model.FolderCertificate;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

class CertificatesTest {
  private static final ImportResult IMPORTED =
      Results.contacts(
          new Problem(
              Where.line("contacts.vcf", 12), "it has <no> name", Owner.CUSTOMER, "Fix it."));
  private static final Path TEMPLATE = Path.of("config/templates/certificate.mustache");
  private static final Certificates CERTIFICATES =
      new Certificates(CertificateTemplate.read(TEMPLATE), "Example Mail", "help@example.org");
  private static final Mailbox MORI = Results.mailbox(2, "森@old.example", "mori@new.example");

  @Test
  void theDocument() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (InputStream expected = CertificatesTest.class.getResourceAsStream("certificate.json")) {
      assertThat(
              mapper.readTree(
                  ResultJson.text(CertificateJson.of(MORI, Results.certificate(false)))))
          .isEqualTo(mapper.readTree(expected));
    }
  }

  @Test
  void everyFieldIsDescribed() {
    Set<String> described =
        new TreeSet<>(Document.of("docs/certificate.md").table("Field").column(0));
    List<String> used = new ArrayList<>();
    fields(
        "",
        CertificateJson.of(MORI, Results.certificate(false), List.of(IMPORTED), List.of(IMPORTED)),
        used);
    // Described once for both, and with the result.
    used.removeIf(name -> name.startsWith("calendar[]."));
    used.removeIf(name -> name.startsWith("contacts[].refused[]."));
    assertThat(described).containsExactlyInAnyOrderElementsOf(new TreeSet<>(used));
  }

  @Test
  void everyFindingIsDescribed() {
    assertThat(Document.of("docs/certificate.md").table("Finding").column(0))
        .containsExactlyElementsOf(
            Arrays.stream(FolderCertificate.Finding.values()).map(CertificateJson::word).toList());
  }

  private static void fields(String path, JsonNode node, List<String> found) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              JsonNode value = node.get(name);
              String at = path + name + (value.isArray() ? "[]" : "");
              // The counts of a folder are those of all.
              found.add(at.replace("folders[].counts.", "totals."));
              if (value.isArray()) {
                value.forEach(element -> fields(at + ".", element, found));
              } else {
                fields(at + ".", value, found);
              }
            });
  }

  private static String page(Mailbox mailbox, Certificate certificate) {
    return page(mailbox, certificate, List.of(), List.of());
  }

  private static String page(
      Mailbox mailbox,
      Certificate certificate,
      List<ImportResult> contacts,
      List<ImportResult> calendar) {
    return CertificateTemplate.read(TEMPLATE)
        .fill(
            CertificatePage.of(
                mailbox,
                certificate,
                contacts,
                calendar,
                new CertificatePage.Issuer("Example <Mail>", "help@example.org")));
  }

  @Test
  void thePageSaysWhoIssuedItAndWhomToAsk() {
    assertThat(page(MORI, Results.certificate(true)))
        .contains("by Example &lt;Mail&gt;", "help@example.org");
  }

  @Test
  void nothingThatWasNotDeliveredStandsBesideEqual() {
    assertThat(page(MORI, Results.certificate(false)))
        .containsPattern("(equal|different) for the [0-9,]+ delivered messages?; 4 not delivered")
        .doesNotContainPattern("<br></td>");
  }

  @ParameterizedTest
  @CsvSource({
    "'a\n{{#folders}}', line 2",
    "'a\n\n{{nosuch}}', line 3",
    "'{{#nosuch}}x{{/nosuch}}', line 1",
    "'{{title.class}}', line 1",
    "'{{title.bytes}}', line 1",
    "'{{> other}}', other",
    "'{{title', line 1",
    "'{{/title}}', line 1",
  })
  void aMistakeInATemplateIsToldAtTheStartWithItsPlace(
      String text, String place, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("own.mustache"), text);
    assertThatThrownBy(() -> CertificateTemplate.read(file))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContainingAll(file.toString(), place);
  }

  @Test
  void everyNameThatATemplateMayUseIsListed() throws IOException {
    Set<String> used = new TreeSet<>();
    names(CertificateExample.page(), used);
    String document = Files.readString(Path.of("docs", "certificate.md"));
    String list =
        document.substring(document.indexOf("\n- `title`"), document.indexOf("\nOn a narrow"));
    assertThat(Pattern.compile("`(\\w+)`").matcher(list).results().map(match -> match.group(1)))
        .containsAll(used)
        .allMatch(used::contains);
  }

  private static void names(Object part, Set<String> found) {
    if (part instanceof Map<?, ?> map) {
      map.forEach(
          (name, value) -> {
            found.add(String.valueOf(name));
            names(value, found);
          });
    } else if (part instanceof List<?> list) {
      list.forEach(each -> names(each, found));
    }
  }

  @Test
  void aTemplateThatIsMissingOrNotUtf8IsTold(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("own.mustache");
    assertThatThrownBy(() -> CertificateTemplate.read(file)).hasMessageContaining("missing");
    Files.write(file, new byte[] {(byte) 0xe4});
    assertThatThrownBy(() -> CertificateTemplate.read(file)).hasMessageContaining("UTF-8");
  }

  @Test
  void aTemplateMaySayLessAndSomethingElse(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("own.mustache"), "Hello {{oldMailbox}}: {{headline}}");
    assertThat(new Certificates(CertificateTemplate.read(file), "", "").documents(Results.mixed()))
        .extracting(Certificates.Document::text)
        .contains("Hello 森@old.example: Not complete");
  }

  @Test
  void contactsAndCalendarsAreOnThePageAndNothingInThemIsMarkup() {
    assertThat(page(MORI, Results.certificate(true), List.of(IMPORTED), List.of()))
        .contains("<h2>Contacts and calendars</h2>", "contacts.vcf", "it has &lt;no&gt; name");
    assertThat(page(MORI, Results.certificate(true))).doesNotContain("Contacts and calendars");
  }

  @Test
  void thePageSaysTheVerdictAndEverythingThatIsWrong() {
    assertThat(page(MORI, Results.certificate(false)))
        .contains("<strong>Not complete</strong>")
        .contains("4 messages of the old mailbox did not get to the new one.")
        .contains("A source folder is gone.", "shows only 15", "its date is another")
        .contains(
            "1 more message is counted above", "Kalender", "appointments", "Gmail shows a message")
        .contains("1 March 2026, 08:01:20 UTC", "different")
        .doesNotContain("Complete</strong>\n<");
    assertThat(page(MORI, Results.certificate(true)))
        .contains("<strong>Complete</strong>", "1,234 messages in 1 folder.", "equal")
        .doesNotContain("What is missing", "class=\"number bad\"", "different</span>");
  }

  @Test
  void thePageTakesNothingForMarkupAndNeedsNothingElse() {
    String page = page(MORI, Results.certificate(false));
    assertThat(page)
        .contains("Entwürfe &lt;b&gt;&amp;amp;", "&lt;i&gt;too large&lt;/i&gt;")
        .doesNotContain("<b>", "<i>", "<script", "<link", "src=", "href=", "url(", "@import");
  }

  @Test
  void everyElementOfThePageIsClosed() {
    String page = page(MORI, Results.certificate(false));
    List<String> open = new ArrayList<>();
    for (MatchResult tag :
        Pattern.compile("<(/?)([a-z0-9]+)[^>]*>").matcher(page).results().toList()) {
      if (Set.of("meta", "br").contains(tag.group(2))) {
        continue;
      }
      if (tag.group(1).isEmpty()) {
        open.add(tag.group(2));
      } else {
        assertThat(open).isNotEmpty();
        assertThat(open.remove(open.size() - 1)).isEqualTo(tag.group(2));
      }
    }
    assertThat(open).isEmpty();
  }

  @Test
  void thereAreTwoFilesForEachMailboxThatWasCompared() {
    assertThat(CERTIFICATES.documents(Results.mixed()))
        .extracting(Certificates.Document::file)
        .containsExactly(
            "20260301-080000-list.csv/certificates/2-森@old.example.json",
            "20260301-080000-list.csv/certificates/2-森@old.example.html");
    assertThat(CERTIFICATES.documents(Results.verification(true)))
        .extracting(Certificates.Document::file)
        .containsExactly(
            "b1-verified/1-anna@old.example.json", "b1-verified/1-anna@old.example.html");
  }

  @Test
  void noAddressLeadsOutOfTheFolder() {
    assertThat(CertificateJson.fileName(Results.mailbox(7, "../../x y'\"@old.example", "b@new")))
        .isEqualTo("7-.._.._x_y__@old.example");
    assertThat(CertificateJson.fileName(Results.mailbox(8, "a".repeat(300), "b@new"))).hasSize(82);
  }
}

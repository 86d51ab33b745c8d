package org.mailcaravan.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Language;
import org.mailcaravan.model.MigrationMessage;

/** What a customer is told to change in the DNS. */
class FirstPassDoneTest {
  private static final String MX = "old.example. 3600 IN MX 10 mx.new.example.";
  private static final String SPF = "old.example. 3600 IN TXT \"v=spf1 include:new.example -all\"";
  private static final String OTHER = "autoconfig.old.example. 3600 IN CNAME ac.new.example.";

  private static String told(Language language, boolean isWatched, List<String> lines) {
    List<TellingValues.Lines> records =
        lines.isEmpty() ? List.of() : List.of(new TellingValues.Lines("old.example", lines));
    TellingTemplates.Forms forms =
        Objects.requireNonNull(
                TellingTemplates.all(Path.of("config/templates"), Language.ENGLISH).get(language))
            .fill(
                new TellingValues("m", 7)
                    .is(MigrationMessage.FIRST_PASS_DONE, true)
                    .domains(List.of("old.example"), "")
                    .records(records, "")
                    .isWatched(isWatched)
                    .all());
    assertThat(forms.html().replaceAll("<[^>]*>", "").replaceAll("\\s+", " "))
        .contains(forms.plain().lines().skip(2).findFirst().orElseThrow());
    return forms.plain();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ENGLISH | true  | true  | Publish these records, remove the old MX records, replace the old SPF record, and leave
          ENGLISH | true  | false | Publish these records, remove the old MX records, and leave
          ENGLISH | false | true  | Publish these records, replace the old SPF record, and leave
          ENGLISH | false | false | Publish these records, and leave
          GERMAN  | true  | true  | Tragen Sie diese Einträge ein, entfernen Sie die alten MX-Einträge, ersetzen Sie den alten SPF-Eintrag, und lassen
          GERMAN  | false | false | Tragen Sie diese Einträge ein, und lassen
          """)
  void onlyWhatIsReplacedIsToBeRemoved(
      Language language, boolean hasMx, boolean hasSpf, String words) {
    List<String> lines = List.of(hasMx ? MX : OTHER, hasSpf ? SPF : OTHER, OTHER);
    assertThat(told(language, true, lines)).contains(words).contains(lines);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ENGLISH | true  | We notice the change by ourselves, and then fetch what
          ENGLISH | false | Please tell us when you have changed them: we then fetch what
          GERMAN  | true  | Wir bemerken die Änderung von selbst und holen dann, was
          GERMAN  | false | Bitte sagen Sie uns, wenn Sie sie geändert haben: Wir holen dann, was
          """)
  void whoIsNotWatchedHasToTell(Language language, boolean isWatched, String words) {
    assertThat(told(language, isWatched, List.of())).contains(words);
  }
}

package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;

class OAuthColumnsTest {
  private static final String HEADER =
      "source_email,source_imap_server,source_auth,source_oauth_profile,source_password\n";

  @TempDir Path folder;

  private Request read(String text, OAuthRules rules) throws IOException {
    Path file = Files.writeString(folder.resolve("request.csv"), text);
    return new RequestReader(new RequestRules(false, false, false, List.of(), rules, ""))
        .read(file);
  }

  private static OAuthRules rules(String... profiles) {
    return new OAuthRules(Set.of(profiles), Set.of(profiles), false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // source_auth, profile, password | profile that is kept, column with a problem
        ",contoso,             | contoso | -",
        "oauth2,contoso,       | contoso | -",
        "OAuth2,contoso,secret | contoso | -",
        ",,secret              | ''      | -",
        "password,,secret      | ''      | -",
        "oauth2,,              | -       | source_oauth_profile",
        "password,contoso,s    | -       | source_auth",
        "xoauth2,contoso,      | -       | source_auth",
        ",contosso,            | -       | source_oauth_profile",
        ",,                    | -       | source_password",
      })
  void aProfileTakesThePlaceOfAPassword(String cells, String kept, String problem)
      throws IOException {
    Request request =
        read(
            HEADER + "ann@example.org,imap.example.org," + cells.strip() + "\n",
            rules("contoso", "fabrikam"));

    if (problem != null) {
      assertThat(request.rejected()).extracting(row -> row.column()).containsExactly(problem);
      return;
    }
    assertThat(request.rejected()).isEmpty();
    RequestRow row = request.rows().get(0);
    assertThat(row.options().sourceOauthProfile()).isEqualTo(kept);
    // A password that nobody needs is not kept.
    assertThat(row.sourcePassword().isEmpty()).isEqualTo(!kept.isEmpty());
  }

  @Test
  void theOnlyProfileNeedsNoName() throws IOException {
    Request request =
        read(HEADER + "ann@example.org,imap.example.org,oauth2,,\n", rules("contoso"));

    assertThat(request.rows().get(0).options().sourceOauthProfile()).isEqualTo("contoso");
  }

  @Test
  void aMisspelledProfileIsToldWithoutWhatStandsThere() throws IOException {
    Request request =
        read(HEADER + "ann@example.org,imap.example.org,,contosso,\n", rules("contoso"));

    assertThat(request.rejected().get(0).problem())
        .isEqualTo("names a profile that is not configured, did you mean contoso?");
  }

  @Test
  void aListOfMailboxesWithProfilesNeedsNoColumnOfPasswords() throws IOException {
    Request request =
        read(
            """
            source_email,source_imap_server,source_oauth_profile
            ann@example.org,imap.example.org,contoso
            """,
            rules("contoso"));

    assertThat(request.rows()).hasSize(1);
  }

  @Test
  void aProfileThatNeedsAPersonIsForCommandsOnly() throws IOException {
    String text = HEADER + "ann@example.org,imap.example.org,oauth2,,\n";

    Request ofService = read(text, new OAuthRules(Set.of("own"), Set.of(), false));
    Request ofCommand = read(text, new OAuthRules(Set.of("own"), Set.of(), true));

    assertThat(ofService.rejected().get(0).problem()).contains("a person with a browser");
    assertThat(ofCommand.rows()).hasSize(1);
  }
}

package org.mailcaravan.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.Server;

class OAuthColumnsTest {
  private static final String HEADER =
      "source_email,source_imap_server,source_auth,source_oauth_profile,source_password\n";

  @TempDir Path folder;

  private Request read(String text, OAuthRules rules) throws IOException {
    Path file = Files.writeString(folder.resolve("request.csv"), text);
    return new RequestReader(
            new RequestRules(false, false, false, List.of(), rules, "", false), new TokensOnly())
        .read(file);
  }

  /** A provider at imap.tokens.example that takes no passwords. */
  private static final class TokensOnly implements SourceServers {
    @Override
    public Answer find(String address) {
      return NONE.find(address);
    }

    @Override
    public Optional<NoPassword> refusesPasswords(Server server) {
      return server.host().equals("imap.tokens.example")
          ? Optional.of(new NoPassword("Token Host", "Use a token."))
          : Optional.empty();
    }
  }

  private static OAuthRules.Profile at(String... servers) {
    return new OAuthRules.Profile(Set.of(servers), false);
  }

  private static OAuthRules rules(String... profiles) {
    return new OAuthRules(
        Arrays.stream(profiles)
            .collect(Collectors.toMap(name -> name, name -> at("imap.example.org"))),
        false);
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

  private static final OAuthRules BOTH =
      new OAuthRules(
          Map.of("ours", at(), "contoso", at("imap.example.org", "imap.tokens.example")), false);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // server, source_auth, profile, password | profile that is kept, problem
        "imap.evil.example,,contoso,             | -       | source_oauth_profile names a profile whose tokens may not be sent to this server",
        "imap.example.org,,ours,                 | -       | source_oauth_profile names a profile whose tokens may not be sent to this server",
        "imap.evil.example,oauth2,,              | -       | source_oauth_profile is empty, source_auth says oauth2, and no profile or more than one is for this server",
        "IMAP.Example.Org.,,contoso,             | contoso | -",
        "imap.example.org,oauth2,,               | contoso | -",
        "imap.tokens.example,,,                  | contoso | -",
        "imap.tokens.example,oauth2,,unused      | contoso | -",
        "imap.tokens.example,,,secret            | -       | source_password is of no use: Token Host takes no password for IMAP",
        "imap.tokens.example,password,,          | -       | source_password is empty, and Token Host takes no password for IMAP",
        "imap.example.org,,,                     | -       | source_password is empty",
      })
  void aTokenGoesOnlyToTheServersOfItsProfile(String cells, String kept, String problem)
      throws IOException {
    Request request = read(HEADER + "ann@example.org," + cells.strip() + "\n", BOTH);

    if (problem != null) {
      assertThat(request.rejected())
          .extracting(row -> row.column() + " " + row.problem())
          .containsExactly(problem);
      return;
    }
    assertThat(request.rejected()).isEmpty();
    assertThat(request.rows().get(0).options().sourceOauthProfile()).isEqualTo(kept);
  }

  @Test
  void aServerThatTakesNoPasswordsNamesTheColumnOfTheProfile() throws IOException {
    Request request = read(HEADER + "ann@example.org,imap.tokens.example,,,\n", OAuthRules.NONE);

    assertThat(request.rejected().get(0).remedy())
        .contains("source_oauth_profile", "docs/oauth.md")
        .endsWith("Use a token.");
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

    Map<String, OAuthRules.Profile> own =
        Map.of("own", new OAuthRules.Profile(Set.of("imap.example.org"), true));
    Request ofService = read(text, new OAuthRules(own, false));
    Request ofCommand = read(text, new OAuthRules(own, true));

    assertThat(ofService.rejected().get(0).problem()).contains("a person with a browser");
    assertThat(ofCommand.rows()).hasSize(1);
  }
}

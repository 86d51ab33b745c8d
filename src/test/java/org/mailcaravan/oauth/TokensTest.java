package org.mailcaravan.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.imap.ConnectionRules;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.server.TestClock;
import org.mailcaravan.server.TokenEndpoint;
import org.mailcaravan.server.UsedPasswords;
import org.mailcaravan.settings.OAuthProfile;
import org.mailcaravan.settings.OAuthProfile.Grant;

class TokensTest {
  private static final String CLIENT_SECRET = "client secret 4711 &+%";
  private static final String REFRESH_TOKEN = "refresh-token-0815";

  private static KeyPair keys;

  private final TokenEndpoint endpoint = TokenEndpoint.start();
  private final TestClock time = TestClock.at(Instant.parse("2026-11-29T12:00:00Z"));
  private final UntilStopped person = new UntilStopped();
  private final List<String> asked = new ArrayList<>();

  @TempDir Path folder;

  @BeforeAll
  static void makeKeys() throws Exception {
    UsedPasswords.add(CLIENT_SECRET);
    UsedPasswords.add(REFRESH_TOKEN);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  private Tokens tokens(OAuthProfile.Provider provider, Grant grant) {
    OAuthProfile profile =
        new OAuthProfile(
            "contoso", provider, "client-1", endpoint.url("/token"), "mail.read", grant, Set.of());
    ConnectionRules rules =
        new ConnectionRules(
            true, Set.of(), true, Set.of(), Duration.ofSeconds(5), Duration.ofSeconds(5), null);
    return new Tokens(
        Map.of("contoso", profile),
        new Connector(rules),
        (user, url, code, good) -> asked.add(user + " " + url + " " + code + " " + good),
        person,
        time);
  }

  private Tokens ofApplication() {
    return tokens(
        OAuthProfile.Provider.MICROSOFT, new OAuthProfile.ClientSecret(Secret.of(CLIENT_SECRET)));
  }

  private Tokens ofServiceAccount() throws Exception {
    Path file = folder.resolve("account.json");
    Files.writeString(
        file,
        """
        {"type": "service_account", "private_key_id": "key-7", "client_email": "move@p.example",
         "client_id": "112233", "token_uri": "https://elsewhere.example/", "private_key": "%s"}"""
            .formatted(pem().replace("\n", "\\n")));
    return tokens(OAuthProfile.Provider.GOOGLE, new OAuthProfile.ServiceAccount(file));
  }

  private static String pem() {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(keys.getPrivate().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  @Test
  void anApplicationHasOneTokenForAllItsMailboxes() {
    Tokens tokens = ofApplication();

    Secret first = tokens.token("contoso", "ann@example.org");

    assertThat(tokens.token("contoso", "ben@example.org")).isEqualTo(first);
    assertThat(endpoint.requests())
        .containsExactly(
            Map.of(
                "grant_type", "client_credentials",
                "client_id", "client-1",
                "client_secret", CLIENT_SECRET,
                "scope", "mail.read"));
  }

  @Test
  void anApplicationSignsWithTheKeyThatTheDocumentsMake() throws Exception {
    String command =
        Document.of("docs/oauth.md").blocks("text").stream()
            .map(Document.Block::text)
            .filter(text -> text.startsWith("openssl"))
            .findFirst()
            .orElseThrow();
    Files.createDirectory(folder.resolve("config"));
    assertThat(
            new ProcessBuilder("sh", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start()
                .waitFor())
        .isZero();
    Tokens tokens =
        tokens(
            OAuthProfile.Provider.MICROSOFT,
            new OAuthProfile.ClientCertificate(
                folder.resolve("config/contoso.key"), folder.resolve("config/contoso.pem")));

    assertThat(tokens.token("contoso", "ann@example.org").reveal()).startsWith("token-");

    Map<String, String> request = endpoint.requests().get(0);
    assertThat(request)
        .containsEntry(
            "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        .containsEntry("grant_type", "client_credentials");
    SignedJWT said = SignedJWT.parse(request.get("client_assertion"));
    assertThat(said.getHeader().getAlgorithm().getName()).isEqualTo("PS256");
    assertThat(said.getHeader().getX509CertSHA256Thumbprint()).isNotNull();
    assertThat(said.getJWTClaimsSet().getIssuer()).isEqualTo("client-1");
    assertThat(said.getJWTClaimsSet().getSubject()).isEqualTo("client-1");
    assertThat(said.getJWTClaimsSet().getAudience())
        .containsExactly(endpoint.url("/token").toString());
    assertThat(said.getJWTClaimsSet().getExpirationTime())
        .isEqualTo(Instant.parse("2026-11-29T12:05:00Z"));
  }

  @Test
  void aServiceAccountHasATokenForEachUserAndSignsForHim() throws Exception {
    Tokens tokens = ofServiceAccount();

    Secret ann = tokens.token("contoso", "ann@example.org");
    Secret ben = tokens.token("contoso", "ben@example.org");

    assertThat(ben).isNotEqualTo(ann);
    assertThat(tokens.token("contoso", "Ann@example.org")).isEqualTo(ann);
    SignedJWT said = SignedJWT.parse(endpoint.requests().get(1).get("assertion"));
    assertThat(said.verify(new RSASSAVerifier((RSAPublicKey) keys.getPublic()))).isTrue();
    assertThat(said.getHeader().getKeyID()).isEqualTo("key-7");
    assertThat(said.getJWTClaimsSet().getIssuer()).isEqualTo("move@p.example");
    assertThat(said.getJWTClaimsSet().getSubject()).isEqualTo("ben@example.org");
    assertThat(said.getJWTClaimsSet().getClaim("scope")).isEqualTo("mail.read");
    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void aTokenIsRenewedBeforeItEndsAndNotSooner() {
    Tokens tokens = ofApplication();
    Secret first = tokens.token("contoso", "ann");

    time.pass(Duration.ofMinutes(54));
    assertThat(tokens.token("contoso", "ann")).isEqualTo(first);
    time.pass(Duration.ofMinutes(1));
    Secret second = tokens.token("contoso", "ann");

    assertThat(second).isNotEqualTo(first);
    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void aRefusedTokenIsReplacedUnlessItIsNew() {
    Tokens tokens = ofApplication();
    Secret first = tokens.token("contoso", "ann");
    assertThat(tokens.renews("contoso", "ann", first, false)).isFalse();

    time.pass(Duration.ofMinutes(2));

    assertThat(tokens.renews("contoso", "ann", first, false)).isTrue();
    Secret second = tokens.token("contoso", "ann");
    assertThat(second).isNotEqualTo(first);
    // Another connection of the same mailbox still had the first one.
    assertThat(tokens.renews("contoso", "ann", first, false)).isTrue();
    assertThat(tokens.token("contoso", "ann")).isEqualTo(second);
    assertThat(tokens.renews("contoso", "ann", second, false)).isFalse();
    assertThat(tokens.renews("contoso", "ann", second, true)).isTrue();
  }

  @Test
  void manyThatNeedATokenAtOnceAskForItOnce() throws Exception {
    Tokens tokens = ofApplication();
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<Secret>> all =
          IntStream.range(0, 200)
              .mapToObj(i -> threads.submit(() -> tokens.token("contoso", "user" + i)))
              .toList();
      for (Future<Secret> one : all) {
        assertThat(one.get()).isEqualTo(all.get(0).get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void aRefreshTokenThatIsReplacedIsUsedNextTime() {
    Tokens tokens =
        tokens(
            OAuthProfile.Provider.OTHER,
            new OAuthProfile.RefreshToken(Secret.of(CLIENT_SECRET), Secret.of(REFRESH_TOKEN)));
    endpoint.with(",\"refresh_token\":\"" + UsedPasswords.add("refresh-token-0816") + "\"");

    Secret first = tokens.token("contoso", "ann");
    time.pass(Duration.ofHours(1));
    assertThat(tokens.token("contoso", "ann")).isNotEqualTo(first);

    assertThat(endpoint.requests())
        .extracting(form -> form.get("refresh_token"))
        .containsExactly(REFRESH_TOKEN, "refresh-token-0816");
    assertThat(endpoint.requests().get(0)).containsEntry("client_secret", CLIENT_SECRET);
  }

  @Test
  void aPersonAgreesInABrowserWhileWeAskAsOftenAsWeMay() {
    endpoint
        .says(400, "{\"error\":\"authorization_pending\"}")
        .with(",\"refresh_token\":\"" + REFRESH_TOKEN + "\"");
    Tokens tokens =
        tokens(
            OAuthProfile.Provider.MICROSOFT,
            new OAuthProfile.DeviceCode(Secret.of(""), endpoint.url("/device")));

    Secret first = tokens.token("contoso", "ann@example.org");
    time.pass(Duration.ofHours(1));
    assertThat(tokens.token("contoso", "ann@example.org")).isNotEqualTo(first);

    assertThat(asked)
        .containsExactly("ann@example.org https://login.example/device WDJB-MJHT PT15M");
    assertThat(endpoint.requests())
        .extracting(form -> form.get("grant_type"))
        .containsExactly(
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:device_code",
            "refresh_token");
  }

  @Test
  void aStopEndsTheWaitForAPerson() {
    Tokens tokens =
        tokens(
            OAuthProfile.Provider.MICROSOFT,
            new OAuthProfile.DeviceCode(Secret.of(""), endpoint.url("/device")));
    person.stop();

    assertThatThrownBy(() -> tokens.token("contoso", "ann")).isInstanceOf(PassStopped.class);
    assertThat(endpoint.requests()).isEmpty();
  }

  private NeedsAttention refused(Tokens tokens, String user) {
    return catchThrowableOfType(NeedsAttention.class, () -> tokens.token("contoso", user));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "invalid_client      | US       | oauth.contoso.client-secret",
        "unauthorized_client | CUSTOMER | admin consent",
        "invalid_scope       | US       | oauth.contoso.scope",
        "invalid_request     | US       | Read the server's words",
      })
  void aRefusalNamesTheStepThatIsMissing(String error, Owner owner, String step) {
    endpoint.says(
        401,
        "{\"error\":\"%s\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\\r\\nTrace ID: 1\"}"
            .formatted(error));

    NeedsAttention refusal = refused(ofApplication(), "ann@example.org");

    assertThat(refusal.problem().code()).isEqualTo(ProblemCode.TOKEN_NOT_ISSUED);
    assertThat(refusal.problem().owner()).isEqualTo(owner);
    assertThat(refusal.problem().cause())
        .contains(error + ": AADSTS7000215: Invalid client secret provided. Trace ID: 1");
    assertThat(refusal.problem().nextStep())
        .contains(step)
        .endsWith("https://login.microsoftonline.com/error?code=7000215");
  }

  @Test
  void googleWantsTheScopeToBeDelegatedToTheNumberOfTheAccount() throws Exception {
    endpoint.says(401, "{\"error\":\"unauthorized_client\"}");

    assertThat(refused(ofServiceAccount(), "ann@example.org").problem().nextStep())
        .contains("112233", "mail.read", "domain-wide delegation", "24 hours");
  }

  @Test
  void aRefusalOfTheProfileIsTheAnswerForOthersToo() throws Exception {
    Tokens tokens = ofServiceAccount();
    endpoint.says(401, "{\"error\":\"unauthorized_client\"}");
    NeedsAttention first = refused(tokens, "ann@example.org");

    assertThat(refused(tokens, "ben@example.org").problem()).isEqualTo(first.problem());
    assertThat(endpoint.requests()).hasSize(1);

    // Another domain has an administrator of its own.
    assertThat(tokens.token("contoso", "cem@elsewhere.example").reveal()).isNotEmpty();
    time.pass(Duration.ofMinutes(1));
    assertThat(tokens.token("contoso", "ben@example.org").reveal()).isNotEmpty();
  }

  @Test
  void aRefusalOfOneUserIsNoAnswerForOthers() throws Exception {
    Tokens tokens = ofServiceAccount();
    endpoint.says(400, "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid email\"}");

    assertThat(refused(tokens, "nobody@example.org").problem().owner()).isEqualTo(Owner.CUSTOMER);
    assertThat(tokens.token("contoso", "ann@example.org").reveal()).isNotEmpty();
    assertThat(refused(tokens, "nobody@example.org")).isNotNull();
    assertThat(endpoint.requests()).hasSize(2);
  }

  @Test
  void aServerThatAsksForTimeGetsIt() {
    Tokens tokens = ofApplication();
    endpoint.says(429, Map.of("Retry-After", "120"), "");

    TryAgain first = catchThrowableOfType(TryAgain.class, () -> tokens.token("contoso", "ann"));
    time.pass(Duration.ofSeconds(100));
    TryAgain second = catchThrowableOfType(TryAgain.class, () -> tokens.token("contoso", "ben"));

    assertThat(first.problem().code()).isEqualTo(ProblemCode.THROTTLED);
    assertThat(first.after()).isEqualTo(Duration.ofMinutes(2));
    assertThat(second.after()).isEqualTo(Duration.ofSeconds(20));
    assertThat(endpoint.requests()).hasSize(1);
    time.pass(Duration.ofSeconds(20));
    assertThat(tokens.token("contoso", "ann").reveal()).isNotEmpty();
  }

  @Test
  void aServerThatFailsIsAskedLessAndLessOften() {
    Tokens tokens = ofApplication();
    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      endpoint.says(503, "");
      TryAgain failure = catchThrowableOfType(TryAgain.class, () -> tokens.token("contoso", "ann"));
      Duration after = Objects.requireNonNull(failure.after());
      waits.add(after);
      time.pass(after);
    }
    assertThat(waits.subList(0, 3))
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    assertThat(waits.get(8)).isEqualTo(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>Sign in</html>",
        "[]",
        "{}",
        "{\"access_token\":\"with space\"}",
        "{\"access_token\":\"with\\u0001control\"}",
        "{\"access_token\":7,\"token_type\":\"mac\"}",
      })
  void anAnswerWithoutATokenIsARefusal(String body) {
    endpoint.says(200, body);

    assertThat(refused(ofApplication(), "ann").problem().nextStep()).contains("token-url");
  }

  @Test
  void anEndlessAnswerIsNotReadToItsEnd() {
    endpoint.says(200, "{\"access_token\":\"" + "a".repeat(2_000_000) + "\"}");

    assertThat(refused(ofApplication(), "ann")).isNotNull();
  }

  @Test
  void whatAServerRepeatsOfUsIsNotShown() {
    endpoint.says(
        400,
        "{\"error\":\"invalid_request\",\"error_description\":\"%s \\u001b[31m\"}"
            .formatted(CLIENT_SECRET));

    assertThat(refused(ofApplication(), "ann").problem().cause())
        .doesNotContain(CLIENT_SECRET, "\u001b")
        .contains(Secret.MASK);
  }

  @Test
  void aRedirectIsNotFollowed() {
    endpoint.says(307, Map.of("Location", endpoint.url("/token").toString()), "");

    assertThat(refused(ofApplication(), "ann").problem().cause()).contains("HTTP status 307");
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void aKeyFileThatIsNoneIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("key.json"), "{\"type\":\"authorized_user\"}");
    Tokens tokens = tokens(OAuthProfile.Provider.GOOGLE, new OAuthProfile.ServiceAccount(file));

    assertThat(refused(tokens, "ann").problem().toString())
        .contains("key.json is not the JSON key file of a service account");
    assertThat(endpoint.requests()).isEmpty();
  }
}

package org.mailcaravan.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class PoliciesFileTest {
  private static final Path SHIPPED = Path.of("config", "policies.yaml");
  private static final Path SCHEMA = Path.of("config", "policies.schema.json");
  private static final Providers PROVIDERS =
      ProvidersFile.read(Path.of("config", "providers.yaml"));
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String GOOD =
      """
      policies:
        - name: gold
          when:
            policy: [gold, vip]
            domain: "*.acme.example"
            address: "*@*"
            host: imap.old.example
          resync: 90m
          window: "20:00-06:00"
          connections: 3
        - name: weak
          when:
            host: "*.weak.example"
            preset: [gmail, yahoo]
          mailboxes-at-once: 2
        - name: google
          when: { preset: gmail }
          mailboxes-at-once: 9
      """;

  @TempDir Path folder;

  private static Set<ValidationMessage> bySchema(String yaml) throws IOException {
    JsonNode file = JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    return JsonSchemaFactory.getInstance(VersionFlag.V202012)
        .getSchema(Files.readString(SCHEMA))
        .validate(file);
  }

  private Policies read(String yaml) throws IOException {
    return PoliciesFile.read(
        Files.writeString(folder.resolve("policies.yaml"), yaml),
        PROVIDERS,
        ZoneId.of("Europe/Rome"));
  }

  private static RequestRow row(String address, String newAddress, String host, String word) {
    return new RequestRow(
        1,
        2,
        address,
        Secret.of("secret"),
        new Server(host, 993, Security.TLS),
        address,
        newAddress,
        null,
        null,
        null,
        word.isEmpty() ? RowOptions.NONE : new RowOptions(Map.of("policy", word)));
  }

  @Test
  void theShippedFileHasNoPolicies() throws IOException {
    assertThat(bySchema(Files.readString(SHIPPED))).isEmpty();
    assertThat(PoliciesFile.read(SHIPPED, PROVIDERS, ZoneOffset.UTC).isEmpty()).isTrue();
  }

  @Test
  void theSchemaAndTheDocumentHaveTheKeysThatAreRead() throws IOException {
    JsonNode policy = JSON.readTree(SCHEMA.toFile()).at("/$defs/policy/properties");
    assertThat(policy.fieldNames()).toIterable().containsExactlyElementsOf(PoliciesFile.KEYS);
    assertThat(policy.at("/when/properties").fieldNames())
        .toIterable()
        .containsExactlyElementsOf(PoliciesFile.WHEN_KEYS);
    Document page = Document.of("docs/policies.md");
    assertThat(page.table("Key in `when`").column(0))
        .isEqualTo(List.copyOf(PoliciesFile.WHEN_KEYS));
    List<String> keys = new ArrayList<>(List.of("name", "when"));
    keys.addAll(page.table("Key").column(0));
    assertThat(keys).isEqualTo(List.copyOf(PoliciesFile.KEYS));
  }

  @Test
  void everyKeyArrives() throws IOException {
    Policies policies = read(GOOD);
    assertThat(bySchema(GOOD)).isEmpty();
    Policy gold = policies.of(row("ann@a.acme.example", "ann@new", "IMAP.old.example", "VIP"));
    assertThat(gold).isEqualTo(new Policy("gold", 90, "20:00-06:00; Europe/Rome", 3, false));
    assertThat(policies.words()).containsExactly("gold", "vip");
    assertThat(policies.windows()).containsExactly("20:00-06:00; Europe/Rome");
    assertThat(policies.mailboxesAtOnce("imap.gmail.com")).isEqualTo(OptionalInt.of(9));
    assertThat(policies.mailboxesAtOnce("imap.old.example")).isEmpty();
  }

  /** Each row is a mailbox that lacks one condition. */
  @ParameterizedTest
  @CsvSource({
    "ann@acme.example,   ann@new.example,      imap.old.example, gold,   ''",
    "ann@old.example,    ann@b.acme.example,   imap.old.example, gold,   gold",
    "ann@a.acme.example, ann@new.example,      imap.other.example, gold, ''",
    "ann@a.acme.example, ann@new.example,      imap.old.example, '',     ''",
    "ann@a.acme.example, ann@new.example,      imap.gmail.com, '',       google",
  })
  void allConditionsMustHold(
      String address, String newAddress, String host, String word, String policy)
      throws IOException {
    assertThat(read(GOOD).of(row(address, newAddress, host, word)).name()).isEqualTo(policy);
  }

  /** Each row changes one line of the good file; both the schema and the start refuse it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: gold              | nam: gold             | 2  | did you mean name?
          name: gold              | name: Gold            | 2  | name "Gold" is not a word
          policy: [gold, vip]     | polcy: gold           | 4  | when has no key "polcy", did you mean policy?
          policy: [gold, vip]     | policy: []            | 4  | policy is an empty list
          policy: [gold, vip]     | policy: Gold          | 4  | is not a word of small letters
          "*.acme.example"        | "Acme.example"        | 5  | is not a domain in small letters
          "*@*"                   | "*"                   | 6  | is not an address in small letters
          host: imap.old.example  | host: "imap old"      | 7  | is not the name of a server
          resync: 90m             | resync: 90            | 8  | resync "90" is not a time between passes
          resync: 90m             | resync: every night   | 8  | is not a time between passes
          resync: 90m             | rsync: 90m            | 8  | did you mean resync?
          resync: 90m             | inbox: last           | 8  | inbox "last" is not known; write first, or leave it out
          "20:00-06:00"           | ""                    | 9  | is not a time of the week
          resync: 90m             | resync: 14m           | 8  | from 15m to 30d
          resync: 90m             | resync: 31d           | 8  | from 15m to 30d
          resync: 90m             | resync: 721h          | 8  | from 15m to 30d
          "20:00-06:00"           | "at night"            | 9  | is not a time of the week
          "20:00-06:00"           | "20:00-26:00"         | 9  | is not a time of the week
          "20:00-06:00"           | "20:00-24:30"         | 9  | is not a time of the week
          "20:00-06:00"           | "20:00-06:00,"        | 9  | is not a time of the week
          connections: 3          | connections: 0        | 10 | from 1 to 20
          preset: [gmail, yahoo]  | policy: gold          | 15 | mailboxes-at-once limits a server: with it, when may only have host and preset
          mailboxes-at-once: 2    | mailboxes-at-once: no | 15 | from 1 to 1000
          when: { preset: gmail } | when: {}              | 17 | when needs one of policy, domain, address
          """)
  void aWrongKeyIsRefusedWithItsLine(String good, String wrong, int line, String words)
      throws IOException {
    String yaml = GOOD.replaceFirst(Pattern.quote(good), wrong);
    assertThat(yaml).isNotEqualTo(GOOD);
    assertThat(bySchema(yaml)).as("the schema refuses it, too").isNotEmpty();
    assertRefused(yaml, line, words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resync: 15m",
        "resync: 9999m",
        "resync: 720h",
        "resync: 30d",
        "window: Mon",
        "window: Mo.-Fr. 18-7, Samstag – Sonntag",
        "window: 'Mon-Fri 18:00-24:00, Sat 0:00-24; Europe/Rome'"
      })
  void theSchemaTakesWhatIsRead(String line) throws IOException {
    String yaml = "policies:\n  - name: a\n    when: { domain: a.example }\n    " + line + "\n";
    assertThat(bySchema(yaml)).isEmpty();
    assertThat(read(yaml).isEmpty()).isFalse();
  }

  /** What no schema can know. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: weak                    | name: gold                    | 11 | another policy has the name gold
          preset: [gmail, yahoo]        | preset: [gmail, yaho]         | 14 | no provider has the id "yaho", did you mean yahoo?
          "20:00-06:00"                 | "20:00-06:00; Europe/Rom"     | 9  | window has "Europe/Rom" for a time zone; write one such as Europe/Rome
          """)
  void whatTheSchemaCannotKnowIsRefusedToo(String good, String wrong, int line, String words)
      throws IOException {
    String yaml = GOOD.replaceFirst(Pattern.quote(good), wrong);
    assertThat(bySchema(yaml)).isEmpty();
    assertRefused(yaml, line, words);
  }

  private void assertRefused(String yaml, int line, String words) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(RequestRejected.class)
        .hasMessageContaining("policies.yaml")
        .hasMessageContaining("line " + line)
        .hasMessageContaining(words)
        .hasMessageContaining("docs/policies.md");
  }

  @Test
  void allMistakesAreToldAtOnce() {
    assertThatThrownBy(
            () -> read("policies:\n  - name: a\n    when: {}\n  - name: b\n    resinc: 2h\n"))
        .isInstanceOfSatisfying(
            RequestRejected.class,
            rejected ->
                assertThat(rejected.problems())
                    .extracting(PoliciesFileTest::told)
                    .containsExactly(
                        "line 2: the policy sets nothing; it needs one of resync, window, inbox, connections, mailboxes-at-once",
                        "line 3: when needs one of policy, domain, address, host, preset",
                        "line 4: a policy has no when",
                        "line 5: a policy has no key \"resinc\", did you mean resync?"));
  }

  private static String told(Problem problem) {
    return (problem.place() + ": " + problem.cause()).replaceFirst("^.*policies.yaml ", "");
  }

  /** Conditions of the policy "above", and of "below"; whether that one never counts. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          domain: "*"             | host: a.example           | true
          domain: "*"             | domain: [a, b.example]    | true
          address: "*@*"          | policy: gold              | true
          domain: "*.example"     | domain: "*.acme.example"  | true
          domain: a, host: b      | host: b, domain: a        | true
          policy: [gold, vip]     | policy: vip, domain: a    | true
          domain: "*.example"     | domain: ["a.example", a]  | false
          domain: "*.acme.example" | domain: "*.example"      | false
          domain: a, host: b      | domain: a                 | false
          host: b                 | domain: a                 | false
          domain: a               | address: x@a              | false
          """)
  void aPolicyThatNeverCountsIsToldAsAWarning(String above, String below, boolean hidden)
      throws IOException {
    Policies policies =
        read(
            "policies:\n  - { name: above, when: { %s }, resync: 1h }\n  - { name: below, when: { %s }, resync: 2h }\n"
                .formatted(above, below));
    assertThat(policies.warnings())
        .extracting(PoliciesFileTest::told)
        .isEqualTo(
            hidden
                ? List.of(
                    "line 3: no mailbox ever has the policy \"below\": \"above\" above it fits all of its mailboxes")
                : List.of());
  }

  /** How many mailboxes a server gets is looked up by itself. */
  @Test
  void whatIsOfAServerCountsBelowAPolicyOfMailboxes() throws IOException {
    String above = "policies:\n  - { name: a, when: { host: h }, %s }\n";
    String below = "  - { name: b, when: { host: h }, mailboxes-at-once: 2 }\n";
    assertThat(read(above.formatted("resync: 1h") + below).warnings()).isEmpty();
    assertThat(read(above.formatted("mailboxes-at-once: 1") + below).warnings()).hasSize(1);
  }

  /** One slip is told once. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          policies:                 | policy:                 | line 1: the file has no key "policy", did you mean policies?
          domain: "*.acme.example"  | domain: *.acme.example  | line 5: what begins with a * has another meaning in YAML; put it in quotes, such as "*.acme.example"
          domain: "*.acme.example"  | domain: *acme           | line 5: what begins with a * has another meaning in YAML; put it in quotes, such as "*.acme.example"
          domain: "*.acme.example"  | domain: *               | line 5: what begins with a * has another meaning in YAML; put it in quotes, such as "*.acme.example"
          mailboxes-at-once: 9      | mailboxes-at-one: 9     | line 18: a policy has no key "mailboxes-at-one", did you mean mailboxes-at-once?
          """)
  void aSlipIsToldAsItWasMeant(String good, String wrong, String told) {
    String yaml = GOOD.replaceFirst(Pattern.quote(good), wrong);
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOfSatisfying(
            RequestRejected.class,
            rejected ->
                assertThat(rejected.problems())
                    .extracting(PoliciesFileTest::told)
                    .containsExactly(told));
  }
}

package org.mailcaravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailcaravan.docs.Document;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.PassProgress;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.policies.Policies;
import org.mailcaravan.policies.PoliciesFile;
import org.mailcaravan.providers.Providers;
import org.mailcaravan.providers.ProvidersFile;
import org.mailcaravan.store.Claims.Held;

/**
 * The examples of docs/policies.md do what is said of them. On H2; {@code
 * PostgresDocumentedPoliciesTest} runs all of it on PostgreSQL.
 */
class DocumentedPoliciesTest {
  private static final Providers PROVIDERS =
      ProvidersFile.read(Path.of("config", "providers.yaml"));
  private static final List<Document.Block> EXAMPLES =
      Document.of("docs/policies.md").blocks("yaml").stream()
          .filter(block -> block.text().startsWith("policies:"))
          .toList();

  @TempDir Path folder;
  private Database database;
  private PassRows rows;
  private int files;

  String newDatabase() {
    return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  }

  String user() {
    return "";
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(newDatabase(), user(), Secret.of(""));
    rows = new PassRows(database);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private Policies policies(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("p" + files++ + ".yaml"), yaml);
    return PoliciesFile.read(file, PROVIDERS, ZoneOffset.UTC);
  }

  /** The example with a policy of this name. */
  private Policies example(String name) throws IOException {
    return policies(text(name));
  }

  private static String text(String name) {
    return EXAMPLES.stream()
        .map(Document.Block::text)
        .filter(text -> text.contains("name: " + name + "\n"))
        .findFirst()
        .orElseThrow();
  }

  private static RequestRow row(int number, String address, String host, String word) {
    return new RequestRow(
        number,
        number + 1,
        address,
        Secret.of("secret"),
        new Server(host, 993, Security.TLS),
        address,
        address,
        null,
        null,
        null,
        word.isEmpty() ? RowOptions.NONE : new RowOptions(Map.of("policy", word)));
  }

  private Migrations migrations(Policies policies) {
    return new Migrations(
        database,
        new Events(database, "one"),
        new Origin("one", false, Duration.ofDays(14), domain -> false, policies),
        Clock.systemUTC());
  }

  /** The mailboxes of a request, by their addresses. */
  private Map<String, Mailbox> open(Policies policies, RequestRow... named) {
    Migration migration =
        migrations(policies).open(new Request("list.csv", List.of(named), List.of()));
    return migration.mailboxes().stream()
        .collect(Collectors.toMap(Mailbox::sourceAddress, Function.identity()));
  }

  private Claims claims(Policies policies) {
    HostLimits limits = new HostLimits(9, Map.of(), Map.of(), policies::mailboxesAtOnce);
    Hosts hosts = new Hosts(database, "one", limits);
    for (String host :
        database.jdbc().sql("select distinct host from pass").query(String.class).list()) {
      hosts.answered(host);
    }
    return new Claims(database, "one", Duration.ofMinutes(1), limits);
  }

  /** What begins now, all of it. */
  private List<Mailbox> begun(Claims claims) {
    return all(claims).stream().map(Claim::mailbox).toList();
  }

  /** All passes that run end, and have copied; so many minutes ago. */
  private void end(Claims claims, List<Claim> running, int minutes) {
    for (Claim claim : running) {
      assertThat(claims.end(claim, MailboxState.COPIED, "{}")).isTrue();
      int unused =
          rows.update(
              "insert into credential (mailbox_id, role, sealed, stored_at) select id, 'SOURCE', 'x',"
                  + " current_timestamp from mailbox where id = ? and not exists"
                  + " (select 1 from credential where mailbox_id = mailbox.id)",
              claim.mailbox().id());
    }
    int mailboxes = rows.update("update mailbox set copied_before = true");
    int passes =
        rows.update(
            "update pass set ended_at = current_timestamp - cast(? as integer) * interval '1' minute",
            minutes);
    assertThat(passes).isGreaterThanOrEqualTo(mailboxes);
  }

  private List<Claim> all(Claims claims) {
    return Stream.generate(claims::next)
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .toList();
  }

  private List<String> waiting() {
    return database
        .jdbc()
        .sql(
            "select m.source_address from pass p join mailbox m on m.id = p.mailbox_id where p.state ="
                + " 'WAITING' and p.kind = 'CATCH_UP' order by m.source_address")
        .query(String.class)
        .list();
  }

  /** The windows that the example names, opened or closed now. */
  private void setWindows(boolean open) {
    new TimeWindows(database, null).begin();
    openFrom(open ? -1 : 1);
    int due = rows.update("update pass set due_at = current_timestamp where state = 'WAITING'");
    assertThat(due).isPositive();
  }

  private void openFrom(int hours) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    int unused =
        rows.update(
            "update time_window set opens_at = ?, closes_at = ? where text not like 'Mon-Sun%'",
            now.plusHours(hours).toOffsetDateTime(), now.plusHours(30).toOffsetDateTime());
  }

  @Test
  void thereAreSixExamples() {
    assertThat(EXAMPLES).hasSize(6);
  }

  @Test
  void inboxIsCopiedAtOnceAndTheRestAtNight() throws IOException {
    Policies policies = example("inbox-first");
    open(policies, row(1, "ann@shop.example", "imap.old.example", ""));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    Claims claims = claims(policies);
    TimeWindows windows = new TimeWindows(database, null);
    windows.turn();

    Claim inbox = claims.next().orElseThrow();
    assertThat(inbox.inboxOnly()).isTrue();
    assertThat(claims.renew(Map.of())).extracting(Held::control).containsExactly((Control) null);
    assertThat(claims.giveBack(inbox, Duration.ZERO, WaitsFor.WINDOW, "", PassProgress.NONE))
        .isTrue();
    assertThat(claims.next()).isEmpty();
    windows.turn();
    assertThat(rows.update("update pass set due_at = due_at where due_at > current_timestamp"))
        .as("passes that are looked at no more until the window opens")
        .isEqualTo(1);

    setWindows(true);
    Claim rest = claims.next().orElseThrow();
    assertThat(rest.inboxOnly()).isFalse();
    openFrom(1);
    assertThat(claims.renew(Map.of())).extracting(Held::control).containsExactly(Control.WINDOW);
  }

  @Test
  void inboxIsCopiedAgainWhenAnotherPassWouldBeDue() throws IOException {
    Policies policies = example("inbox-first");
    open(policies, row(1, "ann@shop.example", "imap.old.example", ""));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    Claims claims = claims(policies);
    TimeWindows windows = new TimeWindows(database, null);
    int ruled = rows.update("update mailbox set resync_minutes = 60");
    assertThat(
            claims.giveBack(
                claims.next().orElseThrow(), Duration.ZERO, WaitsFor.WINDOW, "", PassProgress.NONE))
        .isTrue();
    windows.turn();
    assertThat(claims.next()).isEmpty();

    int passed =
        rows.update("update pass set started_at = current_timestamp - interval '61' minute");
    windows.turn();
    assertThat(claims.next().orElseThrow().inboxOnly()).isTrue();
    assertThat(List.of(ruled, passed)).containsExactly(1, 1);
  }

  @Test
  void anInboxThatWasCutOffWaitsWhenThePolicyNoLongerWantsItFirst() throws IOException {
    Policies policies = example("inbox-first");
    open(policies, row(1, "ann@shop.example", "imap.old.example", ""));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    Claims claims = claims(policies);
    Claim cut = claims.next().orElseThrow();
    int changed = rows.update("update mailbox set inbox_first = false");
    assertThat(claims.renew(Map.of())).extracting(Held::control).containsExactly((Control) null);
    assertThat(claims.giveBack(cut, Duration.ZERO, WaitsFor.TURN, "", PassProgress.NONE)).isTrue();

    assertThat(claims.next()).isEmpty();
    assertThat(changed).isEqualTo(1);
  }

  /** A pass that ends for another reason, such as a kill, takes up INBOX again. */
  @Test
  void anInboxThatIsNotDoneIsTakenUpAgain() throws IOException {
    Policies policies = example("inbox-first");
    open(policies, row(1, "ann@shop.example", "imap.old.example", ""));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    Claims claims = claims(policies);
    Claim first = claims.next().orElseThrow();
    assertThat(claims.giveBack(first, Duration.ZERO, WaitsFor.TURN, "", PassProgress.NONE))
        .isTrue();
    assertThat(claims.next().orElseThrow().inboxOnly()).isTrue();
  }

  @Test
  void goldCustomersGetAPassEveryTwoHours() throws IOException {
    Policies policies = example("gold");
    open(
        policies,
        row(1, "ann@acme.example", "imap.old.example", "gold"),
        row(2, "bob@acme.example", "imap.old.example", ""));
    Claims claims = claims(policies);
    end(claims, all(claims), 119);
    Migrations migrations = migrations(policies);
    assertThat(migrations.queueByPolicy()).isZero();
    int unused = rows.update("update pass set ended_at = ended_at - interval '1' minute");
    assertThat(migrations.queueByPolicy()).isEqualTo(1);
    assertThat(migrations.queueByPolicy()).as("it waits already").isZero();
    assertThat(waiting()).containsExactly("ann@acme.example");
    end(claims, all(claims), 1);
    // The schedule of all makes the pass of the others due, and only theirs.
    assertThat(migrations.ended()).containsExactly(new EndedMailboxes(true, true, 1));
    assertThat(migrations.queueCatchUp(new EndedMailboxes(true, true, 1))).isEqualTo(1);
    assertThat(waiting()).containsExactly("bob@acme.example");
  }

  @Test
  void aPersonSeesThePolicyOfAMailboxAndWhenItsNextPassIsDue() throws IOException {
    Policies policies = example("gold");
    open(
        policies,
        row(1, "ann@acme.example", "imap.old.example", "gold"),
        row(2, "bob@acme.example", "imap.old.example", ""));
    Overview overview = new Overview(database, Duration.ofMinutes(1));
    assertThat(overview.mailbox("ann@acme.example"))
        .as("its first pass waits")
        .hasValueSatisfying(ann -> assertThat(ann.policy()).isEqualTo("gold"))
        .hasValueSatisfying(ann -> assertThat(ann.resyncAt()).isNull());
    Claims claims = claims(policies);
    end(claims, all(claims), 60);
    Duration left =
        overview
            .mailbox("ann@acme.example")
            .map(ann -> Duration.between(Instant.now(), ann.resyncAt()))
            .orElseThrow();
    assertThat(left).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
    assertThat(overview.mailbox("bob@acme.example"))
        .hasValueSatisfying(bob -> assertThat(bob.policy()).isNull())
        .hasValueSatisfying(bob -> assertThat(bob.resyncAt()).isNull());
    int cutOver = rows.update("update mailbox set cutover_at = current_timestamp");
    assertThat(cutOver).isEqualTo(2);
    assertThat(overview.mailbox("ann@acme.example"))
        .as("final passes have times of their own")
        .hasValueSatisfying(ann -> assertThat(ann.resyncAt()).isNull());
  }

  @Test
  void aCustomerIsCopiedAtNightAndTheOthersAtOnce() throws IOException {
    Policies policies = example("acme");
    open(
        policies,
        row(1, "ann@acme.example", "imap.old.example", ""),
        row(2, "bob@sub.acme.example", "imap.old.example", ""),
        row(3, "eve@other.example", "imap.old.example", ""));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    Claims claims = claims(policies);
    assertThat(begun(claims))
        .extracting(Mailbox::sourceAddress)
        .containsExactly("eve@other.example");
    setWindows(true);
    assertThat(begun(claims))
        .extracting(Mailbox::sourceAddress)
        .containsExactly("ann@acme.example", "bob@sub.acme.example");
  }

  @Test
  void aWindowOfARequestComesBeforeThatOfItsPolicy() throws IOException {
    Policies policies = example("acme");
    RequestRow ann = row(1, "ann@acme.example", "imap.old.example", "");
    open(policies, ann.with(new RowOptions(Map.of("window", "Mon-Sun; Z"))));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    assertThat(begun(claims(policies))).hasSize(1);
  }

  @Test
  void aWeakServerGetsTwoMailboxesAtOnceAndOneConnectionForEach() throws IOException {
    Policies policies = example("weak");
    for (int i = 1; i <= 5; i++) {
      open(
          policies,
          row(1, "u" + i + "@a.example", "imap.weak.example", ""),
          row(2, "v" + i + "@a.example", "imap.old.example", ""));
    }
    List<Mailbox> begun = begun(claims(policies));
    assertThat(begun)
        .filteredOn(each -> each.source().host().equals("imap.weak.example"))
        .hasSize(2);
    assertThat(begun)
        .filteredOn(each -> each.source().host().equals("imap.old.example"))
        .hasSize(5);
    assertThat(begun)
        .allSatisfy(
            each ->
                assertThat(each.policy().ofConnections(4))
                    .isEqualTo(each.source().host().equals("imap.weak.example") ? 1 : 4));
  }

  @Test
  void aLargeProviderGetsMoreOfBoth() throws IOException {
    Policies policies = example("large");
    Map<String, Mailbox> opened =
        open(
            policies,
            row(1, "ann@gmail.com", "imap.gmail.com", ""),
            row(2, "bob@old.example", "imap.old.example", ""));
    assertThat(opened)
        .hasEntrySatisfying(
            "ann@gmail.com",
            each -> assertThat(each.policy()).isEqualTo(new Policy("large", 1440, "", 3, false)))
        .hasEntrySatisfying(
            "bob@old.example", each -> assertThat(each.policy()).isEqualTo(Policy.NONE));
    assertThat(policies.mailboxesAtOnce("imap.mail.yahoo.com")).hasValue(40);
  }

  @Test
  void theFirstPolicyThatFitsCounts() throws IOException {
    Policies policies = example("boss");
    open(
        policies,
        row(1, "boss@acme.example", "imap.old.example", ""),
        row(2, "ann@acme.example", "imap.old.example", ""));
    new AppliedPolicies(database, policies).apply();
    setWindows(false);
    assertThat(begun(claims(policies)))
        .extracting(Mailbox::sourceAddress, each -> each.policy().name())
        .containsExactly(tuple("boss@acme.example", "boss"));
  }

  /** The file was changed between two starts. */
  @Test
  void knownMailboxesGetThePoliciesThatAreConfiguredNow() throws IOException {
    open(Policies.NONE, row(1, "ann@acme.example", "imap.old.example", ""));
    Policies night = example("acme");
    new AppliedPolicies(database, night).apply();
    setWindows(false);
    new TimeWindows(database, null).turn();
    assertThat(begun(claims(night))).isEmpty();
    assertThat(rows.ask(String.class, "select waits_for from pass")).isEqualTo("WINDOW");

    new AppliedPolicies(database, Policies.NONE).apply();
    List<Mailbox> begun = begun(claims(Policies.NONE));
    assertThat(begun).hasSize(1);
    assertThat(begun.get(0).policy()).isEqualTo(Policy.NONE);
    assertThat(begun.get(0).pass()).isEqualTo(Pass.FIRST);
  }
}

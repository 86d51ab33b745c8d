package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.RowOptions;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.status.DomainStatus;
import org.mailcaravan.report.DomainWords;
import org.mailcaravan.server.TestClock;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.CutoverDomains;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.Events;
import org.mailcaravan.store.Migrations;
import org.mailcaravan.store.Origin;
import org.mailcaravan.store.Overview;
import org.mailcaravan.store.ToldMigrations;
import org.xbill.DNS.Rcode;

/** What the service makes of the DNS of a domain, from one look to the next. */
class DomainWatchTest {
  private static final String OLD = "10 mx.old.firm.";
  private static final String OURS = "10 mx1.host.net.";

  private final DnsWorld world = new DnsWorld();
  private final TestClock clock = TestClock.at(Instant.now());
  private final DomainDns dns = world.dns(clock);
  private final Database database = Database.forThisRun();
  private final CutoverDomains domains =
      new CutoverDomains(database, new Events(database, "one"), FinalPasses.STANDARD);
  private DomainWatch watch = watch(10);

  private DomainWatch watch(int minutes) {
    return new DomainWatch(domains, dns::mx, Duration.ofMinutes(minutes), true);
  }

  @BeforeEach
  void openMigration() {
    RequestRow row =
        new RequestRow(
            1,
            2,
            "a@" + DnsWorld.ZONE,
            Secret.of("secret"),
            new Server("imap.old.example", 993, Security.TLS),
            "a",
            "a@" + DnsWorld.ZONE,
            null,
            null,
            null,
            RowOptions.NONE);
    String id =
        new Migrations(
                database,
                new Events(database, "one"),
                new Origin("one", false, Duration.ofDays(1)),
                Clock.systemUTC())
            .open(new Request("a.csv", List.of(row), List.of()))
            .id();
    assertThat(id).isNotEmpty();
  }

  @AfterEach
  void stop() {
    dns.close();
    database.close();
    world.close();
  }

  private String look() {
    watch.look(DnsWorld.ZONE);
    return text("select verdict from cutover_domain");
  }

  private String text(String sql) {
    return database.jdbc().sql(sql).query((row, number) -> row.getString(1)).single();
  }

  private Instant time(String sql) {
    return database
        .jdbc()
        .sql(sql)
        .query((row, number) -> row.getTimestamp(1).toInstant())
        .single();
  }

  private long minutesUntilTheNextLook() {
    Instant next = time("select next_look_at from cutover_domain");
    return Math.round(Duration.between(Instant.now(), next).toSeconds() / 60.0);
  }

  private List<String> told() {
    return database
        .jdbc()
        .sql("select state from event where kind in ('domain', 'migration') order by number")
        .query(String.class)
        .list();
  }

  @Test
  void aDomainComesToUsGoesBackAndReturns() {
    world.publish(DnsWorld.ZONE, "MX", OLD);
    assertThat(look()).isEqualTo("NOT_YET");
    assertThat(minutesUntilTheNextLook()).isEqualTo(10);

    world.ns1.answer(DnsWorld.ZONE, "MX", OURS);
    assertThat(look()).isEqualTo("DISAGREEING");
    assertThat(minutesUntilTheNextLook()).isEqualTo(3);
    assertThat(text("select words from cutover_domain")).contains("ns2").contains("mx.old.firm");

    world.ns2.fail(DnsWorld.ZONE, "MX", Rcode.SERVFAIL);
    world.ns1.fail(DnsWorld.ZONE, "MX", -1);
    assertThat(look()).as("nothing is known").isEqualTo("DISAGREEING");

    world.ns1.fail(DnsWorld.ZONE, "MX", Rcode.NOERROR);
    world.ns2.fail(DnsWorld.ZONE, "MX", Rcode.NOERROR);
    world.publish(DnsWorld.ZONE, "MX", OURS);
    clock.pass(Duration.ofMinutes(1));
    assertThat(look()).isEqualTo("OURS");
    assertThat(time("select old_until from mailbox"))
        .as("the TTL of an hour, from the last look that showed it")
        .isBetween(
            clock.instant().plus(Duration.ofMinutes(58)),
            clock.instant().plus(Duration.ofMinutes(61)));
    assertThat(look()).isEqualTo("OURS");

    world.ns1.remove(DnsWorld.ZONE, "MX");
    assertThat(look()).as("that may pass").isEqualTo("DISAGREEING");
    clock.pass(Duration.ofHours(1));
    assertThat(look()).isEqualTo("GONE_BACK");
    assertThat(text("select count(*) from mailbox where cutover_at is null")).isEqualTo("1");

    world.publish(DnsWorld.ZONE, "MX", OURS);
    assertThat(look()).isEqualTo("OURS");
    assertThat(text("select count(*) from mailbox where cutover_at is null")).isEqualTo("0");
    assertThat(told())
        .containsExactly(
            "OPENED",
            "NOT_YET",
            "DISAGREEING",
            "OURS",
            "CUTOVER",
            "DISAGREEING",
            "GONE_BACK",
            "LAPSED",
            "OURS",
            "CUTOVER");
  }

  @Test
  void aDomainThatDoesNotExistIsToldAndWhoeverIsSilentIsAskedMoreAndMoreSeldom() {
    assertThat(look()).isEqualTo("NOT_YET");
    world.ns1.fail(DnsWorld.ZONE, "MX", Rcode.NXDOMAIN);
    world.ns2.fail(DnsWorld.ZONE, "MX", Rcode.NXDOMAIN);
    assertThat(look()).isEqualTo("NOT_YET");

    world.ns1.fail(DnsWorld.ZONE, "MX", Rcode.SERVFAIL);
    world.ns2.fail(DnsWorld.ZONE, "MX", Rcode.SERVFAIL);
    for (int[] each : new int[][] {{1, 10}, {20, 20}, {600, 60}}) {
      int silent =
          database
              .jdbc()
              .sql(
                  "update cutover_domain set looked_at = current_timestamp - cast(? as integer) * interval '1' minute")
              .param(each[0])
              .update();
      assertThat(silent).isEqualTo(1);
      assertThat(look()).isEqualTo("NOT_YET");
      assertThat(minutesUntilTheNextLook()).isEqualTo(each[1]);
    }
  }

  @Test
  void whatAPersonSaysIsComparedWithTheDns() {
    String migration = text("select id from migration");
    ToldMigrations told = new ToldMigrations(database, false);
    Overview overview = new Overview(database, Duration.ofMinutes(1));
    world.publish(DnsWorld.ZONE, "MX", OLD);
    look();
    assertThat(told.elsewhere(migration, false, 9)).containsExactly(DnsWorld.ZONE);
    assertThat(told.elsewhere(migration, true, 9)).isEmpty();
    assertThat(
            new Controls(database, new Events(database, "one"))
                .cutoverOfDomain(DnsWorld.ZONE, "api")
                .changed())
        .isOne();
    assertThat(told.elsewhere(migration, true, 9)).containsExactly(DnsWorld.ZONE);
    DomainStatus domain = overview.migration(migration).orElseThrow().domains().get(0);
    assertThat(domain.lookedAt()).isNotNull();
    assertThat(DomainWords.elsewhere(domain, clock.instant()))
        .startsWith(DnsWorld.ZONE + ": mail still goes to mx.old.firm, as of ");

    world.publish(DnsWorld.ZONE, "MX", OURS);
    look();
    assertThat(told.elsewhere(migration, false, 9)).isEmpty();
    domain = overview.migration(migration).orElseThrow().domains().get(0);
    assertThat(DomainWords.elsewhere(domain, clock.instant())).isEmpty();
  }

  @Test
  void whereNothingHasChangedForWeeksLooksAreSeldom() {
    world.publish(DnsWorld.ZONE, "MX", OLD);
    assertThat(look()).isEqualTo("NOT_YET");
    int old =
        database
            .jdbc()
            .sql("update cutover_domain set since = current_timestamp - interval '15' day")
            .update();
    assertThat(old).isEqualTo(1);
    assertThat(look()).isEqualTo("NOT_YET");
    assertThat(minutesUntilTheNextLook()).isEqualTo(60);
    watch = watch(120);
    assertThat(look()).isEqualTo("NOT_YET");
    assertThat(minutesUntilTheNextLook()).isEqualTo(120);
  }

  @Test
  void aLookThatFailsIsTriedAgainAndWithoutOurHostsNobodyLooks() {
    DomainWatch broken =
        new DomainWatch(
            domains,
            domain -> {
              throw new IllegalStateException("no network");
            },
            Duration.ofMinutes(10),
            true);
    assertThat(new DomainWatch(domains, dns::mx, Duration.ofMinutes(10), false).due()).isEmpty();
    assertThat(broken.due()).containsExactly(DnsWorld.ZONE);
    broken.look(DnsWorld.ZONE);
    assertThat(text("select verdict from cutover_domain")).isEqualTo("UNKNOWN");
    assertThat(minutesUntilTheNextLook()).isEqualTo(15);
  }
}

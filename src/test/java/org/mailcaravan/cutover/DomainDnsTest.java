package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailcaravan.cutover.MxLook.Answer;
import org.mailcaravan.server.ScriptedDns;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Who is asked for the records of a domain, and what comes of servers that answer badly. */
@Execution(ExecutionMode.CONCURRENT)
class DomainDnsTest {
  private static final String ZONE = DnsWorld.ZONE;
  private static final String[] OURS = {"10 mx1.host.net.", "20 mx2.host.net."};
  private static final String OLD = "10 mx.old.firm.";

  private final DnsWorld world = new DnsWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private static List<String> said(ChecklistRow row) {
    return row.evidence().stream()
        .map(each -> String.join(" + ", each.servers()) + ": " + each.said())
        .toList();
  }

  private String at(String name, int last) {
    return "%s (127.0.0.%d port %d)".formatted(name, last, world.port());
  }

  @Test
  void everyServerOfTheZoneAndTheResolversAreAsked() {
    world.publish(ZONE, "MX", OURS);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.PASS);
    assertThat(said(row))
        .containsExactly(
            at("ns1.shop.firm", 2)
                + " + "
                + at("ns2.shop.firm", 3)
                + ": 10 mx1.host.net, 20 mx2.host.net",
            "resolver 127.0.0.1 port " + world.port() + ": 10 mx1.host.net, 20 mx2.host.net");
    assertThat(row.evidence().get(0).ttlSeconds()).isEqualTo(3600);
    assertThat(row.evidence().get(1).ttlSeconds()).isEqualTo(60);
  }

  @Test
  void aServerThatIsBehindIsToldWithItsSerial() {
    world.publish(ZONE, "MX", OURS);
    world.ns2.zone(ZONE, 6).answer(ZONE, "MX", OLD);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.words()).contains("do not say the same", "mx.old.firm");
    assertThat(said(row))
        .contains(
            at("ns1.shop.firm", 2) + ": 10 mx1.host.net, 20 mx2.host.net, serial 7",
            at("ns2.shop.firm", 3) + ": 10 mx.old.firm, serial 6");
    assertThat(MxWatch.judge(world.mx(ZONE), MxMemory.NONE).verdict())
        .isEqualTo(
            new MxVerdict.Disagreeing(
                List.of(at("ns2.shop.firm", 3) + " still says mx.old.firm, serial 6")));
  }

  @Test
  void aResolverThatStillHasWhatWasThereBeforeIsAWarning() {
    world.publish(ZONE, "MX", OURS);
    world.resolver.answer(ZONE, "MX", OLD);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.WARNING);
    assertThat(row.words()).contains("Resolvers still have what was there before");
    assertThat(row.needsAttention()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "2, SERVFAIL", // SERVFAIL
    "5, REFUSED", // REFUSED
    "-1, did not answer in time"
  })
  void aServerThatGivesNoAnswerIsNoFinding(int rcode, String words) {
    world.publish(ZONE, "MX", OURS);
    world.ns2.fail(ZONE, "MX", rcode);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.PASS);
    assertThat(said(row)).anyMatch(each -> each.contains("ns2") && each.contains(words));
  }

  @Test
  void whereNoServerOfTheZoneAnswersNothingIsKnown() {
    world.publish(ZONE, "MX", OLD);
    world.ns1.fail(ZONE, "MX", Rcode.SERVFAIL);
    world.ns2.fail(ZONE, "MX", Rcode.REFUSED);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.UNKNOWN);
    assertThat(row.needsAttention()).isTrue();
    assertThat(row.publish()).isEmpty();
    assertThat(world.mx(ZONE).said()).extracting(MxLook.Said::answer).contains(Answer.NO_ANSWER);
  }

  @Test
  void aServerThatDoesNotHaveTheZoneCountsForNothing() {
    world.publish(ZONE, "MX", OURS);
    // Without authority: a resolver that stands among the servers of the zone.
    world.ns2.answer(ZONE, "MX", OLD);
    world.ns2.spoil(
        octets -> {
          octets[2] = (byte) (octets[2] & ~4);
          return octets;
        });
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.PASS);
    assertThat(said(row)).anyMatch(each -> each.contains("not authoritative"));
  }

  @Test
  void serversAtPrivateAddressesAreNotAsked() {
    world.publish(ZONE, "MX", OURS);
    world.allowed = Set.of("ns1.shop.firm");
    world.resolver.answer(ZONE, "NS", "ns1.shop.firm.", "ns2.shop.firm.", "ns3.shop.firm.");
    world.resolver.answer("ns3.shop.firm", "A", "198.51.100.1", "10.0.0.1");
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.PASS);
    assertThat(said(row))
        .contains(
            ": ns2.shop.firm has a loopback, private or link-local address, and is not asked",
            ": ns3.shop.firm has a loopback, private or link-local address, and is not asked");
    assertThat(world.ns2.questions()).isEmpty();
  }

  @Test
  void theAuthoritiesAreLeftAloneWhereTheNetworkDoesNotReachThem() {
    world.publish(ZONE, "MX", OURS).set("cutover.ask-authorities", "false");
    assertThat(world.row("MX").status()).isEqualTo(Status.PASS);
    assertThat(world.ns1.questions()).isEmpty();
    assertThat(world.mx(ZONE).said()).hasSize(1);
  }

  @Test
  void anAnswerThatIsCutIsAskedForByTcp() {
    String[] many =
        IntStream.range(0, 40).mapToObj(i -> i + " mx" + i + ".old.firm.").toArray(String[]::new);
    world.publish(ZONE, "MX", many);
    assertThat(world.row("MX").words()).contains("mx39.old.firm");
    assertThat(world.ns1.byTcp()).isEqualTo(1);
  }

  @Test
  void anAnswerByTcpThatNeverEndsIsGivenUp() {
    String[] many =
        IntStream.range(0, 40).mapToObj(i -> i + " mx" + i + ".old.firm.").toArray(String[]::new);
    world.publish(ZONE, "MX", OURS);
    world.ns2.answer(ZONE, "MX", many).slow();
    assertThat(world.row("MX").status()).isEqualTo(Status.PASS);
  }

  @Test
  void anAnswerWithHundredsOfRecordsIsNone() {
    String[] many =
        IntStream.range(0, 2000).mapToObj(i -> i + " mx" + i + ".").toArray(String[]::new);
    world.publish(ZONE, "MX", many);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.UNKNOWN);
    assertThat(said(row)).anyMatch(each -> each.contains("too many"));
  }

  @Test
  void anAnswerWithAWrongIdIsNotTaken() {
    world.publish(ZONE, "MX", OURS);
    world.ns2.answer(ZONE, "MX", OLD);
    world.ns2.spoil(
        octets -> {
          octets[0]++;
          return octets;
        });
    assertThat(world.row("MX").status()).isEqualTo(Status.PASS);
  }

  @Test
  void aForgedDatagramBeforeTheAnswerIsNotTaken() {
    world.publish(ZONE, "MX", OURS);
    world.ns1.forged();
    world.ns2.forged();
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.PASS);
    assertThat(world.ns1.questions()).containsOnlyOnce("shop.firm MX");
  }

  @Test
  void serversOfTheZoneAreNotAskedToAskOthers() {
    world.publish(ZONE, "MX", OURS);
    world.checklist(ZONE);
    assertThat(world.ns1.recursive()).isZero();
    assertThat(world.resolver.recursive()).isPositive();
  }

  @Test
  void serversThatAreGoodInDifferentWaysAreAWarning() {
    world.publish(ZONE, "MX", OURS);
    world.ns2.answer(ZONE, "MX", "10 mx1.host.net.");
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.WARNING);
    assertThat(row.words()).contains("do not say the same", "All mail comes to us");
  }

  @Test
  void aServerThatDoesNotKnowEdnsIsAskedWithoutIt() {
    world.publish(ZONE, "MX", OURS);
    world.ns1.withoutEdns();
    assertThat(said(world.row("MX")))
        .anyMatch(each -> each.contains("ns1") && each.contains("ns2"));
  }

  @Test
  void aSubdomainIsAskedOfTheZoneAboveIt() {
    world.publish("mail.shop.firm", "MX", OURS);
    assertThat(world.row("mail.shop.firm", "MX").status()).isEqualTo(Status.PASS);
    assertThat(world.ns1.questions()).contains("mail.shop.firm MX");
  }

  @Test
  void aZoneWithinTheZoneIsAskedOfItsOwnServers() {
    world.publish(ZONE, "MX", OURS);
    // ns1 has delegated _domainkey to ns2, under another name.
    world.ns1.answer("_domainkey.shop.firm", "NS", "ns2.shop.firm.");
    world.ns2.answer("_dmarc.shop.firm", "TXT", "\"v=DMARC1; p=reject\"");
    world.ns1.answer("_dmarc.shop.firm", "NS", "ns2.shop.firm.");
    world.resolver.answer("_dmarc.shop.firm", "NS", "ns2.shop.firm.");
    world.resolver.answer("_dmarc.shop.firm", "TXT", "\"v=DMARC1; p=reject\"");
    ChecklistRow row = world.row("DMARC");
    assertThat(row.status()).isEqualTo(Status.PASS);
    assertThat(said(row)).noneMatch(each -> each.contains("ns1"));
  }

  @Test
  void anAliasOfAllServersIsFollowedToTheServersOfItsTarget() {
    // As a provider's own servers have the records of its customers' subdomains.
    world.resolver.answer("real.firm", "NS", "ns2.shop.firm.");
    world.ns1.answer("sub.shop.firm", "CNAME", "real.firm.");
    world.ns2.answer("sub.shop.firm", "CNAME", "real.firm.");
    world.resolver.answer("sub.shop.firm", "CNAME", "real.firm.").answer("real.firm", "MX", OURS);
    ChecklistRow row = world.row("sub.shop.firm", "MX");
    // ns2 does not have real.firm.
    assertThat(row.status()).isEqualTo(Status.UNKNOWN);
    assertThat(said(row)).anyMatch(each -> each.contains("ns2") && each.contains("REFUSED"));

    world.ns2.zone("firm", 1).ttl(60).answer("real.firm", "MX", OURS);
    row = world.row("sub.shop.firm", "MX");
    assertThat(row.status()).isEqualTo(Status.PASS);
    // The alias of ns1 can be kept longer than what it leads to.
    assertThat(row.evidence().get(0).ttlSeconds()).isEqualTo(3600);
  }

  @Test
  void aCircleOfAliasesEnds() {
    world.publish("sub.shop.firm", "CNAME", "b.shop.firm.");
    world.publish("b.shop.firm", "CNAME", "sub.shop.firm.");
    assertThat(world.row("sub.shop.firm", "MX").status()).isEqualTo(Status.UNKNOWN);
    assertThat(world.ns1.questions().size()).isLessThan(40);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 40})
  void aliasesFromZoneToZoneEndInACircleAndInALongChain(int names) {
    world.resolver.answer(ZONE, "NS", "ns1.shop.firm.");
    world.resolver.answer("other.firm", "NS", "ns2.shop.firm.");
    world.ns2.zone("other.firm", 1);
    for (int i = 0; i < names; i++) {
      int next = (i + 1) % names;
      world.ns1.answer("a%d.shop.firm".formatted(i), "CNAME", "a%d.other.firm.".formatted(i));
      world.ns2.answer("a%d.other.firm".formatted(i), "CNAME", "a%d.shop.firm.".formatted(next));
    }
    ChecklistRow row = world.row("a0.shop.firm", "MX");
    assertThat(row.status()).isEqualTo(Status.UNKNOWN);
    assertThat(said(row)).anyMatch(each -> each.contains("has aliases (CNAME) in a circle"));
    assertThat(world.ns1.questions().stream().filter(each -> each.endsWith(" MX")))
        .hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void questionsThatWaitForAThreadEndThoughTheClientIsClosed() {
    world.ns1.spoil(octets -> new byte[0]);
    DnsServer server = new DnsServer("ns1.shop.firm", world.ns1.address());
    List<CompletableFuture<DnsReply>> replies;
    long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
    try (DnsClient client = new DnsClient(Duration.ofMillis(300))) {
      replies =
          IntStream.range(0, 100)
              .mapToObj(i -> client.ask(server, Names.of(ZONE), Type.MX, end))
              .toList();
    }
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> replies.stream().allMatch(CompletableFuture::isDone));
    assertThat(replies).noneMatch(reply -> reply.join().isAnswer());
  }

  @Test
  void aDomainThatDoesNotExistIsToldAsThat() {
    world.resolver.answer("firm", "NS", "ns1.shop.firm.");
    world.ns1.zone("firm", 1);
    ChecklistRow row = world.row("nobody.firm", "MX");
    assertThat(row.status()).isEqualTo(Status.FAIL);
    assertThat(row.words()).contains("NXDOMAIN");
    assertThat(world.checklist("nobody.firm").rows()).containsExactly(row);
    // One server has it.
    world.resolver.answer("firm", "NS", "ns1.shop.firm.", "ns2.shop.firm.");
    world.ns2.zone("firm", 2).answer("nobody.firm", "MX", OURS);
    assertThat(world.checklist("nobody.firm").rows()).hasSizeGreaterThan(1);
    world.resolver.answer("firm", "NS", "ns1.shop.firm.");
    assertThat(world.mx("nobody.firm").said().get(0).answer()).isEqualTo(Answer.NO_DOMAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "10 mx1.host.net., OURS, ''",
    "10 mx.old.firm. / 20 mx1.host.net., PARTLY, mx.old.firm",
    "20 b.old.firm. / 10 a.old.firm., OTHERS, a.old.firm b.old.firm",
    "0 ., NO_MX, ''",
    "10 mx1.host.net. / 0 ., PARTLY, nowhere (null MX)"
  })
  void aLookForTheWatchTellsWhoseHostsThereAre(String records, Answer answer, String others) {
    world.publish(ZONE, "MX", records.split(" / ", -1));
    MxLook look = world.mx(ZONE);
    assertThat(look.asksAuthorities()).isTrue();
    assertThat(look.said())
        .hasSize(3)
        .allMatch(said -> said.answer() == answer)
        .allMatch(said -> String.join(" ", said.others()).equals(others));
    assertThat(look.said()).extracting(MxLook.Said::ttlSeconds).containsExactly(3600L, 3600L, 60L);
  }

  @Test
  void withoutOurHostsNobodyIsAskedAndNothingIsKnown() {
    world.set("cutover.mx-hosts", "");
    MxVerdict verdict = MxWatch.judge(world.mx(ZONE), MxMemory.NONE).verdict();
    assertThat(verdict).isEqualTo(new MxVerdict.Unknown("not configured: cutover.mx-hosts"));
    assertThat(world.resolver.questions()).isEmpty();
  }

  @Test
  void whereNobodyKnowsTheServersOfTheZoneNothingIsKnown() {
    world.resolver.fail(ZONE, "NS", Rcode.SERVFAIL);
    ChecklistRow row = world.row("MX");
    assertThat(row.status()).isEqualTo(Status.UNKNOWN);
    assertThat(said(row)).anyMatch(each -> each.contains("the servers of shop.firm are not known"));
  }

  @Test
  void whereAResolverFailsAtANameThatIsNoZoneTheZoneAboveIsAsked() {
    world.publish("mail.shop.firm", "MX", OURS);
    world.resolver.fail("mail.shop.firm", "NS", Rcode.SERVFAIL);
    assertThat(world.row("mail.shop.firm", "MX").status()).isEqualTo(Status.PASS);
  }

  @Test
  void anAddressThatIsSilentWhileItsServerAnswersIsNotTold() {
    world.publish(ZONE, "MX", OLD);
    world.resolver.answer("ns1.shop.firm", "A", "127.0.0.2", "127.0.0.9");
    assertThat(said(world.row("MX"))).noneMatch(each -> each.contains("127.0.0.9"));
  }

  @Test
  void aLookEndsThoughAllIsClosedMeanwhile() {
    world.aTry = Duration.ofSeconds(1);
    world.patience = Duration.ofSeconds(2);
    world.resolver.spoil(octets -> new byte[0]);
    CompletableFuture<MxLook> look;
    try (DomainDns dns = world.dns(Clock.systemUTC())) {
      look = CompletableFuture.supplyAsync(() -> dns.mx(ZONE));
      await().until(() -> !world.resolver.questions().isEmpty());
    }
    await().atMost(Duration.ofSeconds(15)).until(look::isDone);
  }

  @Test
  void ofManyServersOfAZoneAFewAreAsked() {
    world.publish(ZONE, "MX", OURS);
    String[] many =
        IntStream.range(0, 60).mapToObj(i -> "n" + i + ".shop.firm.").toArray(String[]::new);
    world.resolver.answer(ZONE, "NS", many);
    Arrays.stream(many)
        .forEach(
            name -> world.resolver.answer(name.substring(0, name.length() - 1), "A", "127.0.0.9"));
    assertThat(world.row("MX").evidence()).hasSizeLessThanOrEqualTo(Zones.MOST_NAMES + 1);
  }

  @Test
  void silentServersDoNotHoldUpALook() {
    world.patience = Duration.ofSeconds(2);
    for (ScriptedDns server : List.of(world.resolver, world.ns1, world.ns2)) {
      server.spoil(octets -> new byte[0]);
    }
    long begin = System.nanoTime();
    assertThat(world.checklist(ZONE).rows())
        .noneMatch(row -> row.status() == Status.FAIL || row.status() == Status.PASS);
    assertThat(System.nanoTime() - begin).isLessThan(10_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xn--bcher-kva.firm", "a.b.c.d.e.f.shop.firm"})
  void namesOfOtherFormsAreAskedAsTheyAre(String domain) {
    world.checklist(domain);
    assertThat(world.resolver.questions()).contains(domain + " MX");
  }

  @Test
  void aNameThatWouldBeTooLongIsNotAsked() {
    String domain =
        "a".repeat(60)
            + "."
            + "b".repeat(60)
            + "."
            + "c".repeat(60)
            + "."
            + "d".repeat(58)
            + ".firm";
    world
        .set("cutover.ask-authorities", "false")
        .set("cutover.autodiscover", "auto.host.net")
        .set("cutover.webmail", "a.webmail.{domain}.host.net");
    world.resolver.answer(domain, "MX", OURS);
    assertThat(world.checklist(domain).rows())
        .filteredOn(row -> row.words().contains("longer than a name can be"))
        .extracting(ChecklistRow::item)
        .contains("autodiscover", "webmail");
  }
}

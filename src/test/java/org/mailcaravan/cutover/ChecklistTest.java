package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

/** The lines of the checklist beside MX and SPF: a record before, and what is said of it. */
class ChecklistTest {
  private final DnsWorld world = new DnsWorld();

  @BeforeEach
  void configure() {
    world
        .set("cutover.dkim", "s1=s1.{domain}.dkim.host.net, own")
        .set("cutover.dmarc", "v=DMARC1; p=none; rua=mailto:dmarc@host.net")
        .set("cutover.autoconfig", "autoconfig.host.net")
        .set("cutover.autodiscover", "autodiscover.host.net")
        .set("cutover.webmail", "webmail.host.net")
        .set("cutover.submission-server", "smtp.host.net")
        .set("destination.caldav-url", "https://dav.host.net:8443/{email}/calendar/");
    world
        .resolver
        .answer("webmail.host.net", "A", "198.51.100.7")
        .answer("other.host.net", "A", "198.51.100.7")
        .answer("six.host.net", "AAAA", "2001:db8::7")
        .answer("key.old.firm", "TXT", "\"p=AAAA\"");
    world.publish("web.shop.firm", "CNAME", "webmail.host.net.");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "webmail | webmail | CNAME | webmail.host.net. | PASS | leads to us",
        "webmail | webmail | CNAME | WebMail.Host.Net. | PASS | leads to us",
        "webmail | webmail | A | 198.51.100.7 | PASS | address of our host",
        "webmail | webmail | CNAME | webmail.old.firm. | FAIL | webmail.old.firm, which has no address",
        "webmail | webmail | CNAME | other.host.net. | PASS | address of our host",
        "webmail | webmail | CNAME | web.shop.firm. | PASS | address of our host",
        "webmail | webmail | CNAME | six.host.net. | FAIL | another host (six.host.net)",
        "webmail | webmail | AAAA | 2001:db8::7 | FAIL | another host (2001:db8",
        "autoconfig | autoconfig | CNAME | autoconfig.host.net. | FAIL | our host, which has no address",
        "webmail | webmail | A | 203.0.113.7 | FAIL | leads to another host (203.0.113.7)",
        "webmail | nothing | A | 203.0.113.7 | WARNING | no such record",
        "IMAP | _imaps._tcp | SRV | 0 1 993 imap.host.net. | PASS | our server",
        "IMAP | _imaps._tcp | SRV | 0 1 993 imap.old.firm. | FAIL | imap.old.firm port 993",
        "IMAP | _imaps._tcp | SRV | 0 1 1993 imap.host.net. | FAIL | imap.host.net port 1993",
        "IMAP | _imaps._tcp | SRV | 0 0 0 . | WARNING | no such service",
        "IMAP | nothing | A | 203.0.113.7 | WARNING | no such record",
        "submission | _submissions._tcp | SRV | 5 5 465 smtp.host.net. | PASS | our server",
        "CalDAV | _caldavs._tcp | SRV | 0 1 8443 dav.host.net. | PASS | our server",
        "DMARC | _dmarc | TXT | \"v=DMARC1; p=reject; rua=mailto:a@shop.firm\" | PASS | is reject",
        "DMARC | _dmarc | TXT | \"v=DMARC1;p=Quarantine\" | PASS | is quarantine",
        "DMARC | _dmarc | TXT | \"v=DMARC1; pct=50\" | WARNING | no valid policy",
        "DMARC | _dmarc | TXT | \"v=spf1 -all\" | WARNING | no DMARC record",
        "DMARC | nothing | TXT | x | WARNING | no DMARC record",
        "DKIM | s1._domainkey | CNAME | s1.old.firm. | FAIL | alias of s1.old.firm, which has no key",
        "DKIM | s1._domainkey | CNAME | key.old.firm. | FAIL | another key than ours, of key.old",
        "DKIM | s1._domainkey | CNAME | s1.shop.firm.dkim.host.net. | FAIL | no valid key (0 rec",
        "DKIM | s1._domainkey | TXT | \"p=AAAA\" | FAIL | another key than ours",
        "DKIM | nothing | TXT | x | FAIL | There is no key",
      })
  void aRecordIsJudged(
      String item, String label, String type, String data, Status status, String words) {
    world.publish(label + ".shop.firm", type, data);
    ChecklistRow row = world.row(item);
    assertThat(row.words()).contains(words);
    assertThat(row.status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "webmail | webmail.shop.firm. 3600 IN CNAME webmail.host.net.",
        "autoconfig | autoconfig.shop.firm. 3600 IN CNAME autoconfig.host.net.",
        "autodiscover | autodiscover.shop.firm. 3600 IN CNAME autodiscover.host.net.",
        "IMAP | _imaps._tcp.shop.firm. 3600 IN SRV 0 1 993 imap.host.net.",
        "submission | _submissions._tcp.shop.firm. 3600 IN SRV 0 1 465 smtp.host.net.",
        "CalDAV | _caldavs._tcp.shop.firm. 3600 IN SRV 0 1 8443 dav.host.net.",
        "DKIM | s1._domainkey.shop.firm. 3600 IN CNAME s1.shop.firm.dkim.host.net.",
        "DMARC | _dmarc.shop.firm. 3600 IN TXT \"v=DMARC1; p=none; rua=mailto:dmarc@host.net\""
      })
  void whatIsMissingIsToldAsALineOfAZoneFile(String item, String line) {
    assertThat(world.row(item).publish()).containsExactly(line);
  }

  @Test
  void theKeyThatAnAliasLeadsToIsReadToo() throws NoSuchAlgorithmException {
    world.publish("s1._domainkey.shop.firm", "CNAME", "s1.shop.firm.dkim.host.net.");
    String key = "v=DKIM1; p=" + DkimJudgeTest.rsaKey(1024);
    world.resolver.answer("s1.shop.firm.dkim.host.net", "TXT", texts(key));
    assertThat(world.row("DKIM").status()).isEqualTo(Status.PASS);

    // As a zone that cannot have an alias there has it.
    world.publish("s1._domainkey.shop.firm", "TXT", texts(key));
    world.ns1.remove("s1._domainkey.shop.firm", "CNAME");
    world.ns2.remove("s1._domainkey.shop.firm", "CNAME");
    assertThat(world.row("DKIM").words()).contains("the key of our name, but not as an alias");
    assertThat(world.row("DKIM").status()).isEqualTo(Status.WARNING);
  }

  private static String texts(String text) {
    return "\"" + text.replaceAll("(.{200})", "$1\" \"") + "\"";
  }

  @ParameterizedTest
  @CsvSource({"webmail.shop.firm, Where it leads", "webmail.host.net, Whether it leads to us"})
  void whereAnAddressIsNotKnownNothingIsSaidAboutIt(String name, String words) {
    world.publish("webmail.shop.firm", "A", "198.51.100.7");
    world.resolver.fail(name, "A", Rcode.SERVFAIL).fail(name, "AAAA", Rcode.SERVFAIL);
    ChecklistRow row = world.row("webmail");
    assertThat(row.status()).isEqualTo(Status.UNKNOWN);
    assertThat(row.words()).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "autodiscover | CNAME | autodiscover.host.net.",
        "_autodiscover._tcp | SRV | 0 0 443 autodiscover.host.net."
      })
  void oneOfTheTwoWaysToOutlooksSettingsIsEnough(String label, String type, String data) {
    world.resolver.answer("autodiscover.host.net", "A", "198.51.100.8");
    world.publish(label + ".shop.firm", type, data);
    assertThat(world.checklist("shop.firm").rows())
        .filteredOn(row -> row.item().equals("autodiscover"))
        .hasSize(2)
        .allMatch(row -> row.status() == Status.PASS && row.publish().isEmpty());
  }

  @Test
  void theDmarcRecordOfTheDomainAboveHoldsForASubdomain() {
    world.publish("_dmarc.shop.firm", "TXT", "\"v=DMARC1; p=reject\"");
    world.publish("mail.shop.firm", "MX", "10 mx1.host.net.");
    assertThat(world.row("mail.shop.firm", "DMARC").words())
        .isEqualTo("The record of shop.firm holds for it, too.");
  }

  @Test
  void theLinesStandInTheOrderInWhichTheyMatter() {
    List<ChecklistRow> rows = world.checklist("shop.firm").rows();
    assertThat(rows)
        .extracting(ChecklistRow::item)
        .containsExactly(
            "MX",
            "SPF",
            "DKIM",
            "DKIM",
            "DMARC",
            "autoconfig",
            "autodiscover",
            "autodiscover",
            "IMAP",
            "submission",
            "CalDAV",
            "CardDAV",
            "webmail");
    assertThat(rows)
        .filteredOn(row -> !row.configured())
        .extracting(ChecklistRow::words)
        .containsExactly("not configured: cutover.spf", "not configured: destination.carddav-url");
    assertThat(rows).filteredOn(row -> !row.configured()).noneMatch(ChecklistRow::needsAttention);
  }
}

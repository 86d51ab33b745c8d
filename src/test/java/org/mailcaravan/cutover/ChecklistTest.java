package org.mailcaravan.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    world.resolver.answer("webmail.host.net", "A", "198.51.100.7");
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
        "webmail | webmail | CNAME | webmail.old.firm. | FAIL | leads to webmail.old.firm",
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
        "DKIM | s1._domainkey | CNAME | s1.old.firm. | FAIL | alias of s1.old.firm",
        "DKIM | s1._domainkey | CNAME | s1.shop.firm.dkim.host.net. | FAIL | no valid key (0 rec",
        "DKIM | s1._domainkey | TXT | \"p=AAAA\" | FAIL | a key of its own",
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
    String key = "v=DKIM1; p=" + DkimJudgeTest.rsaKey(2048);
    world.resolver.answer(
        "s1.shop.firm.dkim.host.net", "TXT", "\"" + key.replaceAll("(.{200})", "$1\" \"") + "\"");
    assertThat(world.row("DKIM").status()).isEqualTo(Status.PASS);
  }

  @Test
  void theDmarcRecordOfTheDomainAboveHoldsForASubdomain() {
    world.publish("_dmarc.shop.firm", "TXT", "\"v=DMARC1; p=reject\"");
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

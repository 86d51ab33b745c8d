package org.mailcaravan.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailcaravan.server.ScriptedDns;
import org.xbill.DNS.Rcode;

class DnsTest {
  private final ScriptedDns server = ScriptedDns.start();
  private final Dns dns = new Dns(List.of(server.address()), Duration.ofSeconds(3));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void mxHostsComeInTheOrderOfTheirPreference() throws NoAnswer {
    server.answer("shop.firm", "MX", "20 b.shop.firm.", "10 A.Shop.Firm.", "30 c.shop.firm.");
    assertThat(dns.mx("shop.firm")).containsExactly("a.shop.firm", "b.shop.firm", "c.shop.firm");
  }

  @Test
  void aDomainThatTakesNoMailHasNoMxHost() throws NoAnswer {
    server.answer("shop.firm", "MX", "0 .");
    assertThat(dns.mx("shop.firm")).isEmpty();
  }

  @Test
  void aNameThatIsNotThereHasNoRecords() throws NoAnswer {
    server.answer("other.firm", "A", "192.0.2.1");
    assertThat(dns.mx("shop.firm")).isEmpty();
    assertThat(dns.mx("other.firm")).isEmpty();
  }

  @Test
  void anAliasIsFollowed() throws NoAnswer {
    server.answer("shop.firm", "CNAME", "real.firm.").answer("real.firm", "MX", "10 mx.firm.");
    assertThat(dns.mx("shop.firm")).containsExactly("mx.firm");
  }

  @Test
  void aCircleOfAliasesEnds() {
    server.answer("shop.firm", "CNAME", "b.firm.").answer("b.firm", "CNAME", "shop.firm.");
    assertThatThrownBy(() -> dns.mx("shop.firm"))
        .isInstanceOf(NoAnswer.class)
        .hasMessageContaining("CNAME");
    assertThat(server.questions()).hasSizeLessThan(30);
  }

  @Test
  void aChainOfAliasesEnds() {
    for (int i = 0; i < 100; i++) {
      server.answer("a" + i + ".firm", "CNAME", "a" + (i + 1) + ".firm.");
    }
    assertThatThrownBy(() -> dns.mx("a0.firm")).isInstanceOf(NoAnswer.class);
    assertThat(server.questions()).hasSizeLessThan(30);
  }

  @Test
  void ofThousandsOfRecordsAFewAreLookedAt() throws NoAnswer {
    String[] many =
        IntStream.range(0, 2_500).mapToObj(i -> (10 + i) + " mx" + i + ".").toArray(String[]::new);
    server.answer("shop.firm", "MX", many);
    assertThat(dns.mx("shop.firm")).hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void aServiceIsFoundByPriorityAndWeight() throws NoAnswer {
    server.answer(
        "_imaps._tcp.shop.firm",
        "SRV",
        "10 1 993 light.shop.firm.",
        "10 5 994 heavy.shop.firm.",
        "0 0 0 no.shop.firm.",
        "5 0 993 .");
    assertThat(dns.srv("_imaps._tcp.shop.firm"))
        .containsExactly(
            new Dns.Target("heavy.shop.firm", 994), new Dns.Target("light.shop.firm", 993));
  }

  @Test
  void aSilentServerIsWaitedForNoLongerThanSaid() {
    server.fail("shop.firm", "MX", -1);
    Dns hasty = new Dns(List.of(server.address()), Duration.ofMillis(300));
    assertThatThrownBy(() -> hasty.mx("shop.firm")).isInstanceOf(NoAnswer.class);
    assertThat(server.questions().size()).isBetween(1, 5);
  }

  @Test
  void aFailureOfTheServerIsNotTakenForNoRecord() {
    server.fail("shop.firm", "MX", Rcode.SERVFAIL).fail("other.firm", "MX", Rcode.REFUSED);
    assertThatThrownBy(() -> dns.mx("shop.firm")).isInstanceOf(NoAnswer.class);
    assertThatThrownBy(() -> dns.mx("other.firm")).isInstanceOf(NoAnswer.class);
  }

  @Test
  void aNameThatIsTooLongIsNotAsked() {
    assertThatThrownBy(() -> dns.mx("a".repeat(64) + ".firm")).isInstanceOf(NoAnswer.class);
    assertThat(server.questions()).isEmpty();
  }
}
